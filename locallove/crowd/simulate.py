"""`locallove simulate`: a crowd from a seed, through the real endpoint, whole batches sent twice among what it sends."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib.domain import campaigns
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.definition import LiveAnswer
from chalicelib.domain.money import apportion
from locallove.crowd.command import Options, deliver, sending_options
from locallove.crowd.crowd import Stage, crowd
from locallove.crowd.target import Target
from locallove.operate.campaign import load
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
@sending_options
def simulate(options: Options, reactions: int, seed: int, shares: str | None) -> None:
    """Send what a crowd would: minute curve with peaks, markets, bursts of likes, whole batches twice.

    Prints what was sent and what was counted; exit code 1 when they differ.
    """
    name = options.campaign or SAMPLE
    if options.url is None:
        from locallove.cloud import own  # noqa: PLC0415 - only a pipeline of one's own needs the AWS libraries

        arguments = ["simulate", "--reactions", str(reactions), "--seed", str(seed), *(["--shares", shares] if shares else [])]
        raise SystemExit(own.run([*arguments, *options.arguments], _laid_out(name)))
    target = Target(options.url, name)
    lives = [target.live(options.live)] if options.live else list(target.definition.lives)
    markets = [str(market["code"]) for market in target.definition.markets]
    parts = apportion(reactions, _weights(shares, name, len(lives)))
    sent = (
        batch
        for live, part in zip(lives, parts, strict=True)
        for batch in batches(crowd(_stage(live), markets, part, seed), live.id, options.batch)
    )
    deliver(target, [live.id for live in lives], some_twice(sent), reactions, options.as_json, {})


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


def _stage(live: LiveAnswer) -> Stage:
    start, end = (int(datetime.fromisoformat(moment).timestamp()) // 60 for moment in (live.starts_at, live.ends_at))
    return Stage(live.id, start, end)


def _laid_out(name: str) -> Campaign:
    """The campaign of this name among the project's files, moved so that its last live ends now. Raises: Mistake."""
    if not campaigns.is_id(name):
        raise Mistake(f"{name!r} cannot be a campaign's id")
    file = Path(__file__).parents[2] / "campaigns" / f"{name}.toml"
    return campaigns.laid_back_to_back(load(file), datetime.now(UTC))
