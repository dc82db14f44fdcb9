"""A stand-in for a platform's other side: a throwaway server that answers as it is told and remembers every attempt."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.reactions import Reaction

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Attempt(NamedTuple):
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def batch(self) -> str:
        return self.headers["webhook-id"]

    @property
    def text(self) -> bytes:
        return gzip.decompress(self.body) if self.body.startswith(b"\x1f\x8b") else self.body


class Told(NamedTuple):
    """What to answer. Status 0 drops the connection instead; `stores` says whether the batch is stored before that."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    after_s: float = 0
    stores: bool = False


@dataclass
class Platform:
    """Answers in turn what it is told, the last one for ever; or what `decide` says. Stores what it answers with 200 or 202."""

    url: str
    answers: list[Told] = field(default_factory=lambda: [Told(202)])
    decide: Callable[[Attempt], Told] | None = None
    attempts: list[Attempt] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    stored: dict[str, bytes] = field(default_factory=dict)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, attempt: Attempt) -> Told:
        with self.lock:
            self.attempts.append(attempt)
            told = self._told(attempt)
            stores = told.stores or (told.status in (200, 202) and told.body is None)
            if stores and self.stored.setdefault(attempt.batch, attempt.text) != attempt.text:
                told = Told(409, {}, b'{"title": "Same id, other text"}')
            self.arrived.release()
            return told

    def counted(self) -> list[str]:
        """The ids of all reactions stored, sorted; one that was stored in two batches is there twice."""
        return sorted(each["id"] for text in self.stored.values() for each in msgspec.json.decode(text)["reactions"])

    def sizes(self) -> list[int]:
        """How many reactions were in each attempt, in the order of arrival."""
        return [len(msgspec.json.decode(attempt.text)["reactions"]) for attempt in self.attempts]

    def _told(self, attempt: Attempt) -> Told:
        if self.decide is not None:
            return self.decide(attempt)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening() -> Iterator[Platform]:
    """A platform on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer on a kept-alive connection waits for a delayed acknowledgement

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            attempt = Attempt(self.path, headers, self.rfile.read(int(headers["content-length"])))
            platform.connections.add(self.client_address)
            was_there = attempt.batch in platform.stored
            answer = platform.take(attempt)
            time.sleep(answer.after_s)
            if answer.status == 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status = 200 if was_there and answer.status == 202 else answer.status
            content = receipt_of(attempt.batch, attempt.text, replayed=was_there) if answer.body is None else answer.body
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    platform = Platform(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def receipt_of(batch: str, text: bytes, *, replayed: bool = False) -> bytes:
    """A receipt that accepts everything."""
    reactions = len(msgspec.json.decode(text)["reactions"]) if text.startswith(b"{") else 1
    counts = CountsAnswer(reactions, 0, 0, reactions)
    digest = sha256(text).hexdigest()
    return msgspec.json.encode(
        Receipt(batch, "kumamoto-2023", digest, reactions, 0, 0, counts, 0, replayed=replayed, problems=())
    )


def like(number: int, at: str = "2023-02-11T19:00:03.120+09:00", **fields: Any) -> Reaction:
    """A like with an id of its own."""
    return Reaction(f"r{number}", "like", at, "u1", **fields)
