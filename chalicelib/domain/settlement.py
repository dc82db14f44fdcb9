"""Settlement: what a recount found becomes the statement of a live; and the statements of its lives that of a campaign.

Answers for: the statement's figures, and the totals that readers see from then on.
Refuses: reading tables, publishing, and whether a live may be settled now (`flows/settling.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from chalicelib.domain.answers import counts_answer, utc, utc_minute
from chalicelib.domain.applied import Applied
from chalicelib.domain.balances import balance
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.donation_lines import donation_lines
from chalicelib.domain.donations import Earned, share_cap
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.payments import Payment
from chalicelib.domain.recount import Recount
from chalicelib.domain.standing import LiveStanding, LiveTotals, stand
from chalicelib.domain.statement import (
    VERSION,
    CampaignStatement,
    Cell,
    Correction,
    Exclusion,
    File,
    LiveShare,
    Minute,
    NotCounted,
    Receipts,
    Reconciled,
    Statement,
    Window,
)
from chalicelib.domain.survey import Survey
from chalicelib.domain.tally import NOTHING, Counts, Tally, add_markets, add_up
from chalicelib.domain.windows import window_changes


@dataclass(frozen=True, slots=True)
class Findings:
    """All that goes into a statement beside the campaign."""

    survey: Survey
    recount: Recount
    reconciled: Reconciled
    quarantined_records: int
    exclusion: Exclusion | None
    payments: tuple[Payment, ...]
    ledger: tuple[File, ...]
    for_senders: tuple[File, ...]
    rule_sha256: str
    corrects: Correction | None
    software: str


def statement(applied: Applied, live: str, found: Findings) -> Statement:
    """The statement of a live."""
    campaign, recount = applied.campaign, found.recount
    totals = LiveTotals(recount.minutes, recount.outside, add_up(add_markets(found.survey.rehearsal.tally.values()).values()), 0)
    subject = _alone(applied, live, totals)
    defined, region = subject.live, campaign.region(subject.live.region)
    counts = totals.counts
    return Statement(
        version=VERSION,
        campaign=campaign.id,
        campaign_name=campaign.name,
        live=live,
        title=defined.title,
        region=region.id,
        region_name=region.name,
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        window=Window(
            utc_minute(defined.start_minute),
            utc_minute(defined.end_minute),
            utc(defined.closes_at_ms),
            window_changes(applied, subject),
        ),
        rule_sha256=found.rule_sha256,
        as_of=utc(found.survey.newest_ms) if found.survey.newest_ms else None,
        counts=counts_answer(counts),
        gift_value=counts.gift_value,
        by_market=_cells(totals.by_market, campaign),
        minutes=_minutes(recount.minutes, campaign),
        outside=_minutes(recount.outside, campaign),
        rehearsal=_cell("", totals.rehearsal),
        receipts=Receipts(found.survey.taken.batches, found.survey.taken.accepted, found.survey.taken.rejected),
        not_counted=_not_counted(found),
        reconciled=found.reconciled,
        exclusion=found.exclusion,
        donation=donation_lines(campaign, subject),
        balance=balance([replace(subject, paid_minor=sum(each.minor for each in found.payments))], None),
        payments=found.payments,
        ledger=found.ledger,
        for_senders=found.for_senders,
        corrects=found.corrects,
        software=found.software,
    )


def totals_of(settled: Statement) -> LiveTotals:
    """The totals that a settled live has from its statement on."""
    moment = settled.as_of
    return LiveTotals(
        minutes=_tally(settled.minutes),
        outside_minutes=_tally(settled.outside),
        rehearsal=_counts(settled.rehearsal),
        as_of_ms=int(datetime.fromisoformat(moment).timestamp() * 1000) if moment else 0,
    )


def campaign_statement(
    campaign: Campaign,
    lives: Sequence[tuple[Statement, str]],
    corrects: Correction | None,
    software: str,
) -> CampaignStatement:
    """The statement of a campaign out of those of all its lives, each with its SHA-256, and the payments that these name."""
    own = [each.donation.minor for each, _ in lives]
    shared = share_cap(
        campaign.cap, [Earned(_minute(each.window.starts_at), each.live, each.donation.minor) for each, _ in lives]
    )
    counts = add_up(add_up(_counts(cell) for cell in each.by_market) for each, _ in lives)
    shares = tuple(
        LiveShare(each.live, each.region, digest, each.counts, before, minor, sum(payment.minor for payment in each.payments))
        for (each, digest), before, minor in zip(lives, own, shared, strict=True)
    )
    return CampaignStatement(
        version=VERSION,
        campaign=campaign.id,
        campaign_name=campaign.name,
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        cap_minor=campaign.cap,
        lives=shares,
        counts=counts_answer(counts),
        minor=sum(shared),
        paid_minor=sum(each.paid_minor for each in shares),
        corrects=corrects,
        software=software,
    )


def _alone(applied: Applied, live: str, totals: LiveTotals) -> LiveStanding:
    """The live as it stands by itself: a cap over all lives is the campaign's statement's to share."""
    uncapped = msgspec.structs.replace(applied, campaign=msgspec.structs.replace(applied.campaign, cap=None))
    return stand(uncapped, {live: totals}).live(live)


def _not_counted(found: Findings) -> NotCounted:
    survey, recount = found.survey, found.recount
    return NotCounted(
        rejected=survey.taken.rejected,
        duplicate=recount.duplicates,
        conflicting=recount.conflicts,
        outside=recount.outside_reactions,
        rehearsal=survey.rehearsal.accepted,
        late=survey.late.accepted,
        excluded=survey.excluded.accepted,
        quarantined_records=found.quarantined_records,
    )


def _minutes(tally: Tally, campaign: Campaign) -> tuple[Minute, ...]:
    return tuple(Minute(utc_minute(minute), _cells(tally[minute], campaign)) for minute in sorted(tally))


def _cells(markets: Mapping[str, Counts], campaign: Campaign) -> tuple[Cell, ...]:
    """In the campaign's order, without those that have nothing."""
    return tuple(_cell(code, markets[code]) for code in campaign.market_codes if markets.get(code, NOTHING) != NOTHING)


def _cell(market: str, counts: Counts) -> Cell:
    return Cell(market, counts.like, counts.comment, counts.gift, counts.gift_value)


def _counts(cell: Cell) -> Counts:
    return Counts(cell.like, cell.comment, cell.gift, cell.gift_value)


def _tally(minutes: Sequence[Minute]) -> Tally:
    return {_minute(minute.at): {cell.market: _counts(cell) for cell in minute.markets} for minute in minutes}


def _minute(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp()) // 60
