"""Posting one batch: signed anew for each attempt, over one kept-alive connection, until there is a final answer.

Answers for: what is final, Retry-After, waiting and trying again.
Refuses: threads and queues, and any change to a text that was sent once.
"""

import gzip
import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from chalicelib.domain.batches import FestivalReceipt, Receipt
from chalicelib.domain.channels import Part
from locallove.kit.patience import Patience, Watch
from locallove.kit.signing import key_of, signature

R = TypeVar("R", Receipt, FestivalReceipt)

STORED = frozenset({200, 202})
FINAL = STORED | {400, 409, 413, 415, 422}
"""After these the same batch is not sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: the receipt of a stored batch, or the problem document of a refused one; `attempts` from 1."""

    status: int
    receipt: Receipt | None
    problem: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class FestivalAnswer:
    """The same for a batch of a festival's entries, votes or metrics."""

    status: int
    receipt: FestivalReceipt | None
    problem: dict[str, Any]
    attempts: int


class GaveUp(Exception):
    """No final answer after all attempts; whether the batch is stored is not known. `status` is the last one, or 0."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Reply:
    """One attempt's answer; status 0 when there was none. `retry_after` is the header as it came."""

    status: int
    body: bytes
    retry_after: str
    trouble: str


class Sender:
    """Posts batches to one service over one kept-alive connection; not for several threads at once.

    `connection` is for who simulates the network: it stands where `http.client`'s would.
    Raises: ValueError for an address or a secret that cannot be one.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        gzipped: bool = True,
        patience: Patience | None = None,
        watch: Watch | None = None,
        connection: HTTPConnection | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is not an http or https address")
        self._key = key_of(secret)
        self._path = parts.path.rstrip("/")
        self._gzipped = gzipped
        self._patience = patience or Patience()
        self._watch = watch or Watch()
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connection or connect(parts.hostname, parts.port, timeout=self._patience.answer_s)

    def post(self, live: str, batch_id: str, text: bytes) -> Answer:
        """Send a batch until there is a final answer: the same text under the same id, signed anew. Raises: GaveUp."""
        reply, receipt, attempts = self._final(f"/v1/lives/{quote(live, safe='')}/reactions", batch_id, text, Receipt)
        return Answer(reply.status, receipt, {} if receipt else _problem(reply.body), attempts)

    def post_to_festival(self, campaign: str, part: Part, batch_id: str, text: bytes) -> FestivalAnswer:
        """The same for a batch of a festival. Raises: GaveUp."""
        path = f"/v1/festivals/{quote(campaign, safe='')}/{part}"
        reply, receipt, attempts = self._final(path, batch_id, text, FestivalReceipt)
        return FestivalAnswer(reply.status, receipt, {} if receipt else _problem(reply.body), attempts)

    def _final(self, path: str, batch_id: str, text: bytes, form: type[R]) -> tuple[_Reply, R | None, int]:
        """The final reply, its receipt if it has one, and the number of attempts. Raises: GaveUp."""
        body = gzip.compress(text, 1, mtime=0) if self._gzipped else text
        give_up_at = self._watch.elapsed_s() + self._patience.total_s
        attempts = 0
        while True:
            reply = self._attempt(self._path + path, self._headers(batch_id, text), body)
            attempts += 1
            receipt = _receipt(reply, batch_id, text, form)
            if receipt is not None or reply.status in FINAL - STORED:
                return reply, receipt, attempts
            asked_s = _retry_after_s(reply.retry_after, self._watch.unix_s())
            # Whoever was told the same number must not come back at the same moment.
            wait_s = max(asked_s * random.uniform(1, 1.1), self._patience.backoff_s(attempts))
            if self._patience.is_over(attempts, reply.status) or self._watch.elapsed_s() + wait_s > give_up_at:
                raise GaveUp(reply.status, f"batch {batch_id}: {reply.trouble}, after {attempts} attempts")
            self._watch.sleep(wait_s)

    def close(self) -> None:
        """Close the connection; the next post opens a new one."""
        self._connection.close()

    def _headers(self, batch_id: str, text: bytes) -> dict[str, str]:
        now_s = int(self._watch.unix_s())
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
            return _Reply(0, b"", "", f"no answer ({type(error).__name__}: {error})")
        title = _problem(answered).get(
            "title", "without a receipt for this text" if response.status in STORED else response.reason
        )
        retry_after = response.headers.get("Retry-After", "").strip()
        return _Reply(response.status, answered, retry_after, f"answered {response.status} {title}")


def _receipt(reply: _Reply, batch_id: str, text: bytes, form: type[R]) -> R | None:
    """The receipt, or None when it says "stored" without one for this text: something in between has answered."""
    if reply.status not in STORED:
        return None
    try:
        receipt = msgspec.json.decode(reply.body, type=form)
    except (ValueError, RecursionError):
        return None
    return receipt if (receipt.batch, receipt.sha256) == (batch_id, sha256(text).hexdigest()) else None


def _problem(body: bytes) -> dict[str, Any]:
    """The problem document in an answer, empty where there is none (what stands in between has answered)."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return {}


def _retry_after_s(asked: str, now_s: float) -> float:
    """Seconds asked for by `Retry-After` (RFC 9110: a number or a date), 0 without one that can be read."""
    if asked.isascii() and asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - now_s)
    except (ValueError, OverflowError):
        return 0
