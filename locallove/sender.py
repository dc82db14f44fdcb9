"""What a platform sends through: immutable batches, signed anew for each attempt, until there is a final answer.

Answers for: cutting reactions into batches, signing (Standard Webhooks), one kept-alive connection, waiting and trying again.
Refuses: AWS libraries, threads and queues. It never builds a different batch out of unanswered reactions.

Under a retry: the same text goes out under the same id; the id is derived from the text, so that even a sender that was started
again sends what it sent before, and gets the stored receipt.
"""

import base64
import binascii
import gzip
import hmac
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from chalicelib.domain.batches import Receipt
from chalicelib.domain.reactions import MAX_MINUTES, MAX_REACTIONS, MAX_TEXT_BYTES, Reaction
from chalicelib.domain.tally import Counts

STORED = frozenset({200, 202})
FINAL = STORED | {400, 409, 413, 415, 422}
"""After these the same batch is not sent again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is signed once, stored once, counted once. `counts` is what its reactions come to if all are accepted."""

    live: str
    id: str
    text: bytes
    counts: Counts


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: the receipt of a stored batch, or the problem document of a refused one; `attempts` from 1."""

    status: int
    receipt: Receipt | None
    problem: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on. Waiting doubles from `first_wait_s` to `longest_wait_s`, less a random part of up to half.

    Answers 401 and 404 may pass (a secret or a live that is not known everywhere yet), but not often: `refused_attempts`.
    """

    attempts: int = 12
    refused_attempts: int = 3
    first_wait_s: float = 0.2
    longest_wait_s: float = 10
    total_s: float = 120
    answer_s: float = 30

    def attempts_after(self, status: int) -> int:
        """How many attempts an answer of this status is worth; 0 stands for no answer at all."""
        passing = status == 0 or status in (408, 429) or status >= 500
        return self.attempts if passing else self.refused_attempts


class GaveUp(Exception):
    """No final answer after all attempts; whether the batch is stored is not known. `status` is the last one, or 0."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Reply:
    """One attempt's answer; status 0 when there was none. `retry_after_s` is what the other side asks for."""

    status: int
    body: bytes
    retry_after_s: float
    trouble: str


