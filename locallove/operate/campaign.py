"""`locallove campaign`: a campaign is a reviewed file; this checks, explains, shows and applies it.

Answers for: every problem of a file on a line of its own, what would change, what is in force.
Exit codes: 0 done; 1 the file has problems, or applying was refused; 2 the command line asks for what is not there.
`check`, `explain` and `new` need no AWS library, which is why `show` and `apply` import theirs when they are called.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from chalicelib.domain.applied import Refused
from chalicelib.domain.campaigns import Campaign, read
from chalicelib.domain.problems import Problem
from locallove.operate.explanation import explain, lines
from locallove.operate.mistake import Mistake, content_of

FILE = click.argument("file", type=click.Path(path_type=Path))
NEWLINE = b"\n"
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def campaign() -> None:
    """Define a campaign: check, explain and apply its file, show what is in force."""


@campaign.command()
@FILE
def check(file: Path) -> None:
    """List every problem of a campaign file with its key, one a line."""
    checked = load(file)
    click.echo(f"{file}: {checked.id} is in order (lives: {len(checked.lives)})")


@campaign.command()
@click.argument("campaign")
@AS_JSON
def show(campaign: str, as_json: bool) -> None:
    """Show a campaign in force: revision, and each live's window with its changes."""
    from locallove.operate import in_force  # noqa: PLC0415 - only this and `apply` need an AWS library

    shown = in_force.find(campaign)
    _print(shown, in_force.lines(shown), as_json)


@campaign.command(name="explain")
@FILE
@click.option("--live", help="Only the live of this id.")
@click.option("--reactions", type=click.IntRange(min=0), help="What each live gives for so many reactions, taken as likes.")
@AS_JSON
def explain_(file: Path, live: str | None, reactions: int | None, as_json: bool) -> None:
    """Say every live's donation rule in Japanese and English, and what it gives for a number of reactions."""
    subject = load(file)
    chosen = [each for each in subject.lives if live in (None, each.id)]
    if live is not None and not chosen:
        raise Mistake(f"{file} has no live {live!r}")
    explanation = explain(subject, chosen, reactions)
    _print(explanation, lines(explanation, [each.donation for each in chosen]), as_json)


@campaign.command()
@click.argument("id")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write (default: campaigns/ID.toml).")
def new(id: str, out: Path | None) -> None:
    """Write a commented campaign file to begin with. An existing file is never overwritten."""
    text = Path(__file__).with_name("new-campaign.toml").read_text("utf-8").replace("CAMPAIGN", id)
    made, _ = _parse(text.encode())
    if made is None or made.id != id:
        raise Mistake(f"{id!r} cannot be a campaign's id: 1 to 62 of the characters a-z, 0-9 and -")
    file = out or Path("campaigns", f"{id}.toml")
    try:
        if out is None:
            file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error
    click.echo(f"wrote {file}")


@campaign.command()
@FILE
@click.option("--reason", help="Why the window of a live that has begun changes; it goes on record.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def apply(file: Path, reason: str | None, dry_run: bool) -> None:
    """Put a campaign file in force, all of it or nothing, after saying what changes."""
    from locallove.operate import in_force  # noqa: PLC0415 - only this and `show` need an AWS library

    subject = load(file)
    try:
        plan = in_force.plan(subject, reason)
        for line in in_force.plan_lines(plan):
            click.echo(line)
        if dry_run:
            click.echo("dry run: nothing applied")
            return
        applied = in_force.put(plan)
    except Refused as error:
        _refuse(_line(problem) for problem in error.problems)
    click.echo(f"applied: {subject.id}, revision {applied.revision}")


def load(file: Path) -> Campaign:
    """The campaign that a file defines; its problems are printed, one a line, and end the command."""
    found, problems = _parse(content_of(file))
    if found is None:
        _refuse(problems)
    return found


def _parse(content: bytes) -> tuple[Campaign | None, list[str]]:
    try:
        data = tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [f"not UTF-8 text (at line {line})"]
    except ValueError as error:
        last = f"at line {content.count(NEWLINE) + 1}, the end of document"
        return None, [f"not TOML: {str(error).replace('at end of document', last)}"]
    except RecursionError:
        return None, ["not TOML that can be read: nested too deeply"]
    found, problems = read(data)
    return found, [_line(problem) for problem in problems]


def _line(problem: Problem) -> str:
    return f"{problem.key_path}: {problem.detail}" if problem.pointer else problem.detail


def _refuse(lines: Iterable[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def _print(answer: msgspec.Struct, text: Iterable[str], as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
        return
    for line in text:
        click.echo(line)
