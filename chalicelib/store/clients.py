"""boto3 clients, and what it means when AWS refuses.

Answers for: time-outs that end before API Gateway's 29 s (botocore's own would not), and one error for "try again".
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_ssm import SSMClient

_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"total_max_attempts": 3, "mode": "standard"},
    tcp_keepalive=True,
    parameter_validation=False,  # the shapes are ours and fixed; DynamoDB refuses what is wrong, and a call costs less
)

_TRY_AGAIN = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}


class StorageRefused(Exception):
    """AWS could not or would not do it now: throttled, timed out, unavailable. Trying again is safe."""


def dynamodb(endpoint_url: str | None) -> "DynamoDBClient":
    """A client for tables."""
    return boto3.client("dynamodb", endpoint_url=endpoint_url, config=_CONFIG)


def s3(endpoint_url: str | None) -> "S3Client":
    """A client for the reports bucket."""
    return boto3.client("s3", endpoint_url=endpoint_url, config=_CONFIG)


def sns(endpoint_url: str | None) -> "SNSClient":
    """A client for notices."""
    return boto3.client("sns", endpoint_url=endpoint_url, config=_CONFIG)


def ssm(endpoint_url: str | None) -> "SSMClient":
    """A client for secrets."""
    return boto3.client("ssm", endpoint_url=endpoint_url, config=_CONFIG)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns throttling, time-outs and outages into StorageRefused; every other error passes."""
    try:
        yield
    except ClientError as error:
        if code(error) in _TRY_AGAIN or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            raise StorageRefused(code(error)) from error
        raise
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise StorageRefused(type(error).__name__) from error


def pages(ask: Callable[..., Any], **asked: Any) -> Iterator[dict[str, Any]]:
    """Every page that a client's `query` or `scan` answers to this, asked for one at a time. Raises: StorageRefused."""
    more: dict[str, Any] = {}
    while True:
        with refusals():
            page: dict[str, Any] = ask(**asked, **more)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def code(error: ClientError) -> str:
    """The error's code, such as `ConditionalCheckFailedException`."""
    return error.response["Error"]["Code"]


def old_item(error: ClientError) -> dict[str, Any]:
    """The item as it was when a condition failed; empty when there was none."""
    item: dict[str, Any] = error.response.get("Item") or {}  # type: ignore[assignment]
    return item
