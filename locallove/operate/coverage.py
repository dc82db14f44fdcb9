"""`locallove coverage`: media coverage, and figures that others state, as an operator puts them on record.

Answers for: a whole file in place of what was on record, or nothing and every problem of the file on a line of its own.
Exit codes: 0 done, or nothing to change; 1 the file has problems or is too much, somebody else was quicker, or AWS refuses; 2 the
command line asks for what is not there.
Refuses: looking at any address. What an outlet says is the operator's to read.
"""

from pathlib import Path

import click
import msgspec

from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.coverage_file import Change, change, read
from locallove.operate.mistake import content_of, faulty
from locallove.operate.stores import registering

CAMPAIGN = click.option("--campaign", required=True, help="The id of a campaign in force.")
TEMPLATE = Path(__file__).with_name("new-coverage.csv")


class OnRecord(msgspec.Struct, frozen=True):
    """What is on record of a campaign."""

    campaign: str
    revision: int
    entries: tuple[Entry, ...]
    stated: tuple[Stated, ...]


@click.group()
def coverage() -> None:
    """Put media coverage and figures of others on record, and list them."""


@coverage.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@CAMPAIGN
def import_(file: Path, campaign: str) -> None:
    """Put a CSV file on record in place of what was there: all of it, or nothing if a row has a problem."""
    content = content_of(file)
    with registering(campaign) as (service, applied):
        found, problems = read(content, [region.id for region in applied.campaign.regions])
        if found is None:
            raise faulty(file, problems, "imported")
        before = service.registered.get(campaign)
        entries, figures = change(before.entries, found.entries), change(before.stated, found.stated)
        if entries == figures == Change(0, 0, 0):
            click.echo(f"{campaign}: no change (entries: {len(found.entries):,}, figures of others: {len(found.stated):,})")
            return
        service.registered.put(campaign, before, msgspec.structs.replace(before, entries=found.entries, stated=found.stated))
    click.echo(f"{campaign}: on record")
    click.echo(f"  entries            {_said(len(found.entries), entries)}")
    click.echo(f"  figures of others  {_said(len(found.stated), figures)}")


@coverage.command(name="list")
@CAMPAIGN
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(campaign: str, as_json: bool) -> None:
    """List what is on record, in the order of its days."""
    with registering(campaign) as (service, _):
        found = service.registered.get(campaign)
    if as_json:
        shown = OnRecord(campaign, found.revision, found.entries, found.stated)
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
        return
    for entry in found.entries:
        click.echo(f"{entry.on}  {entry.kind}  {entry.region or '-'}  {entry.outlet}: {entry.title}")
    for each in found.stated:
        click.echo(f"{each.on}  figure  {each.region or '-'}  {each.source}: {each.label.en}: {each.value:,} {each.unit.en}")
    if not found.entries and not found.stated:
        click.echo("nothing is on record")


@coverage.command()
def template() -> None:
    """Print a file to begin with: the columns, and an example of each kind to replace. Excel reads it as UTF-8."""
    click.echo("\ufeff" + TEMPLATE.read_text("utf-8").replace("\n", "\r\n"), nl=False)


def _said(number: int, changed: Change) -> str:
    return f"{number:,} ({changed.added:,} added, {changed.changed:,} changed, {changed.removed:,} removed)"
