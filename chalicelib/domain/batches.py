"""A batch as it is stored, and the receipt that answers it.

Answers for: the receipt's form and the stored form of a batch (version 1), with its place in the table.
Refuses: DynamoDB's own notation (`store/reactions.py`).
"""

from collections.abc import Iterable
from zlib import crc32

import msgspec

from chalicelib.domain.answers import CountsAnswer, counts_answer
from chalicelib.domain.campaigns import Live
from chalicelib.domain.problems import Problem
from chalicelib.domain.reactions import Reading
from chalicelib.domain.tally import Tally, add_up

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


class StoredBatch(msgspec.Struct, frozen=True):
    """One item of the `reactions` table: what was sent, by whom, and what was answered.

    `sha256` is of the text as received. `tally`, `packed` and `receipt` are stored forms with versions of their own.
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


def receipt(batch: str, live: Live, sha256: bytes, reading: Reading, tally: Tally) -> Receipt:
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
