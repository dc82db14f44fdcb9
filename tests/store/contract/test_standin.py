"""What only the stand-in has: the hook around every call, a stream that can be split, and no guessing."""

from collections.abc import Callable
from typing import Any

import pytest
from store.contract.engines import NOW_MS, STANDIN, key, outcome

from chalicelib.domain.stream import position
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.clients import StorageRefused
from locallove.faults.bucket import Bucket
from locallove.faults.client import Around, Call, NotImitated, Refused, plainly
from locallove.faults.parameters import Parameters
from locallove.faults.stream import Shard, Stream
from locallove.faults.tables import Tables

ARN = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/reactions/stream/2026-11-21"


class Lost(Exception):
    """The answer, on its way."""


def tables(around: Around = plainly, *, shards: int = 1) -> tuple[Tables, Stream]:
    stream = Stream(ARN, shards)
    return Tables({"table": stream}, lambda: NOW_MS, around), stream


def put(client: Tables, partition: str, **more: Any) -> dict[str, Any]:
    return client.put_item(TableName="table", Item={**key(partition), "n": {"N": "1"}}, **more)


def twice(_operation: str, _parameters: Any, call: Call) -> dict[str, Any]:
    call()
    return call()


def unanswered(_operation: str, _parameters: Any, call: Call) -> dict[str, Any]:
    call()
    raise Lost


def crashing(_operation: str, _parameters: Any, _call: Call) -> dict[str, Any]:
    raise Lost


def test_a_call_that_crashes_before_is_not_applied_and_one_that_is_not_answered_is() -> None:
    for around, written in ((crashing, 0), (unanswered, 1)):
        client, stream = tables(around)
        with pytest.raises(Lost):
            put(client, "a")
        assert (len(client.items("table")), len(stream.shards[0].records)) == (written, written)


def test_the_hook_refuses_as_aws_does() -> None:
    """By an error that the store knows: throttled, it asks to try again."""

    def throttled(_operation: str, _parameters: Any, _call: Call) -> dict[str, Any]:
        raise Refused("ThrottlingException", "Rate exceeded")

    client, _ = tables(throttled)
    with pytest.raises(StorageRefused, match="ThrottlingException"):
        Campaigns(client, "table", "table").ping()  # type: ignore[arg-type]


def test_a_put_that_the_sdk_repeats_meets_itself() -> None:
    client, stream = tables(twice)
    assert outcome(lambda: put(client, "a", ConditionExpression="attribute_not_exists(pk)")) == "ConditionalCheckFailedException"
    assert len(stream.shards[0].records) == 1


def test_a_transaction_that_the_sdk_repeats_is_answered_as_before() -> None:
    client, _ = tables(twice)
    write: Any = {"TableName": "table", "Item": key("a"), "ConditionExpression": "attribute_not_exists(pk)"}
    client.transact_write_items(TransactItems=[{"Put": write}])
    assert outcome(lambda: client.transact_write_items(TransactItems=[{"Put": write}])) == "TransactionCanceledException"


def test_the_hook_sees_every_operation_by_its_name() -> None:
    seen: list[str] = []

    def around(operation: str, _parameters: Any, call: Call) -> dict[str, Any]:
        seen.append(operation)
        return call()

    client, _ = tables(around)
    put(client, "a")
    client.get_item(TableName="table", Key=key("a"))
    client.scan(TableName="table")
    bucket, parameters = Bucket("b", lambda: 0, around), Parameters(lambda: 0, around)
    bucket.put_object(Bucket="b", Key="k", Body=b"")
    parameters.put_parameter(Name="n", Value="v", Type="SecureString")
    assert seen == ["PutItem", "GetItem", "Scan", "PutObject", "PutParameter"]


def test_nothing_is_shared_with_the_caller() -> None:
    """What is changed after it was put or got is not changed in the table or the stream."""
    client, stream = tables()
    item: Any = {**key("a"), "n": {"N": "1"}}
    client.put_item(TableName="table", Item=item)
    item["n"]["N"] = "2"
    client.get_item(TableName="table", Key=key("a"))["Item"]["n"]["N"] = "3"
    client.items("table")[0]["n"]["N"] = "4"
    stream.shards[0].records[0]["dynamodb"]["NewImage"]["n"]["N"] = "5"
    assert client.get_item(TableName="table", Key=key("a"))["Item"]["n"] == {"N": "1"}


def test_answers_are_dated_by_the_clock_that_is_handed_in() -> None:
    client, _ = tables()
    assert Campaigns(client, "table", "table").clock_ms() == NOW_MS  # type: ignore[arg-type]


def test_what_ttl_removes_is_gone_and_the_service_said_so() -> None:
    client, stream = tables()
    put(client, "a")
    client.expire("table", "a", "x")
    client.expire("table", "a", "x")
    assert client.items("table") == []
    kinds = [(record["eventName"], record.get("userIdentity", {}).get("Type")) for record in stream.shards[0].records]
    assert kinds == [("INSERT", None), ("REMOVE", "Service")]


