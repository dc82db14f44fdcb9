"""The report model: what every format of a report shows, built from a standing by pure functions.

Answers for: one `Report` for a campaign, a region or a live; all renderers read it and nothing else.
Refuses: formatting, languages beyond carrying both, and AWS.

A report of a region holds that region's figures only, and of the campaign only the public total.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain.answers import CountsAnswer, counts_answer, together, utc
from chalicelib.domain.campaigns import Campaign, Region
from chalicelib.domain.donations import Words
from chalicelib.domain.figures import (
    Figures,
    LiveFigures,
    MarketFigures,
    RegionFigures,
    figures,
    live_figures,
    market_figures,
    region_figures,
)
from chalicelib.domain.money import EXPONENTS, Money
from chalicelib.domain.standing import LiveStanding, Standing, Status, status
from chalicelib.domain.tally import add_markets, add_up

VERSION = 1

Scope: TypeAlias = Literal["campaign", "region", "live"]


class InOtherCurrency(msgspec.Struct, frozen=True):
    """The donation at the campaign's one stated rate, rounded half up; for display only.

    The rate: `units` whole `currency` cost `cost_minor` minor units of the campaign's currency.
    """

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
    final_after: str | None
    currency: str
    exponent: int
    figures: Figures
    donation_minor: int
    donation_in_other_currency: InOtherCurrency | None
    campaign_total: int
    campaign_cap_minor: int | None
    regions: tuple[RegionFigures, ...]
    markets: tuple[MarketFigures, ...]
    lives: tuple[LiveFigures, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a report is about: its regions and lives, in the campaign's order."""

    scope: Scope
    id: str
    title: Words
    regions: tuple[Region, ...]
    lives: tuple[LiveStanding, ...]


def campaign_report(standing: Standing, now_ms: int) -> Report:
    """The report of a whole campaign."""
    campaign = standing.applied.campaign
    return _report(standing, _Subject("campaign", campaign.id, campaign.name, campaign.regions, standing.lives), now_ms)


def region_report(standing: Standing, region: str, now_ms: int) -> Report:
    """The report of one region. Raises: KeyError."""
    defined = standing.applied.campaign.region(region)
    return _report(standing, _Subject("region", region, defined.name, (defined,), standing.of_region(region)), now_ms)


def live_report(standing: Standing, live: str, now_ms: int) -> Report:
    """The report of one live. Raises: KeyError."""
    subject = standing.live(live)
    region = standing.applied.campaign.region(subject.live.region)
    return _report(standing, _Subject("live", live, subject.live.title, (region,), (subject,)), now_ms)


def _report(standing: Standing, subject: _Subject, now_ms: int) -> Report:
    campaign, lives = standing.applied.campaign, subject.lives
    markets = add_markets(each.totals.by_market for each in lives)
    newest = max((each.totals.as_of_ms for each in lives), default=0)
    closing = max((each.live.closes_at_ms for each in lives), default=None)
    minor = sum(each.minor for each in lives)
    return Report(
        version=VERSION,
        scope=subject.scope,
        id=subject.id,
        title=subject.title,
        campaign=campaign.id,
        campaign_name=campaign.name,
        as_of=utc(newest) if newest else None,
        epoch=lives[0].epoch if subject.scope == "live" else sum(standing.applied.epochs.values()),
        status=together([status(each.live, now_ms) for each in lives]),
        provisional=True,
        final_after=None if closing is None else utc(closing),
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        figures=figures(add_up(markets.values())),
        donation_minor=minor,
        donation_in_other_currency=_elsewhere(campaign, minor),
        campaign_total=sum(each.totals.counts.total for each in standing.lives),
        campaign_cap_minor=campaign.cap,
        regions=region_figures(campaign, subject.regions, lives),
        markets=market_figures(campaign, markets),
        lives=tuple(live_figures(standing, each, now_ms) for each in lives),
        outside_window=counts_answer(add_up(each.totals.outside for each in lives)),
        rehearsal=counts_answer(add_up(each.totals.rehearsal for each in lives)),
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
