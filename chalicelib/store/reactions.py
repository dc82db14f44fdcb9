"""The `reactions` table: one item per batch, written once.

Access patterns: put a batch unless its key is taken (intake); look a key up (intake, before it refuses); all batches of a
channel, bucket by bucket (settling, closing).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.domain.batches import StoredBatch, partition_key, sort_key
from chalicelib.domain.channels import Channel
from chalicelib.store.clients import code, old_item, pages, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VERSION = "1"

_ATTRIBUTES = frozenset({"key", "sha256", "rehearsal", "tally", "packed", "receipt", "received_at", "ttl"})


class Earlier:
    """What is stored under a batch's key: the SHA-256 of its text and the receipt that answered it."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.sha256: bytes = bytes(item["sha256"]["B"])
        self.receipt: bytes = bytes(item["receipt"]["B"])


class Reactions:
    """Batches, by channel and bucket."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, batch: StoredBatch) -> Earlier | None:
        """Store the batch by one conditional put; None, or what was already stored under its key.

        Under a retry the first put stands: the second finds it. Raises: StorageRefused, and then nothing is half written.
        """
        try:
            with refusals():
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(batch),
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            return Earlier(old_item(error))
        return None

    def ping(self) -> None:
        """Read one item that is not there, to see whether the table answers. Raises: StorageRefused."""
        with refusals():
            self._client.get_item(TableName=self._table, Key={"pk": {"S": "health"}, "sk": {"S": "health"}})

    def find(self, channel: Channel, sender: str, batch: str) -> Earlier | None:
        """What is stored under this key, read consistently. Raises: StorageRefused."""
        sort = sort_key(sender, batch)
        with refusals():
            found = self._client.get_item(
                TableName=self._table,
                Key={"pk": {"S": partition_key(channel.id, channel.buckets, sort)}, "sk": {"S": sort}},
                ConsistentRead=True,
            )
        return Earlier(found["Item"]) if "Item" in found else None

    def of_channel(self, channel: Channel) -> Iterator[StoredBatch]:
        """Every batch of a live or of a part of a festival, read consistently, by bucket, and in each by sender and batch id.

        A page at a time: a megabyte. Raises: StorageRefused.
        """
        for bucket in range(channel.buckets):
            for page in pages(
                self._client.query,
                TableName=self._table,
                KeyConditionExpression="pk = :bucket",
                ExpressionAttributeValues={":bucket": {"S": f"{channel.id}#{bucket}"}},
                ConsistentRead=True,
            ):
                yield from (_batch(item, channel) for item in page["Items"])


def _batch(item: Mapping[str, Any], channel: Channel) -> StoredBatch:
    """A stored item of any released version; of one that no release has written only the key: whoever unpacks it can name it."""
    sender, _, batch = item["sk"]["S"].partition("#")
    known = (item.get("v"), item.get("of")) == ({"N": VERSION}, {"S": channel.of}) and item.keys() >= _ATTRIBUTES
    return StoredBatch(
        live=channel.id,
        buckets=channel.buckets,
        sender=sender,
        key_id=item["key"]["S"] if known else "",
        batch=batch,
        sha256=bytes(item["sha256"]["B"]) if known else b"",
        rehearsal=known and item["rehearsal"]["BOOL"],
        tally=bytes(item["tally"]["B"]) if known else b"",
        packed=bytes(item["packed"]["B"]) if known else b"",
        receipt=bytes(item["receipt"]["B"]) if known else b"",
        received_at_ms=int(item["received_at"]["N"]) if known else 0,
        expires_at_s=int(item["ttl"]["N"]) if known else 0,
        of=channel.of,
    )


def _item(batch: StoredBatch) -> dict[str, Any]:
    return {
        "pk": {"S": batch.partition_key},
        "sk": {"S": batch.sort_key},
        "v": {"N": VERSION},
        "of": {"S": batch.of},
        "live": {"S": batch.live},
        "sender": {"S": batch.sender},
        "key": {"S": batch.key_id},
        "sha256": {"B": batch.sha256},
        "rehearsal": {"BOOL": batch.rehearsal},
        "tally": {"B": batch.tally},
        "packed": {"B": batch.packed},
        "receipt": {"B": batch.receipt},
        "received_at": {"N": str(batch.received_at_ms)},
        "ttl": {"N": str(batch.expires_at_s)},
    }
