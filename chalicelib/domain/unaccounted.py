"""Batches of which nobody can say what was counted: how much they can have held at most.

Answers for: a ceiling on what an excluded batch explains of that which is missing, by whatever of it can still be read.
Refuses: guessing what it did hold, and accepting anything (`flows/decisions.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chalicelib.domain import tally
from chalicelib.domain.batches import Receipt, StoredBatch
from chalicelib.domain.campaigns import Limits
from chalicelib.domain.reactions import MAX_VALUE
from chalicelib.domain.reconciliation import Difference
from chalicelib.domain.tally import MEASURES, NOTHING, Counts, add_up
from chalicelib.domain.texts import MAX_ITEMS, MAX_MINUTES


@dataclass(frozen=True, slots=True)
class Most:
    """The most that some batches can have held: counts, in so many different minutes."""

    counts: Counts = NOTHING
    minutes: int = 0

    def __add__(self, other: "Most") -> "Most":
        return Most(self.counts + other.counts, self.minutes + other.minutes)

    def explains(self, found: Iterable[Difference]) -> bool:
        """Whether everything that is missing in these cells can have been in those batches."""
        missing = [each for each in found if each.missing]
        return len({each.at for each in missing}) <= self.minutes and all(
            sum(each.expected - each.recounted for each in missing if each.measure == measure) <= getattr(self.counts, measure)
            for measure in MEASURES
        )


def most(batch: StoredBatch, limits: Limits) -> Most:
    """The most that a batch can have added to the totals: by its tally, else by its receipt, else by the limits of a batch."""
    if batch.rehearsal or batch.of in ("entries", "metrics"):
        return Most()
    try:
        counted = tally.decode(batch.tally)
        return Most(add_up(counts for markets in counted.values() for counts in markets.values()), len(counted))
    except ValueError:
        pass
    if batch.of == "votes":
        return Most(Counts(vote=MAX_ITEMS), MAX_MINUTES)
    try:
        told = msgspec.json.decode(batch.receipt, type=Receipt)
    except ValueError:
        likes, gifts = MAX_ITEMS * limits.like, MAX_ITEMS * limits.gift
        return Most(Counts(likes, MAX_ITEMS, gifts, gifts * MAX_VALUE), MAX_MINUTES)
    counts = Counts(told.counts.like, told.counts.comment, told.counts.gift, told.gift_value)
    return Most(counts, min(told.accepted, MAX_MINUTES))
