"""Queries and scans page by page: every item once, in order, whatever ends a page."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from store.contract.engines import Engine, key, outcome

MB = 1024 * 1024
BYTES = 10_000
ITEMS = 120


def pages(engine: Engine, name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """The pages of a partition; `values` are given beside its name."""
    parameters = {"KeyConditionExpression": "pk = :pk", **parameters}
    values = {":pk": {"S": name}, **parameters.pop("values", {})}
    more: dict[str, Any] = {}
    while True:
        page = engine.dynamodb.query(TableName=engine.tables.totals_table, ExpressionAttributeValues=values, **parameters, **more)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def sorts(page: dict[str, Any]) -> list[str]:
    return [item["sk"]["S"] for item in page["Items"]]


@pytest.fixture(scope="module")
def large(engine: Engine) -> str:
    """A partition of 120 items of 10,000 bytes."""
    for place in range(ITEMS):
        engine.put("large", f"{place:05d}", n={"N": str(place)}, b={"B": b"x" * (BYTES - 19)})
    return "large"


@pytest.mark.parametrize("shown", [{}, {"ConsistentRead": True, "ProjectionExpression": "sk"}], ids=["whole", "projected"])
def test_a_page_ends_at_one_megabyte_of_what_is_read(engine: Engine, large: str, shown: dict[str, Any]) -> None:
    """What is shown of the items makes pages no longer: a projection saves no reading."""
    found = list(pages(engine, large, **shown))
    assert [sort for page in found for sort in sorts(page)] == [f"{place:05d}" for place in range(ITEMS)]
    assert len(found) == 2
    assert len(found[0]["Items"]) == engine.expects("items of 10,000 bytes on a page of 1 MB", MB // BYTES + 1)
    assert found[0]["LastEvaluatedKey"] == {name: {"S": value} for name, value in (("pk", large), ("sk", sorts(found[0])[-1]))}
    assert set(found[0]["Items"][0]) == ({"sk"} if shown else {"pk", "sk", "n", "b"})


def test_a_filter_leaves_pages_as_they_are(engine: Engine, large: str) -> None:
    """A page may be empty and still not be the last."""
    found = list(pages(engine, large, FilterExpression="n = :n", values={":n": {"N": "119"}}))
    assert [sorts(page) for page in found] == engine.expects("pages of a query that filters", [[], ["00119"]])


def test_a_page_begins_after_any_key(engine: Engine, name: str) -> None:
    """Also after one that is not there, or no longer."""
    for sort in "1357":
        engine.put(name, sort)
    parameters = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": name}}}
    for after, forward, expected in (("4", True, "57"), ("3", True, "57"), ("4", False, "31"), ("1", False, ""), ("7", True, "")):
        page = engine.dynamodb.query(
            TableName=engine.tables.totals_table, ExclusiveStartKey=key(name, after), ScanIndexForward=forward, **parameters
        )
        assert "".join(sorts(page)) == expected


def test_a_limit_that_ends_with_the_last_item_names_it(engine: Engine, name: str) -> None:
    """So a reader must go on until no key is named, and take an empty last page."""
    for place in range(4):
        engine.put(name, str(place))
    assert [len(page["Items"]) for page in pages(engine, name, Limit=4)] == engine.expects(
        "a limit that ends with the last item", [4, 0]
    )
    assert [sorts(page) for page in pages(engine, name, Limit=3, ScanIndexForward=False)] == [["3", "2", "1"], ["0"]]


def test_a_limit_counts_what_is_read_not_what_is_shown(engine: Engine, name: str) -> None:
    for place in range(3):
        engine.put(name, str(place), n={"N": str(place)})
    found = list(pages(engine, name, Limit=2, FilterExpression="n = :n", values={":n": {"N": "2"}}))
    assert [(sorts(page), page["ScannedCount"]) for page in found] == [([], 2), (["2"], 1)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("begins_with(sk, :one)", ["b", "b1"]),
        ("sk BETWEEN :one AND :two", ["b", "b1", "c"]),
        ("sk > :one", ["b1", "c", "d"]),
        ("sk <= :one", ["a", "b"]),
        ("sk = :one", ["b"]),
    ],
)
def test_a_query_takes_a_part_of_a_partition(engine: Engine, name: str, condition: str, expected: list[str]) -> None:
    for sort in ("d", "b1", "a", "c", "b"):
        engine.put(name, sort)
    values = {":one": {"S": "b"}, **({":two": {"S": "c"}} if ":two" in condition else {})}
    (page,) = pages(engine, name, KeyConditionExpression=f"pk = :pk AND {condition}", values=values)
    assert sorts(page) == expected


def test_sort_keys_are_in_the_order_of_their_bytes(engine: Engine, name: str) -> None:
    for sort in ("a", "B", "é", "~", "熊", "𝒳", "￥", "10", "9"):
        engine.put(name, sort)
    (page,) = pages(engine, name)
    assert sorts(page) == ["10", "9", "B", "a", "~", "é", "熊", "￥", "𝒳"]


@pytest.mark.parametrize(
    ("behaviour", "parameters"),
    [
        ("a query that filters by its key", {"FilterExpression": "sk = :pk"}),
        ("a limit of 0", {"Limit": 0}),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(engine: Engine, name: str, behaviour: str, parameters: dict[str, Any]) -> None:
    engine.put(name)
    done = outcome(lambda: list(pages(engine, name, **parameters)))
    assert done == engine.expects(behaviour, "ValidationException")


def test_a_scan_shows_every_item_once(engine: Engine, large: str, name: str) -> None:
    """Pages end within a partition and between partitions; a filter may leave them empty."""
    table = engine.tables.campaigns_table
    for partition in range(9):
        for sort in range(3):
            engine.put(f"{name}-{partition}", str(sort), table=table)
    for limit in (1, 2, 4, 100):
        seen: list[tuple[str, str]] = []
        counts: list[int] = []
        more: dict[str, Any] = {}
        while True:
            page = engine.dynamodb.scan(
                TableName=table,
                FilterExpression="begins_with(pk, :test)",
                ExpressionAttributeValues={":test": {"S": name}},
                ProjectionExpression="pk, sk",
                Limit=limit,
                **more,
            )
            seen += [(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
            counts.append(page["ScannedCount"])
            if "LastEvaluatedKey" not in page:
                break
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert sorted(seen) == [(f"{name}-{partition}", str(sort)) for partition in range(9) for sort in range(3)]
        assert all(one == other for one, other in pairwise(counts[:-1]))


def test_a_scan_ends_a_page_at_one_megabyte(engine: Engine, large: str) -> None:
    page = engine.dynamodb.scan(TableName=engine.tables.totals_table, ProjectionExpression="pk")
    assert "LastEvaluatedKey" in page
    assert page["ScannedCount"] >= MB // BYTES - 6
