"""`locallove festival entries`: what was entered, whether it competes and why not, and what the operator decides about it.

Answers for: each decision on record with its reason; nothing of an entry is changed or thrown away.
Exit codes: 0 done; 1 a decision cannot be, or AWS refuses; 2 the command line asks for what is not there.
"""

import sys
from collections.abc import Iterator
from typing import get_args

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.answers import utc
from chalicelib.domain.entrants import Entrant, EntryDecision, Standing, Verdict
from chalicelib.domain.entries import Reason
from chalicelib.flows.decisions import PLAINLY
from chalicelib.flows.gathering import Gathering
from chalicelib.render.tables import csv_of
from locallove.operate.festivals import CAMPAIGN, festival_of, sealed_already
from locallove.operate.mistake import Mistake

COLUMNS = ("entry", "standing", "reasons", "creator", "caption", "hashtags", "posted_at", "duration", "attested", "decided")


class EntryShown(msgspec.Struct, frozen=True):
    """An entry as it stands, with every decision about it."""

    entry: str
    standing: Standing
    reasons: tuple[Reason, ...]
    creator: str
    caption: str
    hashtags: tuple[str, ...]
    posted_at: str
    duration: float
    attested: bool
    decisions: tuple[EntryDecision, ...]


@click.group()
def entries() -> None:
    """List and export entries, and decide about them."""


@entries.command(name="list")
@CAMPAIGN
@click.option("--standing", type=click.Choice(get_args(Standing)), help="Only those that stand so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(campaign: str, standing: str | None, as_json: bool) -> None:
    """List entries in the order of their posts, with every reason for which one is not eligible."""
    shown = [each for each in _shown(campaign) if standing in (None, each.standing)]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
        return
    for each in shown:
        reasons = f"  ({', '.join(each.reasons)})" if each.reasons else ""
        click.echo(f"{each.posted_at}  {each.standing:<10}  {each.entry}{reasons}")
    click.echo(f"entries: {len(shown):,}", err=True)


@entries.command()
@CAMPAIGN
def export(campaign: str) -> None:
    """Print all entries as CSV, for a spreadsheet. Captions are the creators' own words."""
    rows = (
        (
            each.entry,
            each.standing,
            " ".join(each.reasons),
            each.creator,
            each.caption,
            " ".join(each.hashtags),
            each.posted_at,
            f"{each.duration:g}",
            str(each.attested).lower(),
            "; ".join(f"{decision.verdict}: {decision.reason}" for decision in each.decisions),
        )
        for each in _shown(campaign)
    )
    sys.stdout.buffer.write(csv_of(COLUMNS, rows))


@entries.command()
@CAMPAIGN
@click.argument("entry", nargs=-1, required=True)
@click.option("--verdict", type=click.Choice(get_args(Verdict)), required=True, help="What is decided.")
@click.option("--reason", required=True, help="Why; it stays on record.")
def decide(campaign: str, entry: tuple[str, ...], verdict: Verdict, reason: str) -> None:
    """Approve, reject or withdraw entries. The newest decision about an entry is in force; every one stays on record."""
    if not 1 <= len(reason.strip()) <= 300:
        raise Mistake("--reason must have 1 to 300 characters")
    with festival_of(campaign) as (service, applied):
        before = service.registered.get(campaign)
        found = Gathering.of(service.recounting, applied, PLAINLY).entrants(before.festival.decisions).by_id
        if unknown := [each for each in entry if each not in found]:
            raise Mistake(f"no such entry: {', '.join(unknown)}")
        if verdict == "approve" and (young := [each for each in entry if "not-attested" in found[each].reasons]):
            raise click.ClickException(f"nobody attests the age of the creator of {', '.join(young)}: that cannot be approved")
        at = utc(runtime.now_ms())
        made = tuple(EntryDecision(each, verdict, reason.strip(), at) for each in entry)
        record = msgspec.structs.replace(before.festival, decisions=before.festival.decisions + made)
        service.registered.put(campaign, before, msgspec.structs.replace(before, festival=record))
        click.echo(f"on record: {verdict} {', '.join(entry)}")
    sealed_already(applied)


def _shown(campaign: str) -> Iterator[EntryShown]:
    with festival_of(campaign) as (service, applied):
        decisions = service.registered.get(campaign).festival.decisions
        found = Gathering.of(service.recounting, applied, PLAINLY).entrants(decisions)
    for entrant in found.by_id.values():
        yield _one(entrant, tuple(each for each in decisions if each.entry == entrant.entered.id))


def _one(entrant: Entrant, decisions: tuple[EntryDecision, ...]) -> EntryShown:
    entered = entrant.entered
    return EntryShown(
        entered.id,
        entrant.standing,
        entrant.reasons,
        entered.creator,
        entered.caption,
        entered.hashtags,
        utc(entered.posted_ms),
        entered.duration,
        entered.attested,
        decisions,
    )
