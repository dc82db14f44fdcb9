"""The AWS account that an operator's command works in: whose credentials, which region, and in one line what AWS refuses.

Answers for: every way in which an account cannot be reached as one clear message that says what helps.
Refuses: what is done in the account, and the service's own tables and files (`stores.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import click
from botocore import exceptions
from botocore.exceptions import ClientError

from chalicelib.store.clients import code
from locallove.operate.mistake import Mistake

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_NO_RIGHT = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_NOT_TAKEN = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_LIKE_THIS = "AWS_PROFILE=name, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


@dataclass(frozen=True, slots=True)
class Account:
    """An account (its twelve digits) in a region, as `who` (an ARN)."""

    session: boto3.Session
    number: str
    region: str
    who: str

    @property
    def cloudformation(self) -> "CloudFormationClient":
        """A client for stacks."""
        return self.session.client("cloudformation")

    @property
    def s3(self) -> "S3Client":
        """A client for buckets."""
        return self.session.client("s3")

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """A client for tables."""
        return self.session.client("dynamodb")


@contextmanager
def reached_account() -> Iterator[Account]:
    """The account of these credentials in the region that is set. Raises: Mistake, ClickException."""
    session = boto3.Session()
    if session.region_name is None:
        raise Mistake("no region is set: say where, as in AWS_DEFAULT_REGION=ap-northeast-1")
    with refusals():
        sts = session.client("sts")
        known = {each for partition in session.get_available_partitions() for each in _regions(session, partition)}
        if session.region_name not in known:
            raise Mistake(
                f"AWS has no region {session.region_name!r}: set one that it has, as in AWS_DEFAULT_REGION=ap-northeast-1"
            )
        found = sts.get_caller_identity()
    account = Account(session, found["Account"], session.region_name, found["Arn"])
    with refusals(account.who):
        yield account


@contextmanager
def refusals(who: str = "whoever this is") -> Iterator[None]:
    """What AWS refuses, in one line. Raises: Mistake for credentials and rights, ClickException for everything else."""
    try:
        yield
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.ProfileNotFound) as error:
        raise Mistake(f"no AWS credentials ({error}): set {_LIKE_THIS}") from error
    except ClientError as error:
        if code(error) in _NOT_TAKEN:
            raise Mistake(f"AWS does not take these credentials ({code(error)}): set {_LIKE_THIS} anew") from error
        if code(error) in _NO_RIGHT:
            raise Mistake(f"{who} may not {error.operation_name}: use credentials with that right ({error})") from error
        raise click.ClickException(f"AWS: {error}") from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise click.ClickException(f"AWS cannot be reached: {error}") from error
    except exceptions.BotoCoreError as error:
        raise click.ClickException(f"AWS: {error}") from error


def _regions(session: boto3.Session, partition: str) -> list[str]:
    return session.get_available_regions("cloudformation", partition_name=partition)
