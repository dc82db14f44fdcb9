"""What `simulate` and `replay` have in common: their options, one run of sending, and the answer they print.

Answers for: `{"sent", "counted", "equal"}` and the exit code: 0 equal, 1 not equal, 2 what was asked for is not there.
Refuses: where reactions come from.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
import msgspec

from chalicelib.domain.tally import NOTHING, OF_REACTIONS, Counts, add_up
from chalicelib.domain.texts import MAX_ITEMS
from locallove.crowd.sending import Deliveries, counted_since, send
from locallove.crowd.target import Target
from locallove.operate.mistake import Mistake
from locallove.sender import Batch

SECRET = "LOCALLOVE_SECRET"  # noqa: S105 - the name of the variable
_SHOWN_REFUSALS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """Where to send and how to answer; `url` None means a pipeline of one's own."""

    url: str | None
    campaign: str | None
    live: str | None
    batch: int
    as_json: bool

    @property
    def arguments(self) -> list[str]:
        """The same options for the command that sends to one's own pipeline, all but the address."""
        live = [] if self.live is None else ["--live", self.live]
        return ["--batch", str(self.batch), *live, *(["--json"] if self.as_json else [])]


def sending_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Options` and hand them over as its first argument."""

    @click.option("--url", help=f"Where the service answers; the signing secret is read from {SECRET}. Default: start one here.")
    @click.option("--campaign", help="The campaign to send to.")
    @click.option("--live", help="Only to the live of this id.")
    @click.option("--batch", type=click.IntRange(1, MAX_ITEMS), default=500, show_default=True, help="Reactions in a batch.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @wraps(command)
    def with_options(
        *, url: str | None, campaign: str | None, live: str | None, batch: int, as_json: bool, **others: Any
    ) -> None:
        command(Options(url, campaign, live, batch, as_json), **others)

    return with_options


def deliver(
    target: Target, lives: Sequence[str], batches: Iterable[Batch], total: int, as_json: bool, notes: dict[str, Any]
) -> None:
    """Send, wait until it is counted, print both, and end with exit code 1 where they differ. Raises: Mistake.

    `notes` are what the source has to say beside the figures; they are printed with them.
    """
    secret = os.environ.get(SECRET)
    if not secret:
        raise Mistake(f"{SECRET} is not set: the signing secret is read from there, never from the command line")
    before = {live: target.counts(live) for live in lives}
    deliveries = send(batches, target.url, secret, total)
    counted = counted_since(target, before, deliveries.sent)
    for line in _complaints(deliveries):
        click.echo(line, err=True)
    answer = _answer(deliveries, counted)
    if as_json:
        click.echo(msgspec.json.encode(answer | notes).decode())
    else:
        for line in _lines(answer, notes):
            click.echo(line)
    if not answer["equal"]:
        raise click.exceptions.Exit(1)


def _answer(deliveries: Deliveries, counted: dict[str, Counts]) -> dict[str, Any]:
    lives = {live: (deliveries.sent.get(live, NOTHING), counts) for live, counts in counted.items()}
    return {
        "sent": _figures(add_up(sent for sent, _ in lives.values())),
        "counted": _figures(add_up(counted.values())),
        "equal": all(sent == counts for sent, counts in lives.values()),
        "lives": {live: {"sent": _figures(sent), "counted": _figures(counts)} for live, (sent, counts) in lives.items()},
        "batches": {"posted": deliveries.posted, "replayed": deliveries.replayed, "refused": len(deliveries.refused)},
    }


def _figures(counts: Counts) -> dict[str, int]:
    return {measure: getattr(counts, measure) for measure in OF_REACTIONS}


def _lines(answer: dict[str, Any], notes: dict[str, Any]) -> list[str]:
    """The answer for people."""
    rows = [f"{name:<9}{_row(answer[name])}" for name in ("sent", "counted")]
    posted, replayed, refused = (answer["batches"][name] for name in ("posted", "replayed", "refused"))
    return [
        *rows,
        f"{'batches':<9}{posted} posted, {replayed} of them there already, {refused} refused",
        *(f"{name}: {_row(value) if isinstance(value, dict) else value}" for name, value in notes.items() if value),
        *(["nothing new: every batch was there already"] if posted and posted == replayed else []),
        "equal" if answer["equal"] else "NOT equal",
    ]


def _row(figures: dict[str, int]) -> str:
    return "   ".join(f"{name} {value:,}" for name, value in figures.items())


def _complaints(deliveries: Deliveries) -> list[str]:
    shown = deliveries.refused[:_SHOWN_REFUSALS]
    more = len(deliveries.refused) - len(shown)
    rejected = deliveries.rejected
    return [
        *shown,
        *([f"and {more} more refused batches"] if more else []),
        *([f"{rejected} reactions were rejected within accepted batches"] if rejected else []),
    ]
