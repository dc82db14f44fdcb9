"""What an unreadable batch explains of that which is missing: never more than it can have held."""

import msgspec
import pytest

from chalicelib.domain import tally
from chalicelib.domain.answers import counts_answer, utc_minute
from chalicelib.domain.batches import Receipt, StoredBatch
from chalicelib.domain.campaigns import Limits
from chalicelib.domain.reconciliation import Difference
from chalicelib.domain.tally import Counts
from chalicelib.domain.unaccounted import Most, most

LIMITS = Limits(like=10, gift=20)
HELD = Counts(like=7, comment=2, gift=3, gift_value=30)
RECEIPT = msgspec.json.encode(Receipt("b-1", "live", "", 5, 0, 0, counts_answer(HELD), HELD.gift_value, False, ()))
TALLY = tally.encode({1: {"JP": HELD}, 2: {"JP": HELD, "TW": HELD}})


def batch(counted: bytes = b"", told: bytes = b"", *, rehearsal: bool = False) -> StoredBatch:
    return StoredBatch("live", 1, "platform", "", "b-1", b"", rehearsal, counted, b"", told, 0, 0)


def missing(number: int, measure: str = "like", minute: int = 1) -> Difference:
    return Difference(utc_minute(minute), "JP", measure, 10, 10 + number)


def test_a_batch_held_what_its_tally_says_else_what_its_receipt_says() -> None:
    assert most(batch(TALLY, RECEIPT), LIMITS) == Most(HELD + HELD + HELD, 2)
    assert most(batch(b"", RECEIPT), LIMITS) == Most(HELD, 5)


def test_a_batch_of_which_nothing_can_be_read_held_no_more_than_any_batch_can() -> None:
    assert most(batch(), LIMITS) == Most(Counts(50_000, 5_000, 100_000, 100_000 * 10**9), 60)


def test_a_rehearsal_explains_nothing() -> None:
    assert most(batch(rehearsal=True), LIMITS) == Most()
    assert not Most().explains([missing(1)])


@pytest.mark.parametrize(
    ("found", "explained"),
    [
        ([missing(7), missing(2, "comment"), missing(3, "gift"), missing(30, "gift_value")], True),
        ([missing(8)], False),
        ([missing(3, "comment")], False),
        ([missing(4, "gift")], False),
        ([missing(31, "gift_value")], False),
        ([missing(4), missing(4, minute=2)], False),
        ([missing(1, minute=minute) for minute in range(5)], True),
        ([missing(1, minute=minute) for minute in range(6)], False),
        ([missing(7), missing(-100, minute=2)], True),
        ([missing(8), missing(-100, minute=2)], False),
    ],
)
def test_what_is_missing_is_explained_up_to_the_ceiling_of_each_measure_and_of_minutes(
    found: list[Difference], *, explained: bool
) -> None:
    """What is there beyond what was counted fills no hole elsewhere."""
    assert Most(HELD, 5).explains(found) is explained


def test_the_ceilings_of_several_batches_add_up() -> None:
    assert (Most(HELD, 1) + Most(HELD, 1)).explains([missing(14), missing(4, "comment", minute=2)])
