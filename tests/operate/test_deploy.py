"""`locallove deploy`: what changes is shown first; whatever stands in the way is one message that says what helps."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result
from moto import mock_aws
from operate.stand_in import StandIn, cloudformation

from locallove.__main__ import main
from locallove.operate import stack
from locallove.operate.package import merged

REGION = "ap-northeast-1"
ACCOUNT = "123456789012"
BUCKET = f"locallove-artifacts-{ACCOUNT}-{REGION}"
ADDED = {"Action": "Add", "LogicalResourceId": "Totals", "ResourceType": "AWS::DynamoDB::Table"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """An account without a stack, where no question has to be waited for."""
    monkeypatch.setattr(stack, "POLL_S", 0)
    with mock_aws(), cloudformation() as stand_in:
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        yield stand_in


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package whose functions are empty."""
    template = merged()
    template["Resources"]["APIHandler"] = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}}
    (tmp_path / "sam.json").write_text(json.dumps(template))
    (tmp_path / "deployment.zip").write_bytes(b"code")
    (tmp_path / "layer.zip").write_bytes(b"layer")
    return tmp_path


def deploy(package: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["deploy", "--stage", "dev", "--package", str(package), *options])


def test_what_changes_is_shown_and_then_carried_out(aws: StandIn, package: Path) -> None:
    aws.changes = [ADDED]
    aws.events = [{"ResourceStatus": "CREATE_COMPLETE", "LogicalResourceId": "Totals"}]
    done = deploy(package, "--parameter", "AlarmEmail=night@example.org")
    assert done.exit_code == 0, done.output
    shown, carried_out = done.stderr.index("+ Totals"), done.stderr.index("CREATE_COMPLETE")
    assert shown < carried_out
    assert aws.asked.index("DescribeChangeSet") < aws.asked.index("ExecuteChangeSet")
    assert aws.parameters["Stage"] == "dev"
    assert aws.parameters["AlarmEmail"] == "night@example.org"
    assert len(aws.parameters["OriginSecret"]) >= 32
    assert aws.parameters["OriginSecret"] not in done.output, "nobody needs to see it"
    assert "PublicUrl: https://live.example" in done.stdout


