"""What a user got wrong. A command line that asks for what is not there: one clear line, and exit code 2.

A file that was read and has problems is exit code 1 in every command: each problem on a line of its own, and nothing done.
"""

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryFile

import click


class Mistake(click.ClickException):
    """The user's mistake. Unlike click's own UsageError it prints its message only, not how the command is used."""

    exit_code = 2


def content_of(file: Path) -> bytes:
    """What is in a file that the user names. Raises: Mistake when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error


def faulty(file: Path, problems: Collection[object], undone: str) -> click.ClickException:
    """What ends a command whose file has problems, with exit code 1. They are printed, each with the file's name."""
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    return click.ClickException(f"nothing {undone} (problems: {len(problems):,})")


def writable(folder: Path) -> None:
    """Make sure that there is such a folder and that it can be written to, before any work is done. Raises: Mistake."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Mistake(f"{folder}: {error.strerror}") from error
