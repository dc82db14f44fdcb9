"""`locallove simulate`: a crowd from a seed, through the real endpoint, at once or at the pace of the lives that are on.

Answers for: who gets how much of the crowd, and whole batches sent twice. Refuses: counting what became of it.
"""

import heapq
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from chalicelib.domain import ids, laying
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.definition import LiveAnswer
from chalicelib.domain.money import apportion
from locallove.crowd.command import Options, deliver, sending_options
from locallove.crowd.crowd import Stage, crowd
from locallove.crowd.pace import by_second, coming, on_now, paced
from locallove.crowd.target import Target
from locallove.operate.campaign import load
from locallove.operate.interrupting import first_interrupt
from locallove.operate.mistake import Mistake
from locallove.sender import Batch, batches

SAMPLE = "local-love"
SHARES = {SAMPLE: (22, 24, 18, 16, 20)}
"""How a campaign's reactions are shared over its lives, in its order; other campaigns share equally."""

AGAIN_EVERY = 50
AGAIN_AFTER = 3


@click.command()
@click.option("--reactions", type=click.IntRange(1), default=100_000, show_default=True, help="Counted, over all lives.")
@click.option("--seed", type=int, default=7, show_default=True, help="Equal seeds give equal crowds.")
@click.option("--shares", help="How the lives share the reactions, in the campaign's order: 22,24,18,16,20.")
@click.option(
    "--pace",
    type=click.Choice(["fast", "live"]),
    default="fast",
    show_default=True,
    help="live: to the lives that are on now, each reaction when it happens, until their end or Ctrl-C.",
)
@sending_options
def simulate(options: Options, reactions: int, seed: int, shares: str | None, pace: str) -> None:
    """Send what a crowd would: minute curve with peaks, markets, bursts of likes, whole batches twice.

    Prints what was sent and what was counted; exit code 1 when they differ.
    """
    name = options.campaign or SAMPLE
    if options.url is None:
        if pace == "live":
            raise Mistake("--pace live needs --url: nobody could watch a service that this command starts for itself")
        from locallove.cloud import own  # noqa: PLC0415 - only a pipeline of one's own needs the AWS libraries

        arguments = ["simulate", "--reactions", str(reactions), "--seed", str(seed), *(["--shares", shares] if shares else [])]
        raise SystemExit(own.run([*arguments, *options.arguments], _laid_out(name)))
    target = Target(options.url, name)
    lives = [target.live(options.live)] if options.live else list(target.definition.lives)
    if pace == "live":
        lives = on_now(lives, _now_ms())
    parts = list(zip(lives, apportion(reactions, _weights(shares, name, len(lives))), strict=True))
    if pace == "live":
        _at_pace(target, parts, options, seed)
    else:
        _at_once(target, parts, options, seed)


def _at_once(target: Target, parts: list[tuple[LiveAnswer, int]], options: Options, seed: int) -> None:
    """Send the whole of each live's crowd as fast as it is taken, and answer."""
    sent = (
        batch
        for live, part in parts
        for batch in batches(crowd(_stage(live), _markets(target), part, seed), live.id, options.batch)
    )
    deliver(target, [live.id for live, _ in parts], some_twice(sent), _total(parts), options.as_json, {})


def _at_pace(target: Target, parts: list[tuple[LiveAnswer, int]], options: Options, seed: int) -> None:
    """Send what each live's crowd does from now on, when it does it; the first Ctrl-C ends that, and then comes the answer."""
    now_ms, stop = _now_ms(), Event()
    happening = [by_second(coming(live, _markets(target), part, seed, now_ms), live.id, options.batch) for live, part in parts]
    dues = heapq.merge(*happening, key=lambda due: due.at_ms)
    with first_interrupt(stop.set):
        for live, _ in parts:
            click.echo(f"{live.id} is on until {live.ends_at}; Ctrl-C ends sending before that", err=True)
        sent = some_twice(paced(dues, _now_ms, time.sleep, stop.is_set))
        deliver(target, [live.id for live, _ in parts], sent, _total(parts), options.as_json, {})


def some_twice(sent: Iterable[Batch]) -> Iterator[Batch]:
    """The batches in their order, every fiftieth once more a little later, as by a sender that has lost an answer."""
    again: deque[tuple[int, Batch]] = deque()
    for number, batch in enumerate(sent):
        yield batch
        if number % AGAIN_EVERY == 0:
            again.append((number + AGAIN_AFTER, batch))
        while again and again[0][0] <= number:
            yield again.popleft()[1]
    for _, batch in again:
        yield batch


def _weights(shares: str | None, campaign: str, lives: int) -> list[int]:
    if shares is None:
        known = SHARES.get(campaign, ())
        return list(known) if len(known) == lives else [1] * lives
    try:
        weights = [int(each) for each in shares.split(",")]
    except ValueError:
        weights = []
    if len(weights) != lives or min(weights) < 0 or not any(weights):
        raise Mistake(f"--shares needs {lives} whole numbers, one for each live, such as {','.join(['20'] * lives)}")
    return weights


def _markets(target: Target) -> list[str]:
    return [str(market["code"]) for market in target.definition.markets]


def _total(parts: list[tuple[LiveAnswer, int]]) -> int:
    return sum(part for _, part in parts)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _stage(live: LiveAnswer) -> Stage:
    start, end = (int(datetime.fromisoformat(moment).timestamp()) // 60 for moment in (live.starts_at, live.ends_at))
    return Stage(live.id, start, end)


def _laid_out(name: str) -> Campaign:
    """The campaign of this name among the project's files, moved so that its last live ends now. Raises: Mistake."""
    if not ids.is_id(name):
        raise Mistake(f"{name!r} cannot be a campaign's id")
    file = Path(__file__).parents[2] / "campaigns" / f"{name}.toml"
    return laying.laid_back_to_back(load(file), datetime.now(UTC))
