"""`locallove live`: see whether a live is ready, settle it, compare its totals with what is stored, put payments on record.

Answers for: the recount and its statement, each deviation with the operator's reason, what stops a settlement and where.
Exit codes: 0 done, or nothing differs; 1 not settled, a difference, or AWS refuses; 2 the command line asks for what is not
there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied, Refused, Settled
from chalicelib.domain.campaigns import Live
from chalicelib.domain.money import EXPONENTS, Money
from chalicelib.domain.payments import NotAnAmount, Payment, minor_units
from chalicelib.domain.problems import convert
from chalicelib.domain.reconciliation import Difference
from chalicelib.domain.statement import Statement
from chalicelib.domain.survey import Taking
from chalicelib.flows.decisions import Decision, Differs, ItemsMissing, NotSettled
from chalicelib.runtime import Service
from locallove.operate.closing import close_now, wait_until
from locallove.operate.doctor import Patient, examined
from locallove.operate.mistake import Mistake, content_of
from locallove.operate.rebuilding import rebuild
from locallove.operate.stores import of_live, reached

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LIVE = click.argument("live")
SHOWN_DIFFERENCES = 20


@click.group()
def live() -> None:
    """See whether a live is ready, settle it, recount it, put payments on record."""


@live.command()
@LIVE
@click.option("--now", is_flag=True, help="Close the live now instead of waiting, then wait until no instance takes batches.")
@click.option("--reason", default="closed early, to be settled", show_default=True, help="Why it closes early (with --now).")
@click.option("--accept-difference", metavar="REASON", help="Settle although more is stored than was counted.")
@click.option("--exclude", "batches", multiple=True, metavar="SENDER#BATCH", help="Leave this batch out; may be repeated.")
@click.option("--exclude-key", "keys", multiple=True, metavar="KEY", help="Leave out what this key signed; may be repeated.")
@click.option("--include", metavar="SENDER#BATCH", multiple=True, help="With --correct: take a batch again that was left out.")
@click.option("--because", metavar="REASON", default="", help="Why something is left out.")
@click.option("--correct", metavar="REASON", help="Settle once more: a new statement that names the one before.")
@AS_JSON
def settle(live: str, *, now: bool, reason: str, as_json: bool, **decided: Any) -> None:
    """Recount a closed live and publish its ledger and statement. A live that is settled stays as it is."""
    decision = _decision(**decided)
    with _live(live) as (service, applied, _):
        if now and live not in applied.settled:
            wait_until(close_now(service, applied, [live], reason), "closing")
        settled = service.settler.settle(applied.campaign.id, live, runtime.now_ms(), decision)
        published = service.statements.of_live(settled)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(settled), indent=2))
        return
    for line in _settled_lines(settled, published):
        click.echo(line)


@live.command()
@LIVE
@AS_JSON
def recount(live: str, as_json: bool) -> None:
    """Compare a live's totals with what is stored, minute by minute. It only reads."""
    with _live(live) as (service, applied, subject):
        taking = Taking(subject.closes_at_ms, frozenset(applied.campaign.market_codes), applied.campaign.limits)
        compared = service.recounting.compare(subject, taking)
    is_even = not (compared.differences or compared.survey.unreadable or compared.gone)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(compared.differences), indent=2))
    else:
        batches = compared.survey.taken.batches + compared.survey.late.batches
        same = "; nothing differs" if is_even else ""
        click.echo(f"{live}: {batches:,} batches; quarantined records: {compared.records}{same}")
        for line in _difference_lines(compared.differences):
            click.echo(line)
        for key in (*compared.survey.unreadable, *compared.gone):
            click.echo(f"  cannot be read, or is gone: {key}")
    if not is_even:
        raise click.exceptions.Exit(1)


