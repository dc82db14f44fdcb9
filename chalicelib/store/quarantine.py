"""The quarantine in the reports bucket: stream records that could not be counted, whole and with their reason.

Access patterns: keep a record (counting); what is kept of a live (settling), for it is missing from the totals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.store.clients import refusals
from chalicelib.store.reports import JSON, Reports

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PREFIX = "quarantine/"


class _Stored(msgspec.Struct, frozen=True):
    version: int
    shard: str
    position: str
    row: str | None
    reason: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A quarantined batch (`sender#batch id`): whole, or with `row` only its part for one row of totals (its sort key)."""

    batch: str
    row: str | None


class Quarantine:
    """Records by shard and position."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._objects = Reports(client, bucket)

    def keep(self, shard: str, position: str, reason: str, record: Mapping[str, Any], row: str | None = None) -> None:
        """Keep a record, or with `row` only its part for one row of totals. Again with the same record: nothing new.

        Raises: StorageRefused.
        """
        name = position if row is None else f"{position}-{row}"
        with refusals():
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{_PREFIX}{shard}/{name}.json",
                Body=msgspec.json.encode(_Stored(1, shard, position, row, reason, dict(record))),
                ContentType=JSON,
            )

    def of_live(self, live: str) -> Iterator[Kept]:
        """What is kept of a live. Raises: StorageRefused; ValueError for an object that is none of ours."""
        for key in self._objects.keys(_PREFIX):
            found = self._objects.read(key)
            kept = msgspec.json.decode(found.body, type=_Stored) if found else None
            if kept is not None and _live_of(kept.record) == live:
                yield Kept(_keys(kept.record)["sk"]["S"], kept.row)


def _live_of(record: Mapping[str, Any]) -> str:
    partition: str = _keys(record)["pk"]["S"]
    return partition.rpartition("#")[0]


def _keys(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The key of the record's item. Every stream record has it, readable or not."""
    keys: Mapping[str, Any] = record["dynamodb"]["Keys"]
    return keys
