"""Simple random samples of texts: of a live's kept comments, or of a file of posts.

Answers for: who may be drawn (each comment that counts, once; each post with text, once), and that all of them may equally.
Refuses: users, and showing a text: a problem names its line.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from random import Random
from typing import NamedTuple

import click

from chalicelib.domain import comments, packing
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import MINUTE_MS, Live
from chalicelib.runtime import Service
from locallove.operate.mistake import Mistake


class Text(NamedTuple):
    """A text, and the language that its source names (empty: none)."""

    text: str
    language: str = ""


def draw(texts: Sequence[Text], size: int, seed: int) -> list[Text]:
    """A simple random sample without replacement, in random order; the same for the same texts and seed."""
    return Random(seed).sample(texts, min(size, len(texts)))


def comments_of(service: Service, applied: Applied, live: Live) -> list[Text]:
    """What the comments that count say, where it is still kept, each once, in the order in which the recount takes them.

    Raises: StorageRefused; ClickException where a batch cannot be read.
    """
    left_out = _left_out(service, applied, live.id)
    taken = (
        each
        for each in service.reactions.of_live(live)
        if not each.rehearsal and each.received_at_ms < live.closes_at_ms and each.sort_key not in left_out
    )
    found: list[Text] = []
    seen: set[bytes] = set()
    for batch in sorted(taken, key=lambda each: (each.received_at_ms, each.sender, each.batch)):
        try:
            body = service.comments.of_batch(batch)
            said = comments.read(body) if body else {}
            counted = [(each.id_hash, each.at_ms) for each in packing.unpack(batch.packed) if each.kind == "comment"]
        except ValueError as error:
            raise click.ClickException(f"{batch.sort_key} cannot be read: {error}") from error
        for hashed, at_ms in counted:
            if hashed not in seen and hashed in said and live.covers(at_ms // MINUTE_MS):
                found.append(Text(said[hashed]))
            seen.add(hashed)
    return found


def posts_in(file: Path) -> list[Text]:
    """The posts of a CSV file with a column `text` and perhaps `language` and `url`; what has the same `url` is the same post.

    Posts without text are left out. Raises: Mistake, after every line of another width.
    """
    found: dict[str, Text] = {}
    for line, row in rows_of(file, ("text",)):
        text = row["text"]
        if text and not text.isspace():
            found.setdefault(row.get("url", "").strip() or f"line {line}", Text(text, row.get("language", "").strip()))
    return list(found.values())


def rows_of(file: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with these columns at least, each with the number of its last line; empty rows are left out.

    Raises: Mistake when it cannot be read, lacks a column, or has a row of another width; no message shows what a cell holds.
    """
    try:
        content = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Mistake(f"{file}: not UTF-8 text (at line {line}); save it as “CSV UTF-8”") from error
    reader = csv.reader(StringIO(content, newline=""), strict=True)
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    try:
        header = [name.strip() for name in next(reader, [])]
        if lacking := [name for name in columns if header.count(name) != 1]:
            raise Mistake(f"{file}: the first line must name the column {lacking[0]!r}, once")
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        raise Mistake(f"{file}: not CSV (at line {reader.line_num}): {error}") from error
    if uneven := [line for line, row in rows if len(row) != len(header)]:
        for line in uneven:
            click.echo(f"line {line}: has another number of cells than the first line", err=True)
        raise Mistake(f"{file}: {len(uneven)} bad lines")
    return ((line, dict(zip(header, row, strict=True))) for line, row in rows)


def _left_out(service: Service, applied: Applied, live: str) -> frozenset[str]:
    """The batches (`sender#batch id`) that the operator left out when the live was settled."""
    settled = applied.settled.get(live)
    exclusion = service.statements.of_live(settled).exclusion if settled else None
    return frozenset(exclusion.batches if exclusion else ())