def test_only_showing_carries_nothing_out_and_leaves_nothing(aws: StandIn, package: Path) -> None:
    aws.changes = [ADDED]
    done = deploy(package, "--show", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["done"] is False
    assert "ExecuteChangeSet" not in aws.asked
    assert aws.asked[-1] == "DeleteChangeSet"


@pytest.mark.parametrize(
    "reason",
    ["The submitted information didn't contain changes. Submit different information.", "No updates are to be performed."],
)
def test_deploying_twice_changes_nothing(aws: StandIn, package: Path, reason: str) -> None:
    """The secret of the first deployment stays, and so does every parameter that is not given."""
    aws.status, aws.parameters = "UPDATE_COMPLETE", {"Stage": "dev", "OriginSecret": "before", "AlarmEmail": "x@example.org"}
    aws.change_set_failure = reason
    again = deploy(package, "--json")
    assert again.exit_code == 0, again.output
    assert "locallove-dev in ap-northeast-1: no changes" in again.stderr
    assert json.loads(again.stdout)["done"] is True
    assert aws.parameters["OriginSecret"] == "before"
    assert "ExecuteChangeSet" not in aws.asked


def test_equal_packages_have_equal_addresses(aws: StandIn, package: Path) -> None:
    """Else the second deployment of the same package would find changes."""
    aws.changes = [ADDED]
    s3 = boto3.client("s3")
    assert deploy(package).exit_code == 0
    first = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert len(first) == 3
    assert deploy(package).exit_code == 0
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == first


def test_what_was_packaged_is_kept_where_nobody_else_reads_it(aws: StandIn, package: Path) -> None:
    aws.changes = [ADDED]
    assert deploy(package).exit_code == 0
    closed = boto3.client("s3").get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert len(closed) == 4


@pytest.mark.parametrize("a_page", [1, 100])
@pytest.mark.parametrize(
    "change",
    [
        {"Action": "Remove", "LogicalResourceId": "Totals", "ResourceType": "AWS::DynamoDB::Table"},
        {"Action": "Modify", "Replacement": "True", "LogicalResourceId": "Reports", "ResourceType": "AWS::S3::Bucket"},
        {"Action": "Modify", "Replacement": "Conditional", "LogicalResourceId": "Totals", "ResourceType": "AWS::DynamoDB::Table"},
    ],
)
def test_what_keeps_data_is_never_replaced_or_removed(aws: StandIn, package: Path, change: dict[str, Any], a_page: int) -> None:
    """On whichever page CloudFormation says so."""
    aws.status, aws.parameters, aws.changes = "CREATE_COMPLETE", {"OriginSecret": "before"}, [ADDED, change]
    aws.a_page = a_page
    refused = deploy(package, "--yes")
    assert refused.exit_code == 2
    assert f"would be replaced or removed, or may be: {change['LogicalResourceId']}" in refused.stderr
    assert "ExecuteChangeSet" not in aws.asked
    assert aws.asked[-1] == "DeleteChangeSet"


def test_what_keeps_data_may_be_changed_in_place(aws: StandIn, package: Path) -> None:
    aws.status, aws.parameters, aws.becomes = "CREATE_COMPLETE", {"OriginSecret": "before"}, "UPDATE_COMPLETE"
    aws.changes = [{**ADDED, "Action": "Modify", "Replacement": "False"}]
    assert deploy(package).exit_code == 0
    assert "ExecuteChangeSet" in aws.asked


def test_missing_parameter(aws: StandIn, package: Path) -> None:
    """Every one that is missing or unknown is named at once, with what it is for, before anything is asked of CloudFormation."""
    template = json.loads((package / "sam.json").read_text())
    template["Parameters"]["Sponsor"] = {"Type": "String", "Description": "Who pays"}
    (package / "sam.json").write_text(json.dumps(template))
    refused = deploy(package, "--parameter", "Domain=live.example.org", "--parameter", "AlarmMail=x")
    assert refused.exit_code == 2
    assert "AlarmMail: no such parameter; there is Stage," in refused.stderr
    assert "Sponsor is missing (Who pays): --parameter Sponsor=…" in refused.stderr
    assert "CertificateArn is missing (Certificate for Domain, in us-east-1 as CloudFront asks)" in refused.stderr
    assert "CreateChangeSet" not in aws.asked
    assert boto3.client("s3").list_buckets()["Buckets"] == [], "nothing is uploaded either"


def test_a_parameter_that_is_no_pair(aws: StandIn, package: Path) -> None:
    refused = deploy(package, "--parameter", "AlarmEmail")
    assert (refused.exit_code, refused.stderr) == (2, "Error: --parameter AlarmEmail: must be NAME=VALUE\n")


@pytest.mark.parametrize(("region", "said"), [("", "no region is set"), ("ap-northeast-9", "AWS has no region 'ap-northeast-9'")])
def test_wrong_region(aws: StandIn, package: Path, monkeypatch: pytest.MonkeyPatch, region: str, said: str) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    if region:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    refused = deploy(package)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert aws.asked == []
    (helps,) = re.findall(r"(\w+)=(ap-northeast-1)", refused.stderr)
    monkeypatch.setenv(*helps)
    aws.changes = [ADDED]
    assert deploy(package).exit_code == 0, "what the message says helps"


def test_wrong_region_where_the_stage_lies_in_another(aws: StandIn, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket's name is unique over all regions: it says where the stage is."""
    where: Any = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", "eu-west-1").create_bucket(Bucket=f"locallove-dev-reports-{ACCOUNT}", CreateBucketConfiguration=where)
    refused = deploy(package)
    assert refused.exit_code == 2
    assert f"bucket locallove-dev-reports-{ACCOUNT} (in eu-west-1)" in refused.stderr
    assert "set AWS_DEFAULT_REGION" in refused.stderr
    assert "CreateChangeSet" not in aws.asked


def test_name_taken(aws: StandIn, package: Path) -> None:
    """A deleted stack leaves its tables: CloudFormation would fail after minutes, on the first of them."""
    key: Any = [{"AttributeName": "pk", "KeyType": "HASH"}]
    attribute: Any = [{"AttributeName": "pk", "AttributeType": "S"}]
    boto3.client("dynamodb").create_table(
        TableName="locallove-dev-totals", KeySchema=key, AttributeDefinitions=attribute, BillingMode="PAY_PER_REQUEST"
    )
    refused = deploy(package)
    assert refused.exit_code == 2
    assert "its names are taken: table locallove-dev-totals. " in refused.stderr
    assert "make destroy STAGE=dev" in refused.stderr
    assert "CreateChangeSet" not in aws.asked


@pytest.mark.parametrize(
    ("status", "helps"),
    [
        ("ROLLBACK_COMPLETE", "make destroy STAGE=dev, then deploy again"),
        ("CREATE_FAILED", "make destroy STAGE=dev, then deploy again"),
        ("DELETE_FAILED", "make destroy STAGE=dev, then deploy again"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name locallove-dev"),
        ("UPDATE_IN_PROGRESS", "somebody is deploying; wait until that has ended"),
    ],
)
def test_stack_in_a_failed_state(aws: StandIn, package: Path, status: str, helps: str) -> None:
    aws.status, aws.reason = status, "The following resource(s) failed to create: [Totals]."
    refused = deploy(package)
    assert refused.exit_code == 2
    assert f"locallove-dev is {status}" in refused.stderr
    assert helps in refused.stderr
    assert "CreateChangeSet" not in aws.asked


def test_a_deployment_that_fails_names_what_failed_by_itself(aws: StandIn, package: Path) -> None:
    aws.changes, aws.becomes = [ADDED], "ROLLBACK_COMPLETE"
    failed = {"ResourceStatus": "CREATE_FAILED"}
    aws.events = [
        {**failed, "LogicalResourceId": "Reports", "ResourceStatusReason": "Resource creation cancelled"},
        {**failed, "LogicalResourceId": "Totals", "ResourceStatusReason": "limit of tables reached"},
    ]
    refused = deploy(package)
    assert refused.exit_code == 2
    assert "is ROLLBACK_COMPLETE, nothing new is in force: Totals: limit of tables reached\n" in refused.stderr


def test_a_template_that_cloudformation_does_not_take(aws: StandIn, package: Path) -> None:
    aws.change_set_failure = "Transform AWS::Serverless-2016-10-31 failed with: invalid"
    refused = deploy(package)
    assert refused.exit_code == 2
    assert "does not take the template: Transform AWS::Serverless-2016-10-31 failed" in refused.stderr


@pytest.mark.parametrize("operation", ["CreateChangeSet", "DescribeStacks"])
def test_credentials_without_rights(aws: StandIn, package: Path, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    def denied(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized to perform"}}, operation)

    monkeypatch.setattr(StandIn, f"_{operation}", denied)
    refused = deploy(package)
    assert refused.exit_code == 2
    assert f"may not {operation}: use credentials with that right" in refused.stderr
    assert f"Error: arn:aws:sts::{ACCOUNT}:" in refused.stderr, "whose credentials these are"


def test_credentials_that_have_expired(aws: StandIn, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def expired(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "DescribeStacks")

    monkeypatch.setattr(StandIn, "_DescribeStacks", expired)
    refused = deploy(package)
    assert refused.exit_code == 2
    assert "AWS does not take these credentials (ExpiredToken): set AWS_PROFILE=name" in refused.stderr


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_no_credentials(aws: StandIn, package: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    options = ["--package", str(package)] if command == "deploy" else []
    with monkeypatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE"):
            environment.delenv(name, raising=False)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
            environment.setenv(name, str(package / "nothing"))
        refused = CliRunner().invoke(main, [command, "--stage", "dev", *options])
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Error: no AWS credentials (")
    assert "set AWS_PROFILE=name, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused.stderr
    assert aws.asked == []


def test_a_package_that_is_not_there(aws: StandIn, tmp_path: Path) -> None:
    refused = deploy(tmp_path / "nothing")
    assert refused.exit_code == 2
    assert "holds no package (No such file or directory): make package STAGE=dev" in refused.stderr
