"""The registers of a campaign in the `campaigns` table: what operators put on record beside the counts.

Access patterns: all of a campaign's registers (publishing, commands); put them in place of those that were read (imports).
They have a partition of their own: the API reads a campaign's and shall not pay for them.
"""

import zlib
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.domain.registers import NOTHING_ON_RECORD, Registers
from chalicelib.store.clients import code, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_BYTES = 380_000
"""What fits into one item (DynamoDB: 400 KB) beside its key; some 3,000 entries."""


class TooLarge(Exception):
    """The registers do not fit into one item; the message says how large they are."""


class ChangedMeanwhile(Exception):
    """Somebody else has put other registers on record since these were read."""


class Registered:
    """What is on record, by campaign."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, campaign: str) -> Registers:
        """Everything on record of a campaign, read consistently. Raises: StorageRefused."""
        with refusals():
            found = self._client.get_item(TableName=self._table, Key=_key(campaign), ConsistentRead=True)
        item = found.get("Item")
        return msgspec.json.decode(zlib.decompress(item["body"]["B"]), type=Registers) if item else NOTHING_ON_RECORD

    def put(self, campaign: str, before: Registers, after: Registers) -> Registers:
        """Put `after` on record in place of `before`, as its next revision, and give that.

        Raises: TooLarge, ChangedMeanwhile, StorageRefused.
        """
        after = msgspec.structs.replace(after, revision=before.revision + 1)
        body = zlib.compress(msgspec.json.encode(after), 9)
        if len(body) > MAX_BYTES:
            raise TooLarge(f"{len(body):,} bytes, packed; {MAX_BYTES:,} at most")
        item: dict[str, Any] = {**_key(campaign), "v": {"N": "1"}, "revision": {"N": str(after.revision)}, "body": {"B": body}}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before.revision:
            condition = {
                "ConditionExpression": "revision = :before",
                "ExpressionAttributeValues": {":before": {"N": str(before.revision)}},
            }
        try:
            with refusals():
                self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            raise ChangedMeanwhile(campaign) from error
        return after


def _key(campaign: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"registers#{campaign}"}, "sk": {"S": "registers"}}
