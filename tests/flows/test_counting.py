"""The counter's edges: events it refuses, records it cannot read, updates that DynamoDB refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_faults import refused
from botocore.exceptions import ClientError
from flows.deliveries import FIRST_MINUTE, STREAM, record

from chalicelib import runtime
from chalicelib.domain.stream import NoShard
from chalicelib.domain.tally import Counts
from chalicelib.flows.counting import Counter
from chalicelib.store.clients import StorageRefused
from chalicelib.store.totals import Addition, RowKey, RowVanished
from locallove.cloud import aws
from locallove.cloud.windows import Window

WINDOW = Window(STREAM, "shardId-00000000000000000001-00000000", 0, 60)
POSITION = 10**20
ONE_LIKE = {FIRST_MINUTE: {"JP": Counts(like=1)}}


@pytest.fixture
def counter() -> Iterator[Counter]:
    with aws.imitated():
        runtime.service.cache_clear()
        yield runtime.service().counter
        runtime.service.cache_clear()


def likes(live: str = "one") -> int:
    return sum(counts.like for row in runtime.service().totals.rows(live) for counts in row.markets.values())


def quarantined() -> dict[str, Any]:
    s3 = boto3.client("s3")
    bucket = runtime.service().settings.reports_bucket
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="quarantine/").get("Contents", [])]
    return {key: json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys}


def test_an_event_without_shard_id_raises(counter: Counter) -> None:
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE)], {})
    del event["shardId"]
    with pytest.raises(NoShard):
        counter.count(event, "request")
    assert likes() == 0


def test_an_unreadable_record_goes_to_the_quarantine_and_the_rest_is_counted(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    broken = record(POSITION + 1, "one", ONE_LIKE)
    broken["dynamodb"]["NewImage"]["tally"] = {"B": "AAAA"}
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE), broken, record(POSITION + 2, "one", ONE_LIKE)], {})
    assert counter.count(event, "request") == {"state": {}}
    assert likes() == 2
    ((key, kept),) = quarantined().items()
    assert key == f"quarantine/{WINDOW.shard}/{str(POSITION + 1).zfill(40)}.json"
    assert kept["record"] == broken
    assert "tally" in kept["reason"]
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["RecordsQuarantined"] for each in metrics if "RecordsQuarantined" in each] == [[1.0]]


@pytest.mark.parametrize("namespace", ["LocalLove/test", None])
def test_counting_does_not_stop_for_want_of_a_name_for_its_metrics(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], namespace: str | None
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")
    if namespace:
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", namespace)
    counter.count(WINDOW.event([record(POSITION, "one", ONE_LIKE)], {}), "request")
    (metrics,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == (namespace or "LocalLove")


POISON = record(POSITION + 1, "one", {FIRST_MINUTE: {"JP": Counts(like=77)}, FIRST_MINUTE + 1: {"JP": Counts(like=5)}})
"""Its update of the first minute is refused as invalid, alone and together with one or two likes."""


def holds_the_poison(request: dict[str, Any]) -> bool:
    values = json.loads(request["body"])["ExpressionAttributeValues"].values()
    return any(int(value.get("N", 0)) in (77, 78, 79) for value in values)


def kept_of_the_poison() -> Any:
    ((key, kept),) = quarantined().items()
    assert key.startswith(f"quarantine/{WINDOW.shard}/{str(POSITION + 1).zfill(40)}-{FIRST_MINUTE:010d}#")
    return kept["record"]


def test_an_update_that_dynamodb_refuses_is_quarantined_and_the_row_moves_on(counter: Counter) -> None:
    """Such as a counter beyond DynamoDB's 38 digits: the update is invalid however often it is tried."""
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE), POISON, record(POSITION + 2, "one", ONE_LIKE)], {})
    with refused(runtime.service()._dynamodb, "UpdateItem", "ValidationException", holds_the_poison) as refusals:
        counter.count(event, "request")
        counter.count(event, "redelivered")
    assert refusals
    assert likes() == 1 + 1 + 5
    assert kept_of_the_poison() == POISON


def test_a_record_is_in_the_quarantine_before_its_row_moves_on(counter: Counter) -> None:
    """A bucket that does not answer raises, and the redelivery puts the record there: it is never only passed over."""
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE), POISON, record(POSITION + 2, "one", ONE_LIKE)], {})
    service = runtime.service()
    with refused(service._dynamodb, "UpdateItem", "ValidationException", holds_the_poison):
        with refused(service._s3, "PutObject", "SlowDown", status=503) as refusals, pytest.raises(StorageRefused):
            counter.count(event, "request")
        assert (refusals, quarantined()) == (["PutObject"], {})
        counter.count(event, "redelivered")
    assert likes() == 1 + 1 + 5
    assert kept_of_the_poison() == POISON


