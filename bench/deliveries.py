"""Deliveries of stream records to the counter, as Lambda makes them, and the CPU that they cost.

Answers for: windows with their shard, records at positions and in minutes of their own.
Refuses: importing the imitated AWS, which would hook itself into the clients that are measured.
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any, TypeAlias

import app
from bench.workload import PEAK_PER_S, Context
from chalicelib.domain import tally
from locallove.cloud.windows import Window

MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Lambda's limit of a synchronous payload, which an event source mapping obeys; 1,000 records is its other limit."""

MAX_RECORDS = 1_000

BATCH = 500
RECORDS_A_MINUTE = 60 * PEAK_PER_S // BATCH

Record: TypeAlias = dict[str, Any]


def event(records: Sequence[Record], shard: int = 1) -> dict[str, Any]:
    """One delivery of these records in a tumbling window of a minute."""
    return Window(records[0]["eventSourceARN"], f"shardId-00000001700000000000-{shard:08d}", 0, 60).event(records, {})


def cpu_us(minute: list[Record], size: int, deliveries: int) -> float:
    """Microseconds of CPU per record in deliveries of this size: the median, the first to warm up left out."""
    spent = []
    for each in events(minute, size, deliveries + 1):
        began = time.process_time_ns()
        app.count_reactions(each, Context())
        spent.append((time.process_time_ns() - began) / 1000 / size)
    return median(spent[1:])


def events(minute: Sequence[Record], size: int, deliveries: int) -> Iterator[dict[str, Any]]:
    """Deliveries of so many records each, at the peak's pace: the given records again and again, minute after minute."""
    for place in range(0, deliveries * size, size):
        numbers = range(place, place + size)
        yield event([_later(minute[number % len(minute)], number, number // RECORDS_A_MINUTE) for number in numbers])


def _later(record: Record, number: int, minutes: int) -> Record:
    """The record at a position of its own, its tally moved by so many minutes."""
    image = record["dynamodb"]["NewImage"]
    moved = {minute + minutes: markets for minute, markets in tally.decode(b64decode(image["tally"]["B"])).items()}
    image = {**image, "tally": {"B": b64encode(tally.encode(moved)).decode()}}
    return {**record, "dynamodb": {**record["dynamodb"], "NewImage": image, "SequenceNumber": str(10**20 + number)}}


def fitting(minute: Sequence[Record]) -> int:
    """How many such records fit into one delivery."""
    return min(MAX_RECORDS, MAX_EVENT_BYTES * len(minute) // len(json.dumps(minute)))
