"""Lambda's event source mapping in one world: reads the stream's shards and delivers, and what it may do to deliveries.

Answers for: a shard's records in order the first time, a parent before its children, and around that whole, overlapping, late and
simultaneous redeliveries, other cuts, zombies, restarts at the oldest record, final calls without records, unreadable records.
Refuses: losing a record: a delivery that failed is made again until it succeeds.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.stream import NoShard
from chalicelib.flows.counting import Counter, NoProgress
from chalicelib.store.clients import StorageRefused
from locallove.cloud import windows
from locallove.cloud.windows import Window, state_of
from locallove.faults.chance import Chance
from locallove.faults.scheduler import Crashed, Scheduler
from locallove.faults.stream import Shard, Stream

_MOST = 6
_STALL_MS = 60_000


class SourceMapping:
    """Delivers a stream's records. `make` gives a fresh counter; `latest` begins each shard at its newest record."""

    def __init__(
        self, stream: Stream, chance: Chance, scheduler: Scheduler, make: Callable[[], Counter], *, latest: bool
    ) -> None:
        self._stream = stream
        self._chance = chance
        self._scheduler = scheduler
        self._make = make
        self._latest = latest
        self._counters = [make(), make()]
        self._records: dict[str, list[dict[str, Any]]] = {}
        self._invocations = 0

    def begin(self) -> None:
        """Read the shards that have no parent; children follow when their parent is read."""
        for shard in [each for each in self._stream.shards if each.parent is None]:
            self._begin(shard)

    def _begin(self, shard: Shard) -> None:
        position = len(shard.records) if self._latest else 0
        self._scheduler.begin(f"shard {shard.id[8:28].lstrip('0') or 0}", lambda: self._read(shard, position))

    def _read(self, shard: Shard, position: int) -> None:
        cut = turn = 0
        while not self._scheduler.over:
            place = f"shard {shard.id[8:28]}, turn {turn}"
            if position >= len(shard.records):
                if shard.closed:
                    break
                self._scheduler.park()
                continue
            turn += 1
            if self._chance.strikes("restart at TRIM_HORIZON", place, 0.7):
                position = 0
            start = position
            if position and self._chance.strikes("batch redelivered overlapping", place, 10):
                start = self._chance.number(f"start|{place}", 0, position - 1)
            end = min(cut or position + self._chance.number(f"size|{place}", 1, _MOST), len(shard.records))
            if self._delivered(shard, start, end, place):
                position, cut = max(position, end), 0
            else:
                self._scheduler.sleep(self._chance.number(f"backoff|{place}", 50, 900))
                other = end - position > 1 and self._chance.strikes("batch cut differently", place, 50)
                cut = position + self._chance.number(f"cut|{place}", 1, end - position - 1) if other else end
        for child in [each for each in self._stream.shards if each.parent == shard.id]:
            self._begin(child)

    def _delivered(self, shard: Shard, start: int, end: int, place: str) -> bool:
        """Deliver these records once or more; whether the mapping takes it for done."""
        chance, scheduler = self._chance, self._scheduler
        event = self._event(shard, start, end)
        if chance.strikes("zombie invocation", place, 2):
            scheduler.begin(f"zombie of {place}", lambda: self._stalling(event))
            scheduler.sleep(chance.number(f"given up|{place}", 10, 2_000))
            return False
        if chance.strikes("batch delivered twice at once", place, 4):
            scheduler.begin(f"twin of {place}", lambda: self._attempt(event))
        done = self._attempt(event)
        if done and chance.strikes("batch redelivered whole", place, 4):
            self._attempt(event)
        if done and chance.strikes("batch redelivered late", place, 3):
            later_ms = chance.number(f"late|{place}", 10_000, 900_000)
            scheduler.begin(f"late copy of {place}", lambda: self._attempt(event), later_ms)
        if chance.strikes("empty final window", place, 6):
            self._attempt(self._event(shard, 0, 0))
        return done

    def _stalling(self, event: dict[str, Any]) -> None:
        task = self._scheduler.task
        assert task is not None
        task.stalls_ms = _STALL_MS
        self._attempt(event)

    def _attempt(self, event: dict[str, Any]) -> bool:
        """One invocation, on one of two warm instances; whether it succeeded."""
        self._invocations += 1
        number = self._invocations
        instance = self._chance.number(f"counter {number}", 0, 1)
        try:
            state_of(self._counters[instance].count(event, str(number)))
        except Crashed:
            self._counters[instance] = self._make()
            return False
        except (StorageRefused, NoProgress, NoShard):
            return False
        return True

    def _event(self, shard: Shard, start: int, end: int) -> dict[str, Any]:
        known = self._records.setdefault(shard.id, [])
        for record in windows.records(shard.records[len(known) :], self._stream.arn):
            known.append(self._as_read(record))
        return Window(self._stream.arn, shard.id, 0, 60).event(known[start:end], {}, final=start == end)

    def _as_read(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record as every delivery has it: one that is unreadable stays so."""
        inserted = record["eventName"] == "INSERT"
        if inserted and self._chance.strikes("unreadable record", record["dynamodb"]["Keys"]["sk"]["S"], 2):
            record["dynamodb"]["NewImage"] = {**record["dynamodb"]["NewImage"], "tally": {"B": "AAAA"}}
        return record
