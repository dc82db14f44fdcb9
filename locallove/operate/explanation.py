"""What a campaign's rules say, and what they give for a number of reactions, before anything is promised.

Answers for: each live's rule in words and, for a number of likes, every part of the donation; of a festival, how each award is
decided.
Refuses: real counts; those are in the totals.
"""

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.donations import Donation, Earned, Rule, Words, donate, share_cap
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_wording import award_in_words, entering_in_words
from chalicelib.domain.money import EXPONENTS, Money
from chalicelib.domain.tally import Counts
from chalicelib.domain.wording import cap_in_words, rule_in_words


class Given(msgspec.Struct, frozen=True):
    """What a rule gives, in minor units: each part, the sum under the live's own limits, and under the campaign's cap."""

    base: int
    steps: tuple[int, ...]
    rates: tuple[int, ...]
    limited_by: str | None
    before_campaign_cap: int
    minor: int


class ExplainedLive(msgspec.Struct, frozen=True):
    """One live: its rule in words, and what it gives."""

    live: str
    region: str
    title: Words
    rule: Words
    donation: Given | None


class ExplainedAward(msgspec.Struct, frozen=True):
    """One award, and how it is decided in words."""

    award: str
    rule: Words


class ExplainedFestival(msgspec.Struct, frozen=True):
    """What may be entered, and how each award is decided, in words."""

    entering: Words
    awards: tuple[ExplainedAward, ...]


class Explanation(msgspec.Struct, frozen=True):
    """Lives of a campaign for `reactions` reactions each, all taken as likes. Amounts are minor units of `currency`."""

    campaign: str
    currency: str
    exponent: int
    cap: Words | None
    reactions: int | None
    lives: tuple[ExplainedLive, ...]
    minor: int | None
    festival: ExplainedFestival | None


def explain(campaign: Campaign, lives: Sequence[Live], reactions: int | None) -> Explanation:
    """The rules of these lives, and for `reactions` likes in each of them the donations under the campaign's cap."""
    donations: list[Given | None] = [None] * len(lives)
    if reactions is not None:
        alone = [donate(live.donation, Counts(like=reactions)) for live in lives]
        earned = [Earned(live.start_minute, live.id, each.minor) for live, each in zip(lives, alone, strict=True)]
        shared = share_cap(campaign.cap, earned)
        donations = [_given(donation, minor) for donation, minor in zip(alone, shared, strict=True)]
    return Explanation(
        campaign=campaign.id,
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        cap=None if campaign.cap is None else cap_in_words(campaign.cap, campaign.currency),
        reactions=reactions,
        lives=tuple(
            ExplainedLive(live.id, live.region, live.title, rule_in_words(live.donation, campaign.currency), donation)
            for live, donation in zip(lives, donations, strict=True)
        ),
        minor=None if reactions is None else sum(donation.minor for donation in donations if donation),
        festival=None if campaign.festival is None else _festival(campaign.festival),
    )


def lines(explanation: Explanation, rules: Sequence[Rule]) -> Iterator[str]:
    """The explanation for a terminal; `rules` are those of its lives, in the same order."""
    if explanation.reactions is not None:
        yield f"For {explanation.reactions:,} reactions in each live, all taken as likes."
        yield ""
    for live, rule in zip(explanation.lives, rules, strict=True):
        yield f"{live.live} ({live.title.en})"
        yield f"  {live.rule.ja}"
        yield f"  {live.rule.en}"
        if live.donation is not None:
            yield from _parts(rule, live.donation, explanation.currency)
        yield ""
    if explanation.cap is not None:
        yield explanation.cap.ja
        yield explanation.cap.en
    if explanation.minor is not None:
        yield f"In all: {Money(explanation.currency, explanation.minor)}"
    if explanation.festival is not None:
        yield from ("Festival", f"  {explanation.festival.entering.ja}", f"  {explanation.festival.entering.en}")
        for award in explanation.festival.awards:
            yield from (f"  {award.award}", f"    {award.rule.ja}", f"    {award.rule.en}")


def _festival(festival: Festival) -> ExplainedFestival:
    awards = tuple(ExplainedAward(award.id, award_in_words(festival, award)) for award in festival.awards)
    return ExplainedFestival(entering_in_words(festival), awards)


def _given(donation: Donation, minor: int) -> Given:
    return Given(donation.base, donation.steps, donation.rates, donation.limited_by, donation.minor, minor)


def _parts(rule: Rule, given: Given, currency: str) -> Iterator[str]:
    parts = [("base", given.base)]
    for step, amount in zip(rule.steps, given.steps, strict=True):
        reading = f"{step.at:,} or more" if step.reached == "at-or-above" else f"more than {step.at:,}"
        parts.append((f"step, {reading}", amount))
    for rate, amount in zip(rule.rates, given.rates, strict=True):
        parts.append((f"rate, every {rate.per:,} {rate.kind}s", amount))
    if given.limited_by is not None:
        parts.append((f"limited by the {given.limited_by}", given.before_campaign_cap))
    if given.minor != given.before_campaign_cap:
        parts.append(("under the campaign's cap", given.minor))
    parts.append(("donation", given.minor))
    for name, amount in parts:
        yield f"    {name:<32}{Money(currency, amount)!s:>18}"
