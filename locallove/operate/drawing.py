"""Simple random samples of texts: of a live's kept comments, or of a file of posts.

Answers for: who may be drawn (each comment that counts, once; each post with text, once), and that all of them may equally.
Refuses: users, and showing a text.
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import click

from chalicelib.domain import comments, packing
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import MINUTE_MS, Live
from chalicelib.domain.sheets import CellProblem, Columns, rows
from chalicelib.runtime import Service

POSTS = Columns(needed=("text",), perhaps=("language", "url"), as_written=("text",), open=True)


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
        for each in service.reactions.of_channel(live)
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


def posts_in(content: bytes) -> tuple[list[Text], list[CellProblem]]:
    """The posts of a CSV file with a column `text` and perhaps `language` and `url`, and every problem of the file.

    What has the same `url` is the same post. Posts without text are left out.
    """
    posts, problems = rows(content, POSTS)
    found: dict[str, Text] = {}
    for post in posts:
        text = post.cells.get("text", "")
        if text and not text.isspace():
            found.setdefault(post.cells.get("url", f"line {post.line}"), Text(text, post.cells.get("language", "")))
    return list(found.values()), problems


def _left_out(service: Service, applied: Applied, live: str) -> frozenset[str]:
    """The batches (`sender#batch id`) that the operator left out when the live was settled."""
    settled = applied.settled.get(live)
    exclusion = service.statements.of_live(settled).exclusion if settled else None
    return frozenset(exclusion.batches if exclusion else ())
