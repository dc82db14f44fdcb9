"""The quarantine in the reports bucket: stream records that could not be counted, whole and with their reason.

Access pattern: keep a record (counting). What lies here is missing from the totals, and settlement adds it up.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.store.clients import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client


class Quarantine:
    """Records by shard and position."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, shard: str, position: str, reason: str, record: "Mapping[str, Any]", row: str | None = None) -> None:
        """Keep a record, or with `row` only its part for one row of totals. Again with the same record: nothing new.

        Raises: StorageRefused.
        """
        name = position if row is None else f"{position}-{row}"
        body = {"version": 1, "shard": shard, "position": position, "row": row, "reason": reason, "record": record}
        with refusals():
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"quarantine/{shard}/{name}.json",
                Body=msgspec.json.encode(body),
                ContentType="application/json",
            )
