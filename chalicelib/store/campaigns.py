"""The `campaigns` table: definitions in force, what of them is settled, paid and revealed, and which campaign a live belongs to.

Access patterns: a campaign with what is settled, paid and revealed; the campaign of a live; all campaigns; put a new revision in
force, all or nothing; put a settlement on record, a payment, or that an award is revealed.
"""

from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.domain.applied import Applied, Revealed, Settled
from chalicelib.domain.channels import result_of
from chalicelib.domain.ids import is_id
from chalicelib.domain.payments import Payment
from chalicelib.store.clients import code, pages, refusals
from chalicelib.store.totals import COUNTED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEFINITION = "definition"
SETTLED = "settled"
PAYMENT = "payment"
REVEALED = "revealed"

_BESIDE: dict[str, Any] = {"settled": {}, "campaign_settled": None, "payments": (), "festival_settled": None, "revealed": {}}
"""What of a campaign is stored in items of its own, beside the definition."""


class NotApplied(Exception):
    """The revision was not put in force; the message says what stood in its way."""


class Campaigns:
    """Campaigns in force, by id, and a pointer to them from each live (a live's id is unique over all campaigns)."""

    def __init__(self, client: "DynamoDBClient", table: str, totals_table: str) -> None:
        self._client = client
        self._table = table
        self._totals_table = totals_table

    def get(self, campaign: str) -> Applied | None:
        """The campaign in force with what is settled and paid, read consistently. Raises: StorageRefused."""
        items = {item["sk"]["S"]: item for item in self._partition(f"campaign#{campaign}")}
        if DEFINITION not in items:
            return None
        applied = msgspec.json.decode(items[DEFINITION]["body"]["B"], type=Applied)
        settled = [msgspec.json.decode(item["body"]["B"], type=Settled) for name, item in items.items() if _begins(name, SETTLED)]
        payments = [
            msgspec.json.decode(item["body"]["B"], type=Payment) for name, item in items.items() if _begins(name, PAYMENT)
        ]
        return msgspec.structs.replace(
            applied,
            settled={each.live: each for each in settled if each.live is not None and is_id(each.live)},
            campaign_settled=next((each for each in settled if each.live is None), None),
            festival_settled=next((each for each in settled if each.live == result_of(campaign)), None),
            revealed={
                found.award: found.at_ms
                for name, item in items.items()
                if _begins(name, REVEALED) and (found := msgspec.json.decode(item["body"]["B"], type=Revealed))
            },
            payments=tuple(sorted(payments, key=lambda each: (each.on, each.live, each.reference))),
        )

    def settle(self, campaign: str, settled: Settled, before: Settled | None) -> bool:
        """Put on record that a live (or the campaign) is settled, unless somebody else did; gives whether it is so now.

        `before` is what was on record: another number since then means that somebody else settled. Raises: StorageRefused.
        """
        name = f"{SETTLED}#{settled.live or ''}"
        item: dict[str, Any] = {**_key(campaign, name), "v": {"N": "1"}, "number": {"N": str(settled.number)}}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            condition = {
                "ConditionExpression": "#number = :before",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": {":before": {"N": str(before.number)}},
            }
        return self._put({**item, "body": {"B": msgspec.json.encode(settled)}}, condition)

    def pay(self, campaign: str, payment: Payment) -> bool:
        """Put a payment on record; False, and nothing new, if its live has one with this reference. Raises: StorageRefused."""
        digest = sha256(payment.reference.encode()).hexdigest()[:16]
        item = {**_key(campaign, f"{PAYMENT}#{payment.live}#{digest}"), "v": {"N": "1"}}
        return self._put(
            {**item, "body": {"B": msgspec.json.encode(payment)}}, {"ConditionExpression": "attribute_not_exists(pk)"}
        )

    def reveal(self, campaign: str, revealed: Revealed) -> bool:
        """Put on record that an award is revealed; False, and nothing new, if it was. Raises: StorageRefused."""
        item = {**_key(campaign, f"{REVEALED}#{revealed.award}"), "v": {"N": "1"}}
        return self._put(
            {**item, "body": {"B": msgspec.json.encode(revealed)}}, {"ConditionExpression": "attribute_not_exists(pk)"}
        )

    def campaign_of(self, live: str) -> str | None:
        """The campaign that a live belongs to. Raises: StorageRefused."""
        item = self._item(f"live#{live}")
        return str(item["campaign"]["S"]) if item else None

    def names(self) -> Iterator[str]:
        """The ids of all campaigns. There are few, so the table is scanned. Raises: StorageRefused."""
        for page in pages(
            self._client.scan,
            TableName=self._table,
            FilterExpression="begins_with(pk, :campaign) AND sk = :definition",
            ExpressionAttributeValues={":campaign": {"S": "campaign#"}, ":definition": {"S": DEFINITION}},
            ProjectionExpression="pk",
        ):
            yield from sorted(item["pk"]["S"].partition("#")[2] for item in page["Items"])

    def put(self, before: Applied | None, after: Applied, uncounted: Sequence[str]) -> None:
        """Put `after` in force in place of `before`, in one transaction: all of it or nothing.

        The stored revision must still be that of `before`, every live must be this campaign's or new, and no live in
        `uncounted` (those that are new or whose frozen part changes) may have been counted. A pointer stays for ever: an id
        that was once a campaign's live never becomes another's, or its late counts would too. Raises: NotApplied, StorageRefused.
        """
        campaign = after.campaign.id
        old = {live.id for live in before.campaign.lives} if before else set()
        new = {live.id for live in after.campaign.lives}
        writes = [(f"{campaign} was changed by somebody else meanwhile: look and apply again", self._definition(before, after))]
        writes += [(f"live {live} belongs to another campaign", self._pointer(live, campaign)) for live in sorted(new - old)]
        writes += [(f"live {live} has already been counted: its rule is frozen", self._uncounted(live)) for live in uncounted]
        try:
            with refusals():
                self._client.transact_write_items(TransactItems=[write for _, write in writes])
        except ClientError as error:
            if code(error) != "TransactionCanceledException":
                raise
            reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
            failed = [
                why for (why, _), reason in zip(writes, reasons, strict=False) if reason.get("Code") == "ConditionalCheckFailed"
            ]
            raise NotApplied("; ".join(failed) or str(error)) from error

    def ping(self) -> None:
        """Read one item that is not there, to see whether the table answers. Raises: StorageRefused."""
        with refusals():
            self._client.get_item(TableName=self._table, Key={"pk": {"S": "health"}, "sk": {"S": "health"}})

    def clock_ms(self) -> int:
        """DynamoDB's own clock, to the second: the `Date` of one of its answers. Raises: StorageRefused."""
        with refusals():
            answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": "clock"}, "sk": {"S": "clock"}})
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        return int(parsedate_to_datetime(headers["date"]).timestamp() * 1000)

    def _put(self, item: dict[str, Any], condition: dict[str, Any]) -> bool:
        """Put the item; whether the condition held."""
        try:
            with refusals():
                self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _partition(self, partition: str) -> Iterator[dict[str, Any]]:
        """Every item of a partition, read consistently, in the order of their names."""
        for page in pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        ):
            yield from page["Items"]

    def _item(self, partition: str) -> dict[str, Any] | None:
        with refusals():
            found = self._client.get_item(
                TableName=self._table, Key={"pk": {"S": partition}, "sk": {"S": DEFINITION}}, ConsistentRead=True
            )
        return found.get("Item")

    def _definition(self, before: Applied | None, after: Applied) -> Any:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": {
                "pk": {"S": f"campaign#{after.campaign.id}"},
                "sk": {"S": DEFINITION},
                "v": {"N": "1"},
                "revision": {"N": str(after.revision)},
                "body": {"B": msgspec.json.encode(msgspec.structs.replace(after, **_BESIDE))},
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if before is not None:
            put["ConditionExpression"] = "revision = :before"
            put["ExpressionAttributeValues"] = {":before": {"N": str(before.revision)}}
        return {"Put": put}

    def _pointer(self, live: str, campaign: str) -> Any:
        return {
            "Put": {
                "TableName": self._table,
                "Item": {"pk": {"S": f"live#{live}"}, "sk": {"S": DEFINITION}, "v": {"N": "1"}, "campaign": {"S": campaign}},
                "ConditionExpression": "attribute_not_exists(pk) OR campaign = :campaign",
                "ExpressionAttributeValues": {":campaign": {"S": campaign}},
            }
        }

    def _uncounted(self, live: str) -> Any:
        return {
            "ConditionCheck": {
                "TableName": self._totals_table,
                "Key": {"pk": {"S": live}, "sk": {"S": COUNTED}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }


def _key(campaign: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": f"campaign#{campaign}"}, "sk": {"S": name}}


def _begins(name: str, kind: str) -> bool:
    return name.startswith(f"{kind}#")
