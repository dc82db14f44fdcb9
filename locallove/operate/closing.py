"""Closing lives before their time, so that they can be settled: by a conditional write that every instance comes to know.

Answers for: the moment from which on no instance takes a new batch, and waiting for it.
Refuses: closing a live that has not ended.
"""

import sys
import time
from collections.abc import Collection

import click

from chalicelib import runtime
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import MINUTE_MS
from chalicelib.flows import applying
from chalicelib.runtime import Service


def close_now(service: Service, applied: Applied, lives: Collection[str], reason: str) -> int:
    """Let these lives close as soon as can be, and give the moment (ms) from which on they can be settled.

    One that has closed already stays as it is. Raises: ClickException for one that has not ended; Refused, StorageRefused.
    """
    now_ms = runtime.now_ms()
    subjects = [applied.campaign.live(live) for live in lives]
    for live in subjects:
        if now_ms < live.end_minute * MINUTE_MS:
            raise click.ClickException(f"{live.id} ends at {utc(live.end_minute * MINUTE_MS)}: it cannot be settled before")
    if open_lives := {live.id for live in subjects if live.closes_at_ms > now_ms}:
        closing = applying.closing_now(service.campaigns, applied.campaign, open_lives, now_ms)
        plan = applying.preview(service.campaigns, closing, now_ms, reason)
        applied = applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), now_ms)
    return max(applied.campaign.live(live).closes_at_ms for live in lives) + service.settings.fence_ms


def wait_until(moment_ms: int, label: str) -> None:
    """Wait, with a bar on a terminal."""
    begin_ms = runtime.now_ms()
    with click.progressbar(length=max(1, moment_ms - begin_ms), label=label, file=sys.stderr) as bar:
        while (left_ms := moment_ms - runtime.now_ms()) > 0:
            time.sleep(min(1, left_ms / 1000))
            bar.update(runtime.now_ms() - begin_ms - bar.pos)
