"""A transaction writes all or nothing, and says of each write why."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from store.contract.engines import Engine, key, outcome


def put(engine: Engine, partition: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": engine.tables.totals_table, "Item": {**key(partition), "n": {"N": "1"}}, **more}}


def check(engine: Engine, partition: str, condition: str) -> dict[str, Any]:
    return {
        "ConditionCheck": {
            "TableName": engine.tables.campaigns_table,
            "Key": key(partition),
            "ConditionExpression": condition,
        }
    }


def transact(engine: Engine, *writes: dict[str, Any], **more: Any) -> None:
    engine.dynamodb.transact_write_items(TransactItems=list(writes), **more)


def test_all_is_written_where_all_holds(engine: Engine, name: str) -> None:
    transact(engine, put(engine, f"{name}-1"), put(engine, f"{name}-2"), check(engine, name, "attribute_not_exists(pk)"))
    assert engine.get(f"{name}-1") is not None
    assert engine.get(f"{name}-2") is not None


def test_nothing_is_written_where_one_fails_and_each_reason_stands_in_its_place(engine: Engine, name: str) -> None:
    engine.put(name)
    absent = "attribute_not_exists(pk)"
    with pytest.raises(ClientError) as cancelled:
        transact(
            engine,
            put(engine, f"{name}-1"),
            put(engine, name, ConditionExpression=absent, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
            check(engine, name, "attribute_exists(pk)"),
            put(engine, f"{name}-2", ConditionExpression=absent),
        )
    answer: Any = cancelled.value.response
    assert answer["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
        "None",
    ]
    assert [reason.get("Item") for reason in answer["CancellationReasons"]] == [None, key(name), None, None]
    assert [engine.get(f"{name}-1"), engine.get(name), engine.get(f"{name}-2")] == [None, key(name), None]


@pytest.mark.parametrize("wrong", ["twice", "empty key", "too large", "too many"])
def test_a_transaction_that_makes_no_sense_is_refused_whole(engine: Engine, name: str, wrong: str) -> None:
    good = put(engine, name)
    large = put(engine, f"{name}-large")
    large["Put"]["Item"]["b"] = {"B": b"x" * 410_000}
    writes = {
        "twice": [good, good],
        "empty key": [good, put(engine, "")],
        "too large": [good, large],
        "too many": [put(engine, f"{name}-{number}") for number in range(101)],
    }
    assert outcome(lambda: transact(engine, *writes[wrong])) == "ValidationException"
    assert engine.get(name) is None


def test_a_transaction_has_a_write(engine: Engine) -> None:
    assert outcome(lambda: transact(engine)) == engine.expects("a transaction that writes nothing", "ValidationException")


def test_a_transaction_that_is_sent_twice_is_written_once_and_answered_twice(engine: Engine, name: str) -> None:
    """The SDK gives each call a token, and repeats the call under it when the answer was lost."""
    write = put(engine, name, ConditionExpression="attribute_not_exists(pk)")
    transact(engine, write, ClientRequestToken=name)
    again = outcome(lambda: transact(engine, write, ClientRequestToken=name))
    assert again == engine.expects("a transaction sent twice by one token", "done")
