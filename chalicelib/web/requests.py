"""What a request carries: headers, body and query, out of Chalice's hands.

Answers for: header names in lower case, the body as bytes whatever its type, and query values that are known.
"""

from collections.abc import Sequence
from typing import Any

from chalice.app import Request


class BadQuery(Exception):
    """A query parameter with a value that it does not have."""


def batch(request: Request) -> tuple[dict[str, str], bytes]:
    """Headers and body of a posted batch."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.raw_body
    return headers, body.encode() if isinstance(body, str) else body


def query(request: Request, name: str, known: Sequence[str]) -> str | None:
    """The value of a query parameter, one of `known`, or None when it is not given. Raises: BadQuery."""
    given: Any = request.query_params or {}
    value: str | None = given.get(name)
    if value is not None and value not in known:
        raise BadQuery(f"{name} must be one of {', '.join(known)}")
    return value
