"""Checking a live's statement against its rule and its ledger.

Answers for: every figure that follows from ledger and rule, computed again by the product's own functions, and compared.
Refuses: files and addresses (`locallove/verifying/`), the chain and reports (`chain_check.py`, `publication_check.py`), and what
no ledger shows: gift values, rehearsals, what was rejected, late, quarantined or conflicting.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.domain.answers import counts_answer, utc_minute
from chalicelib.domain.applied import Applied
from chalicelib.domain.award_result import FestivalStatement
from chalicelib.domain.balances import balance
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.donation_lines import donation_lines
from chalicelib.domain.donations import Amount, Rule, donate
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.standing import LiveTotals, stand
from chalicelib.domain.statement import VERSION, CampaignStatement, Cell, Minute, Statement, encode
from chalicelib.domain.tally import NOTHING, Counts, Tally, add_markets, add_up
from locallove.verifying.findings import Difference, compared, differs
from locallove.verifying.fit_check import fit_differences
from locallove.verifying.ledger_count import LedgerCount


class FrozenRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public file of a live's rule, as `frozen.frozen_part` writes it."""

    version: int
    live: str
    region: str
    markets: tuple[str, ...]
    currency: str
    campaign_cap: Amount | None
    buckets: int
    starts_at: datetime
    donation: Rule


def form_differences(file: str, body: bytes, found: Statement | CampaignStatement | FestivalStatement) -> Iterator[Difference]:
    """Whether these are the very bytes that such a statement is published as, and its moments are moments."""
    yield from compared(file, "form", found.version, VERSION)
    if encode(found) != body:
        yield differs(file, "form", None, None)
    if isinstance(found, FestivalStatement):
        return
    if found.currency not in EXPONENTS:
        yield differs(file, "form", found.currency, sorted(EXPONENTS))
    elif found.exponent != EXPONENTS[found.currency]:
        yield differs(file, "form", found.exponent, EXPONENTS[found.currency])
    for at in _moments(found) if isinstance(found, Statement) else ():
        if minute_of(at) is None:
            yield differs(file, "form", at, None)


def has_moments(found: Statement) -> bool:
    """Whether everything in the statement that should be a minute is one, and its currency is known."""
    return found.currency in EXPONENTS and all(minute_of(at) is not None for at in _moments(found))


def rule_differences(file: str, found: Statement, rule: FrozenRule) -> Iterator[Difference]:
    """The statement against the rule: that both are of the same live, region, currency and start."""
    says = {"live": found.live, "region": found.region, "currency": found.currency, "starts_at": found.window.starts_at}
    starts_at = rule.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ruled = {"live": rule.live, "region": rule.region, "currency": rule.currency, "starts_at": starts_at}
    yield from compared(file, "rule", says, ruled)


def ledger_of(found: Statement, rule: FrozenRule) -> LedgerCount:
    """An empty count for this live's ledger."""
    start, end = minute_of(found.window.starts_at), minute_of(found.window.ends_at)
    return LedgerCount(start or 0, end or 0, frozenset(rule.markets))


def count_differences(file: str, found: Statement, counted: LedgerCount) -> Iterator[Difference]:
    """The statement's counts, by minute, market and kind and in all, against the ledger. Gift values only have to add up."""
    for name, minutes, why in (("minutes", found.minutes, None), ("outside", found.outside, "outside")):
        yield from compared(file, "counts", _plain(minutes), _without_value(counted.tally(why)), name)
        listed = [(minute.at, cell.market) for minute in minutes for cell in minute.markets]
        if len(set(listed)) != len(listed):
            yield differs(file, "sums", len(listed), len(set(listed)), place=name)
    yield from compared(file, "counts", _numbers(found), _counted_numbers(found, counted))
    by_market = add_markets({cell.market: _counts(cell) for cell in minute.markets} for minute in found.minutes)
    summed = add_up(by_market.values())
    says = {"by_market": {cell.market: cell for cell in found.by_market}, "counts": found.counts, "gift_value": found.gift_value}
    sums = {
        "by_market": {
            market: Cell(market, each.like, each.comment, each.gift, each.gift_value) for market, each in by_market.items()
        },
        "counts": counts_answer(summed),
        "gift_value": summed.gift_value,
    }
    yield from compared(file, "sums", says, sums)
    yield from fit_differences(file, found, counted.sum_of_all())


