"""`locallove festival`: a festival's entries, its jury, its closing, the awards revealed one by one, and packs for finalists.

Answers for: the result that is sealed, what stops it, and nothing revealed before it.
Exit codes: 0 done; 1 not closed or not decided yet, or AWS refuses; 2 the command line asks for what is not there.
"""

from typing import Any

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain import channels
from chalicelib.domain.applied import Applied, Revealed
from chalicelib.domain.award_result import AwardResult
from chalicelib.flows import applying
from chalicelib.flows.decisions import Decision
from chalicelib.runtime import Service
from locallove.operate.closing import wait_until
from locallove.operate.festival_entries import entries
from locallove.operate.festival_jury import jury
from locallove.operate.festival_pack import pack
from locallove.operate.festivals import CAMPAIGN, award_of, festival_of
from locallove.operate.mistake import Mistake


@click.group()
def festival() -> None:
    """Decide about entries, take the jury's scores, close a festival, reveal its awards, make packs for finalists."""


festival.add_command(entries)
festival.add_command(jury)
festival.add_command(pack)


@festival.command()
@CAMPAIGN
@click.option("--now", is_flag=True, help="Take nothing any more from now on, then wait until no instance does.")
@click.option("--accept-difference", metavar="REASON", help="Close although more votes are stored than were counted.")
@click.option("--exclude", "batches", multiple=True, metavar="SENDER#BATCH", help="Leave this batch out; may be repeated.")
@click.option("--because", metavar="REASON", default="", help="Why something is left out.")
@click.option("--correct", metavar="REASON", help="Close once more: a new statement that names the one before.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def close(campaign: str, *, now: bool, as_json: bool, **decided: Any) -> None:
    """Decide every award from what is stored, and publish the hash of the result. One that is closed stays as it is."""
    decision = _decision(**decided)
    with festival_of(campaign) as (service, applied):
        if now and applied.festival_settled is None:
            wait_until(close_now(service, applied), "closing")
        settled = service.closer.close(campaign, runtime.now_ms(), runtime.new_key(), decision)
        statement = service.statements.of_festival(settled)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(settled), indent=2))
        return
    entered, received = statement.entered, statement.received
    click.echo(f"{campaign} is closed: statement {settled.number}, chain entry {settled.link}")
    click.echo(f"  sealed       {settled.statement_sha256}")
    click.echo(f"  entries      {entered.entries:,}, of which {entered.competing:,} compete")
    if received is not None:
        click.echo(f"  votes        {received.accepted:,} in {received.batches:,} batches")
    click.echo(f"  awards       {', '.join(each.award for each in statement.awards)}: decided, and not revealed")
    click.echo(f"  files        {settled.folder}/")


@festival.command()
@CAMPAIGN
@click.option("--award", "awards", multiple=True, help="Reveal this award only; may be repeated. All, where none is named.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reveal(campaign: str, awards: tuple[str, ...], as_json: bool) -> None:
    """Publish what was decided: from then on anyone may read it, and compute it again. It cannot be taken back."""
    with festival_of(campaign) as (service, applied):
        named = [award_of(applied, award) for award in awards] or (
            applied.campaign.festival.awards if applied.campaign.festival else ()
        )
        settled = applied.festival_settled
        if settled is None:
            raise click.ClickException(f"{campaign} is not closed yet: there is nothing to reveal (festival close)")
        results = [service.statements.of_award(settled, award.id) for award in named]
        for result in results:
            service.campaigns.reveal(campaign, Revealed(result.award, runtime.now_ms()))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(results), indent=2))
        return
    for result in results:
        click.echo(_line(result))


def _decision(*, accept_difference: str | None, batches: tuple[str, ...], because: str, correct: str | None) -> Decision:
    if batches and not because.strip():
        raise Mistake("--exclude needs --because REASON: the statement shows it")
    return Decision(accept_difference, frozenset(batches), exclude_because=because.strip(), correct=correct)


def close_now(service: Service, applied: Applied) -> int:
    """Let the festival take nothing any more as soon as can be, and give the moment (ms) from which on it can be closed."""
    now_ms = runtime.now_ms()
    if channels.closed_at_ms(applied.campaign) > now_ms:
        ahead = applying.closing_festival_now(service.campaigns, applied.campaign, now_ms)
        plan = applying.preview(service.campaigns, ahead, now_ms, None)
        applied = applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), now_ms)
    return channels.closed_at_ms(applied.campaign) + service.settings.fence_ms


def _line(result: AwardResult) -> str:
    if result.winner is None:
        return f"{result.award}: nobody"
    winner = next(film for film in result.films if film.entry == result.winner)
    return f"{result.award}: {winner.entry} by {winner.creator}, {winner.score} (decided by {result.decided_by})"
