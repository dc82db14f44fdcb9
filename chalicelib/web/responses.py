"""Answers with the headers they need: what may be cached, what must not, and what every answer carries.

Answers for: `ETag` as the hash of the bytes, 304 for who has them already, HEAD without a body, security headers.
"""

from hashlib import sha256

import msgspec
from chalice.app import Request, Response

from chalicelib.domain.batches import FestivalReceipt, Receipt
from chalicelib.web.page import POLICY

JSON = "application/json"
HTML = "text/html; charset=utf-8"

# What an answer says of these itself stands: a page's own policy, say.
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def receipt_answer(receipt: Receipt | FestivalReceipt) -> Response:
    """202 for a batch that is stored now, 200 for one that was stored before."""
    return uncached(receipt, 200 if receipt.replayed else 202)


def uncached(answer: msgspec.Struct, status: int) -> Response:
    """An answer for this moment only."""
    return _response(msgspec.json.encode(answer), status, {"Content-Type": JSON, "Cache-Control": "no-store"})


def revalidated(request: Request, answer: msgspec.Struct | bytes, media_type: str = JSON) -> Response:
    """An answer that may be kept for a second, or 304 when the asker has these very bytes (RFC 9110, 13.1.2)."""
    body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"Content-Type": media_type, "Cache-Control": "public, max-age=1", "ETag": etag}
    asked = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if etag in asked or "*" in asked:
        return _response(b"", 304, headers)
    return _response(body, 200, headers)


def public_page(request: Request, html: str, *, listed: bool) -> Response:
    """A static page that anyone may keep for a second, maybe in the reader's language; `listed` if search engines may name it."""
    answer = revalidated(request, html.encode(), HTML)
    answer.headers |= {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
    if listed:
        answer.headers["X-Robots-Tag"] = "all"
    return answer


def uncached_page(html: str, status: int) -> Response:
    """A static page that nobody keeps."""
    headers = {"Content-Type": HTML, "Cache-Control": "no-store", "Content-Security-Policy": POLICY}
    return _response(html.encode(), status, headers)


def redirected(url: str) -> Response:
    """The way to a file, for this moment only: the link is signed, and soon no longer good."""
    return Response(body="", status_code=302, headers={"Location": url, "Cache-Control": "no-store"})


def secured(answer: Response, request_id: str, *, without_body: bool) -> Response:
    """The answer with the headers that every answer has; to HEAD the same without its body."""
    answer.headers = {**_SECURITY, **answer.headers, "X-Request-Id": request_id}
    if without_body:
        answer.body = ""
    return answer


def _response(body: bytes, status: int, headers: dict[str, str]) -> Response:
    return Response(body=body.decode(), status_code=status, headers={**headers})
