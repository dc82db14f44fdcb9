"""`locallove live rebuild`: totals made anew from what is stored, exact however often it is begun, never mixed with a stream."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from aws_faults import unanswered
from click.testing import CliRunner, Result
from client import request
from flows.closed import Closed, closed_campaign
from operate.stand_in import answering
from samples import LIVE

from chalicelib import runtime
from locallove.__main__ import main
from locallove.cloud.aws import STAGE
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.pump import Pump

TABLE = f"locallove-{STAGE}-reactions"
STOPPED: dict[str, Any] = {
    "GetFunctionConcurrency": {"ReservedConcurrentExecutions": 0},
    "ListEventSourceMappings": {"EventSourceMappings": [{"State": "Disabled", "UUID": "m-1"}]},
}


@pytest.fixture
def table() -> dict[str, Any]:
    """What DynamoDB says of the table: that it has no stream. (moto cannot switch one off.)"""
    return {}


@pytest.fixture
def lost(table: dict[str, Any]) -> Iterator[Closed]:
    """Three batches and a rehearsal were counted; then the table's stream was switched off, as that of a restored table is."""
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := closed_campaign())
        closed = Closed(cloud, campaign)
        for number in (1, 2, 3):
            closed.send(f"b-{number}", closed.like(number, count=number), closed.like(10 + number, kind="comment", text="x"))
        closed.send("r-1", closed.like(4, count=50), rehearsal=True)
        cloud.pump.drain()
        with answering("dynamodb", {"DescribeTable": {"Table": table}}):
            yield closed


def rebuild() -> Result:
    return CliRunner().invoke(main, ["live", "rebuild", LIVE])


def totals(cloud: LocalCloud) -> tuple[int, int]:
    """What is counted, and what was rehearsed."""
    runtime.service.cache_clear()  # another instance, which has read nothing yet
    found = request(f"{cloud.url}/v1/lives/{LIVE}/totals").json
    return found["counts"]["total"], found["rehearsal"]["total"]


def stream_arn() -> str:
    (stream,) = boto3.client("dynamodbstreams").list_streams(TableName=TABLE)["Streams"]
    return stream["StreamArn"]


def lose_totals() -> None:
    """As if the table of totals had been restored to a moment before the live."""
    runtime.service().totals.clear(LIVE)


def test_lost_totals_are_made_anew(lost: Closed) -> None:
    before = totals(lost.cloud)
    assert before == (9, 50)
    lose_totals()
    assert totals(lost.cloud) == (0, 0)
    done = rebuild()
    assert (done.exit_code, done.stdout) == (0, f"{LIVE}: totals are made of 4 batches; recount compares them\n")
    assert totals(lost.cloud) == before
    assert CliRunner().invoke(main, ["live", "recount", LIVE]).exit_code == 0


def test_totals_that_were_right_are_the_same_afterwards(lost: Closed) -> None:
    """Nothing is added to what is there: the rows of all shards go first."""
    assert [rebuild().exit_code, rebuild().exit_code] == [0, 0]
    assert totals(lost.cloud) == (9, 50)


@pytest.mark.parametrize("answer", [1, 2, 3, 4])
def test_killed_anywhere_and_begun_again(lost: Closed, answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every update may have been applied or not when the process dies."""
    monkeypatch.setattr("locallove.operate.rebuilding.AT_ONCE", 1)
    left = [answer]

    def is_the_last(_: dict[str, Any]) -> bool:
        left[0] -= 1
        return left[0] <= 0

    with unanswered(runtime.service()._dynamodb, "UpdateItem", is_the_last):
        assert rebuild().exit_code == 1
    assert rebuild().exit_code == 0
    assert totals(lost.cloud) == (9, 50)


def test_what_comes_after_it_is_counted_once(lost: Closed) -> None:
    """The table's new stream holds only what is stored from then on, whatever its shards are called."""
    lose_totals()
    assert rebuild().exit_code == 0
    lost.send("b-9", lost.like(9, count=100))

    def count_new(event: dict[str, Any]) -> dict[str, Any]:
        records = [each for each in event["Records"] if each["dynamodb"]["Keys"]["sk"]["S"].endswith("#b-9")]
        return runtime.service().counter.count({**event, "Records": records, "eventSourceARN": "the new stream"}, "request")

    for _ in ("delivered", "delivered again"):
        Pump(boto3.client("dynamodbstreams"), stream_arn(), count_new).drain()
    assert totals(lost.cloud) == (109, 50)


def test_nothing_is_changed_while_a_stream_has_the_batches(lost: Closed, table: dict[str, Any]) -> None:
    table["StreamSpecification"] = {"StreamEnabled": True}
    refused = rebuild()
    assert refused.exit_code == 2
    assert f"aws dynamodb update-table --table-name {TABLE} \\\n    --stream-specification StreamEnabled=false" in refused.stderr
    assert totals(lost.cloud) == (9, 50)


@pytest.mark.parametrize(
    ("changed", "helps"),
    [
        (
            {"GetFunctionConcurrency": {"ReservedConcurrentExecutions": 600}},
            "put-function-concurrency --function-name locallove-",
        ),
        ({"GetFunctionConcurrency": {}}, "--reserved-concurrent-executions 0"),
        ({"ListEventSourceMappings": {"EventSourceMappings": [{"State": "Enabled", "UUID": "m-1"}]}}, "--no-enabled"),
        ({"ListEventSourceMappings": {"EventSourceMappings": [{"State": "Disabling", "UUID": "m-1"}]}}, "--uuid m-1"),
    ],
)
def test_nothing_is_changed_while_batches_are_taken_or_counted(lost: Closed, changed: dict[str, Any], helps: str) -> None:
    lose_totals()
    with answering("lambda", STOPPED | changed):
        refused = rebuild()
        assert (refused.exit_code, helps in refused.stderr) == (2, True), refused.stderr
        assert totals(lost.cloud) == (0, 0)
    with answering("lambda", STOPPED):
        assert rebuild().exit_code == 0


def test_nothing_is_changed_while_a_batch_is_in_the_quarantine_or_cannot_be_read(lost: Closed) -> None:
    keys = {"pk": {"S": f"{LIVE}#0"}, "sk": {"S": "platform#b-1"}}
    runtime.service().quarantine.keep("shard", "1", "a test", {"dynamodb": {"Keys": keys}})
    item = boto3.client("dynamodb").scan(TableName=TABLE)["Items"][0]
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={**item, "tally": {"B": b"?"}})
    refused = rebuild()
    assert refused.exit_code == 2
    assert "platform#b-1 is in the quarantine, and would be counted now: delete its file under quarantine/" in refused.stderr
    assert f"{item['sk']['S']} cannot be read: " in refused.stderr
    assert totals(lost.cloud) == (9, 50)


def test_a_settled_live_is_not_rebuilt(lost: Closed) -> None:
    runtime.service().settler.settle(lost.campaign.id, LIVE, lost.opens_ms)
    assert rebuild().stderr == f"Error: {LIVE} is settled: its totals come from its statement\n"
