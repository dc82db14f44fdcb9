"""The parts that the API's description is made of: what an operation may answer, with which headers, bodies and examples.

Answers for: every status of the contract with an example, problems by the names of the table of errors.
Refuses: paths, which `openapi` lists.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.domain.problems import Problem
from chalicelib.web.problems import MEDIA_TYPE, TABLE, ProblemAnswer
from chalicelib.web.responses import HTML, JSON

_TITLES = {name: title for _, name, title in TABLE.values()} | {
    "method-not-allowed": "The path does not take this method",
    "slow-down": "Too many requests",
    "unexpected": "Something went wrong here",
}
_LISTED = {"nothing-valid": (Problem("/reactions/0/count", "is more than the 1000 that the campaign allows"),)}
HEADERS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "ETag": ({"type": "string", "pattern": '^"[0-9a-f]{32}"$'}, "The hash of these bytes, for `if-none-match`"),
    "Cache-Control": ({"type": "string", "enum": ["public, max-age=1", "no-store"]}, "Who may keep the answer, and how long"),
    "Retry-After": ({"type": "integer", "minimum": 0}, "After so many seconds it is worth asking again"),
    "Location": (
        {"type": "string", "format": "uri"},
        "A link to the file, good for this method, and for a minute or more",
    ),
    "Allow": ({"type": "string"}, "The methods that the path takes"),
    "X-Request-Id": ({"type": "string"}, "What the service calls this request; say it when you report a fault"),
}
_BY_GATEWAY = (413, 429, 500)
"""API Gateway gives these answers too, without asking the service, and so without its `X-Request-Id`."""


def read(name: str, summary: str, found: Mapping[str, Any], *query: Mapping[str, Any]) -> dict[str, Any]:
    """GET and HEAD of what may be kept for a second."""
    known = {"name": "if-none-match", "in": "header", "required": False, "schema": {"type": "string"}}
    same = {"description": "The bytes whose ETag was sent are still the answer", "headers": promised("ETag", "Cache-Control")}
    return get_and_head(name, summary, {**found, "304": same}, [known, *query])


def sent_to(name: str, summary: str, *missing: str) -> dict[str, Any]:
    """GET and HEAD of a published file."""
    headers = promised("Location", "Cache-Control", "X-Request-Id")
    found = {"302": {"description": "The file is where `Location` says", "headers": headers}}
    return get_and_head(name, summary, {**found, **stored(*missing)}, [])


def get_and_head(name: str, summary: str, found: Mapping[str, Any], parameters: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Both methods with what anything may answer; to HEAD without a body."""
    anywhere = {"405": problem(405, "method-not-allowed"), "429": problem(429, "slow-down"), "500": problem(500, "unexpected")}
    responses = dict(sorted({**found, **anywhere}.items()))
    bare = {status: {**response, "content": {}} for status, response in responses.items()}
    for_all = {"summary": summary, "parameters": parameters}
    return {
        "get": {"operationId": f"get{name}", **for_all, "responses": responses},
        "head": {"operationId": f"head{name}", **for_all, "responses": bare},
    }


def stored(*missing: str) -> dict[str, Any]:
    """What reading what is stored may come to."""
    return {"404": problem(404, *missing), "503": problem(503, "storage-refused")}


def kept(schema: Mapping[str, Any], example: Any) -> dict[str, Any]:
    """A 200 that may be kept for a second."""
    content = {JSON: {"schema": schema, "example": example}}
    headers = promised("ETag", "Cache-Control", "X-Request-Id")
    return {"description": "As it is now; may be kept for a second", "headers": headers, "content": content}


def page(description: str, example: str) -> dict[str, Any]:
    """A static page."""
    content = {HTML: {"schema": {"type": "string"}, "example": example}}
    return {"description": description, "headers": promised("Cache-Control", "X-Request-Id"), "content": content}


def shared_page(description: str) -> dict[str, Any]:
    """A static page that may be kept for a second."""
    headers = promised("ETag", "Cache-Control", "X-Request-Id")
    content = {HTML: {"schema": {"type": "string"}, "example": "<!DOCTYPE html>…"}}
    return {"description": description, "headers": headers, "content": content}


def uncached(description: str, answer: type[msgspec.Struct], example: Any) -> dict[str, Any]:
    """An answer that nobody may keep."""
    content = {JSON: {"schema": ref(answer), "example": example}}
    return {"description": description, "headers": promised("Cache-Control", "X-Request-Id"), "content": content}


def problem(status: int, *names: str) -> dict[str, Any]:
    """A problem response, with an example for each of its names; titles are those of the table of errors."""
    said = {
        name: ProblemAnswer(f"urn:locallove:{name}", _TITLES[name], status, _TITLES[name], _LISTED.get(name, ()))
        for name in names
    }
    shown = {name: {"value": msgspec.to_builtins(example)} for name, example in said.items()}
    headers = promised(
        "Cache-Control",
        *(["Retry-After"] if status in (429, 503) else []),
        *(["Allow"] if status == 405 else []),
        *([] if status in _BY_GATEWAY else ["X-Request-Id"]),
    )
    content = {MEDIA_TYPE: {"schema": ref(ProblemAnswer), "examples": shown}}
    return {"description": "; ".join(_TITLES[name] for name in names), "headers": headers, "content": content}


def promised(*names: str) -> dict[str, Any]:
    """Headers that the answer surely has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def ref(of: type[msgspec.Struct]) -> dict[str, str]:
    """Where the description says what such an answer is."""
    return {"$ref": f"#/components/schemas/{of.__name__}"}


def path(name: str, pattern: str, example: str) -> dict[str, Any]:
    """A part of the path."""
    schema = {"type": "string", "pattern": f"^({pattern})$"}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def header(name: str, schema: Mapping[str, Any], description: str, example: str) -> dict[str, Any]:
    """A header that must be sent."""
    said = {"description": description, "example": example}
    return {"name": name, "in": "header", "required": True, "schema": dict(schema), **said}
