"""The sending kit, against a server that answers as it is told and remembers every attempt."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.reactions import Reaction
from locallove.sender import Batch, GaveUp, Patience, Sender, batches, key_of, signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TEXT = '{"live":"kumamoto-2023","reactions":[{"text":"がんばれ"}]}'.encode()
QUICK = Patience(attempts=4, first_wait_s=0.01, longest_wait_s=0.02, total_s=20, answer_s=5)


class Attempt(NamedTuple):
    """What arrived, and when (monotonic seconds)."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class Told(NamedTuple):
    """What to answer; status 0 drops the connection instead, after the attempt has been taken down."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    after_s: float = 0


@dataclass
class Platform:
    """Answers in turn what it is told, the last one for ever."""

    url: str
    answers: list[Told] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)

    def next(self) -> Told:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def platform() -> Iterator[Platform]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            told.attempts.append(Attempt(self.path, headers, body, time.monotonic()))
            told.connections.add(self.client_address)
            answer = told.next()
            time.sleep(answer.after_s)
            if answer.status == 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            content = answer.body if answer.body is not None else receipt_of(headers["webhook-id"], body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    told = Platform(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sender(platform: Platform) -> Iterator[Callable[..., Sender]]:
    made: list[Sender] = []

    def make(**options: Any) -> Sender:
        made.append(Sender(platform.url, SECRET, **{"patience": QUICK, **options}))
        return made[-1]

    yield make
    for each in made:
        each.close()


def text_of(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def receipt_of(batch: str, body: bytes) -> bytes:
    counts = CountsAnswer(1, 0, 0, 1)
    return msgspec.json.encode(
        Receipt(batch, "kumamoto-2023", sha256(text_of(body)).hexdigest(), 1, 0, 0, counts, 0, replayed=False, problems=())
    )


def like(number: int, at: str = "2023-02-11T19:00:03.120+09:00", **fields: Any) -> Reaction:
    return Reaction(f"r{number}", "like", at, "u1", **fields)


def test_an_attempt_verifies_with_the_standard_library_of_the_other_side(
    platform: Platform, sender: Callable[..., Sender]
) -> None:
    """The signature is over the text before compression, in the headers of Standard Webhooks."""
    platform.answers = [Told(202)]
    answer = sender().post("kumamoto-2023", "b1", TEXT)
    (attempt,) = platform.attempts
    assert attempt.path == "/v1/lives/kumamoto-2023/reactions"
    assert attempt.headers["content-type"] == "application/gzip"
    assert text_of(attempt.body) == TEXT
    Webhook(SECRET).verify(TEXT, attempt.headers)
    assert answer.status == 202
    assert answer.receipt is not None
    assert answer.receipt.batch == "b1"


def test_plain_text_is_sent_as_json(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Without compression the body is the text itself."""
    platform.answers = [Told(202)]
    sender(gzipped=False).post("kumamoto-2023", "b1", TEXT)
    assert platform.attempts[0].headers["content-type"] == "application/json"
    assert platform.attempts[0].body == TEXT


def test_the_same_text_is_sent_again_and_signed_anew(platform: Platform, sender: Callable[..., Sender]) -> None:
    """After 503 the very same body goes out under the same id, with the timestamp and signature of the new attempt."""
    platform.answers = [Told(503), Told(202)]
    answer = sender(patience=Patience(first_wait_s=2.2)).post("kumamoto-2023", "b1", TEXT)
    first, second = platform.attempts
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "b1"
    assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    Webhook(SECRET).verify(TEXT, second.headers)
    assert (answer.status, answer.attempts) == (202, 2)


