"""The routes of the API. A view takes the request, calls one flow and returns its answer; errors are translated around it.

Refuses: triggers. A stream or schedule handler on a blueprint would bypass `app.py` (Chalice issue 1566).
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

import msgspec
from chalice.app import Blueprint, Response

from chalicelib import runtime, telemetry
from chalicelib.domain import answers
from chalicelib.domain.campaigns import frozen_part
from chalicelib.flows import reading
from chalicelib.flows.intake import Posted
from chalicelib.web.problems import translated

BINARY_TYPES = ["application/gzip", "application/x-gzip"]
_JSON = "application/json"

routes = Blueprint(__name__)


def _route(path: str, method: str, **options: Any) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A route whose errors become problems and whose every request leaves one line in the log."""

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answered(**parameters: str) -> Response:
            began = time.monotonic_ns()
            answer = translated(lambda: view(**parameters))
            request_id = getattr(routes.current_request.lambda_context, "aws_request_id", "")
            answer.headers["X-Request-Id"] = request_id
            spent = (time.monotonic_ns() - began) // 1_000_000
            telemetry.request_answered(request_id, method, path, answer.status_code, spent)
            return answer

        registered: Callable[..., Response] = routes.route(path, methods=[method], **options)(answered)
        return registered

    return register


@_route("/v1/lives/{live}/reactions", "POST", content_types=[_JSON, *BINARY_TYPES])
def post_reactions(live: str) -> Response:
    """Take a signed batch of reactions."""
    request = routes.current_request
    headers = {name.lower(): value for name, value in request.headers.items()}
    body: Any = request.raw_body
    receipt = runtime.service().intake.take(Posted(live, headers, body, runtime.now_ms()))
    return _json(receipt, 200 if receipt.replayed else 202)


@_route("/v1/lives/{live}/totals", "GET")
def get_live_totals(live: str) -> Response:
    """The totals of one live; `?series=minute` adds every minute of its window."""
    service, now_ms = runtime.service(), runtime.now_ms()
    campaign, _ = service.definitions.of_live(live, now_ms)
    standing = reading.standing_for(service.definitions.campaign(campaign.id, now_ms), service.totals, live)
    query: Any = routes.current_request.query_params or {}
    return _json(answers.live_totals(standing, live, now_ms, series=query.get("series") == "minute"))


@_route("/v1/campaigns/{campaign}/totals", "GET")
def get_campaign_totals(campaign: str) -> Response:
    """The totals of a campaign."""
    service, now_ms = runtime.service(), runtime.now_ms()
    standing = reading.standing(service.definitions.campaign(campaign, now_ms), service.totals)
    return _json(answers.campaign_totals(standing, now_ms))


@_route("/v1/campaigns/{campaign}", "GET")
def get_campaign(campaign: str) -> Response:
    """What a campaign is, with its rules in words."""
    definition = runtime.service().definitions.campaign(campaign, runtime.now_ms()).campaign
    hashes = {live.id: sha256(frozen_part(definition, live.id)).hexdigest() for live in definition.lives}
    return _json(answers.campaign_definition(definition, hashes))


def _json(answer: msgspec.Struct, status: int = 200) -> Response:
    return Response(body=msgspec.json.encode(answer).decode(), status_code=status, headers={"Content-Type": _JSON})
