"""`locallove festival pack`: a pack for each finalist, in a folder of its own: the film's report as pages and for programs.

Answers for: films in the first three places of any award that is revealed, or the films that are named; votes by day are out of
the published ledgers. Nothing is said of an award that is still sealed but its name.
Exit codes: 0 done; 1 no award is revealed yet, or AWS refuses; 2 the command line asks for what is not there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import click
import msgspec

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult
from chalicelib.domain.film_report import Days, FilmReport, film_report, finalists, votes_by_day
from chalicelib.domain.poll import Line
from chalicelib.render.film import document, page
from chalicelib.runtime import Service
from locallove.operate.festivals import CAMPAIGN, festival_of
from locallove.operate.mistake import Mistake, writable

_PLAIN = re.compile("[a-z0-9_-]+", re.ASCII)
_DIGITS = 8


class PackMade(msgspec.Struct, frozen=True):
    """A film's pack: its folder, and the files in it."""

    entry: str
    folder: str
    files: tuple[str, ...]


@click.command()
@CAMPAIGN
@click.argument("entry", nargs=-1)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for the packs.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def pack(campaign: str, entry: tuple[str, ...], out: Path, *, as_json: bool) -> None:
    """Make a pack for each finalist: of every film in the first three places of a revealed award, or of each ENTRY."""
    with festival_of(campaign) as (service, applied):
        films = _films(service, applied, entry)
    writable(out)
    made = [_written(film, out) for film in films]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(made), indent=2))
        return
    for each in made:
        click.echo(each.folder)


def folder_of(entry: str) -> str:
    """The name of a film's folder, the same in every run: whatever its id holds, a name on any file system, and of no other."""
    if _PLAIN.fullmatch(entry):
        return f"film-{entry}"
    return f"film-{'-'.join(_PLAIN.findall(entry.lower()))}-{sha256(entry.encode()).hexdigest()[:_DIGITS]}"


def _films(service: Service, applied: Applied, named: Sequence[str]) -> list[FilmReport]:
    festival, settled = applied.campaign.festival, applied.festival_settled
    if festival is None or settled is None or not applied.revealed:
        raise click.ClickException(f"{applied.campaign.id}: no award is revealed yet, so there is no finalist (festival reveal)")
    shown = [each.id for each in festival.awards if each.id in applied.revealed]
    results = {award: service.statements.of_award(settled, award) for award in shown}
    placed = {film.entry for each in results.values() for film in each.films}
    if unknown := [each for each in named if each not in placed]:
        raise Mistake(f"in no award that is revealed: {', '.join(unknown)}")
    chosen = tuple(dict.fromkeys(named)) or finalists(results.values())
    days = _days(service, settled, results, chosen)
    return [film_report(applied, festival, settled, results, each, days) for each in chosen]


def _days(service: Service, settled: Settled, results: Mapping[str, AwardResult], entries: Sequence[str]) -> Days:
    def lines(result: AwardResult) -> Iterator[Line]:
        for file in result.votes.ledger if result.votes else ():
            yield from service.statements.lines(settled, file, Line)

    return {award: votes_by_day(lines(each), entries) for award, each in results.items() if each.votes}


def _written(film: FilmReport, out: Path) -> PackMade:
    folder = out / folder_of(film.entry)
    files = {"film.ja.html": page(film, "ja"), "film.en.html": page(film, "en"), "film.json": document(film)}
    writable(folder)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return PackMade(film.entry, str(folder), tuple(files))
