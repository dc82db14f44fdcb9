"""The sample settled and paid, its statements made by the product's own functions. Every figure is invented."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from render import sample

from chalicelib.domain import settlement, statement
from chalicelib.domain.answers import counts_answer
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.payments import Payment
from chalicelib.domain.reconciliation import Difference
from chalicelib.domain.recount import Recount
from chalicelib.domain.settlement import Findings
from chalicelib.domain.standing import LiveStanding, Standing, stand
from chalicelib.domain.statement import Correction, Exclusion, Reconciled, Statement
from chalicelib.domain.survey import Part, Survey, Taking

SAID = ("熊本県", "振込 2023-001", "送信元の障害で遅れたため", "見本の送信を除くため", "上限の誤記を正すため")
"""Recipient, reference, why a difference was accepted, why batches were excluded, why a statement was corrected."""

LIVES = tuple(f"{region}-2023" for region in sample.RULES)


def payment(live: str, minor: int, on: str, said: tuple[str, ...] = SAID, receipt: bytes | None = b"receipt") -> Payment:
    """A payment, put on record on that day."""
    digest = sha256(receipt).hexdigest() if receipt else None
    return Payment(live, "JPY", minor, on, said[0], said[1], digest, f"{on}T03:00:00Z")


def payments(said: tuple[str, ...] = SAID) -> tuple[Payment, ...]:
    """One before and one after the live for Tohoku, too much for Kumamoto, without a receipt for Okinawa."""
    return (
        payment("tohoku-2023", 1_000_000, "2023-01-09", said),
        payment("tohoku-2023", 500_000, "2023-02-20", said),
        payment("kumamoto-2023", 1_500_000, "2023-03-01", said),
        payment("okinawa-2023", 300_000, "2023-04-01", said, receipt=None),
    )


def settled(
    lives: Collection[str] = LIVES,
    paid: tuple[Payment, ...] | None = None,
    said: tuple[str, ...] = SAID,
    data: dict[str, Any] | None = None,
) -> tuple[Standing, Mapping[str, Statement]]:
    """The sample with these lives settled, and their statements; the first live's is a correction, with all that can be odd."""
    before = sample.standing(data, busy=3)
    paid = payments(said) if paid is None else paid
    applied = msgspec.structs.replace(before.applied, payments=paid)
    statements: dict[str, Statement] = {}
    totals = {each.live.id: each.totals for each in before.lives}
    records: dict[str, Settled] = {}
    for link, subject in enumerate((each for each in before.lives if each.live.id in lives), start=1):
        live, odd = subject.live.id, not statements
        statements[live] = made = settlement.statement(applied, live, _findings(subject, applied, said, odd=odd))
        digest, number = sha256(statement.encode(made)).hexdigest(), 2 if odd else 1
        folder = statement.folder(applied.campaign.id, live, number)
        records[live] = Settled(live, number, folder, digest, subject.live.closes_at_ms + 600_000, link)
        totals[live] = settlement.totals_of(made)
    whole = Settled(None, 1, "folder", "c" * 64, sample.NOW_MS, 9) if len(records) == len(before.lives) else None
    return stand(msgspec.structs.replace(applied, settled=records, campaign_settled=whole), totals), statements


def _findings(subject: LiveStanding, applied: Applied, said: tuple[str, ...], *, odd: bool) -> Findings:
    live, totals = subject.live, subject.totals
    codes = frozenset(applied.campaign.market_codes)
    survey = Survey(Taking(live.closes_at_ms, codes, applied.campaign.limits))
    survey.taken = Part(batches=1_234, accepted=345_678, rejected=12)
    survey.rehearsal = Part(3, 321, 0, {live.start_minute: {"JP": totals.rehearsal}})
    survey.late = Part(batches=1, accepted=7)
    survey.newest_ms = totals.as_of_ms
    recount = Recount(live, codes, outside_reactions=1_111, duplicates=25, conflicts=4)
    recount.minutes = {minute: dict(markets) for minute, markets in totals.minutes.items()}
    recount.outside = {minute: dict(markets) for minute, markets in totals.outside_minutes.items()}
    if odd:
        survey.excluded = Part(batches=1, accepted=40)
    counted = counts_answer(totals.counts)
    differing = (Difference("2023-01-10T10:00:00Z", "JP", "like", 11, 10),) if odd else ()
    return Findings(
        survey=survey,
        recount=recount,
        reconciled=Reconciled(counted, counts_answer(type(totals.counts)()), counted, differing, said[2] if odd else None),
        quarantined_records=2,
        exclusion=Exclusion(("platform#b-1",), said[3]) if odd else None,
        payments=tuple(each for each in applied.payments if each.live == live.id),
        ledger=(),
        for_senders=(),
        rule_sha256="a" * 64,
        corrects=Correction("b" * 64, said[4]) if odd else None,
        software="local-love test",
    )
