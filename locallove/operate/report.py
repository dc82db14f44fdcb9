"""`locallove report`: a report in every format, into a folder: of live data, or of a `report.json` that is there already.

Answers for: the same files that publishing makes, of a campaign, a region or a live as it is now, or of a report as it was.
Only the comparison with the report before is missing where one is made anew: publishing alone knows which that was.
Exit codes: 0 all formats made; 1 one could not be made, or AWS refuses; 2 the command line asks for what is not there.
"""

from pathlib import Path

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.ids import is_id
from chalicelib.domain.reports import Report, campaign_report, live_report, region_report
from chalicelib.render.formats import Made, make
from locallove.operate.mistake import Mistake, content_of, writable
from locallove.operate.stores import of_live, reached


@click.command()
@click.argument("of", metavar="CAMPAIGN|LIVE|REPORT.JSON")
@click.option("--region", help="Of a campaign: only the report of this region.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for the files.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def report(of: str, region: str | None, out: Path, *, as_json: bool) -> None:
    """Make a report in every format: of a campaign or a live as it stands now, or of a report.json again."""
    file = Path(of)
    if file.suffix == ".json":
        if region is not None:
            raise Mistake("--region goes with a campaign: a report.json is of one thing already")
        subject = _read(file)
    else:
        subject = _as_it_stands(of, region)
    writable(out)
    made = make(subject)
    for each, body in made.files.items():
        (out / each.name).write_bytes(body)
    click.echo(_as_json(made) if as_json else "\n".join(str(out / each.name) for each in made.files))
    for missing, failure in made.missing.items():
        click.echo(f"{missing.name} could not be made: {failure}", err=True)
    if made.missing:
        raise click.exceptions.Exit(1)


def _read(file: Path) -> Report:
    try:
        return msgspec.json.decode(content_of(file), type=Report)
    except (ValueError, RecursionError) as error:
        raise Mistake(f"{file} is no report of this release: {error}") from error


def _as_it_stands(of: str, region: str | None) -> Report:
    if not is_id(of):
        raise Mistake(f"{of!r} is neither a campaign's or a live's id, nor a report.json")
    with reached() as service:
        if service.campaigns.campaign_of(of) is not None:
            if region is not None:
                raise Mistake(f"--region goes with a campaign: {of} is a live, of one region")
            return live_report(service.reporting.sources(of_live(service, of)), of, runtime.now_ms())
        applied = service.campaigns.get(of)
        if applied is None:
            raise Mistake(f"no campaign or live {of!r} is in force")
        sources = service.reporting.sources(applied)
        if region is None:
            return campaign_report(sources, runtime.now_ms())
        if region not in [each.id for each in applied.campaign.regions]:
            raise Mistake(f"{of} has no region {region!r}")
        return region_report(sources, region, runtime.now_ms())


def _as_json(made: Made) -> str:
    listed = {"files": list(made.files), "missing": list(made.missing)}
    return msgspec.json.format(msgspec.json.encode(listed), indent=2).decode()
