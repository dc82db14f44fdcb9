"""The stream of a table in memory: what changed, in order, spread over shards that can be split.

Answers for: one record per item that changed and none for a write that changes nothing; growing sequence numbers of 21 digits or
more; a key's records staying in order, also over a split: the parent is closed, and what comes later goes to a child.
Refuses: delivering. Who delivers decides how far a shard was read and reads a parent before its children, as Lambda does.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from locallove.faults.items import Item, copied, key_in, size

FIRST = 10**20
_HASHES = 2**32


@dataclass(slots=True)
class Shard:
    """The records of the partition keys whose CRC-32 is `low` or more and below `high`; a closed one takes no more."""

    id: str
    parent: str | None
    low: int
    high: int
    records: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False


class Stream:
    """A stream with `shards` shards to begin with; its sequence numbers grow from `first` on, one by one."""

    def __init__(self, arn: str, shards: int = 1, first: int = FIRST) -> None:
        self.arn = arn
        self.shards: list[Shard] = []
        self._position = first
        self._divide(None, 0, _HASHES, shards)

    def append(self, before: Item | None, after: Item | None, now_ms: int, *, expired: bool = False) -> None:
        """One more record, in the form of the Streams API with NEW_IMAGE. `expired`: removed by TTL, not by a call."""
        present = after if after is not None else before
        assert present is not None
        shard = self.shard_of(present["pk"]["S"])
        about = {
            "ApproximateCreationDateTime": datetime.fromtimestamp(now_ms // 1000, UTC),
            "Keys": key_in(present),
            "SequenceNumber": str(self._position),
            "SizeBytes": size(key_in(present)) + size(after or {}),
            "StreamViewType": "NEW_IMAGE",
        }
        if after is not None:
            about["NewImage"] = copied(after)
        record: dict[str, Any] = {
            "eventID": f"{self._position:x}",
            "eventName": "INSERT" if before is None else "MODIFY" if after is not None else "REMOVE",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.arn.split(":")[3],
            "dynamodb": about,
        }
        if expired:
            record["userIdentity"] = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
        shard.records.append(record)
        self._position += 1

    def shard_of(self, partition: str) -> Shard:
        """The open shard that takes a partition key's next record."""
        place = crc32(partition.encode())
        (shard,) = (each for each in self.shards if not each.closed and each.low <= place < each.high)
        return shard

    def split(self, shard: Shard, children: int = 2) -> list[Shard]:
        """Close an open shard and open its children, which share its keys; with one child it is only rolled."""
        assert not shard.closed
        shard.closed = True
        return self._divide(shard.id, shard.low, shard.high, children)

    def _divide(self, parent: str | None, low: int, high: int, parts: int) -> list[Shard]:
        borders = [low + (high - low) * part // parts for part in range(parts + 1)]
        end = f"{crc32(self.arn.encode()):08x}"
        made = [
            Shard(f"shardId-{len(self.shards) + part:020d}-{end}", parent, borders[part], borders[part + 1])
            for part in range(parts)
        ]
        self.shards.extend(made)
        return made
