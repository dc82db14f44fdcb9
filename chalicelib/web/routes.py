"""The routes of the API. A view takes the request, calls one flow and returns its answer; errors are translated around it.

Refuses: triggers. A stream or schedule handler on a blueprint would bypass `app.py` (Chalice issue 1566).
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib import runtime, telemetry
from chalicelib.domain import answers
from chalicelib.domain.channels import Part
from chalicelib.domain.definition import campaign_definition
from chalicelib.domain.frozen import frozen_part
from chalicelib.flows import health, reading
from chalicelib.flows.definitions import UnknownCampaign
from chalicelib.flows.intake import Posted
from chalicelib.store.links import INVITED_VALID_S, VALID_S
from chalicelib.web import requests
from chalicelib.web.page import live_page, static_page
from chalicelib.web.page import part as page_part
from chalicelib.web.problems import method_not_allowed, translated
from chalicelib.web.responses import public_page, receipt_answer, redirected, revalidated, secured, uncached, uncached_page

BINARY_TYPES = ["application/gzip", "application/x-gzip"]
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_ANY_TYPE = ["*/*"]  # so that a wrong content type reaches us, and is answered with a problem

routes = Blueprint(__name__)

View = Callable[..., Response]


def _answered(path: str, view: View) -> View:
    """The view, with its errors as problems, the headers that every answer has, and one line in the log."""

    @wraps(view)
    def answered(**parameters: str) -> Response:
        began = time.monotonic_ns()
        answer = translated(lambda: view(**parameters))
        request_id = _request_id()
        method = routes.current_request.method
        spent = (time.monotonic_ns() - began) // 1_000_000
        telemetry.request_answered(request_id, method, path, answer.status_code, spent)
        return secured(answer, request_id, without_body=method == "HEAD")

    return answered


def _route(path: str, *methods: str) -> Callable[[View], View]:
    """A route for these methods; every other method of the path is answered 405."""

    def register(view: View) -> View:
        others = [method for method in _METHODS if method not in methods]
        refusing = _answered(path, lambda **_: method_not_allowed(methods))
        refusing.__name__ = f"refuse_{view.__name__}"
        routes.route(path, methods=list(methods), content_types=_ANY_TYPE)(_answered(path, view))
        routes.route(path, methods=others, content_types=_ANY_TYPE)(refusing)
        return view

    return register


@_route("/v1/lives/{live}/reactions", "POST")
def post_reactions(live: str) -> Response:
    """Take a signed batch of reactions."""
    headers, body = requests.batch(_request())
    return receipt_answer(runtime.service().intake.take(Posted(live, headers, body, runtime.now_ms())))


@_route("/v1/festivals/{campaign}/entries", "POST")
def post_entries(campaign: str) -> Response:
    """Take a signed batch of a festival's entries."""
    return _taken_for_festival(campaign, "entries")


@_route("/v1/festivals/{campaign}/votes", "POST")
def post_votes(campaign: str) -> Response:
    """Take a signed batch of votes."""
    return _taken_for_festival(campaign, "votes")


@_route("/v1/festivals/{campaign}/standings", "GET", "HEAD")
def get_standings(campaign: str) -> Response:
    """How a festival stands: how many votes were received, then the seal, then the awards that are revealed."""
    return revalidated(_request(), runtime.service().standings.of(campaign, runtime.now_ms()))


@_route("/v1/festivals/{campaign}/statement", "GET", "HEAD")
def get_festival_statement(campaign: str) -> Response:
    """The statement of a closed festival: what was decided from, and each result by its hash."""
    return get_festival_statement_file(campaign, "statement.json")


@_route("/v1/festivals/{campaign}/statement/{file}", "GET", "HEAD")
def get_festival_statement_file(campaign: str, file: str) -> Response:
    """A file that proves a festival's result: the statement, the rule, the chain; once revealed, results and ledgers."""
    return _sent_to(runtime.service().proof.of_festival(campaign, file, runtime.now_ms()))


@_route("/v1/festivals/{campaign}/metrics", "POST")
def post_metrics(campaign: str) -> Response:
    """Take a signed batch of views and likes: a snapshot of entries at a moment."""
    return _taken_for_festival(campaign, "metrics")


@_route("/v1/lives/{live}/totals", "GET", "HEAD")
def get_live_totals(live: str) -> Response:
    """The totals of one live; `?series=minute` adds every minute of its window."""
    service, now_ms = runtime.service(), runtime.now_ms()
    campaign, _ = service.definitions.of_live(live, now_ms)
    applied = service.definitions.campaign(campaign.id, now_ms)
    standing = reading.standing_for(applied, service.fresh_totals.at(now_ms), service.settled_totals, live)
    series = requests.query(_request(), "series", ("minute",)) == "minute"
    return revalidated(_request(), answers.live_totals(standing, live, now_ms, series=series))


@_route("/v1/campaigns/{campaign}/totals", "GET", "HEAD")
def get_campaign_totals(campaign: str) -> Response:
    """The totals of a campaign."""
    service, now_ms = runtime.service(), runtime.now_ms()
    applied = service.definitions.campaign(campaign, now_ms)
    standing = reading.standing(applied, service.fresh_totals.at(now_ms), service.settled_totals)
    return revalidated(_request(), answers.campaign_totals(standing, now_ms))


