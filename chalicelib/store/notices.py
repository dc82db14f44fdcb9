"""Notices: the topic that they are sent to, and in the `campaigns` table which have been.

Access patterns: has the notice of a statement been sent; send it; put on record that it was. The record is not in the campaign's
partition, which is read with every refresh of a definition.
"""

from typing import TYPE_CHECKING, Any

from chalicelib.domain.notices import Notice, Occasion
from chalicelib.store.clients import refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


class Notices:
    """Notices by campaign, live and number of the statement. `topic` is an ARN."""

    def __init__(self, client: "DynamoDBClient", table: str, topics: "SNSClient", topic: str) -> None:
        self._client = client
        self._table = table
        self._topics = topics
        self._topic = topic

    def is_sent(self, occasion: Occasion) -> bool:
        """Whether a notice of this is on record, read consistently. Raises: StorageRefused."""
        with refusals():
            found = self._client.get_item(TableName=self._table, Key=_key(occasion), ConsistentRead=True)
        return "Item" in found

    def send(self, notice: Notice) -> str:
        """Send it, and give SNS's id of the message. Again: sent again, for SNS cannot tell. Raises: StorageRefused."""
        attributes: dict[str, Any] = {
            name: {"DataType": "String", "StringValue": value} for name, value in notice.attributes.items()
        }
        with refusals():
            sent = self._topics.publish(
                TopicArn=self._topic, Subject=notice.subject, Message=notice.text, MessageAttributes=attributes
            )
        return sent["MessageId"]

    def record(self, occasion: Occasion, message: str, now_ms: int) -> None:
        """Put on record that it was sent, as SNS's `message`. Again: the later one stays. Raises: StorageRefused."""
        item: dict[str, Any] = {**_key(occasion), "v": {"N": "1"}, "message": {"S": message}, "sent_at": {"N": str(now_ms)}}
        with refusals():
            self._client.put_item(TableName=self._table, Item=item)


def _key(occasion: Occasion) -> dict[str, Any]:
    return {"pk": {"S": f"notice#{occasion.campaign}"}, "sk": {"S": f"{occasion.live or ''}#{occasion.statement.number}"}}
