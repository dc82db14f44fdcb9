"""A batch as it is stored, and the receipt that answers it.

Answers for: the receipts' forms and the stored form of a batch (version 1), with its place in the table.
Refuses: DynamoDB's own notation (`store/reactions.py`), and what is in a batch of a festival (`domain/festival_batches.py`).
"""

from collections.abc import Iterable
from zlib import crc32

import msgspec

from chalicelib.domain.answers import CountsAnswer, counts_answer
from chalicelib.domain.campaigns import Live
from chalicelib.domain.channels import Of, Part
from chalicelib.domain.problems import Problem
from chalicelib.domain.reactions import Accepted
from chalicelib.domain.tally import Tally, add_up
from chalicelib.domain.texts import Reading

LISTED_PROBLEMS = 100
"""So many problems are listed in an answer; the numbers beside them are exact."""


class Receipt(msgspec.Struct, frozen=True):
    """The answer to a batch. `accepted`, `rejected`, `outside_window` are reactions; `counts` are sums of `count`."""

    batch: str
    live: str
    sha256: str
    accepted: int
    rejected: int
    outside_window: int
    counts: CountsAnswer
    gift_value: int
    replayed: bool
    problems: tuple[Problem, ...]


class Remark(msgspec.Struct, frozen=True):
    """An item that is kept and set aside, by its id (of a reading, its entry), and every reason."""

    id: str
    reasons: tuple[str, ...]


class FestivalReceipt(msgspec.Struct, frozen=True):
    """The answer to a batch of entries, votes or metrics (`of`), in items.

    `set_aside` of the accepted are kept and do not count as it stands: entries that are not eligible, votes outside the hours of
    voting, readings after the festival's moment. `remarks` say of these why, the first hundred of them.
    """

    batch: str
    festival: str
    of: Part
    sha256: str
    accepted: int
    rejected: int
    set_aside: int
    replayed: bool
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]


class Told(msgspec.Struct, frozen=True):
    """What every receipt says of a batch's items."""

    accepted: int
    rejected: int


class Made(msgspec.Struct, frozen=True):
    """What a batch's text was made into; `comments` is the text of its comments, where the campaign keeps that."""

    rehearsal: bool
    tally: Tally
    packed: bytes
    receipt: Receipt | FestivalReceipt
    comments: bytes | None = None


class StoredBatch(msgspec.Struct, frozen=True):
    """One item of the `reactions` table: what was sent, by whom, and what was answered.

    `live` is the id of its channel: of a live, or of one of a festival's three; `of` says what it holds. `sha256` is of the text
    as received. `tally`, `packed` and `receipt` are stored forms with versions of their own.
    """

    live: str
    buckets: int
    sender: str
    key_id: str
    batch: str
    sha256: bytes
    rehearsal: bool
    tally: bytes
    packed: bytes
    receipt: bytes
    received_at_ms: int
    expires_at_s: int
    of: Of = "reactions"

    @property
    def sort_key(self) -> str:
        """Unique within the live."""
        return sort_key(self.sender, self.batch)

    @property
    def partition_key(self) -> str:
        """Live and bucket: settlement reads bucket by bucket, and no single partition is hot."""
        return partition_key(self.live, self.buckets, self.sort_key)


def sort_key(sender: str, batch: str) -> str:
    """A batch id is unique per sender and live."""
    return f"{sender}#{batch}"


def partition_key(live: str, buckets: int, sort: str) -> str:
    """The bucket is the CRC-32 of the sort key modulo the live's buckets, fixed once the live exists."""
    return f"{live}#{crc32(sort.encode()) % buckets}"


def receipt(batch: str, live: Live, sha256: bytes, reading: Reading[Accepted], tally: Tally) -> Receipt:
    """The receipt of an accepted batch."""
    counts = add_up(each for markets in tally.values() for each in markets.values())
    return Receipt(
        batch=batch,
        live=live.id,
        sha256=sha256.hex(),
        accepted=len(reading.accepted),
        rejected=reading.rejected,
        outside_window=_outside(live, (each.at_ms // 60_000 for each in reading.accepted)),
        counts=counts_answer(counts),
        gift_value=counts.gift_value,
        replayed=False,
        problems=reading.problems[:LISTED_PROBLEMS],
    )


def _outside(live: Live, minutes: Iterable[int]) -> int:
    start, end = live.start_minute, live.end_minute
    return sum(1 for minute in minutes if not start <= minute < end)