@_route("/v1/campaigns/{campaign}", "GET", "HEAD")
def get_campaign(campaign: str) -> Response:
    """What a campaign is, with its rules in words."""
    definition = runtime.service().definitions.campaign(campaign, runtime.now_ms()).campaign
    hashes = {live.id: sha256(frozen_part(definition, live.id)).hexdigest() for live in definition.lives}
    return revalidated(_request(), campaign_definition(definition, hashes))


@_route("/v1/lives/{live}/statement", "GET", "HEAD")
def get_live_statement(live: str) -> Response:
    """The statement of a settled live."""
    return get_live_statement_file(live, "statement.json")


@_route("/v1/lives/{live}/statement/{file}", "GET", "HEAD")
def get_live_statement_file(live: str, file: str) -> Response:
    """A file that proves the statement of a live: the statement itself, rule, ledger, chain."""
    return _sent_to(runtime.service().proof.of_live(live, file, runtime.now_ms()))


@_route("/v1/campaigns/{campaign}/statement", "GET", "HEAD")
def get_campaign_statement(campaign: str) -> Response:
    """The statement of a campaign whose lives are all settled."""
    return get_campaign_statement_file(campaign, "statement.json")


@_route("/v1/campaigns/{campaign}/statement/{file}", "GET", "HEAD")
def get_campaign_statement_file(campaign: str, file: str) -> Response:
    """A file that proves the statement of a campaign: the statement itself, chain."""
    return _sent_to(runtime.service().proof.of_campaign(campaign, file, runtime.now_ms()))


@_route("/i/{invitation}", "GET", "HEAD")
def get_invitation(invitation: str) -> Response:
    """The page of an invitation: the same for every token, valid or not. What it shows it asks for itself."""
    return uncached_page(static_page("invitation", _path()), 200)


@_route("/i/{invitation}/files.json", "GET", "HEAD")
def get_invitation_files(invitation: str) -> Response:
    """What an invitation leads to."""
    return uncached(runtime.service().invited.files(invitation, runtime.now_ms()), 200)


@_route("/i/{invitation}/{file}", "GET", "HEAD")
def get_invitation_file(invitation: str, file: str) -> Response:
    """A file of the newest report that an invitation is for; GET counts as a download, HEAD does not."""
    invited, now_ms = runtime.service().invited, runtime.now_ms()
    if _request().method == "HEAD":
        _, key = invited.file(invitation, file, now_ms)
    else:
        key = invited.download(invitation, file, _request_id(), now_ms)
    return _sent_to(key, INVITED_VALID_S)


@_route("/live/{campaign}", "GET", "HEAD")
def get_live_page(campaign: str) -> Response:
    """The public page of a campaign, while it runs and after it."""
    service, language = runtime.service(), requests.language(_request())
    try:
        definition = service.definitions.campaign(campaign, runtime.now_ms()).campaign
    except UnknownCampaign:
        return uncached_page(static_page("unknown", _path()), 404)
    html = live_page(definition, language, _path(), service.settings.public_url)
    return public_page(_request(), html, listed=True)


@_route("/live/{campaign}/{card}", "GET", "HEAD")
def get_live_card(campaign: str, card: str) -> Response:
    """The picture of a campaign's newest report, for whoever shares a link to its page."""
    return _sent_to(runtime.service().cards.of_campaign(campaign, card, runtime.now_ms()))


@_route("/overlay/{campaign}", "GET", "HEAD")
def get_overlay(campaign: str) -> Response:
    """What streaming software lays over the picture; that there is no such campaign it says there as well."""
    html = static_page("overlay", _path(), campaign=campaign)
    try:
        runtime.service().definitions.campaign(campaign, runtime.now_ms())
    except UnknownCampaign:
        return uncached_page(html, 404)
    return public_page(_request(), html, listed=False)


@_route("/pages/{part}", "GET", "HEAD")
def get_page_part(part: str) -> Response:
    """The style or the script of a page."""
    body, media_type = page_part(part)
    return revalidated(_request(), body, media_type)


@_route("/v1/health", "GET", "HEAD")
def get_health() -> Response:
    """Whether the service can reach its tables, and which release it is."""
    found = health.check(runtime.service().tables)
    return uncached(found, 200 if found.status == "ok" else 503)


@_route("/v1/openapi.json", "GET", "HEAD")
def get_openapi() -> Response:
    """This API in OpenAPI 3.1."""
    from chalicelib.web import openapi  # noqa: PLC0415 - describing takes time that no other request should pay for

    return revalidated(_request(), openapi.document())


def _taken_for_festival(campaign: str, part: Part) -> Response:
    headers, body = requests.batch(_request())
    return receipt_answer(runtime.service().intake.take(Posted(campaign, headers, body, runtime.now_ms(), part)))


def _sent_to(key: str, valid_s: int = VALID_S) -> Response:
    """Sends whoever asks to a published file, with a link for the very method of the request."""
    return redirected(runtime.service().links.to(key, head=_request().method == "HEAD", valid_s=valid_s))


def _request_id() -> str:
    context: Any = _request().lambda_context
    return str(context.aws_request_id)


def _path() -> str:
    """The request's path as it was asked for, maybe with a slash at its end."""
    return str(_request().context.get("path", ""))


def _request() -> Request:
    request: Request = routes.current_request
    return request
