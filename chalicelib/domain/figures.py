"""The figures that reports are made of: of a market, a region and a live.

Answers for: sums by kind and market, shares that add up, the busiest minute, what did not count.
Refuses: formatting, and deciding what a report is about (`domain/reports.py`).
"""

from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer, counts_answer, minutes_of, utc, utc_minute
from chalicelib.domain.balances import Balance, balance
from chalicelib.domain.campaigns import Campaign, Live, Member, Partner, Region, Segment
from chalicelib.domain.donation_lines import DonationLines, donation_lines
from chalicelib.domain.donations import Words
from chalicelib.domain.money import apportion
from chalicelib.domain.payments import Payment
from chalicelib.domain.segments import SegmentFigures, segment_figures
from chalicelib.domain.standing import LiveStanding, Standing, Status
from chalicelib.domain.statement import Statement
from chalicelib.domain.statement_lines import StatementLines, statement_lines
from chalicelib.domain.tally import NOTHING, Counts, add_markets, add_up
from chalicelib.domain.windows import WindowLine, window_changes


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
    """The figures of one region, by market too, with its donation in minor units.

    `share_permille` is its share of the report's reactions; the shares of a report sum to exactly 1,000 (or to 0).
    """

    region: str
    name: Words
    partners: tuple[Partner, ...]
    figures: Figures
    share_permille: int
    by_market: tuple[MarketFigures, ...]
    donation_minor: int
    balance: Balance


class Peak(msgspec.Struct, frozen=True):
    """The minute (UTC) with the most reactions, the first of equals, and the part of the programme it lies in."""

    at: str
    total: int
    segment: Words | None


class LiveFigures(msgspec.Struct, frozen=True):
    """One live: window, figures by market and minute, what did not count, donation, payments in the order of their days.

    `final` says whether its donation is: a live that is settled waits for the others where the campaign's cap may bind. Its
    counts are final with its `statement`.
    """

    live: str
    region: str
    title: Words
    starts_at: str
    ends_at: str
    closes_at: str
    status: Status
    final: bool
    figures: Figures
    by_market: tuple[MarketFigures, ...]
    minutes: tuple[MinuteAnswer, ...]
    peak: Peak | None
    segments: tuple[SegmentFigures, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer
    donation: DonationLines
    balance: Balance
    payments: tuple[Payment, ...]
    statement: StatementLines | None
    window_changes: tuple[WindowLine, ...]
    cast: tuple[Member, ...]
    programme: tuple[Segment, ...]


def figures(counts: Counts) -> Figures:
    """Counts as figures."""
    return Figures(counts_answer(counts), counts.gift_value)


def market_figures(campaign: Campaign, markets: Mapping[str, Counts]) -> tuple[MarketFigures, ...]:
    """Every market of the campaign in its order and `ZZ`, also those with nothing counted."""
    names = {market.code: market.name for market in campaign.markets}
    other = Words(ja="その他・不明", en="Other or unknown")
    return tuple(
        MarketFigures(code, names.get(code, other), figures(markets.get(code, NOTHING))) for code in campaign.market_codes
    )


def region_figures(campaign: Campaign, regions: Sequence[Region], lives: Sequence[LiveStanding]) -> tuple[RegionFigures, ...]:
    """The figures of these regions in their order, each from its own lives among `lives`."""
    own = [[each for each in lives if each.live.region == region.id] for region in regions]
    counted = [add_markets(each.totals.by_market for each in group) for group in own]
    totals = [add_up(markets.values()) for markets in counted]
    shares = apportion(1000, [counts.total for counts in totals])
    return tuple(
        RegionFigures(
            region=region.id,
            name=region.name,
            partners=region.partners,
            figures=figures(counts),
            share_permille=share,
            by_market=market_figures(campaign, markets),
            donation_minor=sum(each.minor for each in group),
            balance=balance(group, campaign.cap),
        )
        for region, group, markets, counts, share in zip(regions, own, counted, totals, shares, strict=True)
    )


def live_figures(standing: Standing, subject: LiveStanding, statement: Statement | None, now_ms: int) -> LiveFigures:
    """Everything that a report says about one live; `statement` is that of a settled one. `now_ms` decides its status only."""
    live, totals, campaign = subject.live, subject.totals, standing.applied.campaign
    minutes = minutes_of(subject)
    return LiveFigures(
        live=live.id,
        region=live.region,
        title=live.title,
        starts_at=utc_minute(live.start_minute),
        ends_at=utc_minute(live.end_minute),
        closes_at=utc(live.closes_at_ms),
        status=subject.status(now_ms),
        final=standing.final([subject]),
        figures=figures(totals.counts),
        by_market=market_figures(campaign, totals.by_market),
        minutes=minutes,
        peak=_peak(live, minutes),
        segments=segment_figures(live.programme, minutes),
        outside_window=counts_answer(totals.outside),
        rehearsal=counts_answer(totals.rehearsal),
        donation=donation_lines(campaign, subject),
        balance=balance([subject], campaign.cap),
        payments=tuple(each for each in standing.applied.payments if each.live == live.id),
        statement=statement_lines(subject.settled, statement) if subject.settled and statement else None,
        window_changes=window_changes(standing.applied, subject),
        cast=live.cast,
        programme=live.programme,
    )


def _peak(live: Live, minutes: tuple[MinuteAnswer, ...]) -> Peak | None:
    offset = max(range(len(minutes)), key=lambda index: minutes[index].counts.total)
    if not minutes[offset].counts.total:
        return None
    begun = [segment.title for segment in live.programme if segment.minute <= offset]
    return Peak(minutes[offset].at, minutes[offset].counts.total, begun[-1] if begun else None)
