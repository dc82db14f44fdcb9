"""`locallove live doctor`: everything that a live needs is looked at, and what is wrong says what helps."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aws_faults import dated, refused
from click.testing import CliRunner, Result
from operate.stand_in import answering
from publishing import publish
from samples import LIVE, sample_campaign

from chalicelib import runtime
from locallove.__main__ import main
from locallove.cloud.aws import STAGE
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.operate import costing
from locallove.operate.doctor import CHECKS, alarm_names

MAPPING = {
    "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1, "State": "Enabled",
    "TumblingWindowInSeconds": 60,
}  # fmt: skip
DEPLOYED: dict[str, Any] = {
    "GetFunction": {
        "Configuration": {
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "Layers": [{"Arn": "arn:aws:lambda:ap-northeast-1:123456789012:layer:locallove-local-reports:1"}],
        }
    },
    "ListEventSourceMappings": {"EventSourceMappings": [MAPPING]},
    "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
}
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def deployed() -> Iterator[dict[str, Any]]:
    """What Lambda answers of a whole stage; a test changes it, and the doctor sees that."""
    answers = deepcopy(DEPLOYED)
    with ExitStack() as stack:
        cloud = stack.enter_context(local_cloud(background=False))
        stack.enter_context(answering("lambda", answers))
        stack.enter_context(answering("dynamodb", {"DescribeLimits": {"TableMaxWriteCapacityUnits": 40_000}}))
        ready(cloud)
        yield answers


def ready(cloud: LocalCloud) -> None:
    """A live of tomorrow, a sender, and alarms that somebody hears."""
    cloud.apply(sample_campaign(TOMORROW))
    cloud.add_sender("test-campaign")
    sns: Any = boto3.client("sns")
    topic = sns.create_topic(Name=f"locallove-{STAGE}-alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:ap-northeast-1:123456789012:night")
    for name in alarm_names():
        boto3.client("cloudwatch").put_metric_alarm(
            AlarmName=name.replace("${Stage}", STAGE), MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1,
            Threshold=1, ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
        )  # fmt: skip


def doctor(*options: str) -> Result:
    return CliRunner().invoke(main, ["live", "doctor", LIVE, *options])


def wrong(*options: str) -> dict[str, tuple[str, str]]:
    """What is not in order: what was found, and what helps."""
    done = doctor("--json", *options)
    checks = json.loads(done.stdout)
    found = {each["of"]: (each["found"], each["helps"]) for each in checks if not each["ok"]}
    assert [each["of"] for each in checks] == list(CHECKS)
    assert done.exit_code == (1 if found else 0)
    assert done.stderr == (f"Error: {LIVE} is not ready: {', '.join(found)}\n" if found else "")
    return found


@pytest.mark.usefixtures("deployed")
def test_a_live_that_is_ready_has_a_checklist_without_a_gap() -> None:
    done = doctor()
    assert done.exit_code == 0, done.output
    assert [line[:4] for line in done.stdout.splitlines()] == ["[ok]"] * len(CHECKS)
    assert [line.split()[1] for line in done.stdout.splitlines()] == list(CHECKS)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("seconds", "is_wrong"), [(-30, True), (-1, False), (4, False), (30, True)])
def test_a_clock_that_is_wrong(seconds: int, is_wrong: bool) -> None:
    with dated(runtime.service()._dynamodb, "GetItem", datetime.now(UTC) + timedelta(seconds=seconds)):
        assert ("clock" in wrong()) is is_wrong


@pytest.mark.usefixtures("deployed")
def test_nobody_who_may_send() -> None:
    (sender,) = runtime.service().secrets.fetch("test-campaign").senders
    runtime.service().secrets.revoke("test-campaign", sender.name, None)
    assert wrong() == {"secrets": ("nobody may send", "locallove sender add NAME --campaign test-campaign")}


@pytest.mark.usefixtures("deployed")
def test_a_table_that_cannot_be_recovered() -> None:
    boto3.client("dynamodb").update_continuous_backups(
        TableName=f"locallove-{STAGE}-totals", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert wrong() == {"tables": ("totals is not recoverable", "make deploy")}


def test_a_rule_that_was_not_frozen_and_one_that_was() -> None:
    """The publisher freezes it when the live begins: a quarter of an hour later it must be there."""
    with local_cloud(background=False) as cloud:
        cloud.apply(sample_campaign())
        assert "not frozen, although the live began at" in wrong()["rule"][0]
        publish()
        assert "rule" not in wrong()
        key = f"rules/{LIVE}.json"
        boto3.client("s3").put_object(Bucket=runtime.service().settings.reports_bucket, Key=key, Body=b"{}")
        assert wrong()["rule"][0] == "the frozen rule is another than the one in force"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TumblingWindowInSeconds": 0}, "it has no tumbling window"),
        ({"StartingPosition": "LATEST"}, "StartingPosition is LATEST, not TRIM_HORIZON"),
        ({"MaximumRetryAttempts": 3}, "MaximumRetryAttempts is 3, not -1"),
        ({"State": "Disabled"}, "State is Disabled, not Enabled"),
    ],
)
def test_a_mapping_that_would_lose_counts(deployed: dict[str, Any], changed: dict[str, Any], said: str) -> None:
    deployed["ListEventSourceMappings"]["EventSourceMappings"] = [MAPPING | changed]
    assert wrong() == {"mapping": (said, "make deploy")}


@pytest.mark.parametrize("mappings", [[], [MAPPING, MAPPING]])
def test_no_mapping_and_one_too_many(deployed: dict[str, Any], mappings: list[Any]) -> None:
    """With none nothing is counted; with two everything is delivered twice, and each gets in the other's way."""
    deployed["ListEventSourceMappings"]["EventSourceMappings"] = mappings
    assert wrong()["mapping"][0] == f"{len(mappings)} lead to the counter, not one"


