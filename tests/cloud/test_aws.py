"""The imitated AWS: made exact, and made of exactly what `infra/data.yaml` says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.store.comments import PREFIX
from locallove.cloud import aws

DESCRIBED = aws.resources(aws.TEMPLATE.read_text(encoding="utf-8"))


@pytest.fixture
def stream_arn() -> Iterator[str]:
    with aws.imitated() as arn:
        yield arn


def name_of(logical: str) -> str:
    resource = boto3.client("cloudformation").describe_stack_resource(
        StackName=f"locallove-{aws.STAGE}", LogicalResourceId=logical
    )
    return resource["StackResourceDetail"]["PhysicalResourceId"]


@pytest.mark.parametrize("logical", [name for name, each in DESCRIBED.items() if each["Type"] == "AWS::DynamoDB::Table"])
def test_a_table_is_as_the_file_describes_it(stream_arn: str, logical: str) -> None:
    asked: dict[str, Any] = DESCRIBED[logical]["Properties"]
    dynamodb = boto3.client("dynamodb")
    name = name_of(logical)
    table: Any = dynamodb.describe_table(TableName=name)["Table"]
    assert name == asked["TableName"]["Fn::Sub"].replace("${Stage}", aws.STAGE)
    assert table["KeySchema"] == asked["KeySchema"]
    assert table["AttributeDefinitions"] == asked["AttributeDefinitions"]
    assert table["BillingModeSummary"]["BillingMode"] == asked["BillingMode"]
    assert table["DeletionProtectionEnabled"] is asked["DeletionProtectionEnabled"]
    if "WarmThroughput" in asked:
        condition, warm, otherwise = asked["WarmThroughput"]["Fn::If"]
        assert (condition, otherwise) == ("IsWarm", {"Ref": "AWS::NoValue"})
        assert warm == {"ReadUnitsPerSecond": {"Ref": "WarmReads"}, "WriteUnitsPerSecond": {"Ref": "WarmWrites"}}
    stream = asked.get("StreamSpecification")
    assert table.get("StreamSpecification") == (stream and {"StreamEnabled": True, **stream})
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert (backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED") is (
        asked["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    )
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    expected = asked.get("TimeToLiveSpecification", {})
    assert (ttl["TimeToLiveStatus"] == "ENABLED") is expected.get("Enabled", False)
    assert ttl.get("AttributeName") == expected.get("AttributeName")


def test_the_bucket_is_as_the_file_describes_it(stream_arn: str) -> None:
    asked: dict[str, Any] = DESCRIBED["Reports"]["Properties"]
    s3 = boto3.client("s3")
    name = name_of("Reports")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == asked["VersioningConfiguration"]["Status"]
    blocked = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert blocked == asked["PublicAccessBlockConfiguration"]
    (encrypted,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encrypted["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"] == asked["OwnershipControls"]
    assert asked["ObjectLockEnabled"]["Fn::If"][0] == "IsLocked"
    with pytest.raises(ClientError, match="ObjectLockConfigurationNotFoundError"):
        s3.get_object_lock_configuration(Bucket=name)
    uploads, comments = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    wanted, of_text = asked["LifecycleConfiguration"]["Rules"]
    assert (uploads["ID"], uploads["Status"], uploads["Filter"]) == (wanted["Id"], wanted["Status"], {"Prefix": ""})
    assert uploads["AbortIncompleteMultipartUpload"] == wanted["AbortIncompleteMultipartUpload"]
    assert (comments["ID"], comments["Status"], comments["Filter"]) == (of_text["Id"], of_text["Status"], {"Prefix": PREFIX})
    assert comments["Expiration"]["Days"] == of_text["ExpirationInDays"] == 30
    assert comments["NoncurrentVersionExpiration"] == of_text["NoncurrentVersionExpiration"], "or versioning would keep the text"


def test_the_topic_is_as_the_file_describes_it(stream_arn: str) -> None:
    asked: dict[str, Any] = DESCRIBED["Notices"]["Properties"]
    topic = name_of("Notices")
    assert topic == settings.read().notices_topic
    assert topic.endswith(f":{asked['TopicName']['Fn::Sub'].replace('${Stage}', aws.STAGE)}")
    attributes = boto3.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["KmsMasterKeyId"] == asked["KmsMasterKeyId"]


def test_no_resource_has_a_property_that_no_test_looks_at() -> None:
    """Whoever adds a property must set it in the local stack, and look at it here."""
    known = {
        "TableName BillingMode AttributeDefinitions KeySchema StreamSpecification TimeToLiveSpecification",
        "PointInTimeRecoverySpecification DeletionProtectionEnabled WarmThroughput",
        "BucketName VersioningConfiguration PublicAccessBlockConfiguration LifecycleConfiguration",
        "ObjectLockEnabled OwnershipControls BucketEncryption",
        "TopicName KmsMasterKeyId",
    }
    names = {name for line in known for name in line.split()}
    assert {name for each in DESCRIBED.values() for name in each["Properties"]} <= names


def test_of_a_hundred_exclusive_puts_from_eight_threads_a_hundred_succeed(stream_arn: str) -> None:
    """Without the lock moto lets several threads pass one condition."""
    dynamodb = boto3.client("dynamodb")

    def put(number: int) -> bool:
        try:
            dynamodb.put_item(
                TableName=name_of_reactions,
                Item={"pk": {"S": str(number % 100)}, "sk": {"S": "same"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError:
            return False
        return True

    name_of_reactions = name_of("Reactions")
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(put, range(800))) == 100
