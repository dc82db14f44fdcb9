"""The report model: what every format of a report shows, built from a standing by pure functions.

Answers for: one `Report` for a campaign, a region or a live; all renderers read it and nothing else.
Refuses: formatting, languages beyond carrying both, and AWS.

A report of a region holds that region's figures only, and of the campaign only the public total.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer, counts_answer, minutes_of, together, utc, utc_minute
from chalicelib.domain.campaigns import Campaign, Live, Member, Partner, Segment
from chalicelib.domain.donations import Reached, Words
from chalicelib.domain.money import EXPONENTS, Money
from chalicelib.domain.standing import LiveStanding, Standing, Status, status
from chalicelib.domain.tally import NOTHING, Counts, add_markets, add_up
from chalicelib.domain.wording import rule_in_words

VERSION = 1

Scope: TypeAlias = Literal["campaign", "region", "live"]


class Figures(msgspec.Struct, frozen=True):
    """Counted figures: sums of `count` by kind, and gift value in the platform's units (never money)."""

    counts: CountsAnswer
    gift_value: int


class MarketFigures(msgspec.Struct, frozen=True):
    """The figures of one market; `ZZ` gathers all others."""

    market: str
    name: Words
    figures: Figures


class RegionFigures(msgspec.Struct, frozen=True):
    """The figures of one region, by market too, with its donation in minor units."""

    region: str
    name: Words
    partners: tuple[Partner, ...]
    figures: Figures
    by_market: tuple[MarketFigures, ...]
    donation_minor: int


class StepLine(msgspec.Struct, frozen=True):
    """A step of the rule: what it adds when passed, and when (UTC) it was."""

    at: int
    reached: Reached
    amount_minor: int
    passed: bool
    reached_at: str | None


class RateLine(msgspec.Struct, frozen=True):
    """A rate of the rule: how many full `per` were counted and what they give."""

    kind: str
    per: int
    amount_minor: int
    full: int
    earned_minor: int


class DonationLines(msgspec.Struct, frozen=True):
    """A live's donation step by step; `minor` is the result after minimum, cap and the campaign's cap."""

    fund: Words
    rule: Words
    base_minor: int
    steps: tuple[StepLine, ...]
    rates: tuple[RateLine, ...]
    minimum_minor: int
    cap_minor: int
    limited_by: Literal["minimum", "cap"] | None
    before_campaign_cap_minor: int
    minor: int


class WindowLine(msgspec.Struct, frozen=True):
    """A change of the window on record. Moments in UTC."""

    changed_at: str
    reason: str
    ended_before: str
    ends_now: str


