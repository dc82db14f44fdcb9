"""The description of the API is true: valid, complete, and its examples fit its own schemas."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import app
from chalicelib.web import openapi

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
COPY = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def examples() -> Iterator[Any]:
    for path, method, operation in operations():
        bodies = [("request", operation["requestBody"])] if "requestBody" in operation else []
        for name, body in [*bodies, *operation["responses"].items()]:
            for content in body.get("content", {}).values():
                if "example" in content:
                    yield pytest.param(content, name, id=f"{method} {path} {name}")


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
    described = {(path, method) for path, method, _ in operations()}
    assert routed - {("/v1/openapi.json", "get"), ("/v1/openapi.json", "head")} == described


@pytest.mark.parametrize(("content", "name"), list(examples()))
def test_an_example_fits_its_schema(content: dict[str, Any], name: str) -> None:
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(content["example"])
    if name.isdigit() and int(name) >= 400 and "status" in content["example"] and isinstance(content["example"]["status"], int):
        assert content["example"]["status"] == int(name)


def test_every_final_and_passing_status_of_a_batch_is_there() -> None:
    (post,) = [operation for path, method, operation in operations() if method == "post"]
    statuses = {"200", "202", "400", "401", "404", "409", "413", "415", "422", "429", "500", "503"}
    assert set(post["responses"]) == statuses