class Sender:
    """Posts batches to one service over one kept-alive connection; not for several threads at once.

    Raises: ValueError for an address or a secret that cannot be one.
    """

    def __init__(self, url: str, secret: str, *, gzipped: bool = True, patience: Patience | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is not an http or https address")
        self._key = key_of(secret)
        self._path = parts.path.rstrip("/")
        self._gzipped = gzipped
        self._patience = patience or Patience()
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connect(parts.hostname, parts.port, timeout=self._patience.answer_s)

    def post(self, live: str, batch_id: str, text: bytes) -> Answer:
        """Send a batch until there is a final answer. Raises: GaveUp."""
        body = gzip.compress(text, 1, mtime=0) if self._gzipped else text
        path = f"{self._path}/v1/lives/{quote(live, safe='')}/reactions"
        give_up_at = time.monotonic() + self._patience.total_s
        attempt = 0
        while True:
            attempt += 1
            reply = self._attempt(path, self._headers(batch_id, text), body)
            answer = _final(reply, batch_id, text, attempt) if reply.status in FINAL else None
            if answer is not None:
                return answer
            wait_s = max(reply.retry_after_s, self._backoff_s(attempt))
            if attempt >= self._patience.attempts_after(reply.status) or time.monotonic() + wait_s > give_up_at:
                raise GaveUp(reply.status, f"batch {batch_id}: {reply.trouble}, after {attempt} attempts")
            time.sleep(wait_s)

    def close(self) -> None:
        """Close the connection; the next post opens a new one."""
        self._connection.close()

    def _headers(self, batch_id: str, text: bytes) -> dict[str, str]:
        now_s = int(time.time())
        return {
            "Content-Type": "application/gzip" if self._gzipped else "application/json",
            "webhook-id": batch_id,
            "webhook-timestamp": str(now_s),
            "webhook-signature": signature(self._key, batch_id, now_s, text),
        }

    def _attempt(self, path: str, headers: dict[str, str], body: bytes) -> _Reply:
        try:
            self._connection.request("POST", path, body, headers)
            response = self._connection.getresponse()
            answered = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            return _Reply(0, b"", 0, f"no answer ({type(error).__name__}: {error})")
        title = _problem(answered).get(
            "title", "without a receipt for this text" if response.status in STORED else response.reason
        )
        return _Reply(response.status, answered, _retry_after_s(response), f"answered {response.status} {title}")

    def _backoff_s(self, attempt: int) -> float:
        longest = min(self._patience.longest_wait_s, self._patience.first_wait_s * 2 ** (attempt - 1))
        return random.uniform(longest / 2, longest)


def key_of(secret: str) -> bytes:
    """The signing key in a secret: `whsec_` and base64. Raises: ValueError, without the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a signing secret is whsec_ followed by base64")
    return key


def signature(key: bytes, batch_id: str, timestamp_s: int, text: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.text` (Standard Webhooks, symmetric)."""
    signed = hmac.digest(key, f"{batch_id}.{timestamp_s}.".encode() + text, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def batches(reactions: Iterable[Reaction], live: str, most: int = 500) -> Iterator[Batch]:
    """The reactions in their order, cut at `most`, at 60 different minutes and at 1 MiB of text. Equal input, equal batches."""
    most = min(most, MAX_REACTIONS)
    head = b'{"live":%s,"reactions":[' % msgspec.json.encode(live)
    room = MAX_TEXT_BYTES - len(head) - len(b"]}")
    encode = msgspec.json.Encoder().encode
    parts: list[bytes] = []
    minutes: set[str] = set()
    sums = dict.fromkeys(Counts.__struct_fields__, 0)
    size = 0
    for reaction in reactions:
        part, minute = encode(reaction), _minute(reaction.at)
        full = len(parts) == most or size + len(part) > room or (len(minutes) == MAX_MINUTES and minute not in minutes)
        if full and parts:
            yield _batch(live, head, parts, sums)
            parts, minutes, size = [], set(), 0
            sums = dict.fromkeys(sums, 0)
        parts.append(part)
        minutes.add(minute)
        size += len(part) + 1
        times = reaction.count or 1
        sums[reaction.kind] += times
        sums["gift_value"] += times * (reaction.value or 0)
    if parts:
        yield _batch(live, head, parts, sums)


def _batch(live: str, head: bytes, parts: list[bytes], sums: dict[str, int]) -> Batch:
    text = b"%s%s]}" % (head, b",".join(parts))
    return Batch(live, sha256(text).hexdigest()[:32], text, Counts(**sums))


def _minute(at: str) -> str:
    """What tells minutes apart in RFC 3339 text; one minute with two offsets is taken for two, which only cuts earlier."""
    return at[:16] if at.endswith("Z") else at[:16] + at[-6:]


def _final(reply: _Reply, batch_id: str, text: bytes, attempt: int) -> Answer | None:
    """The answer, or None when it says "stored" without a receipt for this text: something in between has answered."""
    if reply.status not in STORED:
        return Answer(reply.status, None, _problem(reply.body), attempt)
    try:
        receipt = msgspec.json.decode(reply.body, type=Receipt)
    except (ValueError, RecursionError):
        return None
    if (receipt.batch, receipt.sha256) != (batch_id, sha256(text).hexdigest()):
        return None
    return Answer(reply.status, receipt, {}, attempt)


def _problem(body: bytes) -> dict[str, Any]:
    """The problem document in an answer, empty where there is none (what stands in between has answered)."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return {}


def _retry_after_s(response: HTTPResponse) -> float:
    """Seconds asked for by `Retry-After` (RFC 9110: a number or a date), 0 without one that can be read."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return 0
