"""Delivery schedules drawn from a seed: what Lambda may do to the records of a stream, in any mixture.

Each shard's records come in order the first time; around that, any part may come again: overlapping, cut differently, stale,
doubled within a batch, twice at once, or after a crash in the middle of the handler, bisected.
"""

import base64
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.domain import tally
from chalicelib.domain.tally import NOTHING, Counts, Tally
from chalicelib.flows.counting import Counter
from chalicelib.store.clients import StorageRefused
from chalicelib.store.totals import Totals
from locallove.cloud.windows import Window, state_of

STREAM = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/reactions/stream/2026-11-21"
FIRST_MINUTE = 28_000_000

Counted = dict[tuple[str, int | None, str], Counts]
"""Counts by live, minute (None: rehearsals) and market."""


def record(position: int, live: str, counted: Tally, *, rehearsal: bool = False) -> dict[str, Any]:
    """An INSERT record as Lambda delivers it."""
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": str(position),
            "NewImage": {
                "v": {"N": "1"},
                "of": {"S": "reactions"},
                "live": {"S": live},
                "rehearsal": {"BOOL": rehearsal},
                "tally": {"B": base64.b64encode(tally.encode(counted)).decode()},
                "received_at": {"N": str(1_700_000_000_000 + position % 1000)},
            },
        },
    }


class Crash(StorageRefused):
    """The handler died in the middle: a write was refused, or applied and never answered."""


class CrashingTotals(Totals):
    """The real totals, dying at a chosen write: before it, or after it was applied."""

    dies_at: int | None = None
    dies_after_applying: bool = False

    def _add(self, *arguments: Any) -> str | None:
        if self.dies_at == 0 and not self.dies_after_applying:
            self.dies_at = None
            raise Crash
        observed = super()._add(*arguments)
        if self.dies_at == 0:
            self.dies_at = None
            raise Crash
        if self.dies_at is not None:
            self.dies_at -= 1
        return observed


class Shard:
    """A shard's records and how far they have been delivered for the first time."""

    def __init__(self, name: str, lives: tuple[str, ...], draw: random.Random) -> None:
        self.window = Window(STREAM, name, 0, 60)
        position = draw.choice((10**20, 10**22 - 3, 10**39 - 5))
        self.records: list[dict[str, Any]] = []
        self.truth: Counted = {}
        for _ in range(draw.randint(4, 10)):
            position += draw.randint(1, 3)
            live, rehearsal = draw.choice(lives), draw.random() < 0.1
            counted = _tally(draw)
            self.records.append(record(position, live, counted, rehearsal=rehearsal))
            for minute, markets in counted.items():
                for market, counts in markets.items():
                    cell = (live, None if rehearsal else minute, market)
                    self.truth[cell] = self.truth.get(cell, NOTHING) + counts
        self.delivered = 0

    def deliveries(self, draw: random.Random) -> Iterator[list[dict[str, Any]]]:
        """Batches whose first deliveries are in order, with redeliveries of any delivered part between them."""
        while self.delivered < len(self.records):
            start = self.delivered if draw.random() < 0.5 else draw.randint(0, self.delivered)
            end = draw.randint(self.delivered + 1, min(len(self.records), self.delivered + 6))
            yield self._cut(draw, start, end)
            self.delivered = end
            while draw.random() < 0.5:
                first = draw.randint(0, self.delivered - 1)
                yield self._cut(draw, first, draw.randint(first + 1, self.delivered))

    def _cut(self, draw: random.Random, start: int, end: int) -> list[dict[str, Any]]:
        batch = self.records[start:end]
        if draw.random() < 0.1:
            batch = [*batch, draw.choice(batch)]
        return batch


def _tally(draw: random.Random) -> Tally:
    return {
        FIRST_MINUTE + draw.randint(0, 1): {
            market: Counts(draw.randint(1, 9), draw.randint(0, 3), 0, draw.randint(0, 50))
            for market in draw.sample(("JP", "ZZ"), draw.randint(1, 2))
        }
        for _ in range(draw.randint(1, 2))
    }


def play(seed: int, counter: Counter, totals: CrashingTotals) -> tuple[Counted, Counted]:
    """Play one seed's schedule, on lives of its own, against the counter; gives the truth and what was counted."""
    draw = random.Random(seed)
    lives = (f"seed-{seed}-a", f"seed-{seed}-b")[: draw.randint(1, 2)]
    shards = [Shard(f"shardId-{number:020d}-{seed:08d}", lives, draw) for number in range(draw.randint(1, 2))]
    pending = [(shard, shard.deliveries(draw)) for shard in shards]
    while pending:
        shard, deliveries = draw.choice(pending)
        batch = next(deliveries, None)
        if batch is None:
            pending.remove((shard, deliveries))
        else:
            _deliver(shard.window, batch, counter, totals, draw)
    for shard in shards:
        assert state_of(counter.count(shard.window.event([], {}, final=True), "final")) == {}
    return added(shard.truth for shard in shards), added(
        {(live, row.minute, market): counts for market, counts in row.markets.items()}
        for live in lives
        for row in totals.rows(live, consistent=True)
    )


def added(parts: Iterable[Counted]) -> Counted:
    """The sum of the parts."""
    total: Counted = {}
    for part in parts:
        for cell, counts in part.items():
            total[cell] = total.get(cell, NOTHING) + counts
    return total


def _deliver(window: Window, batch: list[dict[str, Any]], counter: Counter, totals: CrashingTotals, draw: random.Random) -> None:
    """One delivery: plainly, twice at once, or with a crash and then bisected until it is through."""
    fate = draw.random()
    event = window.event(batch, {})
    if fate < 0.15:
        with ThreadPoolExecutor(2) as both:
            for reply in both.map(lambda _: counter.count(event, "twice"), range(2)):
                state_of(reply)
        return
    if fate < 0.4:
        totals.dies_at = draw.randint(0, 3)
        totals.dies_after_applying = draw.random() < 0.5
    try:
        state_of(counter.count(event, "plain"))
    except Crash:
        middle = len(batch) // 2
        for part in (batch[:middle], batch[middle:]):
            if part:
                _deliver(window, part, counter, totals, draw)
    finally:
        totals.dies_at = None
