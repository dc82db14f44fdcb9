"""AWS imitated in this process by moto, with the tables, the bucket and the topic that `infra/data.yaml` describes.

Answers for: making moto exact (one lock around each DynamoDB call, for moto is not thread-safe) and for setting through the
API what its CloudFormation ignores. Refuses: reaching the network; credentials are set to words that no account has.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from locallove.operate.package import load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

REGION = "ap-northeast-1"
STAGE = "local"
ACCOUNT = "123456789012"
TEMPLATE = Path(__file__).parents[2] / "infra" / "data.yaml"

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_SESSION_TOKEN": "nowhere",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # else the streams client asks a host that moto does not know
    "AWS_EC2_METADATA_DISABLED": "true",
    "LOCALLOVE_STAGE": STAGE,
    "LOCALLOVE_KEPT_MS": "300",  # one process: what has changed is known at once, and settlement needs to wait no longer
    "LOCALLOVE_FENCE_MS": "1000",
    "LOCALLOVE_REPORTS_BUCKET": f"locallove-{STAGE}-reports-{ACCOUNT}",
    "LOCALLOVE_NOTICES_TOPIC": f"arn:aws:sns:{REGION}:{ACCOUNT}:locallove-{STAGE}-notices",
    "LOCALLOVE_PUBLIC_URL": "",  # the port is not known yet: addresses in notices are paths
    "POWERTOOLS_METRICS_NAMESPACE": f"LocalLove/{STAGE}",
    "POWERTOOLS_METRICS_DISABLED": os.environ.get("POWERTOOLS_METRICS_DISABLED", "true"),
}

_FOR_OTHERS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "LOCALLOVE_STAGE",
    "LOCALLOVE_KEPT_MS",
    "LOCALLOVE_FENCE_MS",
    "LOCALLOVE_REPORTS_BUCKET",
)

_call_action = DynamoHandler.call_action
_exact = threading.RLock()


def _one_at_a_time(handler: DynamoHandler) -> Any:
    with _exact:
        return _call_action(handler)


@contextmanager
def imitated(links_url: str | None = None) -> Iterator[str]:
    """AWS in this process until the end of the block, empty but for our resources; gives the ARN of the reactions stream.

    `links_url` is where another process finds it: signed links lead there.
    """
    without_endpoint = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")}
    with (
        mock.patch.dict(os.environ, {**without_endpoint, **_ENVIRONMENT, "LOCALLOVE_LINKS_URL": links_url or ""}, clear=True),
        mock.patch.object(DynamoHandler, "call_action", _one_at_a_time),
        mock_aws(),
    ):
        yield create(TEMPLATE.read_text(encoding="utf-8"))


def seen_from_outside() -> dict[str, str]:
    """The environment in which another process finds this AWS, but for its address."""
    return {name: _ENVIRONMENT[name] for name in _FOR_OTHERS}


def create(template: str) -> str:
    """Create the template's resources as a stack, set what moto's CloudFormation ignores, and give the stream's ARN."""
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=f"locallove-{STAGE}",
        TemplateBody=template,
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": STAGE}],
    )
    (stack,) = cloudformation.describe_stacks(StackName=f"locallove-{STAGE}")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in cloudformation.describe_stack_resources(StackName=f"locallove-{STAGE}")["StackResources"]
    }
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    for logical, resource in resources(template).items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            _set_table(dynamodb, names[logical], resource["Properties"])
        elif resource["Type"] == "AWS::S3::Bucket":
            _set_bucket(s3, names[logical], resource["Properties"])
    return outputs["ReactionsStream"]


def resources(template: str) -> dict[str, Any]:
    """The template's resources by logical id."""
    found: dict[str, Any] = load(template)["Resources"]
    return found


def _set_table(dynamodb: "DynamoDBClient", name: str, properties: dict[str, Any]) -> None:
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
    )
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=properties["DeletionProtectionEnabled"])


def _set_bucket(s3: "S3Client", name: str, properties: dict[str, Any]) -> None:
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=_encryption(properties["BucketEncryption"]))
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]}
    )


def _encryption(properties: dict[str, Any]) -> Any:
    """Encryption as the S3 API words it."""
    rules = properties["ServerSideEncryptionConfiguration"]
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": each["ServerSideEncryptionByDefault"]} for each in rules]}


def _rule(rule: dict[str, Any]) -> Any:
    """A lifecycle rule as the S3 API words it: `ID` for CloudFormation's `Id`, an explicit filter, days apart."""
    worded = {"ID": rule["Id"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "ExpirationInDays" in rule:
        worded["Expiration"] = {"Days": rule["ExpirationInDays"]}
    return worded | {key: value for key, value in rule.items() if key not in ("Id", "Prefix", "ExpirationInDays")}
