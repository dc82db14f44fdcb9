"""The pump calls a handler as Lambda's event source mapping does."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from locallove.cloud import aws
from locallove.cloud.pump import Pump
from locallove.cloud.windows import BadReply, Window, state_of

TABLE = f"locallove-{aws.STAGE}-reactions"
MIDNIGHT = 1_700_006_400.0


class Handler:
    """Keeps every event it was given, and fails when told to."""

    def __init__(self, *fails: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._fails = fails

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        if len(self.events) in self._fails:
            raise RuntimeError("told to fail")
        return {"state": {"calls": len(self.events)}}

    @property
    def delivered(self) -> list[list[str]]:
        return [[record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]] for event in self.events]


@pytest.fixture
def stream_arn() -> Iterator[str]:
    with aws.imitated() as arn:
        yield arn


def put(*names: str) -> None:
    dynamodb = boto3.client("dynamodb")
    for name in names:
        dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "p"}, "sk": {"S": name}, "b": {"B": b"\x00\xff"}})


def pump(stream_arn: str, handler: Any, clock: Callable[[], float] = lambda: MIDNIGHT) -> Pump:
    """A pump whose windows do not end by themselves while a test runs."""
    return Pump(boto3.client("dynamodbstreams"), stream_arn, handler, clock)


def test_records_come_as_lambda_delivers_them_with_shard_window_and_state(stream_arn: str) -> None:
    put("a", "b")
    handler = Handler()
    turned = pump(stream_arn, handler)
    turned.turn()
    put("c")
    turned.drain()
    first, second, final = handler.events
    assert handler.delivered == [["a", "b"], ["c"], []]
    assert first["Records"][0]["dynamodb"]["NewImage"]["b"] == {"B": "AP8="}
    assert first["shardId"].startswith("shardId-")
    assert first["eventSourceARN"] == stream_arn
    assert (first["state"], second["state"], final["state"]) == ({}, {"calls": 1}, {"calls": 2})
    assert (first["isFinalInvokeForWindow"], final["isFinalInvokeForWindow"]) == (False, True)
    assert set(first["window"]) == {"start", "end"}


def test_a_failed_batch_is_halved_and_delivered_again_until_it_is_through(stream_arn: str) -> None:
    put("a", "b", "c", "d")
    handler = Handler(1, 2)
    pump(stream_arn, handler).drain()
    assert handler.delivered == [["a", "b", "c", "d"], ["a", "b"], ["a"], ["b", "c"], ["d"], []]


def test_a_redelivery_overlaps_what_was_delivered_before_it(stream_arn: str) -> None:
    """A poller may resume from an earlier checkpoint, so the handler must bear records it has already had."""
    put("a", "b")
    handler = Handler(2)
    turned = pump(stream_arn, handler)
    turned.turn()
    put("c", "d")
    turned.drain()
    assert handler.delivered == [["a", "b"], ["c", "d"], ["a", "b", "c"], ["d"], []]


def test_two_who_turn_it_at_once_deliver_each_record_once(stream_arn: str) -> None:
    put(*(f"{number:03d}" for number in range(60)))
    handler, both = Handler(), threading.Barrier(2)

    def slow(event: dict[str, Any]) -> dict[str, Any]:
        time.sleep(0.05)
        return handler(event)

    turned = pump(stream_arn, slow)

    def drain() -> None:
        both.wait()
        turned.drain()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(len, handler.delivered)) == 60


def test_a_reply_without_state_is_a_failure(stream_arn: str) -> None:
    put("a")
    replies: Iterator[Any] = iter([None, {"batchItemFailures": []}, {"state": {}}, {"state": {}}])
    turned = pump(stream_arn, lambda event: next(replies))
    turned.drain()
    assert isinstance(turned.last_error, BadReply)
    assert next(replies, "none left") == "none left"


def test_removed_records_are_filtered_out(stream_arn: str) -> None:
    put("a")
    boto3.client("dynamodb").delete_item(TableName=TABLE, Key={"pk": {"S": "p"}, "sk": {"S": "a"}})
    handler = Handler()
    pump(stream_arn, handler).drain()
    assert handler.delivered == [["a"], []]


def test_records_after_a_failed_transaction_still_come(stream_arn: str) -> None:
    """moto leaves old iterators blind after a transaction that failed; the pump takes a new one each time."""
    dynamodb = boto3.client("dynamodb")
    put("a")
    handler = Handler()
    turned = pump(stream_arn, handler)
    turned.turn()
    refused: Any = {
        "TableName": TABLE,
        "Key": {"pk": {"S": "p"}, "sk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=[{"ConditionCheck": refused}])
    put("b")
    turned.drain()
    assert handler.delivered == [["a"], ["b"], []]


def test_a_window_ends_with_its_minute_also_between_a_failure_and_what_follows_it(stream_arn: str) -> None:
    put("a", "b")
    handler = Handler(2)
    moments = iter((MIDNIGHT, MIDNIGHT + 59, MIDNIGHT + 60))
    turned = pump(stream_arn, handler, lambda: next(moments, MIDNIGHT + 61))
    turned.turn()
    put("c")
    turned.drain()
    assert handler.delivered == [["a", "b"], ["c"], [], ["a", "b", "c"], []]
    windows = [(event["window"]["start"][14:16], event["state"], event["isFinalInvokeForWindow"]) for event in handler.events]
    calls_1, calls_4 = {"calls": 1}, {"calls": 4}
    assert windows == [
        ("00", {}, False), ("00", calls_1, False), ("00", calls_1, True), ("01", {}, False), ("01", calls_4, True),
    ]  # fmt: skip


def test_partial_failures_are_not_for_windows() -> None:
    with pytest.raises(BadReply):
        state_of({"state": {}, "batchItemFailures": [{"itemIdentifier": "1"}]})


def test_a_window_begins_on_its_own_multiple() -> None:
    window = Window.around("arn", "shard", 1_700_000_123, 60)
    assert (window.start_s, window.end_s) == (1_700_000_100, 1_700_000_160)