@live.command()
@LIVE
@click.option("--rate", type=click.IntRange(min=1), default=1200, show_default=True, help="Reactions in the busiest second.")
@click.option("--batch", type=click.IntRange(1, 5000), default=500, show_default=True, help="Reactions in a batch.")
@AS_JSON
def doctor(live: str, rate: int, batch: int, as_json: bool) -> None:
    """Look at everything that a live needs, before it starts: a checklist. It only reads; exit code 1 if something is wrong."""
    with reached() as service:
        applied = of_live(service, live)
        patient = Patient(service, applied, applied.campaign.live(live), runtime.now_ms(), rate, batch)
        checks = []
        for each in examined(patient):
            checks.append(each)
            if not as_json:
                helps = f" → {each.helps}" if each.helps else ""
                click.echo(f"[{'ok' if each.ok else 'NO'}] {each.of:<10} {each.found}{helps}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(checks), indent=2))
    wrong = [each.of for each in checks if not each.ok]
    if wrong:
        raise click.ClickException(f"{live} is not ready: {', '.join(wrong)}")


@live.command("rebuild")
@LIVE
def rebuild_(live: str) -> None:
    """Make a live's totals anew from its batches, where the table was restored. Refused while anything else could count."""
    with _live(live) as (service, applied, subject):
        if live in applied.settled:
            raise Mistake(f"{live} is settled: its totals come from its statement")
        click.echo(f"{live}: totals are made of {rebuild(service, subject):,} batches; recount compares them")


@live.command()
@LIVE
@click.option("--amount", required=True, help="What was paid, such as 1000000 or 1234.50; a currency may stand before it.")
@click.option("--on", required=True, metavar="DAY", help="The day, such as 2023-02-10.")
@click.option("--to", required=True, help="Who was paid.")
@click.option("--reference", required=True, help="The transfer's reference; unique within the live.")
@click.option("--receipt", type=click.Path(dir_okay=False, path_type=Path), help="The receipt's file; only its hash is kept.")
def paid(live: str, amount: str, on: str, to: str, reference: str, receipt: Path | None) -> None:
    """Put a payment on record, before or after the live. It is never changed; only its receipt's hash is kept."""
    digest = sha256(content_of(receipt)).hexdigest() if receipt else None
    with _live(live) as (service, applied, _):
        payment = _payment(applied, live, amount, (on, to, reference), digest)
        if not service.campaigns.pay(applied.campaign.id, payment):
            _refuse_other(service, applied, payment)
            click.echo("on record already: nothing new")
            return
        total = sum(each.minor for each in applied.payments if each.live == live) + payment.minor
    click.echo(f"on record: {Money(payment.currency, payment.minor)} for {live}; paid in all {Money(payment.currency, total)}")


def _decision(
    *,
    accept_difference: str | None,
    batches: tuple[str, ...],
    keys: tuple[str, ...],
    include: tuple[str, ...],
    because: str,
    correct: str | None,
) -> Decision:
    if (batches or keys) and not because.strip():
        raise Mistake("--exclude and --exclude-key need --because REASON: the statement shows it")
    if include and correct is None:
        raise Mistake("--include needs --correct REASON: only a statement that is settled leaves something out")
    if both := sorted({*batches} & {*include}):
        raise Mistake(f"--exclude and --include name the same: {', '.join(both)}")
    return Decision(accept_difference, frozenset(batches), frozenset(keys), because.strip(), frozenset(include), correct)


@contextmanager
def _live(live: str) -> Iterator[tuple[Service, Applied, Live]]:
    """The service, the campaign in force and the live. What is not there or stops a settlement ends the command."""
    try:
        with reached() as service:
            applied = of_live(service, live)
            yield service, applied, applied.campaign.live(live)
    except NotSettled as error:
        for line in _difference_lines(error.differences if isinstance(error, ItemsMissing | Differs) else ()):
            click.echo(line, err=True)
        raise click.ClickException(f"{live} is not settled: {error}") from error
    except Refused as error:
        raise click.ClickException(f"{live}: {error}") from error


def _settled_lines(settled: Settled, published: Statement) -> Iterator[str]:
    counts, left_out = published.counts, published.not_counted
    yield f"{published.live} is settled: statement {settled.number}, chain entry {settled.link}"
    yield f"  SHA-256      {settled.statement_sha256}"
    yield f"  counted      {counts.total:,}: {counts.like:,} likes, {counts.comment:,} comments, {counts.gift:,} gifts"
    yield f"  not counted  {left_out.duplicate:,} duplicates ({left_out.conflicting:,} of them say something else),"
    yield f"               {left_out.outside:,} outside the window, {left_out.rejected:,} rejected"
    yield f"  donation     {Money(published.currency, published.donation.minor)}"
    yield f"  files        {settled.folder}/"


def _difference_lines(found: tuple[Difference, ...]) -> Iterator[str]:
    for each in found[:SHOWN_DIFFERENCES]:
        yield f"  {each.at} {each.market} {each.measure}: stored {each.recounted:,}, counted {each.expected:,}"
    if len(found) > SHOWN_DIFFERENCES:
        yield f"  and {len(found) - SHOWN_DIFFERENCES} more"


def _payment(applied: Applied, live: str, amount: str, said: tuple[str, str, str], digest: str | None) -> Payment:
    currency, (on, to, reference) = applied.campaign.currency, said
    try:
        minor = minor_units(amount, currency, EXPONENTS[currency])
        date.fromisoformat(on)
    except NotAnAmount as error:
        raise Mistake(str(error)) from error
    except ValueError as error:
        raise Mistake(f"--on: {on!r} is no day, such as 2023-02-10") from error
    made = Payment(live, currency, minor, on, to, reference, digest, utc(runtime.now_ms()))
    found, problems = convert(msgspec.to_builtins(made), Payment)
    if found is None:
        raise Mistake("; ".join(f"--{problem.key_path}: {problem.detail}" for problem in problems))
    return found


def _refuse_other(service: Service, applied: Applied, payment: Payment) -> None:
    """End the command if what is on record under this reference is another payment."""
    again = service.campaigns.get(applied.campaign.id)
    for each in again.payments if again else ():
        same = msgspec.structs.replace(each, recorded_at=payment.recorded_at) == payment
        if (each.live, each.reference) == (payment.live, payment.reference) and not same:
            raise Mistake(f"{payment.live} has another payment under the reference {payment.reference!r}")
