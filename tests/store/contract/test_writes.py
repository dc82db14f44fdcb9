"""Conditional writes: one wins, the loser is shown what is there, and positions compare as text."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from store.contract.engines import Engine, outcome

from chalicelib.domain.stream import position
from chalicelib.store.clients import code, old_item

FAILED = "ConditionalCheckFailedException"
ADD_IF_BEFORE = "attribute_not_exists(q) OR q < :guard"
ADD_IF_AT = "q = :guard"

POSITIONS = [
    ("1" * 21, "1" * 21, False),
    ("9" * 21, "1" + "0" * 21, True),
    ("9" * 38, "1" + "0" * 38, True),
    ("9" * 39, "1" + "0" * 39, True),
    ("1" + "0" * 39, "9" * 39, False),
    ("9" * 39 + "8", "9" * 40, True),
    ("9" * 40, "9" * 39 + "8", False),
]


def text(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: object) -> dict[str, str]:
    return {"N": str(value)}


def move(engine: Engine, name: str, guard: str, to: str, condition: str) -> Any:
    """Count one and move the position, as `chalicelib.store.totals` does."""
    values = {":guard": text(guard), ":to": text(to), ":one": number(1)}
    return engine.update(name, "SET q = :to ADD #like :one", values, condition, ExpressionAttributeNames={"#like": "like.JP"})


def test_the_first_put_wins_and_the_second_is_shown_it(engine: Engine, name: str) -> None:
    item: dict[str, Any] = {"n": number(1), "b": {"B": b"\x00\xff"}, "s": text("熊本"), "yes": {"BOOL": True}}
    guarded: dict[str, Any] = {
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    engine.put(name, **item, **guarded)
    with pytest.raises(ClientError) as refused:
        engine.put(name, n=number(2), **guarded)
    assert code(refused.value) == FAILED
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert old_item(refused.value) == engine.get(name) == {"pk": text(name), "sk": text("x"), **item}


def test_the_old_item_is_shown_only_to_who_asks(engine: Engine, name: str) -> None:
    engine.put(name)
    with pytest.raises(ClientError) as refused:
        engine.put(name, ConditionExpression="attribute_not_exists(pk)")
    assert (code(refused.value), old_item(refused.value)) == (FAILED, {})


def test_there_is_no_old_item_where_there_was_none(engine: Engine, name: str) -> None:
    with pytest.raises(ClientError) as refused:
        engine.put(name, ConditionExpression="attribute_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert (code(refused.value), old_item(refused.value)) == (FAILED, {})
    assert engine.get(name) is None


@pytest.mark.parametrize("condition", [ADD_IF_BEFORE, ADD_IF_AT])
def test_a_failed_update_shows_the_position_and_adds_nothing(engine: Engine, name: str, condition: str) -> None:
    counted: dict[str, Any] = {"like.JP": number(7)}
    engine.put(name, q=text("5"), **counted)
    values = {":guard": text("4"), ":to": text("6"), ":one": number(1)}
    with pytest.raises(ClientError) as refused:
        engine.update(
            name,
            "SET q = :to ADD #like :one",
            values,
            condition,
            ExpressionAttributeNames={"#like": "like.JP"},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert old_item(refused.value)["q"] == text("5")
    assert engine.get(name) == {"pk": text(name), "sk": text("x"), "q": text("5"), "like.JP": number(7)}


def test_counters_that_are_not_there_begin_at_nothing(engine: Engine, name: str) -> None:
    move(engine, name, "1", "2", ADD_IF_BEFORE)
    move(engine, name, "2", "3", ADD_IF_AT)
    assert engine.get(name) == {"pk": text(name), "sk": text("x"), "q": text("3"), "like.JP": number(2)}


def test_a_row_that_is_not_there_stands_nowhere(engine: Engine, name: str) -> None:
    """Compare-and-set on a row that is gone fails and shows nothing; it does not make the row."""
    assert outcome(lambda: move(engine, name, "1", "2", ADD_IF_AT)) == FAILED
    assert engine.get(name) is None


@pytest.mark.parametrize(("stands", "first", "before"), POSITIONS)
def test_padded_positions_compare_like_numbers(engine: Engine, name: str, stands: str, first: str, before: bool) -> None:
    """Sequence numbers have 21 to 40 digits; a DynamoDB number holds 38."""
    engine.put(name, q=text(position(stands)))
    done = outcome(lambda: move(engine, name, position(first), position(first), ADD_IF_BEFORE))
    assert done == ("done" if before else FAILED)


CONDITIONS = [
    ("attribute_exists(n) OR attribute_exists(gone) AND attribute_exists(gone)", True),
    ("(attribute_exists(n) OR attribute_exists(gone)) AND attribute_exists(gone)", False),
    ("NOT attribute_exists(gone) AND attribute_exists(n)", True),
    ("NOT (attribute_exists(gone) OR attribute_exists(n))", False),
    ("gone <> :five", True),
    ("gone = :five", False),
    ("gone < :five OR gone >= :five", False),
    ("n <> :text", True),
    ("n = :text", False),
    ("n < :nine", True),
    ("n > :ten", False),
    ("n >= :five AND n <= :five", True),
    ("n BETWEEN :five AND :ten", True),
    ("n BETWEEN :nine AND :ten", False),
    ("begins_with(s, :text)", True),
    ("begins_with(gone, :text)", False),
    ("s > :text and s < :later", True),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_conditions_mean_the_same(engine: Engine, name: str, condition: str, holds: bool) -> None:
    """Precedence, missing attributes, types that differ, numbers as numbers and texts as texts."""
    engine.put(name, n=number(5), s=text("5熊"))
    every = {":five": number("5.0"), ":nine": number(9), ":ten": number(10), ":text": text("5"), ":later": text("5😀")}
    values = {sign: value for sign, value in every.items() if sign in condition.replace("(", " ").replace(")", " ").split()}
    done = outcome(lambda: engine.put(name, ConditionExpression=condition, **_given(values)))
    assert done == ("done" if holds else FAILED)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": values} if values else {}


REFUSED: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "an order of two types": (FAILED, "n < :text", {":text": text("5")}, {}),
    "an order of truth values": ("ValidationException", "yes < :no", {":no": {"BOOL": False}}, {}),
    "an attribute compared with itself": ("ValidationException", "n = n", {}, {}),
    "a name that is not given": ("ValidationException", "attribute_exists(#n)", {}, {}),
    "a value that is not given": ("ValidationException", "n = :n", {":m": number(5)}, {}),
    "a value that is not used": ("ValidationException", "n = :n", {":n": number(5), ":m": number(5)}, {}),
    "a name that is not used": ("ValidationException", "n = :n", {":n": number(5)}, {"#m": "m"}),
    "a reserved word as a name": ("ValidationException", "attribute_not_exists(ttl)", {}, {}),
}


@pytest.mark.parametrize("behaviour", REFUSED)
def test_a_condition_that_makes_no_sense_is_never_true(engine: Engine, name: str, behaviour: str) -> None:
    answer, condition, values, names = REFUSED[behaviour]
    engine.put(name, n=number(5), yes={"BOOL": True})
    given = {**_given(values), **({"ExpressionAttributeNames": names} if names else {})}
    done = outcome(lambda: engine.put(name, ConditionExpression=condition, **given))
    assert done == engine.expects(behaviour, answer)


def test_numbers_are_given_back_in_one_form(engine: Engine, name: str) -> None:
    """So equal numbers are equal text, which is what makes a put of the same item no change."""
    back = []
    for written in ("007", "1.50", "1e3", "-0"):
        engine.put(name, n=number(written))
        item = engine.get(name)
        assert item is not None
        back.append(item["n"]["N"])
    assert back == engine.expects("a number's form", ["7", "1.5", "1000", "0"])


def test_a_number_holds_38_digits(engine: Engine, name: str) -> None:
    engine.put(name, n=number("9" * 38))
    engine.update(name, "ADD n :one", {":one": number(1)})
    item = engine.get(name)
    assert item is not None
    assert item["n"] == number("1" + "0" * 38)
    done = outcome(lambda: engine.put(name, n=number("9" * 39)))
    assert done == engine.expects("a number of more than 38 digits", "ValidationException")
    engine.put(name, n=number("9" * 38))
    done = outcome(lambda: engine.update(name, "ADD n :most", {":most": number("9" * 38)}))
    assert done == engine.expects("a sum of more than 38 digits", "ValidationException")


def test_an_update_refuses_to_add_to_a_text(engine: Engine, name: str) -> None:
    engine.put(name, n=text("5"))
    assert outcome(lambda: engine.update(name, "ADD n :one", {":one": number(1)})) == "ValidationException"


@pytest.mark.parametrize("expression", ["SET n = :one, n = :one", "SET n = :one ADD n :one", "SET sk = :one"])
def test_an_update_refuses_a_key_and_one_attribute_twice(engine: Engine, name: str, expression: str) -> None:
    assert outcome(lambda: engine.update(name, expression, {":one": number(1)})) == "ValidationException"
    assert engine.get(name) is None
