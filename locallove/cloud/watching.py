"""A campaign to watch, for `demo --watch`: most lives are over, one is on, and its crowd comes as it would.

Answers for: where to look, said before anything happens, the two crowds, and ending the live early when the user does.
Refuses: settling and publishing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain import laying
from chalicelib.domain.answers import utc
from chalicelib.domain.campaigns import MINUTE_MS, Campaign
from chalicelib.flows import applying
from chalicelib.runtime import Service
from locallove.cloud import own
from locallove.cloud.local import LocalCloud
from locallove.cloud.own import Figures

MOST_BEFORE = 100_000
"""So many go to the lives that are over, in all: filling them must not take long, for the other live is on."""


def watched(cloud: LocalCloud, definition: Campaign, reactions: int, seed: int) -> list[Figures]:
    """Half of the reactions (or `MOST_BEFORE`) at once, to the lives that are over, then the others to the one that is on, at its
    pace; gives what each crowd printed. Raises: SystemExit with the exit code of a crowd that printed nothing."""
    on_air = laying.to_watch(definition)
    for line in _where(cloud, definition):
        click.echo(line)
    secret = cloud.add_sender(definition.id)
    shares = ["0" if live.id == on_air.id else "1" for live in definition.lives]
    before = min(reactions // 2, MOST_BEFORE) if "1" in shares else 0

    def crowd(part: int, *arguments: str, gently: bool) -> Figures:
        command = ["simulate", "--reactions", str(part), "--seed", str(seed), *arguments]
        return own.answer(command, cloud.url, definition.id, secret, gently=gently)

    over = [crowd(before, "--shares", ",".join(shares), gently=False)] if before else []
    return [*over, crowd(reactions - before, "--live", on_air.id, "--pace", "live", gently=True)]


def end_on_air(service: Service, definition: Campaign) -> int:
    """Let the live that is on end with this minute, which has all that was sent; gives the moment (ms) at which it is over.

    An end that is corrected stands in the report, with its reason. Raises: Refused, StorageRefused.
    """
    on_air, now_ms = laying.to_watch(definition), runtime.now_ms()
    end_ms = (now_ms // MINUTE_MS + 1) * MINUTE_MS
    written_ms = on_air.end_minute * MINUTE_MS
    if end_ms >= written_ms:
        return written_ms
    cut = laying.cut_to(on_air, on_air.starts_at, datetime.fromtimestamp(end_ms / 1000, UTC))
    ended = msgspec.structs.replace(definition, lives=tuple(cut if live.id == cut.id else live for live in definition.lives))
    plan = applying.preview(service.campaigns, ended, now_ms, "the demo was ended early")
    applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), now_ms)
    click.echo(f"{on_air.id} ends early, at {utc(end_ms)}; then it is settled", err=True)
    return end_ms


def _where(cloud: LocalCloud, definition: Campaign) -> Iterator[str]:
    on_air, pages = laying.to_watch(definition), cloud.pages(definition.id)
    yield f"{on_air.id} is on until {utc(on_air.end_minute * MINUTE_MS)}. Watch it:"
    yield f"\n  {pages['live_page']}\n  {pages['overlay']}   (a browser source, 1920 x 1080)\n"
    yield "First the lives before it are filled. Then its own crowd comes; Ctrl-C ends it early, and again leaves at once."
