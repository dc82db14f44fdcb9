"""Donation rules: base + steps + rates, with a minimum and a cap, in integers of minor units.

Answers for: what a rule gives for given counts, step by step, and how a campaign's cap is shared.
Refuses: floats, and rules without a ceiling.

    donation = min(cap, max(minimum, base + steps + rates))
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, TypeAlias

import msgspec

from chalicelib.domain.money import apportion
from chalicelib.domain.problems import Problem, known
from chalicelib.domain.tally import Counts

Amount: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Reached: TypeAlias = Literal["at-or-above", "above"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same thing said in Japanese and in English. No length is set: a rule of many steps takes as long as it takes."""

    ja: Annotated[str, msgspec.Meta(min_length=1)]
    en: Annotated[str, msgspec.Meta(min_length=1)]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` more (minor units) once the live's total passes `at`; `reached` says whether exactly `at` passes."""

    at: Count
    reached: Reached
    amount: Amount

    def is_passed_by(self, total: int) -> bool:
        """Whether this total passes the step."""
        return total >= self.first_passing

    @property
    def first_passing(self) -> int:
        """The smallest total that passes this step."""
        return self.at if self.reached == "at-or-above" else self.at + 1


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` (minor units) for every full `per` of the live's total of one kind; an unfinished `per` gives nothing."""

    kind: Literal["like", "comment", "gift"]
    per: Count
    amount: Amount

    def earned_floor(self, counts: Counts) -> int:
        """Minor units earned, rounded down to full `per`."""
        counted: int = getattr(counts, self.kind)
        return counted // self.per * self.amount


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A live's donation rule. Amounts are minor units of the campaign's currency; `cap` is required."""

    fund: Words
    cap: Amount
    base: Amount = 0
    steps: tuple[Step, ...] = ()
    rates: tuple[Rate, ...] = ()
    minimum: Amount = 0


class Donation(msgspec.Struct, frozen=True):
    """What a rule gives for counts, each part by itself; `minor` is the result after minimum and cap."""

    minor: int
    base: int
    steps: tuple[int, ...]
    rates: tuple[int, ...]
    limited_by: Literal["minimum", "cap"] | None


def donate(rule: Rule, counts: Counts) -> Donation:
    """The donation for these counts. More reactions never give less."""
    steps = tuple(step.amount if step.is_passed_by(counts.total) else 0 for step in rule.steps)
    rates = tuple(rate.earned_floor(counts) for rate in rule.rates)
    earned = rule.base + sum(steps) + sum(rates)
    minor = min(rule.cap, max(rule.minimum, earned))
    limited_by: Literal["minimum", "cap"] | None = None
    if minor != earned:
        limited_by = "cap" if minor < earned else "minimum"
    return Donation(minor, rule.base, steps, rates, limited_by)


class Earned(NamedTuple):
    """What a live earned by itself, in minor units; its start (a minute since the epoch) and its id say who comes first."""

    start_minute: int
    live: str
    minor: int


def share_cap(cap: int | None, lives: Sequence[Earned]) -> list[int]:
    """The lives' donations under the campaign's cap, in the order given: reduced in proportion by largest remainder, so that
    they sum to it. Of equal remainders the live that starts first goes first, then the smaller id: the order of a campaign's
    file may change after the start, and no donation with it.
    """
    shares = [each.minor for each in lives]
    if cap is None or sum(shares) <= cap:
        return shares
    first = sorted(range(len(lives)), key=lambda place: lives[place])
    for place, share in zip(first, apportion(cap, [shares[place] for place in first]), strict=True):
        shares[place] = share
    return shares


def next_step(rule: Rule, total: int) -> Step | None:
    """The nearest step that this total has not passed."""
    ahead = [step for step in rule.steps if not step.is_passed_by(total)]
    return min(ahead, key=lambda step: step.first_passing) if ahead else None


def rule_problems(rule: Rule, pointer: str) -> Iterator[Problem]:
    """What is wrong with a rule beyond its types; the rule may be a sketch."""
    for name, amount in (("minimum", rule.minimum), ("base", rule.base)):
        if known(amount, rule.cap) and amount > rule.cap:
            yield Problem(f"{pointer}/{name}", f"{amount} is more than the cap of {rule.cap}")
    for index, (before, step) in enumerate(pairwise(rule.steps), start=1):
        if known(before.at, before.reached, step.at, step.reached) and step.first_passing <= before.first_passing:
            yield Problem(f"{pointer}/steps/{index}/at", f"{step.at} is not passed later than the step before it ({before.at})")
    kinds = [rate.kind for rate in rule.rates]
    for index, kind in enumerate(kinds):
        if kind in kinds[:index]:
            yield Problem(f"{pointer}/rates/{index}/kind", f"there is already a rate for {kind}")
