"""Sending batches over a few connections, and noting what became of each.

Answers for: what counts as sent (every batch once, however often it is posted), progress, and waiting until it is counted.
Refuses: making reactions, and deciding what to do about a difference.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import click

from chalicelib.domain.tally import NOTHING, OF_REACTIONS, Counts
from locallove.crowd.target import Target
from locallove.operate.mistake import Mistake
from locallove.sender import Answer, Batch, Closed, Kit, Outcome, Patience, Unanswered

CONNECTIONS = 2
QUIET_S = 20.0
_LOOK_S = 1.2
"""Totals may be a second old (they are cached): whoever looks twice must see a newer answer the second time."""
_REST = 3
"""Reading costs the service as well: at most a quarter of the time is spent looking."""


@dataclass(slots=True)
class Deliveries:
    """What was sent, by live, and what was answered. `rejected` counts reactions, the other figures batches."""

    sent: dict[str, Counts] = field(default_factory=dict)
    posted: int = 0
    replayed: int = 0
    rejected: int = 0
    refused: list[str] = field(default_factory=list)
    _noted: set[str] = field(default_factory=set)

    def note(self, batch: Batch, answer: Answer) -> bool:
        """Take an answer down; True when the batch counts as sent by this.

        A first attempt that is answered with an earlier receipt adds nothing: the batch is there, from this run or from one
        before. After a lost answer the same receipt says that our own first attempt arrived, so that does count.
        """
        self.posted += 1
        was_there = answer.status == 200 and answer.attempts == 1
        self.replayed += was_there
        if answer.receipt is None:
            self.refused.append(_refusal(batch, answer))
        if was_there or batch.id in self._noted:
            return False
        self._noted.add(batch.id)
        self.sent[batch.live] = self.sent.get(batch.live, NOTHING) + batch.counts
        self.rejected += answer.receipt.rejected if answer.receipt else 0
        return True


def send(batches: Iterable[Batch], url: str, secret: str, total: int) -> Deliveries:
    """Send all batches, in their order but for what two connections overtake; `total` reactions fill the progress bar.

    Raises: Mistake when there is no final answer to a batch, or the secret cannot be one.
    """
    deliveries = Deliveries()

    def note(outcome: Outcome) -> None:
        if outcome.answer is None:
            kit.stop()
        elif deliveries.note(outcome.batch, outcome.answer):
            advance(outcome.batch.counts.total)

    with progress("sending", total) as advance:
        kit = kit_of(url, secret, note)
        try:
            with kit, suppress(Closed):
                for batch in batches:
                    kit.send(batch)
        except Unanswered as error:
            raise Mistake(f"{url}: {error.report.given_up[0].gave_up}") from error
    return deliveries


def kit_of(url: str, secret: str, note: Callable[[Outcome], None]) -> Kit:
    """A kit with the patience of a command: whoever waits for it wants to hear soon of a wrong secret. Raises: Mistake."""
    try:
        return Kit(url, secret, workers=CONNECTIONS, patience=Patience(), on_outcome=note)
    except ValueError as error:
        raise Mistake(str(error)) from error


def counted_since(target: Target, before: Mapping[str, Counts], sent: Mapping[str, Counts]) -> dict[str, Counts]:
    """What has been counted of each live since `before`: read until it equals what was sent, or until nothing has changed for a
    while. Equal figures are read once more, for a batch that counted twice would show a moment later. Raises: Mistake."""
    counted = dict.fromkeys(before, NOTHING)
    changed_at = time.monotonic()
    with progress("counting", sum(counts.total for counts in sent.values())) as advance:
        while True:
            unequal = [live for live in before if counted[live] != sent.get(live, NOTHING)]
            began_at = time.monotonic()
            now = counted | {live: _less(target.counts(live), before[live]) for live in unequal or before}
            read_at = time.monotonic()
            if now != counted:
                advance(sum(now[live].total - counted[live].total for live in now))
                counted, changed_at = now, read_at
            elif not unequal or read_at - changed_at >= QUIET_S:
                return counted
            time.sleep(max(_LOOK_S, _REST * (read_at - began_at)))


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal's stderr, nothing anywhere else; gives the function that advances it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=total, label=title.rjust(8), file=sys.stderr, show_pos=True) as bar:
        yield bar.update


def _less(now: Counts, before: Counts) -> Counts:
    return Counts(*(getattr(now, measure) - getattr(before, measure) for measure in OF_REACTIONS))


def _refusal(batch: Batch, answer: Answer) -> str:
    title, detail = (answer.problem.get(name, "") for name in ("title", "detail"))
    places = [f"{each['pointer']} {each['detail']}" for each in answer.problem.get("problems", [])[:1]]
    return f"{batch.live}: batch {batch.id} answered {answer.status} {'; '.join(filter(None, [title, detail, *places]))}"