def test_a_counted_record_never_lands_in_the_quarantine(counter: Counter) -> None:
    """Not even if its update is refused when it comes again: what is counted and kept would be paid for twice."""
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE)], {})
    counter.count(event, "request")
    with refused(runtime.service()._dynamodb, "UpdateItem", "ValidationException") as refusals:
        counter.count(event, "redelivered")
    assert refusals
    assert (likes(), quarantined()) == (1, {})


def test_throttling_raises_and_the_redelivery_counts(counter: Counter) -> None:
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE)], {})
    throttled = refused(runtime.service()._dynamodb, "UpdateItem", "ThrottlingException")
    with throttled, pytest.raises(StorageRefused):
        counter.count(event, "request")
    assert likes() == 0
    counter.count(event, "redelivered")
    assert likes() == 1


@pytest.mark.parametrize("error", ["AccessDeniedException", "ResourceNotFoundException", "SomethingNewException"])
def test_any_other_refusal_raises_and_the_redelivery_counts(counter: Counter, error: str) -> None:
    """Only an update that is itself invalid may be quarantined: what an operator can mend must not eat records meanwhile."""
    event = WINDOW.event([record(POSITION, "one", ONE_LIKE), record(POSITION + 1, "two", ONE_LIKE)], {})
    with refused(runtime.service()._dynamodb, "UpdateItem", error), pytest.raises(ClientError, match=error):
        counter.count(event, "request")
    assert (likes("one"), likes("two"), quarantined()) == (0, 0, {})
    counter.count(event, "redelivered")
    assert (likes("one"), likes("two"), quarantined()) == (1, 1, {})


def test_a_row_that_vanished_is_an_error_never_zero(counter: Counter) -> None:
    row = RowKey("one", FIRST_MINUTE, "0" * 12)
    with pytest.raises(RowVanished):
        runtime.service().totals.add_if_at(row, Addition({"JP": Counts(like=1)}, "1" * 40, 0), "0" * 40)


def test_only_inserts_count(counter: Counter) -> None:
    removed = {**record(POSITION, "one", ONE_LIKE), "eventName": "REMOVE"}
    changed = {**record(POSITION + 1, "one", ONE_LIKE), "eventName": "MODIFY"}
    assert counter.count(WINDOW.event([removed, changed], {}), "request") == {"state": {}}
    assert likes() == 0


def test_the_reply_has_state_for_a_final_call_without_records(counter: Counter) -> None:
    assert counter.count(WINDOW.event([], {"kept": "1"}, final=True), "request") == {"state": {"kept": "1"}}


@pytest.mark.needs("data")
def test_the_time_window_event_of_aws_is_understood(counter: Counter, data: Path) -> None:
    """Its INSERT is not one of our items, so it is kept; MODIFY and REMOVE are none of ours; the state comes back."""
    event = json.loads((data / "lambda-events" / "go-dynamodb-time-window-event.json").read_text())
    assert counter.count(event, "request") == {"state": {"1": "state1"}}
    assert list(quarantined()) == [f"quarantine/shard123456789/{'111'.zfill(40)}.json"]
    ours = {**event, "Records": [record(POSITION, "one", ONE_LIKE)]}
    counter.count(ours, "request")
    assert likes() == 1


def test_a_stale_redelivery_longer_than_what_was_applied_is_trimmed(counter: Counter) -> None:
    records = [record(POSITION + number, "one", ONE_LIKE) for number in range(4)]
    counter.count(WINDOW.event(records[:2], {}), "first")
    counter.count(WINDOW.event(records, {}), "longer")
    counter.count(WINDOW.event(records[:3], {}), "stale")
    assert likes() == 4


def test_positions_are_compared_as_numbers_of_any_length(counter: Counter) -> None:
    """A 21-digit position comes before a 22-digit one, though as plain text it would not."""
    counter.count(WINDOW.event([record(9 * 10**20, "one", ONE_LIKE)], {}), "first")
    counter.count(WINDOW.event([record(10**21, "one", ONE_LIKE)], {}), "second")
    assert likes() == 2
