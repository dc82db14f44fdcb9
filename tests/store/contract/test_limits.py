"""What is too large or has no key is refused by its code, and nothing of it is written."""

from typing import Any

import pytest
from store.contract.engines import Engine, key, outcome

KB_400 = 400 * 1024


def filled(name: str, size: int) -> dict[str, Any]:
    """An attribute that makes an item of this partition so many bytes large, names and keys among them."""
    return {"b": {"B": b"x" * (size - len("pk" + name + "sk" + "x" + "b"))}}


def counters(how_many: int) -> dict[str, Any]:
    """An update that adds to so many counters."""
    names = {f"#{place}": f"c{place}" for place in range(how_many)}
    return {
        "expression": "ADD " + ",".join(f"{each} :n" for each in names),
        "values": {":n": {"N": "1"}},
        "ExpressionAttributeNames": names,
    }


def test_an_item_has_400_kb(engine: Engine, name: str) -> None:
    done = outcome(lambda: engine.put(name, **filled(name, KB_400)))
    assert done == engine.expects("an item of 400 KB", "done")


def test_an_item_over_400_kb_is_refused_and_not_written(engine: Engine, name: str) -> None:
    engine.put(name)
    assert outcome(lambda: engine.put(name, **filled(name, KB_400 + 1))) == "ValidationException"
    assert engine.get(name) == key(name)


def test_an_update_to_more_than_400_kb_is_refused(engine: Engine, name: str) -> None:
    engine.put(name, **filled(name, 300_000))
    done = outcome(lambda: engine.update(name, "SET c = :c", {":c": {"B": b"x" * 110_000}}))
    assert done == "ValidationException"
    assert "c" not in (engine.get(name) or {})


@pytest.mark.parametrize(("operators", "answer"), [(300, "done"), (301, "ValidationException")])
def test_an_update_has_300_operators(engine: Engine, name: str, operators: int, answer: str) -> None:
    done = outcome(lambda: engine.update(name, **counters(operators)))
    assert done == engine.expects(f"an update of {operators} operators", answer)
    assert (engine.get(name) is not None) is (done == "done")


def test_forty_markets_fit_one_update(engine: Engine, name: str) -> None:
    """A row of totals has at most so many counters: 40 markets and ZZ, four measures each, beside three attributes."""
    done = outcome(lambda: engine.update(name, **counters(41 * 4 + 3)))
    assert done == engine.expects("an update of 167 operators", "done")
    assert len(engine.get(name) or ()) == (41 * 4 + 3 + 2 if done == "done" else 0)


INCOMPLETE: dict[str, dict[str, Any]] = {
    "an empty partition": {"pk": {"S": ""}, "sk": {"S": "x"}},
    "an empty sort key": {"pk": {"S": "x"}, "sk": {"S": ""}},
    "no sort key": {"pk": {"S": "x"}},
    "no partition": {"sk": {"S": "x"}},
}
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "a number": {"pk": {"N": "1"}, "sk": {"S": "x"}},
    "a long partition": {"pk": {"S": "x" * 2049}, "sk": {"S": "x"}},
    "a long sort key": {"pk": {"S": "x"}, "sk": {"S": "x" * 1025}},
}


def put(engine: Engine, item: dict[str, Any]) -> str:
    return outcome(lambda: engine.dynamodb.put_item(TableName=engine.tables.totals_table, Item=item))


def get(engine: Engine, key: dict[str, Any]) -> str:
    return outcome(lambda: engine.dynamodb.get_item(TableName=engine.tables.totals_table, Key=key))


@pytest.mark.parametrize("item", [*INCOMPLETE, *IMPOSSIBLE])
def test_an_item_needs_its_whole_key(engine: Engine, item: str) -> None:
    assert put(engine, {**INCOMPLETE, **IMPOSSIBLE}[item]) == "ValidationException"


def test_a_read_needs_a_whole_key(engine: Engine) -> None:
    assert [get(engine, key) for key in INCOMPLETE.values()] == ["ValidationException"] * 4
    done = [get(engine, key) for key in IMPOSSIBLE.values()]
    assert done == engine.expects("a read by a key that no item can have", ["ValidationException"] * 3)


def test_keys_have_2048_and_1024_bytes(engine: Engine, name: str) -> None:
    engine.put(name.ljust(2048, "-"), "s" * 1024)
    assert engine.get(name.ljust(2048, "-"), "s" * 1024) is not None


def test_texts_and_bytes_that_are_no_key_may_be_empty(engine: Engine, name: str) -> None:
    engine.put(name, s={"S": ""}, b={"B": b""})
    assert engine.get(name) == {**key(name), "s": {"S": ""}, "b": {"B": b""}}


def test_a_table_that_is_not_there_is_named_so(engine: Engine, name: str) -> None:
    assert outcome(lambda: engine.put(name, table="nowhere")) == "ResourceNotFoundException"
