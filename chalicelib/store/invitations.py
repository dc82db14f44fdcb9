"""Invitations in the `campaigns` table, by the SHA-256 of their token, and beside each the number of its downloads.

Access patterns: put a new one; one by its hash; all of a campaign with their downloads; revoke one; count a download. Only the
last is the API's, and it writes an item whose partition key begins with `access#`: its role may write nothing of the invitation.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.domain.invitations import Invitation
from chalicelib.store.clients import code, pages, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INVITATION = "invitation"
_ACCESS = "access"
_ALREADY = "ConditionalCheckFailedException"


class Invitations:
    """Invitations, read consistently: what is revoked is revoked for every instance at once."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, invitation: Invitation) -> None:
        """Put a new invitation on record; one that is there is never replaced. Raises: StorageRefused, ClientError."""
        item: dict[str, Any] = {
            **_key(_INVITATION, invitation.sha256),
            "v": {"N": "1"},
            "campaign": {"S": invitation.campaign},
            "body": {"B": msgspec.json.encode(invitation)},
        }
        with refusals():
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")

    def find(self, sha256: str) -> Invitation | None:
        """The invitation with this hash, whether it holds or not. Raises: StorageRefused."""
        item = self._item(_INVITATION, sha256)
        return _invitation(item) if item else None

    def of_campaign(self, campaign: str) -> Iterator[tuple[Invitation, int]]:
        """All invitations to a campaign's reports, the oldest first, with the number of downloads of each.

        The table is scanned, for only an operator asks, seldom; so an invitation is one item, revoked by one update.
        Raises: StorageRefused.
        """
        found = [
            _invitation(item)
            for page in pages(
                self._client.scan,
                TableName=self._table,
                FilterExpression="begins_with(pk, :invitation) AND campaign = :campaign",
                ExpressionAttributeValues={":invitation": {"S": f"{_INVITATION}#"}, ":campaign": {"S": campaign}},
                ConsistentRead=True,
            )
            for item in page["Items"]
        ]
        for each in sorted(found, key=lambda each: (each.made_at_ms, each.sha256)):
            counted = self._item(_ACCESS, each.sha256)
            yield each, int(counted["downloads"]["N"]) if counted else 0

    def revoke(self, sha256: str, now_ms: int) -> None:
        """Revoke an invitation that is there; of one that was revoked earlier, the first moment stays. Raises: StorageRefused."""
        self._update(
            _key(_INVITATION, sha256),
            UpdateExpression="SET revoked_at = :now",
            ConditionExpression="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
            ExpressionAttributeValues={":now": {"N": str(now_ms)}},
        )

    def count_download(self, sha256: str, request: str) -> None:
        """Count one download. The SDK repeats an update whose answer was lost: one request is not counted twice in a row.

        Raises: StorageRefused.
        """
        self._update(
            _key(_ACCESS, sha256),
            UpdateExpression="SET v = :v, last_request = :request ADD downloads :one",
            ConditionExpression="attribute_not_exists(pk) OR last_request <> :request",
            ExpressionAttributeValues={":v": {"N": "1"}, ":request": {"S": request}, ":one": {"N": "1"}},
        )

    def _item(self, kind: str, sha256: str) -> dict[str, Any] | None:
        with refusals():
            return self._client.get_item(TableName=self._table, Key=_key(kind, sha256), ConsistentRead=True).get("Item")

    def _update(self, key: dict[str, Any], **update: Any) -> None:
        """Update an item unless its condition says that this was done before."""
        try:
            with refusals():
                self._client.update_item(TableName=self._table, Key=key, **update)
        except ClientError as error:
            if code(error) != _ALREADY:
                raise


def _key(kind: str, sha256: str) -> dict[str, Any]:
    return {"pk": {"S": f"{kind}#{sha256}"}, "sk": {"S": kind}}


def _invitation(item: dict[str, Any]) -> Invitation:
    invitation = msgspec.json.decode(item["body"]["B"], type=Invitation)
    revoked = item.get("revoked_at")
    return msgspec.structs.replace(invitation, revoked_at_ms=int(revoked["N"])) if revoked else invitation
