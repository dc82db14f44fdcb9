"""The API described in OpenAPI 3.1, from the types that the service itself reads and writes.

Answers for: every path, status and header of the contract, with an example for every status.
Refuses: promising anything that no type or table holds; `docs/openapi.json` is a copy that `make check` compares.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib import __version__
from chalicelib.domain import ledger, statement
from chalicelib.domain.answers import CampaignAnswer, TotalsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.problems import Problem
from chalicelib.domain.reactions import Batch
from chalicelib.flows.health import Health
from chalicelib.web import examples
from chalicelib.web.problems import MEDIA_TYPE, TABLE, ProblemAnswer

_TYPES = (Batch, Receipt, TotalsAnswer, CampaignAnswer, Health, ProblemAnswer)
_JSON = "application/json"
_ID = "[a-z0-9-]{1,64}"
_OF_CAMPAIGN = "statement[.]json|chain-[0-9]{6,9}[.]json"
_OF_LIVE = f"{_OF_CAMPAIGN}|rule[.]json|ledger-[0-9]{{4,9}}[.]ndjson[.]gz"
_TITLES = {name: title for _, name, title in TABLE.values()} | {
    "method-not-allowed": "The path does not take this method",
    "slow-down": "Too many requests",
    "unexpected": "Something went wrong here",
}
_LISTED = {"nothing-valid": (Problem("/reactions/0/count", "is more than the 1000 that the campaign allows"),)}
_HEADERS = {
    "ETag": ({"type": "string", "pattern": '^"[0-9a-f]{32}"$'}, "The hash of these bytes, for `if-none-match`"),
    "Cache-Control": ({"type": "string", "enum": ["public, max-age=1", "no-store"]}, "Who may keep the answer, and how long"),
    "Retry-After": ({"type": "integer", "minimum": 0}, "After so many seconds it is worth asking again"),
    "Location": ({"type": "string", "format": "uri"}, "A link to the file, good for five minutes and for this method"),
    "Allow": ({"type": "string"}, "The methods that the path takes"),
    "X-Request-Id": ({"type": "string"}, "What the service calls this request; say it when you report a fault"),
}
_BY_GATEWAY = (413, 429, 500)
"""API Gateway gives these answers too, without asking the service, and so without its `X-Request-Id`."""


@cache
def document() -> bytes:
    """The whole description as JSON; equal releases have equal bytes."""
    return msgspec.json.format(msgspec.json.encode(_document()), indent=1)


def _document() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    live, campaign = _path("live", _ID, examples.LIVE.id), _path("campaign", _ID, examples.CAMPAIGN.id)
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
            "/v1/lives/{live}/reactions": {"parameters": [live], "post": _post_reactions()},
            "/v1/lives/{live}/totals": {"parameters": [live], **_live_totals()},
            "/v1/lives/{live}/statement": {"parameters": [live], **_statement("live")},
            "/v1/lives/{live}/statement/{file}": {
                "parameters": [live, _path("file", _OF_LIVE, ledger.file_name(1))],
                **_statement_file("live", "the statement itself, its rule, its ledger, the chain"),
            },
            "/v1/campaigns/{campaign}/totals": {"parameters": [campaign], **_campaign_totals()},
            "/v1/campaigns/{campaign}/statement": {"parameters": [campaign], **_statement("campaign")},
            "/v1/campaigns/{campaign}/statement/{file}": {
                "parameters": [campaign, _path("file", _OF_CAMPAIGN, statement.NAME)],
                **_statement_file("campaign", "the statement itself, the chain"),
            },
            "/v1/campaigns/{campaign}": {"parameters": [campaign], **_campaign()},
            "/v1/health": _health(),
            "/v1/openapi.json": _openapi(),
        },
        "components": {
            "schemas": schemas,
            "headers": {
                name: {"required": True, "schema": schema, "description": said} for name, (schema, said) in _HEADERS.items()
            },
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "webhook-signature",
                    "description": "`v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.text`;"
                    " at most 4 of them, separated by spaces",
                }
            },
        },
    }


def _post_reactions() -> dict[str, Any]:
    stored, links = examples.receipt(), {"totals": _link("getLiveTotals", live="$response.body#/live")}
    again = {**stored, "replayed": True}
    batch_id = {"type": "string", "pattern": "^[A-Za-z0-9_:-]{1,64}$"}
    return {
        "operationId": "postReactions",
        "summary": "Take a signed batch of reactions",
        "description": "Signed as in Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.text`, where text is the"
        " JSON before any compression. Send the same text under the same id, signed anew for each attempt, until the answer is"
        " final: 200, 202, 400, 409, 413, 415 and 422 are.",
        "security": [{"signature": []}],
        "parameters": [
            _header("webhook-id", batch_id, "The batch id, unique per sender and live", examples.BATCH_ID),
            _header("webhook-timestamp", {"type": "string", "pattern": "^[0-9]{10}$"}, "Unix time of this attempt", "1676109670"),
        ],
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {"schema": _ref(Batch), "example": msgspec.to_builtins(examples.BATCH)},
                "application/gzip": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        "responses": {
            "200": {**_uncached("Stored before, with this text", Receipt, again), "links": links},
            "202": {**_uncached("Stored now", Receipt, stored), "links": links},
            "400": _problem(400, "bad-headers", "not-unpackable", "not-json"),
            "401": _problem(401, "unsigned"),
            "404": _problem(404, "unknown-live"),
            "405": _problem(405, "method-not-allowed"),
            "409": _problem(409, "batch-conflict", "live-closed"),
            "413": _problem(413, "too-large", "too-much"),
            "415": _problem(415, "unsupported-type"),
            "422": _problem(422, "nothing-valid"),
            "429": _problem(429, "slow-down"),
            "500": _problem(500, "unexpected"),
            "503": _problem(503, "storage-refused"),
        },
    }


def _live_totals() -> dict[str, Any]:
    series = {"name": "series", "in": "query", "required": False, "schema": {"type": "string", "enum": ["minute"]}}
    found = {"200": _kept(_ref(TotalsAnswer), examples.live_totals()), "400": _problem(400, "bad-query")}
    return _read("LiveTotals", "The totals of one live", {**found, **_stored("unknown-live")}, series)


def _campaign_totals() -> dict[str, Any]:
    found = {"200": _kept(_ref(TotalsAnswer), examples.campaign_totals())}
    return _read("CampaignTotals", "The totals of a campaign", {**found, **_stored("unknown-campaign")})


def _statement(whose: str) -> dict[str, Any]:
    return _sent_to(f"{whose.title()}Statement", f"The statement of a settled {whose}", f"unknown-{whose}", "not-settled")


def _statement_file(whose: str, files: str) -> dict[str, Any]:
    missing = (f"unknown-{whose}", "not-settled", "unknown-file")
    return _sent_to(f"{whose.title()}StatementFile", f"What proves the statement of a {whose}: {files}", *missing)


def _campaign() -> dict[str, Any]:
    found = {"200": _kept(_ref(CampaignAnswer), examples.campaign())}
    return _read("Campaign", "What a campaign is, with its rules in words", {**found, **_stored("unknown-campaign")})


def _openapi() -> dict[str, Any]:
    any_document = {"type": "object", "required": ["openapi", "info", "paths"]}
    found = {
        "200": _kept(any_document, {"openapi": "3.1.0", "info": {"title": "Local Love", "version": __version__}, "paths": {}})
    }
    return _read("Openapi", "This description of the API", found)


def _health() -> dict[str, Any]:
    found = {
        "200": _uncached("All tables answer", Health, examples.health(well=True)),
        "503": _uncached("A table does not answer", Health, examples.health(well=False)),
    }
    return _get_and_head("Health", "Whether the service can reach its tables", found, [])


def _read(name: str, summary: str, found: Mapping[str, Any], *query: Mapping[str, Any]) -> dict[str, Any]:
    """GET and HEAD of what may be kept for a second."""
    known = {"name": "if-none-match", "in": "header", "required": False, "schema": {"type": "string"}}
    same = {"description": "The bytes whose ETag was sent are still the answer", "headers": _promised("ETag", "Cache-Control")}
    return _get_and_head(name, summary, {**found, "304": same}, [known, *query])


def _sent_to(name: str, summary: str, *missing: str) -> dict[str, Any]:
    """GET and HEAD of a published file."""
    headers = _promised("Location", "Cache-Control", "X-Request-Id")
    found = {"302": {"description": "The file is where `Location` says", "headers": headers}}
    return _get_and_head(name, summary, {**found, **_stored(*missing)}, [])


def _get_and_head(name: str, summary: str, found: Mapping[str, Any], parameters: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Both methods with what anything may answer; to HEAD without a body."""
    anywhere = {"405": _problem(405, "method-not-allowed"), "429": _problem(429, "slow-down"), "500": _problem(500, "unexpected")}
    responses = dict(sorted({**found, **anywhere}.items()))
    bare = {status: {**response, "content": {}} for status, response in responses.items()}
    for_all = {"summary": summary, "parameters": parameters}
    return {
        "get": {"operationId": f"get{name}", **for_all, "responses": responses},
        "head": {"operationId": f"head{name}", **for_all, "responses": bare},
    }


