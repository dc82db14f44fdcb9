"""Requests that are wrong before anybody reads what is in the batch: headers, sizes, packing, and texts that are not JSON."""

import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from client import problem
from web.posting import OTHER, Platform

MEBIBYTE = 1024 * 1024


def wire(text: str) -> str:
    """A header's value that goes over the wire as UTF-8."""
    return text.encode().decode("latin-1")


def padded(platform: Platform, size: int) -> bytes:
    """A good batch of exactly so many bytes."""
    return platform.text(platform.like()).ljust(size)


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        pytest.param(None, "missing", id="missing"),
        pytest.param("", "missing", id="empty"),
        pytest.param("garbage", "missing or has no", id="garbage"),
        pytest.param("v1,garbage", "nobody's", id="garbage of version 1"),
        pytest.param("v1,", "nobody's", id="of nothing"),
        pytest.param(wire("署名"), "missing or has no", id="non-ASCII"),
        pytest.param(wire("v1,署名"), "nobody's", id="non-ASCII of version 1"),
        pytest.param("v1,\xe9", "nobody's", id="not even UTF-8"),
        pytest.param("v1,a,b,c", "nobody's", id="many parts"),
        pytest.param("v1 , , ,", "missing or has no", id="many empty parts"),
        pytest.param("v1,a v1,b v1,c v1,d v1,e", "more than 4", id="five signatures"),
        pytest.param("v1,a " * 1000, "more than 4", id="a thousand signatures"),
    ],
)
def test_a_bad_signature_is_401(platform: Platform, signature: str | None, said: str) -> None:
    before = platform.items()
    answer = platform.post(webhook_signature=signature)
    assert problem(answer) == (401, "unsigned")
    assert said in answer.json["detail"]
    assert platform.items() == before


@pytest.mark.parametrize("seconds", [pytest.param(301, id="301 seconds old"), pytest.param(-310, id="301 seconds early")])
def test_a_timestamp_too_far_from_now_is_401(platform: Platform, seconds: int) -> None:
    """What is early comes nearer on its way here, so that it starts out with 9 seconds more."""
    answer = platform.post(at=datetime.now(UTC) - timedelta(seconds=seconds))
    assert problem(answer) == (401, "unsigned")
    assert "5 minutes" in answer.json["detail"]


@pytest.mark.parametrize(
    "stamp", ["1e9", wire("１２３"), wire("１７００００００００"), "", None, "170000000", "-170000000", "1700000000.5"]
)
def test_a_timestamp_that_is_not_ten_digits_is_401(platform: Platform, stamp: str | None) -> None:
    answer = platform.post(webhook_timestamp=stamp)
    assert problem(answer) == (401, "unsigned")
    assert "ten digits" in answer.json["detail"]


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param("b 1", id="a space"),
        pytest.param("b.1", id="a full stop"),
        pytest.param("b" * 65, id="65 characters"),
        pytest.param("", id="empty"),
        pytest.param(None, id="missing"),
        pytest.param("b#1", id="the character that divides keys"),
        pytest.param(wire("バッチ"), id="non-ASCII"),
    ],
)
def test_a_bad_batch_id_is_400(platform: Platform, batch: str | None) -> None:
    before = platform.items()
    answer = platform.post(webhook_id=batch)
    assert problem(answer) == (400, "bad-headers")
    assert "webhook-id must be 1 to 64 of" in answer.json["detail"]
    assert platform.items() == before


@pytest.mark.parametrize("batch", ["b" * 64, "AZaz09_:-", "0"])
def test_a_good_batch_id_is_taken(platform: Platform, batch: str) -> None:
    assert platform.post(batch=batch).json["batch"] == batch


def test_the_same_headers_and_body_posted_to_another_live_are_422(platform: Platform) -> None:
    """The signature covers id, time and text, but not the address: the text says itself where it belongs."""
    before, batch, moment = platform.items(), platform.new_id(), datetime.now(UTC)
    text = platform.text(platform.like())
    answer = platform.post(text, batch=batch, at=moment, live=OTHER)
    assert problem(answer) == (422, "nothing-valid")
    assert [each["pointer"] for each in answer.json["problems"]] == ["/live"]
    assert platform.items() == before
    assert platform.post(text, batch=batch, at=moment).status == 202


@pytest.mark.parametrize(
    "given", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", "", None]
)
def test_a_wrong_content_type_is_415(platform: Platform, given: str | None) -> None:
    answer = platform.post(content_type=given)
    assert problem(answer) == (415, "unsupported-type")
    assert "application/gzip" in answer.json["detail"]


@pytest.mark.parametrize(
    "given", ["application/json", "Application/JSON; charset=utf-8", "application/gzip", "application/x-gzip"]
)
def test_a_body_is_told_by_its_magic_bytes_whatever_type_it_has(platform: Platform, given: str) -> None:
    text = platform.text(platform.like())
    assert platform.post(text, content_type=given).status == 202
    assert platform.post(text, body=gzip.compress(text), content_type=given).status == 202


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_1_mib_is_taken_and_1_mib_and_1_byte_is_413(platform: Platform, packed: Callable[[bytes], bytes]) -> None:
    whole, over = padded(platform, MEBIBYTE), padded(platform, MEBIBYTE + 1)
    batch, before = platform.new_id(), platform.items()
    refused = platform.post(over, body=packed(over), batch=batch)
    assert problem(refused) == (413, "too-large")
    assert str(MEBIBYTE) in refused.json["detail"]
    assert platform.items() == before
    assert platform.post(whole, body=packed(whole), batch=batch).status == 202


