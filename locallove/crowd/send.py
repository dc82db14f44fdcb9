"""`locallove send`: a file of reactions in the contract's own form, as a platform would send it.

Answers for: every bad line before anything is sent, and the exit code: 0 everything accepted, 1 bad lines, or something rejected,
refused or without an answer, 2 what was asked for cannot be. Refuses: choosing which reactions count.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from tempfile import TemporaryFile
from typing import BinaryIO

import click
import msgspec

from chalicelib.domain import ids
from chalicelib.domain.texts import MAX_ITEMS
from locallove.crowd.command import SECRET
from locallove.crowd.complaints import Complaints
from locallove.crowd.sending import kit_of, progress
from locallove.operate.mistake import Mistake
from locallove.sender import Batch, Closed, Outcome, Report, Unanswered, batches
from locallove.sources.contract import Lines


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--url", required=True, help=f"Where the service answers; the signing secret is read from {SECRET}.")
@click.option("--live", required=True, help="The live that the reactions are of.")
@click.option("--batch", type=click.IntRange(1, MAX_ITEMS), default=500, show_default=True, help="Reactions in a batch.")
@click.option("--rehearsal", is_flag=True, help="Send as a rehearsal: stored and shown apart, never counted.")
@click.option("--skip-bad", is_flag=True, help="Leave bad lines out and send the others.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def send(  # noqa: PLR0913 - what the command line gives
    *, file: BinaryIO, url: str, live: str, batch: int, rehearsal: bool, skip_bad: bool, as_json: bool
) -> None:
    """Send FILE, one reaction a line as the contract writes them, or standard input as `-`; print what was answered.

    A file may be sent again as it is, with the same --batch: what is there already is not counted again. A file that was changed
    or made longer makes other batches, and is counted again; send what is new as a file of its own.
    """
    secret = os.environ.get(SECRET)
    if not secret:
        raise Mistake(f"{SECRET} is not set: the signing secret is read from there, never from the command line")
    if not ids.is_id(live):
        raise Mistake(f"{live!r} cannot be a live's id")
    lines = _checked(file, skip_bad=skip_bad)
    complaints = Complaints(file.name)
    made = complaints.placed(batches(complaints.reactions(lines), live, batch, rehearsal=rehearsal))
    report = _send(complaints, made, lines.good, url, secret)
    for complaint in complaints.said:
        click.echo(complaint, err=True)
    if complaints.more:
        click.echo(f"and {complaints.more} more", err=True)
    figures = _figures(report, lines, complaints)
    if as_json:
        answer = {"live": live, "rehearsal": rehearsal, **figures, "complaints": complaints.said}
        click.echo(msgspec.json.encode(answer).decode())
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):<16}{value:>12,}")
    if not report.is_clean:
        raise click.exceptions.Exit(1)


def _checked(file: BinaryIO, *, skip_bad: bool) -> Lines:
    """The file's lines, the bad ones listed. Raises: ClickException when bad ones are not to be skipped, Mistake without any."""
    lines = Lines(_twice(file))
    for bad in lines.bad:
        click.echo(f"{file.name}:{bad.number}: {bad.reasons}", err=True)
    if lines.bad and not skip_bad:
        said = f"nothing sent (bad lines: {len(lines.bad):,}); --skip-bad sends the others (good lines: {lines.good:,})"
        raise click.ClickException(said)
    if not lines.good:
        raise Mistake(f"{file.name} has no reactions")
    return lines


def _twice(file: BinaryIO) -> BinaryIO:
    """The file, or a copy of what can be read but once."""
    if file.seekable():
        return file
    copy = TemporaryFile()  # noqa: SIM115 - it goes with its last user
    shutil.copyfileobj(file, copy)
    return copy


def _send(complaints: Complaints, made: Iterable[Batch], total: int, url: str, secret: str) -> Report:
    """Send everything, or stop at the first batch without an answer: the rest has no better chance. Raises: Mistake."""

    def note(outcome: Outcome) -> None:
        if outcome.answer is None:
            kit.stop()
        complaints.note(outcome)
        advance(outcome.batch.reactions)

    with progress("sending", total) as advance:
        kit = kit_of(url, secret, note)
        try:
            with suppress(Unanswered), kit, suppress(Closed):
                for batch in made:
                    kit.send(batch)
        except ValueError as error:
            raise Mistake(f"{complaints.name}: {error}") from error
    return kit.report


def _figures(report: Report, lines: Lines, complaints: Complaints) -> dict[str, int]:
    """Reactions and batches; `unsent` are the reactions of batches that were not begun, for one before had no answer."""
    return {
        "reactions": lines.good,
        "skipped": len(lines.bad),
        "batches": report.batches,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "outside_window": report.outside_window,
        "replayed": report.replayed,
        "refused": report.refused,
        "given_up": len(report.given_up),
        "unsent": lines.good - complaints.told,
    }
