"""The description of the API is true: valid, complete, and its examples fit its own schemas."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import app
from chalicelib.web import openapi, problems

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
COPY = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Everything that has a body: its name for people, its status or `request`, and its description."""
    for path, method, operation in operations():
        found = [("request", operation["requestBody"])] if "requestBody" in operation else []
        for status, body in [*found, *operation["responses"].items()]:
            for media_type, content in body.get("content", {}).items():
                yield f"{method} {path} {status} {media_type}", status, content


def examples() -> Iterator[Any]:
    for name, status, content in bodies():
        shown = [content] if "example" in content else content.get("examples", {}).values()
        for example in shown:
            yield pytest.param(content["schema"], status, example.get("value", example.get("example")), id=name)


def test_it_is_valid_openapi_3_1() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_the_committed_copy_is_the_same() -> None:
    """After a change `make openapi` writes it anew."""
    assert COPY.read_bytes() == openapi.document() + b"\n"


def test_every_route_is_described_and_nothing_else() -> None:
    """Methods that a path refuses are routes as well, but no promise."""
    routed = {
        (path, method.lower())
        for path, methods in app.app.routes.items()
        for method, entry in methods.items()
        if not entry.view_name.startswith("refuse_")
    }
    assert routed == {(path, method) for path, method, _ in operations()}


def test_every_body_has_an_example() -> None:
    """But gzip, of which JSON can show nothing."""
    without = [name for name, _, content in bodies() if not content.keys() & {"example", "examples"}]
    posted = ("/v1/lives/{live}/reactions", *(f"/v1/festivals/{{campaign}}/{part}" for part in ("entries", "votes", "metrics")))
    assert without == [f"post {path} request application/gzip" for path in posted]


@pytest.mark.parametrize(("schema", "status", "example"), list(examples()))
def test_an_example_fits_its_schema(schema: dict[str, Any], status: str, example: Any) -> None:
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(example)
    if isinstance(example, dict) and "urn:locallove:" in str(example.get("type")):
        assert example["status"] == int(status)


def test_every_problem_has_an_example() -> None:
    """One for each row of the table of errors."""
    shown = {name for _, _, content in bodies() for name in content.get("examples", {})}
    assert shown == {name for _, name, _ in problems.TABLE.values()} | {"method-not-allowed", "slow-down", "unexpected"}


def test_to_head_nothing_has_a_body() -> None:
    heads = [operation for _, method, operation in operations() if method == "head"]
    assert heads
    assert all(response["content"] == {} for head in heads for response in head["responses"].values())


def test_every_final_and_passing_status_of_a_batch_is_there() -> None:
    posts = [operation for path, method, operation in operations() if method == "post"]
    statuses = {"200", "202", "400", "401", "404", "405", "409", "413", "415", "422", "429", "500", "503"}
    assert [set(post["responses"]) for post in posts] == [statuses] * 4
