"""Write units and stored bytes per reaction and per vote, from the items that the service really writes.

Answers for: DynamoDB's own rule of sizes applied to what intake and counter leave in the imitated tables, for batches of 500 at
the peak's pace. The counter is charged what a quiet stream costs it: at 1,200 reactions a second each of the four shards that
are assumed brings less than one record a second, so that windows of one second hardly gather anything. Refuses: prices.

Source: DynamoDB developer guide, "Item sizes and formats" and "Write capacity unit consumption" (a unit is 1 KB begun).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bench.alone import alone
from bench.deliveries import BATCH, event
from bench.festival import WEEK_PER_S
from bench.figures import Figure
from bench.imitated import items, stored, stream_records, voted
from bench.workload import PEAK_PER_S
from chalicelib import runtime

SHARDS = 4
"""Assumed of the stream; DynamoDB does not promise a number."""

INDEX_BYTES = 100
"""What DynamoDB charges for the index entry of every item it stores."""

FILMS = 5_000
"""The fewer films, the fewer different ones a batch of votes has, and the smaller it is."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes, and write units for each million; `updates` are those of rows of totals, for each stream record."""

    item: float
    stored: float
    row: int
    updates: float
    intake: float
    totals: float

    @property
    def both(self) -> float:
        return self.intake + self.totals


def measure(endpoint_url: str, batches: int) -> list[Figure]:
    """The figures of this row: of reactions, and of a festival's votes beside them."""
    reactions = alone(endpoint_url, of_reactions, batches)
    votes = alone(endpoint_url, of_votes, batches, PEAK_PER_S)
    slowly = alone(endpoint_url, of_votes, batches, WEEK_PER_S)
    return [
        *_figures(reactions, "", "reactions"),
        *_figures(votes, "vote_", "votes"),
        Figure("vote_slow_units", "  where a million come within a week", slowly.both, "per million votes"),
        Figure("vote_to_reaction", "a vote / a reaction, in write units", votes.both / reactions.both, ""),
    ]


def of_reactions(number: int) -> Sizes:
    """Sizes and write units of `number` batches of reactions, taken in and counted."""
    with stored(number, BATCH):
        return _sizes(number, PEAK_PER_S)


def of_votes(number: int, per_s: float) -> Sizes:
    """The same of batches of votes at this pace."""
    with voted(number, FILMS, per_s):
        return _sizes(number, per_s)


def _figures(found: Sizes, key: str, what: str) -> list[Figure]:
    """`key` begins the figures' keys."""
    per_million = f"per million {what}"
    stored_bytes = "stored, audit data and index entry included"
    return [
        Figure(f"{key}item_bytes", f"item of a batch of {BATCH} {what}", found.item, "bytes"),
        Figure(f"{key}stored_bytes", stored_bytes, found.stored, f"bytes per {what[:-1]}", at_most=25),
        Figure(f"{key}row_bytes", "largest row of totals", found.row, "bytes"),
        Figure(f"{key}updates_per_record", "updates of rows per stream record", found.updates, ""),
        Figure(f"{key}intake_units", "write units of intake", found.intake, per_million),
        Figure(f"{key}totals_units", "write units of totals", found.totals, per_million),
        Figure(f"{key}units", "write units of both", found.both, per_million, at_most=30_000),
    ]


def _sizes(number: int, per_s: float) -> Sizes:
    """What is stored of so many batches, and what counting them at this pace writes."""
    service = runtime.service()
    kept = [size(item) for item in items(service.settings.reactions_table)]
    found = stream_records()
    assert len(found) == number, f"{len(found)} stream records of {number} batches"
    updates = _count_as_delivered(found, per_s)
    rows = {(item["pk"]["S"], item["sk"]["S"]): size(item) for item in items(service.settings.totals_table)}
    whole = number * BATCH
    # A row only grows, so its size at the end is charged for every one of its updates.
    totals_units = sum(times * units(rows[row]) for row, times in updates.items())
    return Sizes(
        item=sum(kept) / number,
        stored=sum(each + INDEX_BYTES for each in kept) / whole,
        row=max(rows.values()),
        updates=updates.total() / len(found),
        intake=sum(map(units, kept)) * 1_000_000 / whole,
        totals=totals_units * 1_000_000 / whole,
    )


def size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The size of an item in bytes: the names and the values of its attributes."""
    return sum(len(name.encode()) + _value(*typed) for name, value in item.items() for typed in value.items())


def units(size: int) -> int:
    """Write units of an item of this size."""
    return -(-size // 1024)


def _value(kind: str, value: Any) -> int:
    if kind == "N":
        digits: str = value.lstrip("-").replace(".", "").strip("0")
        return (len(digits) + 1) // 2 + 1
    if kind == "BOOL":
        return 1
    if kind in ("S", "B"):
        return len(value.encode() if kind == "S" else value)
    raise ValueError(f"an attribute of type {kind}, whose size this benchmark does not know")


def _count_as_delivered(found: list[dict[str, Any]], per_s: float) -> Counter[tuple[str, str]]:
    """Count the records, so many items a second, shard by shard in windows of a second; gives how often each row was updated."""
    updates: Counter[tuple[str, str]] = Counter()

    def updated(params: Mapping[str, Any], **_: object) -> None:
        updates[params["Key"]["pk"]["S"], params["Key"]["sk"]["S"]] += 1

    deliveries: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for place, record in enumerate(found):
        shard = crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % SHARDS
        deliveries[int(place * BATCH / per_s), shard].append(record)
    service = runtime.service()
    service._dynamodb.meta.events.register("before-parameter-build.dynamodb.UpdateItem", updated)
    for (_, shard), records in deliveries.items():
        service.counter.count(event(records, shard), "bench")
    return updates
