"""Writing a live's ledger, and for each sender the list of its batches, from the stored batches themselves.

Answers for: reading the live range by range of hashes, so that memory stays bounded, and files that are written once.
Under a retry: equal batches make equal files in the same places.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from chalicelib.domain import ledger
from chalicelib.domain.batches import Receipt, StoredBatch
from chalicelib.domain.recount import Recount, ranges, records
from chalicelib.domain.statement import File
from chalicelib.domain.survey import Taking
from chalicelib.store.reactions import Reactions
from chalicelib.store.reports import Reports


class SentBatch(msgspec.Struct, frozen=True):
    """A batch as its sender is told: the hash of its text, and its reactions; `duplicates` of the accepted are copies."""

    batch: str
    sha256: str
    accepted: int
    rejected: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Writes the files that belong to a statement."""

    reactions: Reactions
    published: Reports

    def write(self, folder: str, recount: Recount, taking: Taking, accepted: int) -> tuple[File, ...]:
        """The ledger, in files of a million lines, while the recount adds up what counts. Raises: Taken, StorageRefused."""
        made = enumerate(ledger.packed(self._lines(recount, taking, accepted)), start=1)
        return tuple(self._put(folder, ledger.file_name(number), lines, body) for number, (lines, body) in made)

    def write_for_senders(self, folder: str, recount: Recount, taking: Taking) -> tuple[File, ...]:
        """For each sender its batches that were taken. Raises: Taken, StorageRefused."""
        files: dict[str, _Growing] = {}
        for batch in self.reactions.of_channel(recount.live):
            if taking.takes(batch):
                files.setdefault(batch.sender, _Growing()).add(_told(batch, recount.copies.get(batch.sort_key, 0)))
        return tuple(
            self._put(folder, f"sender-{sender}.ndjson.gz", files[sender].lines, files[sender].whole())
            for sender in sorted(files)
        )

    def _lines(self, recount: Recount, taking: Taking, accepted: int) -> Iterator[bytes]:
        for part in ranges(accepted):
            taken = (batch for batch in self.reactions.of_channel(recount.live) if taking.takes(batch))
            yield from recount.lines(sorted(record for batch in taken for record in records(batch, part, taking)))

    def _put(self, folder: str, name: str, lines: int, body: bytes) -> File:
        self.published.write_once(f"{folder}/{name}", body, ledger.MEDIA_TYPE)
        return File(name, lines, len(body), sha256(body).hexdigest())


def _told(batch: StoredBatch, duplicates: int) -> bytes:
    receipt = msgspec.json.decode(batch.receipt, type=Receipt)
    told = SentBatch(batch.batch, batch.sha256.hex(), receipt.accepted, receipt.rejected, duplicates)
    return msgspec.json.encode(told) + b"\n"


@dataclass(slots=True)
class _Growing:
    """A gzipped file that grows line by line."""

    lines: int = 0
    _parts: list[bytes] = field(default_factory=list)
    _gzip: "zlib._Compress" = field(default_factory=lambda: zlib.compressobj(6, wbits=31))

    def add(self, line: bytes) -> None:
        self.lines += 1
        self._parts.append(self._gzip.compress(line))

    def whole(self) -> bytes:
        return b"".join([*self._parts, self._gzip.flush()])