def test_a_function_that_is_not_active_and_a_layer_that_is_not_there(deployed: dict[str, Any]) -> None:
    deployed["GetFunction"]["Configuration"] = {"State": "Pending", "LastUpdateStatus": "InProgress"}
    found = wrong()
    assert list(found) == ["functions", "layer"]
    assert "counter is Pending, its last update InProgress" in found["functions"][0]
    assert found["layer"][0] == "the publisher has none: no report can be made"


@pytest.mark.usefixtures("deployed")
def test_an_alarm_that_rings_and_one_that_is_missing() -> None:
    """By their names: those of another stage, whose name begins alike, are none of this one's."""
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=f"locallove-{STAGE}-reports-fail", StateValue="ALARM", StateReason="a test")
    assert wrong() == {"alarms": ("ringing: reports-fail", "docs/operations.md, Alarms")}
    cloudwatch.delete_alarms(AlarmNames=[f"locallove-{STAGE}-counting-late"])
    assert wrong()["alarms"][0] == "missing: counting-late; ringing: reports-fail"


@pytest.mark.usefixtures("deployed")
def test_alarms_that_nobody_hears() -> None:
    sns = boto3.client("sns")
    for each in sns.list_subscriptions()["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    assert wrong()["listeners"][0] == "nobody hears the alarms (0 have not confirmed)"


@pytest.mark.usefixtures("deployed")
def test_a_busiest_second_that_is_too_busy() -> None:
    found, helps = wrong("--rate", "1000000")["quotas"]
    assert found == f"{costing.WARM}: needs 22,000, has 4,000; {costing.BUCKETS}: needs 22, has 16"
    assert helps == "locallove cost says how each is raised"


@pytest.mark.usefixtures("deployed")
def test_what_the_credentials_may_not_see_is_not_in_order_and_hinders_nothing_else() -> None:
    with refused(runtime.service()._s3, "GetObject", "AccessDenied", status=403):
        assert wrong()["rule"][1] == "credentials that may GetObject"


def test_a_stage_that_is_not_deployed_says_so_for_each_thing(cloud: LocalCloud) -> None:
    """As on a laptop: there are tables and a bucket, and neither functions nor alarms."""
    cloud.apply(sample_campaign(TOMORROW))
    with answering("lambda", {"GetAccountSettings": DEPLOYED["GetAccountSettings"]}):
        assert {"functions", "layer", "mapping", "alarms", "listeners"} <= wrong().keys()


def test_a_live_that_is_in_no_campaign(cloud: LocalCloud) -> None:
    cloud.apply(sample_campaign(TOMORROW))
    done = CliRunner().invoke(main, ["live", "doctor", "nowhere"])
    assert (done.exit_code, done.stderr) == (2, "Error: no campaign in force has a live 'nowhere'\n")