def test_a_connection_lost_after_storing_leads_to_the_same_batch_again(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Whether it was stored is not known, so the same text goes out again; the receipt then says that it was there."""
    platform.answers = [Told(0), Told(200)]
    answer = sender().post("kumamoto-2023", "b1", TEXT)
    assert [attempt.body for attempt in platform.attempts] == [platform.attempts[0].body] * 2
    assert (answer.status, answer.attempts) == (200, 2)


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one(platform: Platform, sender: Callable[..., Sender]) -> None:
    """After a time-out the connection is given up, for the late answer would be read as that to the next attempt."""
    platform.answers = [Told(409, after_s=0.6), Told(202)]
    answer = sender(patience=Patience(first_wait_s=0.01, answer_s=0.3)).post("kumamoto-2023", "b1", TEXT)
    assert (answer.status, answer.attempts) == (202, 2)
    assert len(platform.connections) == 2


def test_retry_after_in_seconds_is_waited_for(platform: Platform, sender: Callable[..., Sender]) -> None:
    """A 429 that asks for a second gets a second."""
    platform.answers = [Told(429, {"Retry-After": "1"}), Told(202)]
    sender().post("kumamoto-2023", "b1", TEXT)
    first, second = platform.attempts
    assert second.at - first.at >= 1


def test_retry_after_as_a_date_is_waited_for(platform: Platform, sender: Callable[..., Sender]) -> None:
    """The other form of RFC 9110; one far away is longer than anyone waits, and ends it."""
    far = format_datetime(datetime(2099, 1, 1, tzinfo=UTC), usegmt=True)
    platform.answers = [Told(503, {"Retry-After": far})]
    with pytest.raises(GaveUp):
        sender().post("kumamoto-2023", "b1", TEXT)
    assert len(platform.attempts) == 1


def test_a_retry_after_that_says_nothing_is_passed_over(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Neither a number nor a date: the own waiting time holds."""
    platform.answers = [Told(503, {"Retry-After": "soon"}), Told(202)]
    assert sender().post("kumamoto-2023", "b1", TEXT).status == 202


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_a_final_refusal_is_not_sent_again(platform: Platform, sender: Callable[..., Sender], status: int) -> None:
    """The answer carries the problem document."""
    platform.answers = [Told(status, {}, b'{"title": "no"}'), Told(202)]
    answer = sender().post("kumamoto-2023", "b1", TEXT)
    assert (answer.status, answer.receipt, answer.problem) == (status, None, {"title": "no"})
    assert len(platform.attempts) == 1


@pytest.mark.parametrize(("status", "attempts"), [(401, 3), (404, 3), (403, 3), (408, 4), (429, 4), (500, 4), (503, 4), (0, 4)])
def test_attempts_are_bounded(platform: Platform, sender: Callable[..., Sender], status: int, attempts: int) -> None:
    """What may pass gets all attempts; a refusal that is not final by contract gets a few, then one clear line."""
    platform.answers = [Told(status, {}, b"")]
    with pytest.raises(GaveUp, match=rf"batch b1: .*after {attempts} attempts$") as gave_up:
        sender().post("kumamoto-2023", "b1", TEXT)
    assert gave_up.value.status == status
    assert len(platform.attempts) == attempts


def test_a_200_that_is_not_the_receipt_of_this_text_is_no_answer(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Something in between may answer 200 to everything; only a receipt for this id and text says that it is stored."""
    other = receipt_of("b1", b"another text")
    platform.answers = [Told(200, {}, b"<html>Welcome</html>"), Told(200, {}, other), Told(202)]
    answer = sender().post("kumamoto-2023", "b1", TEXT)
    assert (answer.status, answer.attempts) == (202, 3)


def test_one_connection_is_kept_alive(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Many batches, one connection."""
    platform.answers = [Told(202)]
    one = sender()
    for number in range(5):
        one.post("kumamoto-2023", f"b{number}", TEXT)
    assert len(platform.connections) == 1


def test_a_stage_in_the_address_is_kept(platform: Platform) -> None:
    """An API may live under a stage."""
    platform.answers = [Told(202)]
    one = Sender(f"{platform.url}/api/", SECRET, patience=QUICK)
    one.post("kumamoto-2023", "b1", TEXT)
    one.close()
    assert platform.attempts[0].path == "/api/v1/lives/kumamoto-2023/reactions"


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://example.org", "http://", "http://example.org:port"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        Sender(url, SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "whsec_がんばれ"])
def test_a_secret_that_is_none_is_refused_without_being_shown(secret: str) -> None:
    """The message says the form of a secret, not the one given."""
    with pytest.raises(ValueError, match=r"whsec_ followed by base64$"):
        key_of(secret)


@pytest.mark.needs("data")
def test_published_vectors_are_met(data: Path) -> None:
    """Standard Webhooks' own vectors, the broken one included."""
    vectors = msgspec.json.decode((data / "standard-webhooks" / "vectors.json").read_bytes())["symmetric"]
    assert len(vectors) == 3
    for vector in vectors:
        made = signature(
            key_of(vector["secret"]), vector["webhook-id"], int(vector["webhook-timestamp"]), vector["body"].encode()
        )
        assert (made == vector["webhook-signature"]) == vector["expect"].startswith("valid")


@given(st.text(), st.integers(0, 9_999_999_999), st.binary(min_size=1, max_size=64))
def test_signatures_equal_those_of_the_standard_library(text: str, timestamp: int, key: bytes) -> None:
    """Whatever is signed."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    assert signature(key, "b1", timestamp, text.encode("utf-8", "replace")) == Webhook(key).sign(
        "b1", moment, text.encode("utf-8", "replace").decode()
    )


def sizes(made: list[Batch]) -> list[int]:
    return [len(msgspec.json.decode(batch.text)["reactions"]) for batch in made]


def test_batches_hold_500_reactions_by_default_and_never_more_than_the_contract_allows() -> None:
    """Cut at a number of reactions."""
    reactions = [like(number) for number in range(12_000)]
    assert sizes(list(batches(reactions[:1_200], "kumamoto-2023"))) == [500, 500, 200]
    assert sizes(list(batches(reactions, "kumamoto-2023", 9_000))) == [5_000, 5_000, 2_000]


def test_batches_hold_at_most_60_different_minutes() -> None:
    """Two reactions in each of 61 minutes, with and without offset."""
    for zone in ("Z", "+09:00"):
        times = [
            f"2023-02-11T{19 + minute // 60}:{minute % 60:02d}:0{second}.5{zone}" for minute in range(61) for second in (1, 2)
        ]
        made = list(batches([like(number, at) for number, at in enumerate(times)], "kumamoto-2023"))
        assert sizes(made) == [120, 2]


def test_batches_hold_at_most_a_mebibyte_of_text_and_come_as_near_as_they_can() -> None:
    """Comments of 1 KiB, written in three bytes a character."""
    comments = [Reaction(f"r{number}", "comment", "2023-02-11T19:00:03Z", "u1", text="愛" * 341) for number in range(2_000)]
    made = list(batches(comments, "kumamoto-2023", 5_000))
    assert sum(sizes(made)) == 2_000
    assert all(len(batch.text) <= 1024 * 1024 for batch in made)
    assert len(made[0].text) + len(msgspec.json.encode(comments[0])) + 1 > 1024 * 1024


def test_the_id_of_a_batch_comes_from_its_text() -> None:
    """Equal reactions make equal batches; another reaction or another live makes another id. Ids are of the contract's form."""
    one, again, other, elsewhere = (
        next(batches([like(number)], live)) for number, live in ((1, "a"), (1, "a"), (2, "a"), (1, "b"))
    )
    assert one == again
    assert len({one.id, other.id, elsewhere.id}) == 3
    assert len(one.id) == 32
    assert one.id.isalnum()
    assert one.id.isascii()


def test_a_batch_knows_what_its_reactions_come_to() -> None:
    """Likes and gifts by their count, value times count."""
    gift = Reaction("g", "gift", "2023-02-11T19:00:03Z", "u1", count=3, gift="rose", value=5)
    comment = Reaction("c", "comment", "2023-02-11T19:00:03Z", "u1", text="がんばれ")
    (batch,) = batches([like(1, count=15), like(2), gift, comment], "kumamoto-2023")
    assert batch.counts.like == 16
    assert (batch.counts.comment, batch.counts.gift, batch.counts.gift_value) == (1, 3, 15)


def test_no_reactions_make_no_batch() -> None:
    """An empty batch could only be refused."""
    assert list(batches([], "kumamoto-2023")) == []
