"""`locallove destroy`: a stage goes only if it holds nothing."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from operate.stand_in import StandIn, cloudformation

from locallove.__main__ import main
from locallove.operate import stack

TABLES = ["locallove-dev-campaigns", "locallove-dev-reactions", "locallove-dev-totals"]
BUCKET = "locallove-dev-reports-123456789012"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stage that was deployed and holds nothing."""
    monkeypatch.setattr(stack, "POLL_S", 0)
    with mock_aws(), cloudformation() as stand_in:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
        stand_in.status = "CREATE_COMPLETE"
        key: Any = [{"AttributeName": "pk", "KeyType": "HASH"}]
        attribute: Any = [{"AttributeName": "pk", "AttributeType": "S"}]
        for table in TABLES:
            boto3.client("dynamodb").create_table(
                TableName=table, KeySchema=key, AttributeDefinitions=attribute,
                BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True,
            )  # fmt: skip
        where: Any = {"LocationConstraint": "ap-northeast-1"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        boto3.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield stand_in


def destroy(*options: str) -> Result:
    return CliRunner().invoke(main, ["destroy", "--stage", "dev", *options])


def left() -> tuple[list[str], list[str]]:
    """The tables and buckets that are there."""
    buckets = [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]
    return boto3.client("dynamodb").list_tables()["TableNames"], buckets


def test_a_stage_that_holds_nothing_goes_whole(aws: StandIn) -> None:
    gone = destroy("--confirm", "dev")
    assert gone.exit_code == 0, gone.output
    assert gone.stdout == "stage dev is gone from ap-northeast-1\n"
    assert left() == ([], [])
    assert aws.status is None


@pytest.mark.parametrize("table", TABLES)
def test_an_item_in_a_table_is_data(aws: StandIn, table: str) -> None:
    boto3.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "live"}})
    refused = destroy("--confirm", "dev")
    assert refused.exit_code == 2
    assert f"stage dev keeps data, and nothing is destroyed: table {table}. " in refused.stderr
    assert left() == (TABLES, [BUCKET])
    assert "DeleteStack" not in aws.asked


def test_an_object_is_data_even_behind_a_delete_marker(aws: StandIn) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="chain/000001.json", Body=b"{}")
    boto3.client("s3").delete_object(Bucket=BUCKET, Key="chain/000001.json")
    refused = destroy("--confirm", "dev")
    assert refused.exit_code == 2
    assert f"bucket {BUCKET}" in refused.stderr
    assert left() == (TABLES, [BUCKET])


@pytest.mark.parametrize("options", [(), ("--confirm", "prod")])
def test_nothing_goes_unless_its_name_is_said_again(aws: StandIn, options: tuple[str, ...]) -> None:
    refused = destroy(*options)
    assert refused.exit_code == 2
    assert "nothing is destroyed: --confirm dev (make destroy CONFIRM=dev) says that you mean it" in refused.stderr
    assert left() == (TABLES, [BUCKET])
    assert "DeleteStack" not in aws.asked


def test_data_that_came_while_the_stack_went_stays(aws: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def batch_comes(stand_in: StandIn, body: dict[str, Any]) -> Any:
        boto3.client("dynamodb").put_item(TableName="locallove-dev-reactions", Item={"pk": {"S": "live"}})
        return gone(stand_in, body)

    gone = StandIn._DeleteStack
    monkeypatch.setattr(StandIn, "_DeleteStack", batch_comes)
    refused = destroy("--confirm", "dev")
    assert refused.exit_code == 2
    assert "table locallove-dev-reactions" in refused.stderr
    assert left() == (TABLES, [BUCKET])


def test_what_a_deleted_stack_has_left_can_be_taken_away(aws: StandIn) -> None:
    aws.status = None
    assert destroy("--confirm", "dev").exit_code == 0
    assert left() == ([], [])
