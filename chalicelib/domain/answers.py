"""The public answers: totals of a live and of a campaign, as the contract words them.

Answers for: the JSON of the public reads; equal content has equal bytes.
Refuses: caching, headers and reading tables, and what a campaign is (`domain/definition.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.donations import next_step
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.standing import LiveStanding, Standing, Status
from chalicelib.domain.tally import NOTHING, Counts, add_markets, add_up


class CountsAnswer(msgspec.Struct, frozen=True):
    """Sums of `count` by kind, and their total."""

    like: int
    comment: int
    gift: int
    total: int


class MarketAnswer(msgspec.Struct, frozen=True):
    """The counts of one market."""

    market: str
    counts: CountsAnswer


class StepAnswer(msgspec.Struct, frozen=True):
    """A step: `minor` is what it adds, `reached_at` the minute in which the running sum passed it (UTC) or null."""

    at: int
    minor: int
    reached_at: str | None


class NextStepAnswer(msgspec.Struct, frozen=True):
    """The nearest step ahead, and how many reactions remain to pass it."""

    at: int
    remaining: int
    minor: int


class DonationAnswer(msgspec.Struct, frozen=True):
    """Money in minor units of `currency` (`exponent` decimals). Steps are those of a single live; sums of lives have none."""

    currency: str
    exponent: int
    minor: int
    paid_minor: int
    final: bool
    steps: tuple[StepAnswer, ...]
    next_step: NextStepAnswer | None


class RegionAnswer(msgspec.Struct, frozen=True):
    """One region, in the campaign's order."""

    region: str
    counts: CountsAnswer
    gift_value: int
    by_market: tuple[MarketAnswer, ...]
    donation: DonationAnswer


class MinuteAnswer(msgspec.Struct, frozen=True):
    """The counts of one minute of the window (UTC)."""

    at: str
    counts: CountsAnswer
    gift_value: int


class TotalsAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Totals of a live or of a campaign (exactly one of the two names is there)."""

    as_of: str | None
    epoch: int
    status: Status
    counts: CountsAnswer
    gift_value: int
    by_region: tuple[RegionAnswer, ...]
    by_market: tuple[MarketAnswer, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer
    donation: DonationAnswer
    live: str | None = None
    campaign: str | None = None
    series: tuple[MinuteAnswer, ...] | None = None


def live_totals(standing: Standing, live: str, now_ms: int, *, series: bool = False) -> TotalsAnswer:
    """The totals of one live. Raises: KeyError for a live that the campaign does not have."""
    subject = standing.live(live)
    answer = _totals(standing, [subject], subject.status(now_ms), subject.epoch, (subject.live.region,))
    return msgspec.structs.replace(answer, live=live, series=minutes_of(subject) if series else None)


def campaign_totals(standing: Standing, now_ms: int) -> TotalsAnswer:
    """The totals of a campaign: all its lives."""
    statuses = [each.status(now_ms) for each in standing.lives]
    epoch = standing.applied.campaign_epoch
    regions = [region.id for region in standing.applied.campaign.regions]
    answer = _totals(standing, standing.lives, together(statuses), epoch, regions)
    return msgspec.structs.replace(answer, campaign=standing.applied.campaign.id)


def together(statuses: Sequence[Status]) -> Status:
    """The status of several lives: on while one is on, else the earliest stage that any is in."""
    if Status.ON in statuses:
        return Status.ON
    order = list(Status)
    return min(statuses, key=order.index, default=Status.SCHEDULED)


def minutes_of(subject: LiveStanding) -> tuple[MinuteAnswer, ...]:
    """Every minute of the window, zero-filled."""
    series = []
    for minute in range(subject.live.start_minute, subject.live.end_minute):
        counts = subject.totals.by_minute.get(minute, NOTHING)
        series.append(MinuteAnswer(utc_minute(minute), counts_answer(counts), counts.gift_value))
    return tuple(series)


def counts_answer(counts: Counts) -> CountsAnswer:
    """Counts with their total."""
    return CountsAnswer(counts.like, counts.comment, counts.gift, counts.total)


def utc_minute(minute: int) -> str:
    """A minute since the epoch as RFC 3339 in UTC."""
    return utc(minute * 60_000)


def utc(moment_ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, cut to seconds."""
    return datetime.fromtimestamp(moment_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def donation_answer(standing: Standing, lives: Sequence[LiveStanding]) -> DonationAnswer:
    """The donation of one live with its steps, or the sum over several lives."""
    steps: tuple[StepAnswer, ...] = ()
    ahead = None
    if len(lives) == 1:
        (only,) = lives
        steps = tuple(
            StepAnswer(step.at, step.amount, None if minute is None else utc_minute(minute))
            for step, minute in zip(only.live.donation.steps, only.reached, strict=True)
        )
        total = only.totals.counts.total
        step = next_step(only.live.donation, total)
        ahead = NextStepAnswer(step.at, step.first_passing - total, step.amount) if step else None
    return DonationAnswer(
        currency=standing.applied.campaign.currency,
        exponent=EXPONENTS[standing.applied.campaign.currency],
        minor=sum(each.minor for each in lives),
        paid_minor=sum(each.paid_minor for each in lives),
        final=standing.final(lives),
        steps=steps,
        next_step=ahead,
    )


def _totals(standing: Standing, lives: Sequence[LiveStanding], state: Status, epoch: int, regions: Sequence[str]) -> TotalsAnswer:
    campaign = standing.applied.campaign
    markets = add_markets(each.totals.by_market for each in lives)
    counts = add_up(markets.values())
    newest = max((each.totals.as_of_ms for each in lives), default=0)
    return TotalsAnswer(
        as_of=utc(newest) if newest else None,
        epoch=epoch,
        status=state,
        counts=counts_answer(counts),
        gift_value=counts.gift_value,
        by_region=tuple(_region(standing, region, lives) for region in regions),
        by_market=_markets(campaign, markets),
        outside_window=counts_answer(add_up(each.totals.outside for each in lives)),
        rehearsal=counts_answer(add_up(each.totals.rehearsal for each in lives)),
        donation=donation_answer(standing, lives),
    )


def _region(standing: Standing, region: str, lives: Sequence[LiveStanding]) -> RegionAnswer:
    own = [each for each in lives if each.live.region == region]
    markets = add_markets(each.totals.by_market for each in own)
    counts = add_up(markets.values())
    return RegionAnswer(
        region,
        counts_answer(counts),
        counts.gift_value,
        _markets(standing.applied.campaign, markets),
        donation_answer(standing, own),
    )


def _markets(campaign: Campaign, markets: Mapping[str, Counts]) -> tuple[MarketAnswer, ...]:
    return tuple(MarketAnswer(code, counts_answer(markets.get(code, NOTHING))) for code in campaign.market_codes)
