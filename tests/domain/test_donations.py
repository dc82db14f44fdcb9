"""Donation rules: the golden figures of the real lives, and what holds for every rule."""

from collections.abc import Iterable
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.donations import Donation, Earned, Rate, Reached, Rule, Step, Words, donate, next_step, share_cap
from chalicelib.domain.tally import Counts, add_up

FUND = Words(ja="基金", en="a fund")
SENDAI = Rule(FUND, cap=1_000_000, steps=(Step(50_000, "at-or-above", 1_000_000),))
KUMAMOTO = Rule(FUND, cap=2_000_000, base=1_000_000, steps=(Step(100_000, "at-or-above", 1_000_000),))

amounts = st.integers(0, 10**7)
counts = st.builds(Counts, *[st.integers(0, 10**6)] * 3)


readings: st.SearchStrategy[Reached] = st.sampled_from(["at-or-above", "above"])
steps = st.sets(st.integers(1, 10**6), max_size=4).flatmap(
    lambda marks: st.tuples(*[st.builds(Step, st.just(2 * mark), readings, amounts) for mark in sorted(marks)])
)
rates = st.lists(
    st.builds(Rate, st.sampled_from(["like", "comment", "gift"]), st.integers(1, 1000), st.integers(0, 1000)),
    max_size=3,
    unique_by=lambda rate: rate.kind,
).map(tuple)
rules = st.builds(Rule, fund=st.just(FUND), cap=amounts, base=amounts, steps=steps, rates=rates, minimum=amounts)
"""Any rule that a campaign file may hold."""


def read_as(rule: Rule, reading: Reached) -> Rule:
    """The rule with its steps read the one way or the other."""
    return msgspec.structs.replace(rule, steps=tuple(msgspec.structs.replace(step, reached=reading) for step in rule.steps))


def earned(minors: Iterable[int]) -> list[Earned]:
    """What lives earned, one starting after the other."""
    return [Earned(place, f"live-{place}", minor) for place, minor in enumerate(minors)]


@pytest.mark.parametrize(
    ("rule", "reading", "total", "minor"),
    [
        (SENDAI, "at-or-above", 49_999, 0),
        (SENDAI, "at-or-above", 50_000, 1_000_000),
        (SENDAI, "at-or-above", 50_001, 1_000_000),
        (SENDAI, "above", 49_999, 0),
        (SENDAI, "above", 50_000, 0),
        (SENDAI, "above", 50_001, 1_000_000),
        (KUMAMOTO, "at-or-above", 99_999, 1_000_000),
        (KUMAMOTO, "at-or-above", 100_000, 2_000_000),
        (KUMAMOTO, "at-or-above", 100_001, 2_000_000),
        (KUMAMOTO, "above", 99_999, 1_000_000),
        (KUMAMOTO, "above", 100_000, 1_000_000),
        (KUMAMOTO, "above", 100_001, 2_000_000),
    ],
)
@pytest.mark.parametrize("kinds", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (7, 2, 1)])
def test_sendai_and_kumamoto_give_what_they_gave(
    rule: Rule, reading: Reached, total: int, minor: int, kinds: tuple[int, int, int]
) -> None:
    """Likes, comments and gifts count alike towards a step, and "passed" can be read in two ways."""
    likes, comments, _ = (total * kind // sum(kinds) for kind in kinds)
    assert donate(read_as(rule, reading), Counts(likes, comments, total - likes - comments)).minor == minor


def test_a_rate_pays_full_hundreds_of_its_own_kind_only() -> None:
    rule = Rule(FUND, cap=10**6, rates=(Rate("like", 100, 3), Rate("gift", 1, 50)))
    assert donate(rule, Counts(like=299, comment=5000, gift=2, gift_value=900)) == Donation(106, 0, (), (6, 100), None)


@pytest.mark.parametrize(
    ("rule", "minor", "limited_by"),
    [
        (Rule(FUND, cap=500, base=400), 400, None),
        (Rule(FUND, cap=500, base=400, minimum=450), 450, "minimum"),
        (Rule(FUND, cap=500, base=400, minimum=400), 400, None),
        (Rule(FUND, cap=500, base=400, steps=(Step(1, "at-or-above", 100),)), 500, None),
        (Rule(FUND, cap=500, base=400, steps=(Step(1, "at-or-above", 101),)), 500, "cap"),
    ],
)
def test_a_donation_says_what_limited_it(rule: Rule, minor: int, limited_by: str | None) -> None:
    donation = donate(rule, Counts(like=1))
    assert (donation.minor, donation.limited_by) == (minor, limited_by)


@given(rules, counts)
def test_the_parts_sum_to_the_whole_between_minimum_and_cap(rule: Rule, counted: Counts) -> None:
    donation = donate(rule, counted)
    earned = donation.base + sum(donation.steps) + sum(donation.rates)
    assert donation.minor == min(rule.cap, max(rule.minimum, earned))
    assert (donation.limited_by is None) == (donation.minor == earned)


@given(rules, counts, counts)
def test_more_reactions_never_give_less(rule: Rule, before: Counts, more: Counts) -> None:
    assert donate(rule, before + more).minor >= donate(rule, before).minor


@given(st.integers(0, 10**7), st.lists(st.tuples(rules, counts, counts), max_size=4))
def test_more_reactions_never_give_less_to_a_capped_campaign(cap: int, lives: list[tuple[Rule, Counts, Counts]]) -> None:
    before = share_cap(cap, earned(donate(rule, counted).minor for rule, counted, _ in lives))
    after = share_cap(cap, earned(donate(rule, counted + more).minor for rule, counted, more in lives))
    assert sum(after) >= sum(before)


@given(rules, st.lists(counts, max_size=8).flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))))
def test_the_order_of_what_is_counted_is_irrelevant(rule: Rule, orders: tuple[list[Counts], list[Counts]]) -> None:
    one, other = orders
    assert donate(rule, add_up(one)) == donate(rule, add_up(other))


