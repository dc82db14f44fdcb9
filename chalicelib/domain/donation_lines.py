"""A live's donation explained line by line, so that a reader can add it up: base, steps, rates, minimum, caps.

Answers for: one line for each part of the rule, with what it asked, what was counted and what it gives.
Refuses: deciding a donation (`domain/donations.py` does) and wording (`domain/wording.py`, the renderers).
"""

from typing import Literal

import msgspec

from chalicelib.domain.answers import utc_minute
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.donations import Reached, Words
from chalicelib.domain.standing import LiveStanding
from chalicelib.domain.wording import rule_in_words


class RuleText(msgspec.Struct, frozen=True):
    """A rule said in both languages, as long as the rule needs (`Words` bounds what a campaign's file may say)."""

    ja: str
    en: str


class StepLine(msgspec.Struct, frozen=True):
    """A step: what it adds once passed, and the minute (UTC) in which it was; `remaining` reactions are missing, or 0."""

    at: int
    reached: Reached
    amount_minor: int
    passed: bool
    reached_at: str | None
    remaining: int


class RateLine(msgspec.Struct, frozen=True):
    """A rate: how many full `per` were counted and what they give."""

    kind: Literal["like", "comment", "gift"]
    per: int
    amount_minor: int
    full: int
    earned_minor: int


class DonationLines(msgspec.Struct, frozen=True):
    """A live's donation, in minor units of the campaign's currency.

    `earned_minor` is base, passed steps and rates; `before_campaign_cap_minor` the same within the live's own minimum and
    cap; `minor`, the donation, is what the campaign's cap leaves of it.
    """

    fund: Words
    rule: RuleText
    base_minor: int
    steps: tuple[StepLine, ...]
    rates: tuple[RateLine, ...]
    earned_minor: int
    minimum_minor: int
    cap_minor: int
    limited_by: Literal["minimum", "cap"] | None
    before_campaign_cap_minor: int
    minor: int


def donation_lines(campaign: Campaign, subject: LiveStanding) -> DonationLines:
    """The lines of a live's donation as it stands."""
    rule, donation = subject.live.donation, subject.donation
    said = rule_in_words(rule, campaign.currency)
    return DonationLines(
        fund=rule.fund,
        rule=RuleText(said.ja, said.en),
        base_minor=rule.base,
        steps=_steps(subject),
        rates=_rates(subject),
        earned_minor=donation.base + sum(donation.steps) + sum(donation.rates),
        minimum_minor=rule.minimum,
        cap_minor=rule.cap,
        limited_by=donation.limited_by,
        before_campaign_cap_minor=donation.minor,
        minor=subject.minor,
    )


def _steps(subject: LiveStanding) -> tuple[StepLine, ...]:
    total = subject.totals.counts.total
    return tuple(
        StepLine(
            at=step.at,
            reached=step.reached,
            amount_minor=step.amount,
            passed=step.is_passed_by(total),
            reached_at=None if minute is None else utc_minute(minute),
            remaining=max(0, step.first_passing - total),
        )
        for step, minute in zip(subject.live.donation.steps, subject.reached, strict=True)
    )


def _rates(subject: LiveStanding) -> tuple[RateLine, ...]:
    counts = subject.totals.counts
    return tuple(
        RateLine(rate.kind, rate.per, rate.amount, getattr(counts, rate.kind) // rate.per, earned)
        for rate, earned in zip(subject.live.donation.rates, subject.donation.rates, strict=True)
    )
