"""What arrives from the stream of the `reactions` table: Lambda's event with a tumbling window, record by record.

Answers for: reading the event, positions that can be compared, telling readable records from unreadable ones.
Refuses: counting. An event without `shardId` is an error: without the shard nothing can be counted exactly.

Source of the form: AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB", tumbling windows.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, get_args

from chalicelib.domain import tally
from chalicelib.domain.channels import Of, is_channel
from chalicelib.domain.tally import Counts

POSITION_DIGITS = 40
"""Sequence numbers have 21 to 40 digits; a DynamoDB number holds 38, so positions are padded text."""


class NoShard(Exception):
    """The event does not name its shard: the event source mapping has no tumbling window."""


@dataclass(frozen=True, slots=True)
class Record:
    """A batch's tally as it came down the stream. `position` is comparable as text within its shard.

    `live` is the id of its channel: of a live, or of one of a festival's three.
    """

    position: str
    live: str
    rehearsal: bool
    minutes: Mapping[int, Mapping[str, Counts]]
    received_at_ms: int
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be counted, kept whole with the reason."""

    position: str
    reason: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One invocation: inserted records in the order of their positions, each position once."""

    shard: str
    shard_hash: str
    records: tuple[Record, ...]
    unreadable: tuple[Unreadable, ...]


def read(event: Mapping[str, Any]) -> Delivery:
    """The delivery in a Lambda event. Only INSERT records count: TTL removals and changes are none of ours.

    Raises: NoShard; KeyError or ValueError for a record without a usable position (nothing could be kept of it).
    """
    shard, arn = event.get("shardId"), event.get("eventSourceARN")
    if not shard or not arn:
        raise NoShard("the event has no shardId or no eventSourceARN: the event source mapping needs a tumbling window")
    readable: dict[str, Record] = {}
    unreadable: dict[str, Unreadable] = {}
    for raw in event.get("Records") or ():
        if raw.get("eventName") != "INSERT":
            continue
        where = position(raw["dynamodb"]["SequenceNumber"])
        try:
            readable[where] = _record(where, raw)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            unreadable[where] = Unreadable(where, f"{type(error).__name__}: {error}", raw)
    return Delivery(
        shard,
        sha256(f"{arn}\n{shard}".encode()).hexdigest()[:12],
        tuple(readable[where] for where in sorted(readable)),
        tuple(unreadable[where] for where in sorted(unreadable)),
    )


def position(sequence_number: str) -> str:
    """A sequence number as text that sorts like the number. Raises: ValueError."""
    if not (sequence_number.isascii() and sequence_number.isdigit() and len(sequence_number) <= POSITION_DIGITS):
        raise ValueError(f"not a sequence number: {sequence_number!r}")
    return sequence_number.zfill(POSITION_DIGITS)


def _record(where: str, raw: Mapping[str, Any]) -> Record:
    image = raw["dynamodb"]["NewImage"]
    version, of = image["v"]["N"], image["of"]["S"]
    if version != "1" or of not in get_args(Of):
        raise ValueError(f"an item of version {version} of {of}, which this release cannot count")
    live, rehearsal = image["live"]["S"], image["rehearsal"]["BOOL"]
    if not is_channel(live, of) or not isinstance(rehearsal, bool):
        raise ValueError("an item without a live or without a word on rehearsal")
    return Record(
        position=where,
        live=live,
        rehearsal=rehearsal,
        minutes=tally.decode(b64decode(image["tally"]["B"], validate=True)),
        received_at_ms=int(image["received_at"]["N"]),
        raw=raw,
    )
