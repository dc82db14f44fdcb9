"""Write units and stored bytes per reaction, from the items that the service really writes.

Answers for: DynamoDB's own rule of sizes applied to what intake and counter leave in the imitated tables, for batches of 500 at
the peak's pace. The counter is charged what a quiet stream costs it: at 1,200 reactions a second each of the four shards that
are assumed brings less than one record a second, so that windows of one second hardly gather anything. Refuses: prices.

Source: DynamoDB developer guide, "Item sizes and formats" and "Write capacity unit consumption" (a unit is 1 KB begun).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from bench.alone import alone
from bench.deliveries import BATCH, event
from bench.figures import Figure
from bench.imitated import items, stored, stream_records
from bench.workload import PEAK_PER_S
from chalicelib import runtime

SHARDS = 4
"""Assumed of the stream; DynamoDB does not promise a number."""

INDEX_BYTES = 100
"""What DynamoDB charges for the index entry of every item it stores."""


def measure(endpoint_url: str, batches: int) -> list[Figure]:
    """The figures of this row."""
    found = alone(endpoint_url, sizes, batches)
    return [
        Figure("item_bytes", f"item of a batch of {BATCH}", found["item_bytes"], "bytes"),
        Figure(
            "stored_bytes", "stored, audit data and index entry included", found["stored_bytes"], "bytes per reaction", at_most=25
        ),
        Figure("row_bytes", "largest row of totals", found["row_bytes"], "bytes"),
        Figure("updates_per_record", "updates of rows per stream record", found["updates_per_record"], ""),
        Figure("intake_units", "write units of intake", found["intake_units"], "per million reactions"),
        Figure("totals_units", "write units of totals", found["totals_units"], "per million reactions"),
        Figure(
            "units", "write units of both", found["intake_units"] + found["totals_units"], "per million reactions", at_most=30_000
        ),
    ]


def sizes(number: int) -> dict[str, float]:
    """Sizes and write units of `number` batches, taken in and counted."""
    with stored(number, BATCH):
        service = runtime.service()
        kept = [size(item) for item in items(service.settings.reactions_table)]
        found = stream_records()
        assert len(found) == number, f"{len(found)} stream records of {number} batches"
        updates = _count_as_delivered(found)
        rows = {(item["pk"]["S"], item["sk"]["S"]): size(item) for item in items(service.settings.totals_table)}
    reactions = number * BATCH
    # A row only grows, so its size at the end is charged for every one of its updates.
    totals_units = sum(times * units(rows[row]) for row, times in updates.items())
    return {
        "item_bytes": sum(kept) / number,
        "stored_bytes": sum(each + INDEX_BYTES for each in kept) / reactions,
        "row_bytes": max(rows.values()),
        "updates_per_record": updates.total() / len(found),
        "intake_units": sum(map(units, kept)) * 1_000_000 / reactions,
        "totals_units": totals_units * 1_000_000 / reactions,
    }


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


def _count_as_delivered(found: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Count the records shard by shard in windows of a second; gives how often each row was updated."""
    updates: Counter[tuple[str, str]] = Counter()

    def updated(params: Mapping[str, Any], **_: object) -> None:
        updates[params["Key"]["pk"]["S"], params["Key"]["sk"]["S"]] += 1

    deliveries: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for place, record in enumerate(found):
        shard = crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % SHARDS
        deliveries[place * BATCH // PEAK_PER_S, shard].append(record)
    service = runtime.service()
    service._dynamodb.meta.events.register("before-parameter-build.dynamodb.UpdateItem", updated)
    for (_, shard), records in deliveries.items():
        service.counter.count(event(records, shard), "bench")
    return updates
