"""What a request carries: headers, body and query, out of Chalice's hands.

Answers for: header names in lower case, the body as bytes whatever its type, query values that are known, the reader's language.
"""

from collections.abc import Sequence
from typing import Any, get_args

from chalice.app import Request

from chalicelib.domain.languages import Language

_LANGUAGES: tuple[Language, ...] = get_args(Language)


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


def language(request: Request) -> Language:
    """What `?lang=` says, else what `accept-language` weighs most (RFC 9110, 12.5.4), else Japanese.

    A page in another language than was asked for is of more use to a reader than a problem document.
    """
    given: Any = request.query_params or {}
    weighed = [_weighed(each) for each in str(request.headers.get("accept-language", "")).split(",")]
    preferred = [(weight, -place, name) for place, (name, weight) in enumerate(weighed) if weight > 0]
    order = [given.get("lang"), *(name for _, _, name in sorted(preferred, reverse=True)), _LANGUAGES[0]]
    return next(known for name in order for known in _LANGUAGES if name == known)


def _weighed(asked: str) -> tuple[str, float]:
    """A language without its region, and its weight; what cannot be read weighs nothing."""
    name, _, weight = asked.partition(";")
    try:
        return name.strip().lower().partition("-")[0], float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return name, 0.0