def test_a_campaigns_cap_is_shared_by_largest_remainder() -> None:
    """2,000,000 of 6,000,001 in all: the parts sum to the cap, and the odd yen goes to the largest remainder."""
    assert share_cap(2_000_000, earned([1_000_000, 2_000_000, 3_000_001])) == [333_333, 666_667, 1_000_000]
    assert share_cap(100, earned([50, 50])) == [50, 50]
    assert share_cap(None, earned([10**9])) == [10**9]


@given(st.none() | st.integers(0, 10**15), st.lists(st.integers(0, 10**15), max_size=20))
def test_a_cap_gives_nobody_more_and_sums_to_itself(cap: int | None, alone: list[int]) -> None:
    shared = share_cap(cap, earned(alone))
    assert sum(shared) == (sum(alone) if cap is None else min(cap, sum(alone)))
    assert all(part <= whole for part, whole in zip(shared, alone, strict=True))


@given(
    st.integers(0, 10**4),
    st.lists(
        st.builds(Earned, st.integers(0, 2), st.text("ab-9", max_size=2), st.integers(0, 9)), unique_by=lambda each: each.live
    ),
    st.randoms(),
)
def test_a_share_does_not_depend_on_the_order_of_the_file(cap: int, lives: list[Earned], chance: Random) -> None:
    """Few starts and small sums, so that there are many ties."""
    moved = chance.sample(lives, len(lives))
    assert dict(zip(moved, share_cap(cap, moved), strict=True)) == dict(zip(lives, share_cap(cap, lives), strict=True))


def test_of_equal_remainders_the_live_that_starts_first_goes_first_then_the_smaller_id() -> None:
    assert share_cap(100, [Earned(2, "a", 50), Earned(1, "b", 50), Earned(2, "c", 50)]) == [33, 34, 33]
    assert share_cap(101, [Earned(1, "c", 50), Earned(1, "b", 50), Earned(1, "a", 50)]) == [33, 34, 34]


def test_the_next_step_is_the_nearest_one_ahead() -> None:
    first, second = Step(10, "above", 1), Step(20, "at-or-above", 2)
    rule = Rule(FUND, cap=10, steps=(first, second))
    assert [next_step(rule, total) for total in (0, 10, 11, 19, 20)] == [first, first, second, second, None]
