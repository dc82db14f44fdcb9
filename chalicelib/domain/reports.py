"""The report model: what every format of a report shows, built from a standing by pure functions.

Answers for: one `Report` for a campaign, a region or a live; all renderers read it and nothing else.
Refuses: formatting, languages beyond carrying both, and AWS.

A report of a region holds that region's figures only, and of the campaign only the public total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain.answers import CountsAnswer, counts_answer, together, utc
from chalicelib.domain.balances import Balance, balance
from chalicelib.domain.campaigns import Campaign, Region
from chalicelib.domain.comparison import Before, EarlierLive, Since, earlier_lives, since
from chalicelib.domain.coverage import Coverage, Stated, coverage
from chalicelib.domain.donations import Words
from chalicelib.domain.festival_figures import FestivalReport
from chalicelib.domain.festival_report import FestivalSources, festival_report
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
from chalicelib.domain.registers import NOTHING_ON_RECORD, Registers
from chalicelib.domain.sentiment import Sentiment
from chalicelib.domain.standing import LiveStanding, Standing, Status
from chalicelib.domain.statement import NotCounted, Statement
from chalicelib.domain.statement_lines import Published, not_counted_together, published
from chalicelib.domain.tally import add_markets, add_up

VERSION = 1

Scope: TypeAlias = Literal["campaign", "region", "live"]

Statements: TypeAlias = Mapping[str, Statement]
"""The statements of settled lives, by live."""


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


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """A report of a campaign, a region or a live. Provisional until its donations are final.

    `recorded` grows with every payment, statement and place in the chain: within an epoch it tells which report is newer.
    `not_counted` is there once every live in the report is settled, `statement` (the campaign's own) once all of it is final.
    `earlier` is a live's only; `since` compares with the report published before, and makes no new report by itself.
    `festival` is there only in a report of a whole campaign that has one; a report without it has the bytes that it always had.
    """

    version: int
    scope: Scope
    id: str
    title: Words
    campaign: str
    campaign_name: Words
    as_of: str | None
    epoch: int
    recorded: int
    status: Status
    provisional: bool
    final_after: str | None
    currency: str
    exponent: int
    figures: Figures
    donation_minor: int
    balance: Balance
    donation_in_other_currency: InOtherCurrency | None
    campaign_total: int
    campaign_cap_minor: int | None
    regions: tuple[RegionFigures, ...]
    markets: tuple[MarketFigures, ...]
    lives: tuple[LiveFigures, ...]
    outside_window: CountsAnswer
    rehearsal: CountsAnswer
    not_counted: NotCounted | None
    statement: Published | None
    coverage: Coverage
    stated: tuple[Stated, ...]
    sentiment: tuple[Sentiment, ...]
    earlier: tuple[EarlierLive, ...]
    since: Since | None
    festival: FestivalReport | None = None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a report is about: its regions and lives, in the campaign's order."""

    scope: Scope
    id: str
    title: Words
    regions: tuple[Region, ...]
    lives: tuple[LiveStanding, ...]
    earlier: tuple[EarlierLive, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """All that reports are made from: the standing, the statements of settled lives, what is on record beside the counts."""

    standing: Standing
    statements: Statements = field(default_factory=dict)
    registers: Registers = NOTHING_ON_RECORD
    festival: FestivalSources | None = None


def campaign_report(sources: Sources, now_ms: int) -> Report:
    """The report of a whole campaign. Raises: KeyError where a settled live's statement is missing."""
    applied = sources.standing.applied
    campaign = applied.campaign
    subject = _Subject("campaign", campaign.id, campaign.name, campaign.regions, sources.standing.lives)
    report = _report(sources, subject, sources.registers, now_ms)
    if sources.festival is None or campaign.festival is None:
        return report
    festival = festival_report(applied, campaign.festival, sources.festival, now_ms)
    return msgspec.structs.replace(
        report,
        as_of=max(filter(None, (report.as_of, festival.as_of)), default=None),
        recorded=report.recorded + festival.recorded,
        festival=festival,
    )


def region_report(sources: Sources, region: str, now_ms: int) -> Report:
    """The report of one region. Raises: KeyError."""
    defined, lives = sources.standing.applied.campaign.region(region), sources.standing.of_region(region)
    own = sources.registers.of_region(region, frozenset(each.live.id for each in lives))
    return _report(sources, _Subject("region", region, defined.name, (defined,), lives), own, now_ms)


def live_report(sources: Sources, live: str, now_ms: int) -> Report:
    """The report of one live, with the coverage of its region. Raises: KeyError."""
    subject = sources.standing.live(live)
    region = sources.standing.applied.campaign.region(subject.live.region)
    own = sources.registers.of_region(region.id, frozenset([live]))
    earlier = earlier_lives(sources.standing, subject)
    return _report(sources, _Subject("live", live, subject.live.title, (region,), (subject,), earlier), own, now_ms)


def compared(report: Report, before: Before | None, *, same: bool = False) -> Report:
    """The report with how far it is from the one published before it, if there is one.

    `same`: that one has the same content and is only published anew, so it is compared with what it was compared with.
    """
    if before is None:
        return report
    moved = before.since if same else since(before, report.figures.counts.total, report.donation_minor)
    return msgspec.structs.replace(report, since=moved)


def _report(sources: Sources, subject: _Subject, registers: Registers, now_ms: int) -> Report:
    standing, statements = sources.standing, sources.statements
    campaign, lives = standing.applied.campaign, subject.lives
    markets = add_markets(each.totals.by_market for each in lives)
    newest = max((each.totals.as_of_ms for each in lives), default=0)
    shown = tuple(live_figures(standing, each, statements[each.live.id] if each.settled else None, now_ms) for each in lives)
    whole = _campaigns_own(standing) if subject.scope == "campaign" else None
    minor = sum(each.minor for each in lives)
    return Report(
        version=VERSION,
        scope=subject.scope,
        id=subject.id,
        title=subject.title,
        campaign=campaign.id,
        campaign_name=campaign.name,
        as_of=utc(newest) if newest else None,
        epoch=lives[0].epoch if subject.scope == "live" else standing.applied.campaign_epoch,
        recorded=_recorded(shown, whole),
        status=together([each.status(now_ms) for each in lives]),
        provisional=not standing.final(lives),
        final_after=_final_after(standing, lives),
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        figures=figures(add_up(markets.values())),
        donation_minor=minor,
        balance=balance(lives, campaign.cap),
        donation_in_other_currency=_elsewhere(campaign, minor),
        campaign_total=sum(each.totals.counts.total for each in standing.lives),
        campaign_cap_minor=campaign.cap,
        regions=region_figures(campaign, subject.regions, lives),
        markets=market_figures(campaign, markets),
        lives=shown,
        outside_window=counts_answer(add_up(each.totals.outside for each in lives)),
        rehearsal=counts_answer(add_up(each.totals.rehearsal for each in lives)),
        not_counted=_not_counted(shown),
        statement=whole,
        coverage=coverage(registers.entries),
        stated=registers.stated,
        sentiment=registers.sentiment,
        earlier=subject.earlier,
        since=None,
    )


def _final_after(standing: Standing, lives: Sequence[LiveStanding]) -> str | None:
    """When the last live closes that must be settled before these are final; None without lives, and once they are."""
    waiting = standing.unsettled(lives) if lives else ()
    return utc(max(each.live.closes_at_ms for each in waiting)) if waiting else None


def _not_counted(lives: Sequence[LiveFigures]) -> NotCounted | None:
    statements = [each.statement for each in lives if each.statement]
    return not_counted_together([each.not_counted for each in statements]) if 0 < len(statements) == len(lives) else None


def _campaigns_own(standing: Standing) -> Published | None:
    settled = standing.applied.campaign_settled
    if settled is None or not standing.final(standing.lives):
        return None
    return published(settled, f"/v1/campaigns/{standing.applied.campaign.id}/statement")


def _recorded(lives: Sequence[LiveFigures], whole: Published | None) -> int:
    """A later statement counts two, so that the place in the chain, which it gets only then, is no step back."""
    statements = [each.statement.published for each in lives if each.statement] + ([whole] if whole else [])
    return sum(len(each.payments) for each in lives) + sum(2 * each.number + (each.link is not None) for each in statements)


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