class LiveFigures(msgspec.Struct, frozen=True):
    """One live: window, figures by market and minute, what did not count, donation."""

    live: str
    region: str
    title: Words
    starts_at: str
    ends_at: str
    closes_at: str
    status: Status
    figures: Figures
    by_market: tuple[MarketFigures, ...]
    minutes: tuple[MinuteAnswer, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer
    donation: DonationLines
    window_changes: tuple[WindowLine, ...]
    cast: tuple[Member, ...]
    programme: tuple[Segment, ...]


class InOtherCurrency(msgspec.Struct, frozen=True):
    """The donation at the campaign's one stated rate, rounded half up; for display only."""

    currency: str
    exponent: int
    minor: int
    units: int
    cost_minor: int
    on: str
    source: str


class Report(msgspec.Struct, frozen=True):
    """A report of a campaign, a region or a live. Provisional until every live in it is settled."""

    version: int
    scope: Scope
    id: str
    title: Words
    campaign: str
    campaign_name: Words
    as_of: str | None
    epoch: int
    status: Status
    provisional: bool
    final_after: str
    currency: str
    exponent: int
    figures: Figures
    donation_minor: int
    donation_in_other_currency: InOtherCurrency | None
    campaign_total: int
    regions: tuple[RegionFigures, ...]
    markets: tuple[MarketFigures, ...]
    lives: tuple[LiveFigures, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer


def campaign_report(standing: Standing, now_ms: int) -> Report:
    """The report of a whole campaign."""
    campaign = standing.applied.campaign
    return _report(standing, "campaign", campaign.id, campaign.name, standing.lives, now_ms)


def region_report(standing: Standing, region: str, now_ms: int) -> Report:
    """The report of one region. Raises: KeyError."""
    name = standing.applied.campaign.region(region).name
    return _report(standing, "region", region, name, standing.of_region(region), now_ms)


def live_report(standing: Standing, live: str, now_ms: int) -> Report:
    """The report of one live. Raises: KeyError."""
    subject = standing.live(live)
    return _report(standing, "live", live, subject.live.title, (subject,), now_ms)


def _report(standing: Standing, scope: Scope, id: str, title: Words, lives: Sequence[LiveStanding], now_ms: int) -> Report:
    campaign = standing.applied.campaign
    markets = add_markets(each.totals.by_market for each in lives)
    newest = max((each.totals.as_of_ms for each in lives), default=0)
    regions = [region for region in campaign.regions if scope == "campaign" or _has(lives, region.id)]
    minor = sum(each.minor for each in lives)
    return Report(
        version=VERSION,
        scope=scope,
        id=id,
        title=title,
        campaign=campaign.id,
        campaign_name=campaign.name,
        as_of=utc(newest) if newest else None,
        epoch=sum(each.epoch for each in lives),
        status=together([status(each.live, now_ms) for each in lives]),
        provisional=True,
        final_after=utc(max((each.live.closes_at_ms for each in lives), default=0)),
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        figures=_figures(add_up(markets.values())),
        donation_minor=minor,
        donation_in_other_currency=_elsewhere(campaign, minor),
        campaign_total=sum(each.totals.counts.total for each in standing.lives),
        regions=tuple(_region(standing, region.id, lives) for region in regions),
        markets=_markets(campaign, markets),
        lives=tuple(_live(standing, each, now_ms) for each in lives),
        outside_window=counts_answer(add_up(each.totals.outside for each in lives)),
        rehearsal=counts_answer(add_up(each.totals.rehearsal for each in lives)),
    )


def _has(lives: Sequence[LiveStanding], region: str) -> bool:
    return any(each.live.region == region for each in lives)


def _figures(counts: Counts) -> Figures:
    return Figures(counts_answer(counts), counts.gift_value)


def _markets(campaign: Campaign, markets: Mapping[str, Counts]) -> tuple[MarketFigures, ...]:
    names = {market.code: market.name for market in campaign.markets}
    other = Words(ja="その他・不明", en="Other or unknown")
    return tuple(
        MarketFigures(code, names.get(code, other), _figures(markets.get(code, NOTHING))) for code in campaign.market_codes
    )


def _region(standing: Standing, region: str, lives: Sequence[LiveStanding]) -> RegionFigures:
    campaign = standing.applied.campaign
    own = [each for each in lives if each.live.region == region]
    markets = add_markets(each.totals.by_market for each in own)
    defined = campaign.region(region)
    return RegionFigures(
        region=region,
        name=defined.name,
        partners=defined.partners,
        figures=_figures(add_up(markets.values())),
        by_market=_markets(campaign, markets),
        donation_minor=sum(each.minor for each in own),
    )


def _live(standing: Standing, subject: LiveStanding, now_ms: int) -> LiveFigures:
    live, totals = subject.live, subject.totals
    return LiveFigures(
        live=live.id,
        region=live.region,
        title=live.title,
        starts_at=utc_minute(live.start_minute),
        ends_at=utc_minute(live.end_minute),
        closes_at=utc(live.closes_at_ms),
        status=status(live, now_ms),
        figures=_figures(totals.counts),
        by_market=_markets(standing.applied.campaign, totals.by_market),
        minutes=minutes_of(subject),
        outside_window=counts_answer(totals.outside),
        rehearsal=counts_answer(totals.rehearsal),
        donation=_donation(standing.applied.campaign, subject),
        window_changes=_window_changes(standing, live),
        cast=live.cast,
        programme=live.programme,
    )


def _donation(campaign: Campaign, subject: LiveStanding) -> DonationLines:
    rule, counts, donation = subject.live.donation, subject.totals.counts, subject.donation
    return DonationLines(
        fund=rule.fund,
        rule=rule_in_words(rule, campaign.currency),
        base_minor=rule.base,
        steps=tuple(
            StepLine(
                step.at,
                step.reached,
                step.amount,
                step.is_passed_by(counts.total),
                None if minute is None else utc_minute(minute),
            )
            for step, minute in zip(rule.steps, subject.reached, strict=True)
        ),
        rates=tuple(
            RateLine(rate.kind, rate.per, rate.amount, getattr(counts, rate.kind) // rate.per, earned)
            for rate, earned in zip(rule.rates, donation.rates, strict=True)
        ),
        minimum_minor=rule.minimum,
        cap_minor=rule.cap,
        limited_by=donation.limited_by,
        before_campaign_cap_minor=donation.minor,
        minor=subject.minor,
    )


def _window_changes(standing: Standing, live: Live) -> tuple[WindowLine, ...]:
    return tuple(
        WindowLine(utc(each.at_ms), each.reason, utc_minute(each.ended_before), utc_minute(each.ends_now))
        for each in standing.applied.changes
        if each.live == live.id
    )


def _elsewhere(campaign: Campaign, minor: int) -> InOtherCurrency | None:
    exchange = campaign.exchange
    if exchange is None:
        return None
    money = exchange.convert_half_up(Money(campaign.currency, minor))
    return InOtherCurrency(
        currency=money.currency,
        exponent=EXPONENTS[money.currency],
        minor=money.minor,
        units=exchange.units,
        cost_minor=exchange.minor,
        on=exchange.on,
        source=exchange.source,
    )
