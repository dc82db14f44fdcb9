"""Promised, earned, paid, open: what a rule can give at most, and what payments leave of what it gives."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import LIVE, sample_campaign

from chalicelib.domain.answers import donation_answer
from chalicelib.domain.applied import Applied
from chalicelib.domain.balances import Balance, balance
from chalicelib.domain.campaigns import Campaign, Live, read
from chalicelib.domain.donations import Rate, Rule, Step, Words, donate
from chalicelib.domain.payments import Payment, promised_at_most
from chalicelib.domain.standing import LiveTotals, Standing, stand
from chalicelib.domain.tally import NOTHING, Counts

FUND = Words(ja="熊本の支援基金", en="a relief fund for Kumamoto")
SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"

AMOUNTS = st.integers(0, 10**7)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A rule with up to three steps, with or without a rate; its minimum and base within its cap."""
    cap = draw(AMOUNTS)
    steps = tuple(Step(100 * (place + 1), "above", draw(AMOUNTS)) for place in range(draw(st.integers(0, 3))))
    rates = (Rate("like", draw(st.integers(1, 50)), draw(AMOUNTS)),) if draw(st.booleans()) else ()
    return Rule(FUND, cap, draw(st.integers(0, cap)), steps, rates, draw(st.integers(0, cap)))


def kumamoto() -> Rule:
    """The rule of the real event, as the sample campaign has it."""
    found, problems = read(tomllib.loads(SAMPLE.read_text("utf-8")))
    assert found is not None, problems
    return found.live("kumamoto-2023").donation


def paid(minor: int, on: str = "2023-02-10", live: str = LIVE) -> Payment:
    return Payment(live, "JPY", minor, on, "熊本県", f"{on} {minor}", None, f"{on}T00:00:00Z")


def standing(rules: list[Rule], likes: list[int], payments: tuple[Payment, ...] = (), cap: int | None = None) -> Standing:
    """A campaign with a live for each rule and so many likes in each; the first is `LIVE`, the others are numbered."""
    first = sample_campaign(datetime(2023, 2, 11, 12, tzinfo=UTC)).lives[0]
    lives = [numbered(first, number, rule) for number, rule in enumerate(rules)]
    campaign = msgspec.structs.replace(sample_campaign(), lives=tuple(lives), cap=cap)
    totals = {live.id: counted(live, like) for live, like in zip(lives, likes, strict=True)}
    return stand(Applied(campaign, 1, 0, {live.id: 1 for live in lives}, payments=payments), totals)


def numbered(live: Live, number: int, rule: Rule) -> Live:
    return msgspec.structs.replace(live, id=f"{LIVE}-{number}" if number else LIVE, donation=rule)


def counted(live: Live, like: int) -> LiveTotals:
    return LiveTotals({live.start_minute: {"JP": Counts(like=like)}}, {}, NOTHING, 0)


@given(rules(), st.integers(0, 1000), st.integers(0, 100))
def test_no_count_earns_more_than_was_promised(rule: Rule, likes: int, gifts: int) -> None:
    assert donate(rule, Counts(like=likes, gift=gifts)).minor <= promised_at_most(rule)


@given(rules())
def test_a_rule_without_rates_gives_all_that_it_promises(rule: Rule) -> None:
    """So what is promised is no more than what can be earned; a rate has no end but the cap."""
    if not rule.rates:
        assert donate(rule, Counts(like=10**6)).minor == promised_at_most(rule)


@pytest.mark.parametrize(
    ("likes", "payments", "earned", "open_minor", "overpaid"),
    [
        (0, (), 1_000_000, 1_000_000, 0),
        (0, (1_000_000,), 1_000_000, 0, 0),
        (99_999, (1_000_000,), 1_000_000, 0, 0),
        (100_000, (1_000_000,), 2_000_000, 1_000_000, 0),
        (100_000, (1_000_000, 1_000_000), 2_000_000, 0, 0),
        (100_000, (1_000_000, 1_000_000, 1), 2_000_000, 0, 1),
        (99_999, (1_000_000, 1_000_000), 1_000_000, 0, 1_000_000),
    ],
)
def test_kumamoto_a_million_before_and_a_million_after(
    likes: int, payments: tuple[int, ...], earned: int, open_minor: int, overpaid: int
) -> None:
    """The real event: ¥1,000,000 given the day before, another when 100,000 was passed. Too much is shown, never refused."""
    days = ("2023-02-10", "2023-02-20", "2023-02-21")
    made = tuple(paid(minor, on) for minor, on in zip(payments, days, strict=False))
    subject = standing([kumamoto()], [likes], made)
    found = balance(subject.lives, None)
    assert found == Balance(2_000_000, earned, sum(payments), open_minor, overpaid)
    assert donation_answer(subject, subject.lives).paid_minor == sum(payments)


@given(st.lists(st.tuples(rules(), st.integers(0, 1000), AMOUNTS), min_size=1, max_size=4), st.none() | AMOUNTS)
def test_the_four_figures_always_fit_together(lives: list[tuple[Rule, int, int]], cap: int | None) -> None:
    """Of several lives too: earned less paid is open less overpaid, parts sum to the whole, and promised is the most."""
    made, likes = [rule for rule, _, _ in lives], [like for _, like, _ in lives]
    ids = [LIVE, *(f"{LIVE}-{number}" for number in range(1, len(lives)))]
    payments = tuple(paid(minor, live=live) for live, (_, _, minor) in zip(ids, lives, strict=True))
    subject = standing(made, likes, payments, cap)
    parts = [balance([each], cap) for each in subject.lives]
    whole = balance(subject.lives, cap)
    for found in (*parts, whole):
        assert found.earned_minor - found.paid_minor == found.open_minor - found.overpaid_minor
        assert found.earned_minor <= found.promised_minor
        assert min(found.open_minor, found.overpaid_minor) >= 0
    for part in parts:
        assert 0 in (part.open_minor, part.overpaid_minor)
    for name in ("earned_minor", "paid_minor", "open_minor", "overpaid_minor"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
    promised = sum(promised_at_most(rule) for rule in made)
    assert whole.promised_minor == (promised if cap is None else min(cap, promised))


def test_what_one_live_got_too_much_pays_nothing_for_another() -> None:
    """Each gives to a fund of its own."""
    subject = standing([kumamoto()] * 2, [0, 0], (paid(1_500_000),))
    assert balance(subject.lives, None) == Balance(4_000_000, 2_000_000, 1_500_000, 1_000_000, 500_000)


@pytest.mark.parametrize("minor", [0, -1, 10**15 + 1])
def test_a_payment_of_nothing_or_less_is_no_payment(minor: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(paid(minor)), type=Payment)


def test_payments_of_another_live_are_not_counted() -> None:
    campaign: Campaign = standing([kumamoto()], [0]).applied.campaign
    applied = Applied(campaign, 1, 0, {LIVE: 1}, payments=(paid(7), paid(5, live="another")))
    assert applied.paid_minor(LIVE) == 7