def test_a_split_shard_is_closed_and_its_keys_go_on_in_its_children() -> None:
    """A key's records stay in order from the parent to one child, and never lie in both children."""
    client, stream = tables(shards=2)
    names = [f"live#{number}" for number in range(40)]
    parent = stream.shards[0]
    for round_, grow in enumerate((None, lambda: stream.split(parent), lambda: stream.split(stream.shards[1], children=1))):
        if grow is not None:
            grow()
        for name in names:
            client.put_item(TableName="table", Item={**key(name), "n": {"N": str(round_)}})
    assert [(shard.parent, shard.closed) for shard in stream.shards] == [
        (None, True),
        (None, True),
        (parent.id, False),
        (parent.id, False),
        (stream.shards[1].id, False),
    ]
    for name in names:
        holding = [shard for shard in stream.shards if numbers(shard, name)]
        assert len(holding) == 2
        assert holding[1].parent == holding[0].id
        found = [number for shard in holding for number in numbers(shard, name)]
        assert found == sorted(found)
        assert len(found) == 3
    assert all(shard.records for shard in stream.shards)
    assert len({shard.id for shard in stream.shards}) == 5
    assert all(28 <= len(shard.id) <= 65 for shard in stream.shards)


def numbers(shard: Shard, partition: str) -> list[str]:
    return [
        position(record["dynamodb"]["SequenceNumber"]) for record in shard.records if record["dynamodb"]["Keys"] == key(partition)
    ]


def test_positions_pass_from_39_digits_to_40() -> None:
    stream = Stream(ARN, first=10**39 - 1)
    client = Tables({"table": stream}, lambda: NOW_MS)
    put(client, "a")
    put(client, "b")
    assert [len(record["dynamodb"]["SequenceNumber"]) for record in stream.shards[0].records] == [39, 40]


UNKNOWN: dict[str, Callable[[Tables], Any]] = {
    "a parameter": lambda client: put(client, "a", ReturnValues="ALL_OLD"),
    "a function": lambda client: put(client, "a", ConditionExpression="size(n) = n"),
    "a nested path": lambda client: put(client, "a", ConditionExpression="attribute_exists(a.b)"),
    "an element": lambda client: put(client, "a", ConditionExpression="attribute_exists(a[0])"),
    "two conditions in a row": lambda client: put(client, "a", ConditionExpression="attribute_exists(a) attribute_exists(b)"),
    "an empty condition": lambda client: put(client, "a", ConditionExpression=""),
    "an open bracket": lambda client: put(client, "a", ConditionExpression="(attribute_exists(a)"),
    "IN": lambda client: put(client, "a", ConditionExpression="n IN (:n)", ExpressionAttributeValues={":n": {"N": "1"}}),
    "a sum": lambda client: update(client, "SET n = n + :n"),
    "a default": lambda client: update(client, "SET n = if_not_exists(n, :n)"),
    "a delete": lambda client: update(client, "DELETE n :n"),
    "no verb": lambda client: update(client, "n = :n"),
    "a list": lambda client: client.put_item(TableName="table", Item={**key("a"), "n": {"L": []}}),
    "a null": lambda client: client.put_item(TableName="table", Item={**key("a"), "n": {"NULL": True}}),
    "a key condition": lambda client: query(client, "sk = :n"),
    "a key condition of more": lambda client: query(client, "pk = :n AND sk = :n OR sk > :n"),
    "a key condition of no key": lambda client: query(client, "pk = :n AND n = :n"),
    "a delete in a transaction": lambda client: client.transact_write_items(
        TransactItems=[{"Delete": {"TableName": "table", "Key": key("a")}}]
    ),
}


def update(client: Tables, expression: str) -> Any:
    values = {":n": {"N": "1"}}
    return client.update_item(TableName="table", Key=key("a"), UpdateExpression=expression, ExpressionAttributeValues=values)


def query(client: Tables, condition: str) -> Any:
    values = {":n": {"S": "1"}}
    return client.query(TableName="table", KeyConditionExpression=condition, ExpressionAttributeValues=values)


@pytest.mark.parametrize("form", UNKNOWN)
def test_the_stand_in_never_guesses(form: str) -> None:
    """What it does not know is never silently true, and no error that the service might log and go on."""
    assert not issubclass(NotImitated, Exception)
    client, _ = tables()
    with pytest.raises(NotImitated):
        UNKNOWN[form](client)
    assert client.items("table") == []


def test_no_refusal_leaves_the_stand_in_but_as_boto3s_own_error() -> None:
    client, _ = tables()
    assert not issubclass(Refused, client.exceptions.ConditionalCheckFailedException)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException, match="when calling the PutItem operation"):
        put(client, STANDIN, ConditionExpression="attribute_exists(pk)")
