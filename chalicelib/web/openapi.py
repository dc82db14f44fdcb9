"""The API described in OpenAPI 3.1, from the types that the service itself reads and writes.

Answers for: every path, status and header of the contract, with an example for every status.
Refuses: promising anything that no type or table holds; `docs/openapi.json` is a copy that `make check` compares.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib import __version__
from chalicelib.domain import ledger, statement
from chalicelib.domain.answers import TotalsAnswer
from chalicelib.domain.batches import FestivalReceipt, Receipt
from chalicelib.domain.channels import PARTS, Part
from chalicelib.domain.definition import CampaignAnswer
from chalicelib.domain.entries import EntriesBatch
from chalicelib.domain.invitations import InvitedTo
from chalicelib.domain.metrics import MetricsBatch
from chalicelib.domain.reactions import Batch
from chalicelib.domain.standings import StandingsAnswer
from chalicelib.domain.votes import VotesBatch
from chalicelib.flows.health import Health
from chalicelib.flows.newest import CARDS
from chalicelib.web import examples
from chalicelib.web.describing import (
    HEADERS,
    get_and_head,
    header,
    kept,
    page,
    path,
    problem,
    read,
    ref,
    sent_to,
    shared_page,
    stored,
    uncached,
)
from chalicelib.web.problems import ProblemAnswer
from chalicelib.web.responses import JSON

_TYPES = (
    Batch,
    Receipt,
    EntriesBatch,
    VotesBatch,
    MetricsBatch,
    FestivalReceipt,
    StandingsAnswer,
    TotalsAnswer,
    CampaignAnswer,
    InvitedTo,
    Health,
    ProblemAnswer,
)
_BATCHES: Mapping[Part, type[msgspec.Struct]] = {"entries": EntriesBatch, "votes": VotesBatch, "metrics": MetricsBatch}
_ID = "[a-z0-9-]{1,64}"
_OF_CAMPAIGN = "statement[.]json|chain-[0-9]{6,9}[.]json"
_OF_LIVE = f"{_OF_CAMPAIGN}|rule[.]json|ledger-[0-9]{{4,9}}[.]ndjson[.]gz"
_OF_FESTIVAL = f"{_OF_CAMPAIGN}|rule[.]json|award-{_ID}[.]json|(entries|votes-{_ID})-[0-9]{{4,9}}[.]ndjson[.]gz"
_INVITATION = "[0-9a-f]{32}"
_SAME = "The same page for every token: valid or not, files.json says"
_UNKNOWN = "A page that says there is no such campaign"
_PAGE = "<!DOCTYPE html>…"
_CARD = "|".join(re.escape(card) for card in CARDS)
_PART = "(live|overlay|invitation|reveal|unknown)[.]css|((live|reveal)[.](ja|en)|overlay|invitation)[.]js"
_OF_REPORT = "[A-Za-z0-9._-]{1,128}"


@cache
def document() -> bytes:
    """The whole description as JSON; equal releases have equal bytes."""
    return msgspec.json.format(msgspec.json.encode(_document()), indent=1)


def _document() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    live, campaign = path("live", _ID, examples.LIVE.id), path("campaign", _ID, examples.CAMPAIGN.id)
    festival = path("campaign", _ID, examples.FESTIVAL.id)
    invitation = path("invitation", _INVITATION, examples.TOKEN)
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
                "parameters": [live, path("file", _OF_LIVE, ledger.file_name(1))],
                **_statement_file("live", "the statement itself, its rule, its ledger, the chain"),
            },
            "/v1/campaigns/{campaign}/totals": {"parameters": [campaign], **_campaign_totals()},
            "/v1/campaigns/{campaign}/statement": {"parameters": [campaign], **_statement("campaign")},
            "/v1/campaigns/{campaign}/statement/{file}": {
                "parameters": [campaign, path("file", _OF_CAMPAIGN, statement.NAME)],
                **_statement_file("campaign", "the statement itself, the chain"),
            },
            **{
                f"/v1/festivals/{{campaign}}/{part}": {"parameters": [festival], "post": _post_to_festival(part)}
                for part in PARTS
            },
            "/v1/festivals/{campaign}/standings": {"parameters": [festival], **_standings()},
            "/v1/festivals/{campaign}/statement": {"parameters": [festival], **_statement("festival")},
            "/v1/festivals/{campaign}/statement/{file}": {
                "parameters": [festival, path("file", _OF_FESTIVAL, statement.NAME)],
                **_statement_file("festival", "the statement itself, its rule, the chain; of awards that are revealed all else"),
            },
            "/v1/campaigns/{campaign}": {"parameters": [campaign], **_campaign()},
            "/i/{invitation}": {"parameters": [_anything("invitation", examples.TOKEN)], **_invitation()},
            "/i/{invitation}/files.json": {"parameters": [invitation], **_invitation_files()},
            "/i/{invitation}/{file}": {
                "parameters": [invitation, path("file", _OF_REPORT, examples.REPORT_FILE)],
                **_invitation_file(),
            },
            "/live/{campaign}": {"parameters": [_anything("campaign", examples.CAMPAIGN.id)], **_live_page()},
            "/live/{campaign}/{card}": {"parameters": [campaign, path("card", _CARD, CARDS[0])], **_card()},
            "/overlay/{campaign}": {"parameters": [_anything("campaign", examples.CAMPAIGN.id)], **_overlay()},
            "/pages/{part}": {"parameters": [path("part", _PART, "live.ja.js")], **_page_part()},
            "/v1/health": _health(),
            "/v1/openapi.json": _openapi(),
        },
        "components": {
            "schemas": schemas,
            "headers": {
                name: {"required": True, "schema": schema, "description": said} for name, (schema, said) in HEADERS.items()
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


def _post_to_festival(part: Part) -> dict[str, Any]:
    """The same signatures, receipts and answers as for reactions."""
    receipt, links = examples.festival_receipt(part), {"standings": _link("getStandings", campaign="$response.body#/festival")}
    stored_now = uncached("Stored now", FestivalReceipt, receipt)
    stored_before = uncached("Stored before, with this text", FestivalReceipt, {**receipt, "replayed": True})
    posting = _post_reactions()
    body = {"schema": ref(_BATCHES[part]), "example": msgspec.to_builtins(examples.FESTIVAL_BATCHES[part])}
    return {
        **posting,
        "operationId": f"post{part.title()}",
        "summary": f"Take a signed batch of a festival's {part}",
        "requestBody": {**posting["requestBody"], "content": {**posting["requestBody"]["content"], JSON: body}},
        "responses": {
            **posting["responses"],
            "200": {**stored_before, "links": links},
            "202": {**stored_now, "links": links},
            "404": problem(404, "unknown-festival"),
            "409": problem(409, "batch-conflict", "festival-closed"),
        },
    }


def _standings() -> dict[str, Any]:
    found = {"200": kept(ref(StandingsAnswer), examples.standings())}
    return read(
        "Standings",
        "How a festival stands: before its awards are revealed only what is public",
        {**found, **stored("unknown-festival")},
    )


def _post_reactions() -> dict[str, Any]:
    receipt, links = examples.receipt(), {"totals": _link("getLiveTotals", live="$response.body#/live")}
    again = {**receipt, "replayed": True}
    batch_id = {"type": "string", "pattern": "^[A-Za-z0-9_:-]{1,64}$"}
    return {
        "operationId": "postReactions",
        "summary": "Take a signed batch of reactions",
        "description": "Signed as in Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.text`, where text is the"
        " JSON before any compression. Send the same text under the same id, signed anew for each attempt, until the answer is"
        " final: 200, 202, 400, 409, 413, 415 and 422 are.",
        "security": [{"signature": []}],
        "parameters": [
            header("webhook-id", batch_id, "The batch id, unique per sender and live", examples.BATCH_ID),
            header("webhook-timestamp", {"type": "string", "pattern": "^[0-9]{10}$"}, "Unix time of this attempt", "1676109670"),
        ],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": ref(Batch), "example": msgspec.to_builtins(examples.BATCH)},
                "application/gzip": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        "responses": {
            "200": {**uncached("Stored before, with this text", Receipt, again), "links": links},
            "202": {**uncached("Stored now", Receipt, receipt), "links": links},
            "400": problem(400, "bad-headers", "not-unpackable", "not-json"),
            "401": problem(401, "unsigned"),
            "404": problem(404, "unknown-live"),
            "405": problem(405, "method-not-allowed"),
            "409": problem(409, "batch-conflict", "live-closed"),
            "413": problem(413, "too-large", "too-much"),
            "415": problem(415, "unsupported-type"),
            "422": problem(422, "nothing-valid"),
            "429": problem(429, "slow-down"),
            "500": problem(500, "unexpected"),
            "503": problem(503, "storage-refused"),
        },
    }


def _live_totals() -> dict[str, Any]:
    series = {"name": "series", "in": "query", "required": False, "schema": {"type": "string", "enum": ["minute"]}}
    found = {"200": kept(ref(TotalsAnswer), examples.live_totals()), "400": problem(400, "bad-query")}
    return read("LiveTotals", "The totals of one live", {**found, **stored("unknown-live")}, series)


def _campaign_totals() -> dict[str, Any]:
    found = {"200": kept(ref(TotalsAnswer), examples.campaign_totals())}
    return read("CampaignTotals", "The totals of a campaign", {**found, **stored("unknown-campaign")})


def _statement(whose: str) -> dict[str, Any]:
    return sent_to(f"{whose.title()}Statement", f"The statement of a settled {whose}", f"unknown-{whose}", "not-settled")


def _statement_file(whose: str, files: str) -> dict[str, Any]:
    missing = (f"unknown-{whose}", "not-settled", "unknown-file")
    return sent_to(f"{whose.title()}StatementFile", f"What proves the statement of a {whose}: {files}", *missing)


def _invitation() -> dict[str, Any]:
    return get_and_head("Invitation", "The page of an invitation", {"200": page(_SAME, _PAGE)}, [])


def _invitation_files() -> dict[str, Any]:
    found = {"200": uncached("The files of the newest report, if there is one", InvitedTo, examples.invited_to())}
    return get_and_head("InvitationFiles", "What an invitation leads to", {**found, **stored("unknown-invitation")}, [])


def _invitation_file() -> dict[str, Any]:
    return sent_to("InvitationFile", "A file that an invitation leads to; GET is counted", "unknown-invitation", "unknown-file")


def _live_page() -> dict[str, Any]:
    said = "ja or en; else the page is in the language that accept-language weighs most, or in Japanese"
    lang = {"name": "lang", "in": "query", "required": False, "description": said, "schema": {"type": "string"}}
    found = {"200": shared_page("The campaign as it stands"), "404": page(_UNKNOWN, _PAGE)}
    return read("LivePage", "The public page of a campaign", {**found, "503": problem(503, "storage-refused")}, lang)


def _card() -> dict[str, Any]:
    return sent_to("LiveCard", "The picture of a campaign's newest report", "unknown-campaign", "unknown-file")


def _overlay() -> dict[str, Any]:
    found = {"200": shared_page("1920 × 1080, transparent"), "404": page(_UNKNOWN, _PAGE)}
    return read("Overlay", "What streaming software lays over the picture", {**found, "503": problem(503, "storage-refused")})


def _page_part() -> dict[str, Any]:
    text = {"schema": {"type": "string"}, "example": '"use strict";'}
    content = {"text/css; charset=utf-8": text, "text/javascript; charset=utf-8": text}
    found = {"200": {**shared_page("The style or the script of a page"), "content": content}, "404": problem(404, "unknown-file")}
    return read("PagePart", "What a page loads", found)


def _campaign() -> dict[str, Any]:
    found = {"200": kept(ref(CampaignAnswer), examples.campaign())}
    return read("Campaign", "What a campaign is, with its rules in words", {**found, **stored("unknown-campaign")})


def _openapi() -> dict[str, Any]:
    any_document = {"type": "object", "required": ["openapi", "info", "paths"]}
    found = {
        "200": kept(any_document, {"openapi": "3.1.0", "info": {"title": "Local Love", "version": __version__}, "paths": {}})
    }
    return read("Openapi", "This description of the API", found)


def _health() -> dict[str, Any]:
    found = {
        "200": uncached("All tables answer", Health, examples.health(well=True)),
        "503": uncached("A table does not answer", Health, examples.health(well=False)),
    }
    return get_and_head("Health", "Whether the service can reach its tables", found, [])


def _anything(name: str, example: str) -> dict[str, Any]:
    """A part of the path for which there is a page, whatever is asked."""
    return {**path(name, ".+", example), "schema": {"type": "string"}}


def _link(operation: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters, "description": "Where the batch is counted a moment later"}
