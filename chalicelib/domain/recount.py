"""The second part of a recount: copies are dropped, and what is left becomes ledger lines and final counts.

Answers for: which of several reactions with one id counts (that of the batch with the smallest moment of receipt, then sender,
then batch id), which are duplicates and which of these say something else (conflicts), the order of the ledger.
Refuses: holding a live in memory. It works range by range of hashes: a range has at most `IN_MEMORY` reactions or so, at 140 to
170 bytes each; besides, one number is kept for each batch that has copies.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from chalicelib.domain import packing
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.campaigns import Live
from chalicelib.domain.ledger import NotCounted
from chalicelib.domain.packing import ID_BYTES, KINDS
from chalicelib.domain.survey import Taking
from chalicelib.domain.tally import UNKNOWN_MARKET, Counts

IN_MEMORY = 2_500_000
"""So many reactions a range of hashes has, at most and about: hashes are spread evenly."""

_ACT = struct.Struct(">BII2sI")
"""What of a record is the act: kind, count, minute since the epoch, market; and the value, which does not make a conflict."""

_COMPARED = _ACT.size - 4


@dataclass(frozen=True, slots=True)
class Range:
    """Hashes from `first` up to, but not including, `end` (none: to the last)."""

    first: bytes
    end: bytes | None

    def has(self, hashed: bytes) -> bool:
        """Whether this hash lies in the range."""
        return hashed >= self.first and (self.end is None or hashed < self.end)


def ranges(reactions: int, in_memory: int = IN_MEMORY) -> list[Range]:
    """Ranges of hashes, in their order, for this many reactions: as few as keep each within `in_memory` or so."""
    parts = max(1, -(-reactions // in_memory))
    firsts = [(part * 2**32 // parts).to_bytes(4) for part in range(parts)]
    return [Range(first, end) for first, end in zip(firsts, [*firsts[1:], None], strict=True)]


def records(batch: StoredBatch, within: Range, taking: Taking) -> Iterator[bytes]:
    """A batch's reactions in this range as records. Sorted as bytes, copies stand together, what counts first.

    A record is the id's hash, the moment of receipt (8 bytes), `sender#batch id`, a zero byte, and the act. Raises: ValueError.
    """
    columns = packing.columns(batch.packed)
    received = batch.received_at_ms.to_bytes(8) + batch.sort_key.encode() + b"\0"
    markets = {market: taking.market(market).encode() for market in set(columns.markets)}
    whole = within.end is None and not any(within.first)
    acts = zip(columns.kinds, columns.counts, columns.times, columns.markets, columns.values, strict=True)
    for place, (kind, count, at_ms, market, value) in enumerate(acts):
        hashed = columns.ids[place * ID_BYTES : (place + 1) * ID_BYTES]
        if whole or within.has(hashed):
            yield hashed + received + _ACT.pack(kind, count, at_ms // 60_000, markets[market], value)


@dataclass(slots=True)
class Recount:
    """What counts of a live, in markets that may be named; it grows as ledger lines are drawn from it."""

    live: Live
    named: frozenset[str]
    minutes: dict[int, dict[str, Counts]] = field(default_factory=dict)
    outside: dict[int, dict[str, Counts]] = field(default_factory=dict)
    counted: int = 0
    outside_reactions: int = 0
    duplicates: int = 0
    conflicts: int = 0
    copies: dict[str, int] = field(default_factory=dict)
    """Duplicates by batch (`sender#batch id`)."""

    def lines(self, sorted_records: Iterable[bytes]) -> Iterator[bytes]:
        """The ledger lines of one range's records; whole groups of copies must be in it."""
        cells: dict[tuple[bool, int, str], list[int]] = {}
        before = act = b""
        for record in sorted_records:
            hashed, said = record[:ID_BYTES], record[-_ACT.size :]
            code, count, minute, market, value = _ACT.unpack(said)
            named = market.decode() if market.decode() in self.named else UNKNOWN_MARKET
            if hashed == before:
                why: NotCounted | None = "duplicate"
                self._drop(record, differs=said[:_COMPARED] != act)
            else:
                before, act = hashed, said[:_COMPARED]
                inside = self.live.covers(minute)
                why = None if inside else "outside"
                cell = cells.setdefault((inside, minute, named), [0, 0, 0, 0, 0])
                cell[code] += count
                cell[3] += count * value
                cell[4] += 1
            yield _line(hashed, code, count, named, minute, why)
        self._add(cells)

    def _drop(self, record: bytes, *, differs: bool) -> None:
        batch = record[ID_BYTES + 8 : -_ACT.size - 1].decode()
        self.duplicates += 1
        self.conflicts += differs
        self.copies[batch] = self.copies.get(batch, 0) + 1

    def _add(self, cells: dict[tuple[bool, int, str], list[int]]) -> None:
        for (inside, minute, market), (*counts, reactions) in cells.items():
            row = (self.minutes if inside else self.outside).setdefault(minute, {})
            row[market] = row.get(market, Counts()) + Counts(*counts)
            if inside:
                self.counted += reactions
            else:
                self.outside_reactions += reactions


def _line(hashed: bytes, code: int, count: int, market: str, minute: int, why: NotCounted | None) -> bytes:
    """A line of `domain/ledger.Line`, written by hand: there are millions, and none of the values needs escaping."""
    not_counted = f',"not_counted":"{why}"' if why else ""
    return (
        f'{{"id":"{hashed.hex()}","kind":"{KINDS[code]}","count":{count},"market":"{market}","minute":"{minute_text(minute)}"'
        f"{not_counted}}}\n"
    ).encode()


@cache
def minute_text(minute: int) -> str:
    """A minute since the epoch as the ledger writes it (RFC 3339 in UTC, without seconds)."""
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%MZ")
