"""Errors as `application/problem+json` (RFC 9457): every domain error's status, in one table. No stack trace, ever."""

import traceback
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib import telemetry
from chalicelib.domain.batches import LISTED_PROBLEMS
from chalicelib.domain.problems import Problem
from chalicelib.domain.texts import NothingValid, NotReadable, TooMuch
from chalicelib.flows.definitions import (
    NotYetSettled,
    UnknownCampaign,
    UnknownFestival,
    UnknownFile,
    UnknownInvitation,
    UnknownLive,
)
from chalicelib.flows.intake import Conflict, FestivalClosed, LiveClosed, UnsupportedType
from chalicelib.flows.signing import BadHeaders, Unsigned
from chalicelib.flows.unpacking import NotUnpackable, TooLarge
from chalicelib.store.clients import StorageRefused
from chalicelib.web.page import UnknownPart
from chalicelib.web.requests import BadQuery

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
ASK_AGAIN = "Ask again. If this was a batch, it may be stored or not: send it again, with the same text under the same id."

TABLE: dict[type[Exception], tuple[int, str, str]] = {
    TooLarge: (413, "too-large", "The batch is too large"),
    TooMuch: (413, "too-much", "The batch holds too much"),
    NotUnpackable: (400, "not-unpackable", "The body cannot be unpacked"),
    UnsupportedType: (415, "unsupported-type", "The body is of another type"),
    BadQuery: (400, "bad-query", "The query is wrong"),
    BadHeaders: (400, "bad-headers", "The headers are wrong"),
    UnknownLive: (404, "unknown-live", "There is no such live"),
    UnknownCampaign: (404, "unknown-campaign", "There is no such campaign"),
    UnknownFestival: (404, "unknown-festival", "There is no such festival"),
    NotYetSettled: (404, "not-settled", "This is not settled yet"),
    UnknownFile: (404, "unknown-file", "There is no such file"),
    UnknownPart: (404, "unknown-file", "There is no such file"),
    UnknownInvitation: (404, "unknown-invitation", "This link is not valid"),
    Unsigned: (401, "unsigned", "The signature does not verify"),
    Conflict: (409, "batch-conflict", "This batch id was used for another text"),
    LiveClosed: (409, "live-closed", "The live is closed"),
    FestivalClosed: (409, "festival-closed", "This part of the festival is closed"),
    NotReadable: (400, "not-json", "The text is not JSON"),
    NothingValid: (422, "nothing-valid", "Nothing in the batch can be counted"),
    StorageRefused: (503, "storage-refused", "The storage does not answer now"),
}


class ProblemAnswer(msgspec.Struct, frozen=True):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    problems: tuple[Problem, ...] = ()


def translated(view: Callable[[], Response]) -> Response:
    """The view's answer, or the problem that its error means."""
    try:
        return view()
    except tuple(TABLE) as error:
        status, name, title = TABLE[type(error)]
        headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
        return problem(status, name, title, _detail(error), getattr(error, "problems", ()), headers)
    except Exception as error:
        frames = traceback.format_tb(error.__traceback__, limit=-8)
        telemetry.log.error("unexpected error", extra={"error": type(error).__name__, "frames": frames})
        return problem(500, "unexpected", "Something went wrong here", ASK_AGAIN)


def method_not_allowed(allowed: Iterable[str]) -> Response:
    """The answer to a method that a path does not have (RFC 9110, 15.5.6)."""
    offered = ", ".join(sorted(allowed))
    detail = f"This path takes {offered}."
    return problem(405, "method-not-allowed", "The path does not take this method", detail, headers={"Allow": offered})


def problem(
    status: int, name: str, title: str, detail: str, problems: Iterable[Problem] = (), headers: dict[str, str] | None = None
) -> Response:
    """An answer with this problem; the first hundred places are listed."""
    document = ProblemAnswer(f"urn:locallove:{name}", title, status, detail, tuple(problems)[:LISTED_PROBLEMS])
    every = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    return Response(body=msgspec.json.encode(document).decode(), status_code=status, headers={**every, **(headers or {})})


def _detail(error: Exception) -> str:
    if isinstance(error, StorageRefused):
        return ASK_AGAIN
    detail: Any = error.args[0] if error.args else ""
    return str(detail)