def _stored(*missing: str) -> dict[str, Any]:
    """What reading what is stored may come to."""
    return {"404": _problem(404, *missing), "503": _problem(503, "storage-refused")}


def _kept(schema: Mapping[str, Any], example: Any) -> dict[str, Any]:
    content = {_JSON: {"schema": schema, "example": example}}
    headers = _promised("ETag", "Cache-Control", "X-Request-Id")
    return {"description": "As it is now; may be kept for a second", "headers": headers, "content": content}


def _uncached(description: str, answer: type[msgspec.Struct], example: Any) -> dict[str, Any]:
    content = {_JSON: {"schema": _ref(answer), "example": example}}
    return {"description": description, "headers": _promised("Cache-Control", "X-Request-Id"), "content": content}


def _problem(status: int, *names: str) -> dict[str, Any]:
    """A problem response, with an example for each of its names; titles are those of the table of errors."""
    said = {
        name: ProblemAnswer(f"urn:locallove:{name}", _TITLES[name], status, _TITLES[name], _LISTED.get(name, ()))
        for name in names
    }
    shown = {name: {"value": msgspec.to_builtins(problem)} for name, problem in said.items()}
    headers = _promised(
        "Cache-Control",
        *(["Retry-After"] if status in (429, 503) else []),
        *(["Allow"] if status == 405 else []),
        *([] if status in _BY_GATEWAY else ["X-Request-Id"]),
    )
    content = {MEDIA_TYPE: {"schema": _ref(ProblemAnswer), "examples": shown}}
    return {"description": "; ".join(_TITLES[name] for name in names), "headers": headers, "content": content}


def _promised(*names: str) -> dict[str, Any]:
    """Headers that the answer surely has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _link(operation: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters, "description": "Where the batch is counted a moment later"}


def _ref(of: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{of.__name__}"}


def _path(name: str, pattern: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^({pattern})$"}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def _header(name: str, schema: Mapping[str, Any], description: str, example: str) -> dict[str, Any]:
    said = {"description": description, "example": example}
    return {"name": name, "in": "header", "required": True, "schema": dict(schema), **said}
