"""The API described in OpenAPI 3.1, from the types that the service itself reads and writes.

Answers for: every path, status and header of the contract, with an example for every status.
Refuses: promising anything that no type or table holds; `docs/openapi.json` is a copy that `make check` compares.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib import __version__
from chalicelib.domain.answers import CampaignAnswer, TotalsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.problems import Problem
from chalicelib.domain.reactions import Batch
from chalicelib.flows.health import Health
from chalicelib.web.problems import MEDIA_TYPE, TABLE, ProblemAnswer

_TYPES = (Batch, Receipt, TotalsAnswer, CampaignAnswer, Health, ProblemAnswer)
_JSON = "application/json"
_ID = {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}
_SENT = {
    "live": "kumamoto-2023",
    "rehearsal": False,
    "reactions": [
        {
            "id": "7309000000000000365",
            "kind": "like",
            "count": 15,
            "at": "2023-02-11T19:00:03.120+09:00",
            "market": "JP",
            "user": "u1",
        },
        {
            "id": "7309000000000000741",
            "kind": "comment",
            "at": "2023-02-11T19:00:04.000+09:00",
            "market": "TW",
            "user": "u2",
            "text": "がんばれ",
        },
        {
            "id": "7309000000000000015",
            "kind": "gift",
            "count": 3,
            "at": "2023-02-11T19:00:05.000+09:00",
            "market": "US",
            "user": "u3",
            "gift": "rose",
            "value": 1,
        },
    ],
}
_RECEIPT = {
    "batch": "batch-0001",
    "live": "kumamoto-2023",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "accepted": 3,
    "rejected": 0,
    "outside_window": 0,
    "counts": {"like": 15, "comment": 1, "gift": 3, "total": 19},
    "gift_value": 3,
    "replayed": False,
    "problems": [],
}


@cache
def document() -> bytes:
    """The whole description as JSON; equal releases have equal bytes."""
    return msgspec.json.format(msgspec.json.encode(_document()), indent=1)


def _document() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Local Love",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Takes an audience's reactions in signed batches and counts each exactly once.",
        },
        "servers": [{"url": "../", "description": "Where this document was read from"}],
        "paths": {
            "/v1/lives/{live}/reactions": {"parameters": [_path("live")], "post": _post_reactions()},
            "/v1/lives/{live}/totals": {
                "parameters": [_path("live")],
                **_read("LiveTotals", "The totals of one live", TotalsAnswer, series=True),
            },
            "/v1/campaigns/{campaign}/totals": {
                "parameters": [_path("campaign")],
                **_read("CampaignTotals", "The totals of a campaign", TotalsAnswer),
            },
            "/v1/campaigns/{campaign}": {
                "parameters": [_path("campaign")],
                **_read("Campaign", "What a campaign is, with its rules in words", CampaignAnswer),
            },
            "/v1/health": _health(),
        },
        "components": {"schemas": schemas},
    }


def _post_reactions() -> dict[str, Any]:
    refusals = {
        400: "bad-headers",
        401: "unsigned",
        404: "unknown-live",
        409: "batch-conflict",
        413: "too-large",
        415: "unsupported-type",
        422: "nothing-valid",
        503: "storage-refused",
    }
    stored = {"202": ("Stored now", _RECEIPT), "200": ("Stored before, with this text", {**_RECEIPT, "replayed": True})}
    return {
        "operationId": "postReactions",
        "summary": "Take a signed batch of reactions",
        "description": "Signed as in Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.text`, where text is the"
        " JSON before any compression. Send the same text under the same id, signed anew for each attempt, until the answer is"
        " final: 200, 202, 400, 409, 413, 415 and 422 are.",
        "parameters": [
            _header(
                "webhook-id", {"type": "string", "pattern": "^[A-Za-z0-9_:-]{1,64}$"}, "The batch id, unique per sender and live"
            ),
            _header("webhook-timestamp", {"type": "string", "pattern": "^[0-9]{10}$"}, "Unix time of this attempt"),
            _header(
                "webhook-signature", {"type": "string", "maxLength": 512}, "`v1,` and base64; at most 4, separated by spaces"
            ),
        ],
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {"schema": _ref(Batch), "example": _SENT},
                "application/gzip": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        "responses": {
            **{status: _response(said, Receipt, example) for status, (said, example) in stored.items()},
            **{str(status): _problem(status, name) for status, name in refusals.items()},
            "429": _problem(429, "slow-down", "Too many requests"),
            "500": _problem(500, "unexpected", "Something went wrong here"),
        },
    }


def _read(name: str, summary: str, answer: type[msgspec.Struct], *, series: bool = False) -> dict[str, Any]:
    """GET and HEAD of a public read."""
    query = {"name": "series", "in": "query", "required": False, "schema": {"type": "string", "enum": ["minute"]}}
    responses: dict[str, Any] = {
        "200": _response("As it is now; may be kept for a second", answer, None),
        "304": {"description": "The bytes whose ETag was sent are still the answer"},
        "404": _problem(404, "unknown-live" if "Live" in name else "unknown-campaign"),
        "500": _problem(500, "unexpected", "Something went wrong here"),
        "503": _problem(503, "storage-refused"),
    }
    if series:
        responses["400"] = _problem(400, "bad-query")
    parameters = [
        {"name": "if-none-match", "in": "header", "required": False, "schema": {"type": "string"}},
        *([query] if series else []),
    ]

    def operation(method: str) -> dict[str, Any]:
        return {"operationId": f"{method}{name}", "summary": summary, "parameters": parameters, "responses": responses}

    return {"get": operation("get"), "head": operation("head")}


def _health() -> dict[str, Any]:
    well = {"status": "ok", "version": __version__, "tables": {"reactions": True, "totals": True, "campaigns": True}}
    sick = {"status": "degraded", "version": __version__, "tables": {"reactions": True, "totals": False, "campaigns": True}}
    responses = {"200": _response("All tables answer", Health, well), "503": _response("A table does not answer", Health, sick)}
    operation = {"summary": "Whether the service can reach its tables", "responses": responses}
    return {"get": {"operationId": "getHealth", **operation}, "head": {"operationId": "headHealth", **operation}}


def _problem(status: int, name: str, title: str | None = None) -> dict[str, Any]:
    """A problem response; its title is that of the table of errors."""
    titles = {row_name: row_title for _, row_name, row_title in TABLE.values()}
    said = title or titles[name]
    example = {"type": f"urn:locallove:{name}", "title": said, "status": status, "detail": said, "problems": []}
    if name == "nothing-valid":
        example["problems"] = [
            msgspec.to_builtins(Problem("/reactions/0/count", "is more than the 1000 that the campaign allows"))
        ]
    return {"description": said, "content": {MEDIA_TYPE: {"schema": _ref(ProblemAnswer), "example": example}}}


def _response(description: str, answer: type[msgspec.Struct], example: Mapping[str, Any] | None) -> dict[str, Any]:
    content = {"schema": _ref(answer), **({"example": dict(example)} if example else {})}
    return {"description": description, "content": {_JSON: content}}


def _ref(of: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{of.__name__}"}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _ID}


def _header(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": dict(schema), "description": description}