def test_a_50_mb_gzip_bomb_is_413_at_once(platform: Platform) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    began = time.monotonic()
    assert problem(platform.post(body=bomb)) == (413, "too-large")
    assert time.monotonic() - began < 1


def test_two_gzip_members_are_400_even_if_both_are_good(platform: Platform) -> None:
    text = platform.text(platform.like())
    for second in (gzip.compress(text), gzip.compress(b""), b"\0"):
        answer = platform.post(text, body=gzip.compress(text) + second)
        assert problem(answer) == (400, "not-unpackable")
        assert "after its one gzip member" in answer.json["detail"]


@pytest.mark.parametrize("left", [2, 3, 10, 11, 40, -9, -8, -1])
def test_truncated_gzip_is_400_wherever_it_is_cut(platform: Platform, left: int) -> None:
    text = platform.text(platform.like())
    answer = platform.post(text, body=gzip.compress(text)[:left])
    assert problem(answer) == (400, "not-unpackable")
    assert "cut off" in answer.json["detail"]


def test_gzip_with_a_byte_changed_is_400(platform: Platform) -> None:
    text = platform.text(platform.like())
    packed = gzip.compress(text)
    for place in (2, len(packed) // 2, len(packed) - 5):
        broken = packed[:place] + bytes([packed[place] ^ 0xFF]) + packed[place + 1 :]
        assert problem(platform.post(text, body=broken)) == (400, "not-unpackable")


@pytest.mark.parametrize(("number", "apart_s", "said"), [(5_000, 0, "5001 reactions"), (60, 60, "61 different minutes")])
def test_5001_reactions_and_61_minutes_are_413_and_one_less_is_taken(
    platform: Platform, number: int, apart_s: int, said: str
) -> None:
    likes = [platform.like(apart_s * each, id=f"r{each}") for each in range(number + 1)]
    before = platform.items()
    answer = platform.post(platform.text(*likes))
    assert problem(answer) == (413, "too-much")
    assert said in answer.json["detail"]
    assert platform.items() == before
    assert platform.post(platform.text(*likes[:-1])).json["accepted"] == number


NOT_JSON = {
    "an empty body": b"",
    "only space": b" \n",
    "depth 100,000": b"[" * 100_000,
    "depth 100,000 and closed again": b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": b'{"live":' * 100_000,
    "two documents": b"{}{}",
    "single quotes": b"{'live': 1}",
    "a comma too many": b'{"live": "a",}',
}
IN_A_GOOD_BATCH = {
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "minus Infinity": b"-Infinity",
    "depth 100,000": b"[" * 100_000 + b"]" * 100_000,
    "a bare NUL": b'"a\0b"',
    "a bare line break": b'"a\nb"',
    "a number with a leading 0": b"01",
}


def refused_unread(platform: Platform, text: bytes) -> None:
    before = platform.items()
    answer = platform.post(text)
    assert problem(answer) == (400, "not-json")
    assert answer.json["detail"]
    assert platform.items() == before


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NOT_JSON.items()])
def test_a_text_that_is_not_json_is_400(platform: Platform, text: bytes) -> None:
    refused_unread(platform, text)
    assert problem(platform.post(text, body=gzip.compress(text))) == (400, "not-json")


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in IN_A_GOOD_BATCH.items()])
def test_one_value_that_is_not_json_makes_the_whole_text_none(platform: Platform, value: bytes) -> None:
    text = platform.text(platform.like(1), platform.like(2, kind="comment", text="HERE"))
    refused_unread(platform, text.replace(b'"HERE"', value))


@pytest.mark.parametrize("around", [(b"\xef\xbb\xbf", b""), (b"\0", b""), (b"", b"\0")], ids=["BOM", "NUL before", "NUL after"])
def test_what_stands_around_the_text_makes_it_none(platform: Platform, around: tuple[bytes, bytes]) -> None:
    """RFC 8259, 8.1: no byte order mark; who ignored it would count a text whose hash others cannot verify."""
    before, after = around
    refused_unread(platform, before + platform.text(platform.like()) + after)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(b"\xff", id="a byte that never occurs"),
        pytest.param(b"\xe3\x81", id="cut in a character"),
        pytest.param(b"\xc0\x80", id="overlong"),
        pytest.param(b"\xed\xa0\xbd", id="half a surrogate pair"),
        pytest.param(b"\xf4\x90\x80\x80", id="beyond Unicode"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
    ],
)
def test_invalid_utf_8_is_400_plain_and_gzipped(platform: Platform, wrong: bytes) -> None:
    text = platform.text(platform.like(1), platform.like(2, kind="comment", text="HERE"))
    for packed in (bytes, gzip.compress):
        answer = platform.post(text, body=packed(text.replace(b"HERE", wrong)))
        assert problem(answer) == (400, "not-unpackable")
        assert f"not UTF-8 at byte {text.index(b'HERE')}" in answer.json["detail"]


def test_no_answer_to_a_bad_request_says_how_it_is_made(platform: Platform) -> None:
    """No stack trace, no path of a file, and nothing of what was sent."""
    said = b"".join(platform.post(text).body for text in [*NOT_JSON.values(), b'{"live": "SENT"}', b'{"SENT'])
    for hidden in (b"Traceback", b".py", b"site-packages", b"SENT"):
        assert hidden not in said
