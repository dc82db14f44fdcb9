"""What of a stage keeps data: its tables and its bucket, by the names that the template gives them.

Answers for: their names, and whether anything is in them.
Refuses: changing or deleting anything.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.clients import code
from locallove.operate.account import Account
from locallove.operate.stack import KEEPS_DATA

_NAMED = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}


def names(template: Mapping[str, Any], stage: str, account: str) -> Iterator[tuple[str, str]]:
    """Type and name of every resource of the template that keeps data."""
    for resource in template["Resources"].values():
        if (kind := resource.get("Type")) in KEEPS_DATA:
            said: str = resource["Properties"][_NAMED[kind]]["Fn::Sub"]
            yield kind, said.replace("${Stage}", stage).replace("${AWS::AccountId}", account)


def is_empty(account: Account, kind: str, name: str) -> bool | None:
    """Whether nothing is in it, not even an older version; None if it is not there. Raises: ClientError."""
    try:
        if kind == "AWS::DynamoDB::Table":
            return not account.dynamodb.scan(TableName=name, Limit=1, ConsistentRead=True)["Items"]
        found = account.s3.list_object_versions(Bucket=name, MaxKeys=1)
    except ClientError as error:
        if code(error) in ("ResourceNotFoundException", "NoSuchBucket", "404"):
            return None
        raise
    return not found.get("Versions") and not found.get("DeleteMarkers")
