"""Posting one batch, and cutting batches, against a server that answers as it is told and remembers every attempt."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sender.platform import SECRET, Platform, Told, like, receipt_of
from standardwebhooks.webhooks import Webhook

from chalicelib.domain.reactions import Reaction
from locallove.sender import PERSISTENT, Batch, GaveUp, Patience, Sender, Watch, batches, key_of, signature

TEXT = '{"live":"kumamoto-2023","reactions":[{"text":"がんばれ"}]}'.encode()
QUICK = Patience(attempts=4, first_wait_s=0.01, longest_wait_s=0.02, total_s=20, answer_s=5)


class Time:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now_s = datetime.now(UTC).timestamp()
        self.waits: list[float] = []
        self.watch = Watch(unix_s=lambda: self.now_s, elapsed_s=lambda: self.now_s, sleep=self._sleep)

    def _sleep(self, wait_s: float) -> None:
        self.waits.append(wait_s)
        self.now_s += wait_s


@pytest.fixture
def sender(platform: Platform) -> Iterator[Callable[..., Sender]]:
    made: list[Sender] = []

    def make(**options: Any) -> Sender:
        made.append(Sender(platform.url, SECRET, **{"patience": QUICK, **options}))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_an_attempt_verifies_with_the_standard_library_of_the_other_side(
    platform: Platform, sender: Callable[..., Sender]
) -> None:
    """The signature is over the text before compression, in the headers of Standard Webhooks."""
    platform.answers = [Told(202)]
    answer = sender().post("kumamoto-2023", "b1", TEXT)
    (attempt,) = platform.attempts
    assert attempt.path == "/v1/lives/kumamoto-2023/reactions"
    assert attempt.headers["content-type"] == "application/gzip"
    assert attempt.text == TEXT
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
    time = Time()
    answer = sender(patience=Patience(first_wait_s=4), watch=time.watch).post("kumamoto-2023", "b1", TEXT)
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


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(platform: Platform, sender: Callable[..., Sender], form: str) -> None:
    """Both forms of RFC 9110; at least so long, and not exactly, for everybody else was told the same."""
    time = Time()
    in_a_minute = format_datetime(datetime.fromtimestamp(int(time.now_s) + 60, UTC), usegmt=True)
    platform.answers = [Told(429, {"Retry-After": "60" if form == "seconds" else in_a_minute}), Told(202)]
    sender(watch=time.watch, patience=Patience()).post("kumamoto-2023", "b1", TEXT)
    (wait_s,) = time.waits
    assert wait_s > 59
    assert wait_s != 60


def test_a_retry_after_beyond_all_patience_ends_it(platform: Platform, sender: Callable[..., Sender]) -> None:
    """Waiting for less would be against what was asked."""
    far = format_datetime(datetime(2099, 1, 1, tzinfo=UTC), usegmt=True)
    platform.answers = [Told(503, {"Retry-After": far})]
    with pytest.raises(GaveUp):
        sender().post("kumamoto-2023", "b1", TEXT)
    assert len(platform.attempts) == 1


def test_waits_double_to_the_longest_less_a_random_part(platform: Platform, sender: Callable[..., Sender]) -> None:
    """0.2, 0.4, 0.8 … 10 seconds; of each at least half."""
    platform.answers = [Told(503)]
    time = Time()
    with pytest.raises(GaveUp):
        sender(watch=time.watch, patience=Patience()).post("kumamoto-2023", "b1", TEXT)
    longest = [min(10, 0.2 * 2**number) for number in range(11)]
    assert len(time.waits) == len(longest)
    assert all(most / 2 <= wait <= most for wait, most in zip(time.waits, longest, strict=True))
    assert time.waits != longest


@pytest.mark.parametrize("status", [0, 401, 404, 503])
def test_the_persistent_go_on_until_their_time_is_over(platform: Platform, sender: Callable[..., Sender], status: int) -> None:
    """A secret or a live may be known a little later than the sender is ready: a quarter of an hour, then it is given up."""
    platform.answers = [Told(status, {}, b"")]
    time = Time()
    with pytest.raises(GaveUp):
        sender(watch=time.watch, patience=PERSISTENT).post("kumamoto-2023", "b1", TEXT)
    assert 840 < sum(time.waits) <= 900
    assert len(platform.attempts) > 30


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


def test_a_batch_is_the_very_same_again_from_its_text() -> None:
    """The text is all that a sender must keep."""
    gift = Reaction("g", "gift", "2023-02-11T19:00:03Z", "u1", count=3, gift="rose", value=5)
    for rehearsal in (False, True):
        (batch,) = batches([like(1, count=15), gift], "kumamoto-2023", rehearsal=rehearsal)
        assert Batch.of(batch.text) == batch
        assert msgspec.json.decode(batch.text).get("rehearsal", False) is rehearsal
    with pytest.raises(ValueError, match=r"missing"):
        Batch.of(b"{}")


def test_what_no_platform_could_accept_makes_no_batch() -> None:
    """A wrong type is the caller's mistake, and said where it is made."""
    for wrong in (like(1, count="15"), like(1, count=0), Reaction("r1", "like", "2023-02-11T19:00:03Z", "\ud800")):
        with pytest.raises(ValueError, match=r"int|surrogates"):
            list(batches([wrong], "kumamoto-2023"))


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
