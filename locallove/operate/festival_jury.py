"""`locallove festival jury`: the sheet that jurors fill in, their scores put on record, and their word on a tie.

Answers for: every bad cell of a file, and nothing of it on record then; missing scores by name.
Exit codes: 0 done, also where scores are missing; 1 the file has problems, or AWS refuses; 2 the command line asks for what is
not there.
"""

import sys
from hashlib import sha256
from pathlib import Path

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain import jury as jury_rules
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied
from chalicelib.domain.entrants import Entrants
from chalicelib.domain.festival import Jury
from chalicelib.domain.jury import DECISION_COLUMNS, Sheet, TieDecision
from chalicelib.domain.registers import Registers
from chalicelib.domain.sheets import CellProblem, rows
from chalicelib.flows.decisions import PLAINLY
from chalicelib.flows.gathering import Gathering
from chalicelib.render.tables import csv_of
from chalicelib.runtime import Service
from locallove.operate.festivals import CAMPAIGN, award_of, festival_of, sealed_already
from locallove.operate.mistake import Mistake, content_of, faulty

AWARD = click.option("--award", required=True, help="An award that a jury decides.")
FILE = click.argument("file", type=click.Path(path_type=Path))
SHOWN_MISSING = 20


@click.group()
def jury() -> None:
    """Make the jury's sheet, and put its scores and its word on a tie on record."""


@jury.command()
@CAMPAIGN
@AWARD
@click.option("--juror", "jurors", multiple=True, required=True, help="A juror's name; may be repeated.")
@click.option("--entry", "chosen", multiple=True, help="A finalist; may be repeated. All that compete, where none is named.")
def template(campaign: str, award: str, jurors: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    """Print a sheet as CSV: a row for each finalist and juror, with a column for each criterion to fill in."""
    with festival_of(campaign) as (service, applied):
        rule = _rule(applied, award)
        competing = _entrants(service, applied, service.registered.get(campaign)).competing
        if unknown := [each for each in chosen if each not in competing]:
            raise Mistake(f"no entry that competes: {', '.join(unknown)}")
    names = [each.id for each in rule.criteria]
    table = (
        (entry, competing[entry].entered.caption, juror, *(None for _ in names))
        for juror in jurors
        for entry in (chosen or competing)
    )
    sys.stdout.buffer.write(csv_of(("entry", "caption", "juror", *names), table))


@jury.command(name="import")
@CAMPAIGN
@AWARD
@FILE
def import_(campaign: str, award: str, file: Path) -> None:
    """Put a filled-in sheet on record in place of the award's one before: all of it, or nothing if a cell is bad."""
    content = content_of(file)
    with festival_of(campaign) as (service, applied):
        rule = _rule(applied, award)
        before = service.registered.get(campaign)
        scores, problems = jury_rules.read(content, rule, _entrants(service, applied, before).competing)
        if scores is None:
            raise faulty(file, problems, "imported")
        sheet = Sheet(award, scores, sha256(content).hexdigest(), utc(runtime.now_ms()))
        record = msgspec.structs.replace(before.festival, sheets=(*before.festival.sheets, sheet))
        service.registered.put(campaign, before, msgspec.structs.replace(before, festival=record))
    missing = jury_rules.missing(scores, rule)
    films, jurors = {each.entry for each in scores}, {each.juror for each in scores}
    click.echo(f"{award}: on record: {len(films):,} films, {len(jurors):,} jurors, scores missing: {len(missing):,}")
    for each in missing[:SHOWN_MISSING]:
        click.echo(f"  missing: {each}")
    if len(missing) > SHOWN_MISSING:
        click.echo(f"  and {len(missing) - SHOWN_MISSING:,} more")
    sealed_already(applied)


@jury.command()
@CAMPAIGN
@FILE
def tie(campaign: str, file: Path) -> None:
    """Put the jury's word on ties on record: a CSV file with award, entry and reason. It counts only where films are equal."""
    content = content_of(file)
    with festival_of(campaign) as (service, applied):
        before = service.registered.get(campaign)
        found, problems = rows(content, DECISION_COLUMNS)
        competing, at = _entrants(service, applied, before).competing, utc(runtime.now_ms())
        awards = {each.id for each in applied.campaign.festival.awards} if applied.campaign.festival else set()
        made: list[TieDecision] = []
        for row in found:
            award, entry, reason = (row.cells.get(name, "") for name in DECISION_COLUMNS.needed)
            if award not in awards:
                problems.append(CellProblem(row.line, "award", f"must be one of {', '.join(sorted(awards))}"))
            if entry not in competing:
                problems.append(CellProblem(row.line, "entry", "is no entry that competes"))
            if not 1 <= len(reason) <= 300:
                problems.append(CellProblem(row.line, "reason", "must have 1 to 300 characters"))
            made.append(TieDecision(award, entry, reason, sha256(content).hexdigest(), at))
        if problems or not made:
            raise faulty(file, problems or [CellProblem(2, None, "has no row")], "put on record")
        record = msgspec.structs.replace(before.festival, ties=(*before.festival.ties, *made))
        service.registered.put(campaign, before, msgspec.structs.replace(before, festival=record))
    click.echo(f"on record: {', '.join(f'{each.award}: {each.entry}' for each in made)}")
    sealed_already(applied)


def _rule(applied: Applied, award: str) -> Jury:
    rule = award_of(applied, award).jury
    if rule is None:
        raise Mistake(f"{award} is not decided by a jury")
    return rule


def _entrants(service: Service, applied: Applied, record: Registers) -> Entrants:
    return Gathering.of(service.recounting, applied, PLAINLY).entrants(record.festival.decisions)