def donation_differences(file: str, found: Statement, rule: FrozenRule, counted: LedgerCount) -> Iterator[Difference]:
    """Every line of the donation, what is open of it, and what each window on record would have given, against rule and ledger.

    Only for a statement that `has_moments`.
    """
    ends_at = datetime.fromisoformat(found.window.ends_at)
    live = Live(rule.live, rule.region, found.title, rule.starts_at, ends_at, rule.donation)
    campaign = Campaign(found.campaign, found.campaign_name, found.currency, (), (), (live,))
    totals = LiveTotals(counted.tally(None), counted.tally("outside"), NOTHING, 0)
    standing = stand(Applied(campaign, 1, 0, {live.id: 1}), {live.id: totals}).live(live.id)
    yield from compared(file, "donation", found.donation, donation_lines(campaign, standing), "donation")
    paid = replace(standing, paid_minor=sum(payment.minor for payment in found.payments))
    yield from compared(file, "donation", found.balance, balance([paid], None), "balance")
    for number, change in enumerate(found.window.changes):
        for name, end in (("before", change.ended_before), ("now", change.ends_now)):
            given = donate(rule.donation, totals.counts_until(live.start_minute, minute_of(end) or 0)).minor
            says = getattr(change, f"donation_{name}_minor")
            yield from compared(file, "donation", says, given, f"window.changes.{number}.donation_{name}_minor")


def payment_differences(file: str, found: Statement) -> Iterator[Difference]:
    """Payments are of this live, in its currency, and each reference is there once."""
    for number, payment in enumerate(found.payments):
        says = {"live": payment.live, "currency": payment.currency}
        yield from compared(file, "payments", says, {"live": found.live, "currency": found.currency}, f"payments.{number}")
    references = [payment.reference for payment in found.payments]
    if len(set(references)) != len(references):
        yield differs(file, "payments", len(references), len(set(references)), place="payments.reference")


def _moments(found: Statement) -> Iterator[str]:
    yield from (found.window.starts_at, found.window.ends_at)
    for change in found.window.changes:
        yield from (change.ended_before, change.ends_now)
    for minute in (*found.minutes, *found.outside):
        yield minute.at


def _numbers(found: Statement) -> dict[str, Any]:
    return {
        "receipts.accepted": found.receipts.accepted,
        "receipts.rejected": found.receipts.rejected,
        "not_counted.duplicate": found.not_counted.duplicate,
        "not_counted.outside": found.not_counted.outside,
    }


def _counted_numbers(found: Statement, counted: LedgerCount) -> dict[str, Any]:
    return {
        "receipts.accepted": counted.lines,
        "receipts.rejected": found.not_counted.rejected,
        "not_counted.duplicate": counted.number("duplicate"),
        "not_counted.outside": counted.number("outside"),
    }


def _plain(minutes: tuple[Minute, ...]) -> dict[str, dict[str, dict[str, int]]]:
    return {
        minute.at: {cell.market: {"like": cell.like, "comment": cell.comment, "gift": cell.gift} for cell in minute.markets}
        for minute in minutes
    }


def _without_value(tally: Tally) -> dict[str, dict[str, dict[str, int]]]:
    return {
        utc_minute(minute): {
            market: {"like": each.like, "comment": each.comment, "gift": each.gift} for market, each in tally[minute].items()
        }
        for minute in sorted(tally)
    }


def _counts(cell: Cell) -> Counts:
    return Counts(cell.like, cell.comment, cell.gift, cell.gift_value)


def minute_of(at: str) -> int | None:
    """A minute as statements write it (`2023-02-11T10:00:00Z`), since the epoch."""
    try:
        minute = int(datetime.fromisoformat(at).timestamp()) // 60
        return minute if utc_minute(minute) == at else None
    except (ValueError, OverflowError):
        return None
