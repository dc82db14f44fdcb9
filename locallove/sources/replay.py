"""`locallove replay`: a recording through the real endpoint, each of its rooms as a live of its own."""

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import click

from chalicelib.domain.reactions import Kind
from locallove.crowd.command import Options, deliver, sending_options
from locallove.crowd.target import Target
from locallove.operate.mistake import Mistake
from locallove.sender import batches
from locallove.sources import mapped, tiktok_live
from locallove.sources.as_campaign import as_campaign, live_id
from locallove.sources.recording import BadRecording, Recording, in_order


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What each line of a CSV or NDJSON file is.")
@click.option("--map", "mapping", help="Which column is which: id=seq,at=unix_s,value=amount_cents.")
@click.option("--zone", help="The zone of times without an offset: UTC, Asia/Tokyo.")
@sending_options
def replay(options: Options, file: Path, kind: Kind | None, mapping: str | None, zone: str | None) -> None:
    """Send a recording: flattened TikTok LIVE messages, or with --kind and --map any CSV or NDJSON file.

    Prints what was sent and what was counted; exit code 1 when they differ.
    """
    recording = _read(file, _columns(kind, mapping, zone), options.live)
    if not recording.lives:
        raise Mistake(f"{file} has no reactions")
    if options.url is None:
        from locallove.cloud import own  # noqa: PLC0415 - only a pipeline of one's own needs the AWS libraries

        given = {"--kind": kind, "--map": mapping, "--zone": zone}
        arguments = [part for name, value in given.items() if value is not None for part in (name, value)]
        campaign = as_campaign(recording, datetime.now(UTC))
        raise SystemExit(own.run(["replay", str(file), *arguments, *options.arguments], campaign))
    if options.campaign is None:
        raise Mistake("--url needs --campaign: which campaign to send to")
    target = Target(options.url, options.campaign)
    for live in recording.lives:
        target.live(live)
    sent = itertools.chain.from_iterable(batches(reactions, live, options.batch) for live, reactions in recording.lives.items())
    total = sum(reaction.count or 1 for reactions in recording.lives.values() for reaction in reactions)
    notes = {"ignored": recording.ignored, "repeated": recording.repeated, "cut_texts": recording.cut_texts}
    deliver(target, list(recording.lives), sent, total, options.as_json, notes)


def _columns(kind: Kind | None, mapping: str | None, zone: str | None) -> mapped.Columns | None:
    """What the options say about columns; None for recorded messages. Raises: Mistake."""
    if kind is None and mapping is None and zone is None:
        return None
    if kind is None or mapping is None:
        raise Mistake("--kind and --map go together: --kind gift --map id=seq,at=unix_s,value=amount_cents")
    try:
        place = ZoneInfo(zone) if zone else None
    except (KeyError, ValueError, OSError) as error:
        raise Mistake(f"--zone {zone} is not a zone; such as UTC or Asia/Tokyo") from error
    try:
        return mapped.columns(kind, mapping, place)
    except ValueError as error:
        raise Mistake(f"--map: {error}") from error


def _read(file: Path, columns: mapped.Columns | None, live: str | None) -> Recording:
    """The recording with lives whose ids can be ids, or all of it in the one `live`. Raises: Mistake."""
    try:
        with file.open("rb") as lines:
            if columns is None:
                recording = tiktok_live.read(lines, str(file))
            else:
                recording = mapped.read(lines, str(file), file.stem, columns)
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error
    except BadRecording as error:
        hint = "" if columns else " (--kind and --map read files that are not recorded TikTok LIVE messages)"
        raise Mistake(f"{error}{hint}") from error
    if live is None:
        lives = {live_id(room): reactions for room, reactions in recording.lives.items()}
    else:
        lives = {live: in_order(itertools.chain.from_iterable(recording.lives.values()))} if recording.lives else {}
    return Recording(lives, recording.ignored, recording.repeated, recording.cut_texts)
