"""The stream: one record for each change and none for what changes nothing, in order, readable by the product."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from store.contract.engines import STANDIN, Engine, key, outcome

from chalicelib.domain import stream, tally
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.tally import Counts
from chalicelib.store.reactions import Reactions
from locallove.cloud.windows import Window

MINUTE = 28_000_000


def batch(live: str, number: int, *, like: int = 1) -> StoredBatch:
    """A batch of a live in 16 buckets."""
    return StoredBatch(
        live=live,
        buckets=16,
        sender="platform",
        key_id="k1",
        batch=f"b-{number:03d}",
        sha256=bytes([number]) * 32,
        rehearsal=False,
        tally=tally.encode({MINUTE: {"JP": Counts(like=like)}}),
        packed=b"\x00\xff" * 50,
        receipt=b'{"batch": 1}',
        received_at_ms=1_700_000_000_000 + number,
        expires_at_s=1_800_000_000,
    )


def put(engine: Engine, name: str, value: int) -> None:
    engine.put(name, table=engine.tables.reactions_table, n={"N": str(value)})


def update(engine: Engine, name: str, expression: str, values: dict[str, Any]) -> None:
    engine.update(name, expression, values, TableName=engine.tables.reactions_table)


def test_a_put_that_changes_nothing_leaves_no_record(engine: Engine, name: str) -> None:
    put(engine, name, 1)
    put(engine, name, 1)
    kinds = [record["eventName"] for record in engine.records(name)]
    assert kinds == engine.expects("records of a put that changes nothing", ["INSERT"])


def test_an_upsert_is_one_insert(engine: Engine, name: str) -> None:
    update(engine, name, "SET q = :q ADD n :n", {":q": {"S": "1"}, ":n": {"N": "1"}})
    kinds = [record["eventName"] for record in engine.records(name)]
    assert kinds == engine.expects("an upsert's records", ["INSERT"])


def test_an_update_that_changes_nothing_leaves_no_record(engine: Engine, name: str) -> None:
    for expression, values in (
        ("SET q = :q ADD n :n", {":q": {"S": "1"}, ":n": {"N": "1"}}),
        ("SET q = :q", {":q": {"S": "1"}}),
        ("ADD n :n", {":n": {"N": "0"}}),
    ):
        update(engine, name, expression, values)
    kinds = [record["eventName"] for record in engine.records(name)]
    assert kinds == engine.expects("records of an update that changes nothing", ["INSERT"])


def test_a_refused_write_leaves_no_record(engine: Engine, name: str) -> None:
    table = engine.tables.reactions_table
    absent = {"TableName": table, "ConditionExpression": "attribute_not_exists(pk)"}
    put(engine, name, 1)
    assert outcome(lambda: engine.put(name, table=table, ConditionExpression="attribute_not_exists(pk)")) != "done"
    writes = [{"Put": {"TableName": table, "Item": key(f"{name}#other")}}, {"Put": {**absent, "Item": key(name)}}]
    assert outcome(lambda: engine.dynamodb.transact_write_items(TransactItems=writes)) == "TransactionCanceledException"
    assert [record["eventName"] for record in engine.records(name)] == ["INSERT"]


def test_a_keys_records_are_in_order_with_growing_positions(engine: Engine, name: str) -> None:
    """And each has the item as it was after the change, and not as it was before."""
    for value in (1, 2, 3):
        for part in range(4):
            put(engine, f"{name}#{part}", value)
    for part in range(4):
        found = engine.records(name)
        mine = [each for each in found if each["dynamodb"]["Keys"] == key(f"{name}#{part}")]
        assert [each["eventName"] for each in mine] == ["INSERT", "MODIFY", "MODIFY"]
        assert [each["dynamodb"]["NewImage"] for each in mine] == [
            {**key(f"{name}#{part}"), "n": {"N": str(value)}} for value in (1, 2, 3)
        ]
        assert not any("OldImage" in each["dynamodb"] for each in mine)
        assert increasing([each["dynamodb"]["SequenceNumber"] for each in mine])


def increasing(numbers: list[str]) -> bool:
    return all(stream.position(one) < stream.position(other) for one, other in pairwise(numbers))


def test_sequence_numbers_have_21_to_40_digits(engine: Engine, name: str) -> None:
    put(engine, name, 1)
    (record,) = engine.records(name)
    number = record["dynamodb"]["SequenceNumber"]
    assert number.isdigit()
    assert 21 <= len(number) <= 40
    assert number.startswith("0") is engine.expects("a sequence number that begins with zeros", False)


FORM: dict[str, Callable[[Any], bool]] = {
    "eventID": lambda value: isinstance(value, str) and value != "",
    "eventName": lambda value: value == "INSERT",
    "eventVersion": lambda value: value in ("1.0", "1.1"),
    "eventSource": lambda value: value == "aws:dynamodb",
    "awsRegion": lambda value: isinstance(value, str) and value != "",
    "eventSourceARN": lambda value: value.startswith("arn:aws:dynamodb:"),
    "dynamodb": lambda value: (
        set(value) == {"ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes", "StreamViewType"}
    ),
}


def test_a_record_has_the_form_that_lambda_delivers(engine: Engine, name: str) -> None:
    put(engine, name, 1)
    (record,) = engine.records(name)
    assert set(record) == set(FORM)
    assert [field for field, fits in FORM.items() if not fits(record[field])] == []
    about = record["dynamodb"]
    assert (about["StreamViewType"], about["Keys"]) == ("NEW_IMAGE", key(name))
    assert about["SizeBytes"] > 0
    assert about["ApproximateCreationDateTime"] > 1_600_000_000


def test_the_product_reads_each_batch_once_and_in_order(engine: Engine, name: str) -> None:
    """What intake stores comes down the stream in the form that counting reads; a second put of a batch does not."""
    reactions = Reactions(engine.dynamodb, engine.tables.reactions_table)
    for number in range(12):
        assert reactions.put(batch(name, number, like=number + 1)) is None
        assert reactions.put(batch(name, number, like=number + 1)) is not None
    likes: list[int] = []
    for shard, records in engine.shards().items():
        delivery = stream.read(Window(engine.stream_arn, shard, 0, 60).event(records, {}))
        mine = [each for each in delivery.records if each.live == name]
        likes += [each.minutes[MINUTE]["JP"].like for each in mine]
        by_position = [each.received_at_ms for each in mine]
        assert by_position == sorted(by_position)
    assert sorted(likes) == list(range(1, 13))


def test_the_stand_ins_stream_has_several_shards(engine: Engine) -> None:
    """The others have one here; AWS has one for each of the table's own partitions."""
    assert len(engine.shards()) == (3 if engine.name == STANDIN else 1)
