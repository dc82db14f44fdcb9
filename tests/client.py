"""A stranger's HTTP client for tests: standard library only."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Told(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect is an answer: it is looked at, not followed."""


_opener = urllib.request.build_opener(_Told)


def request(url: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str | None = None) -> Answer:
    """One request; an error status is an answer too, and so is a redirect."""
    asked = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with _opener.open(asked, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def problem(answer: Answer) -> tuple[int, str]:
    """The status and the name of a problem document, which must be whole."""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json
    assert document.keys() == {"type", "title", "status", "detail", "problems"}
    assert document["status"] == answer.status
    return answer.status, document["type"].removeprefix("urn:locallove:")
