"""Reactions that are wrong, each between two that are good: these are stored, and what is wrong is named by its pointer."""

import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from client import Answer, problem
from web.posting import Platform, three_lives

LIVE = three_lives().lives[0]
DAY, SECOND, MILLISECOND = timedelta(days=1), timedelta(seconds=1), timedelta(milliseconds=1)
JST = timezone(timedelta(hours=9))
OFFSET = "with an offset"


def comment(**fields: Any) -> dict[str, Any]:
    return {"kind": "comment", **fields}


def gift(**fields: Any) -> dict[str, Any]:
    return {"kind": "gift", **fields}


def at(moment: Any) -> dict[str, str]:
    return {"at": moment if isinstance(moment, str) else moment.isoformat()}


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "count 0": ({"count": 0}, "/count", ">= 1"),
    "count -1": ({"count": -1}, "/count", ">= 1"),
    "count 1.5": ({"count": 1.5}, "/count", "int"),
    "count over the campaign's limit": ({"count": 1001}, "/count", "the 1000 that the campaign allows"),
    "count of a gift over the campaign's limit": (gift(count=10_001), "/count", "the 10000 that the campaign allows"),
    "count on a comment": (comment(count=1), "/count", "only for likes and gifts"),
    "count as text": ({"count": "3"}, "/count", "int"),
    "count true": ({"count": True}, "/count", "int"),
    "count of 400 digits": ({"count": int("9" * 400)}, "/count", "<= 1000000"),
    "count of minus 400 digits": ({"count": -int("9" * 400)}, "/count", ">= 1"),
    "count 1e308": ({"count": 1e308}, "/count", "<= 1000000"),
    "count 2 to the 64th": ({"count": 2**64}, "/count", "<= 1000000"),
    "value on a like": ({"value": 1}, "/value", "only for gifts"),
    "value -1": (gift(value=-1), "/value", ">= 0"),
    "value of 400 digits": (gift(value=int("9" * 400)), "/value", "<= 1000000000"),
    "gift on a like": ({"gift": "rose"}, "/gift", "only for gifts"),
    "gift of 65 characters": (gift(gift="あ" * 65), "/gift", "<= 64"),
    "text on a like": ({"text": "hello"}, "/text", "only for comments"),
    "text over 1 KiB": (comment(text="あ" * 342), "/text", "1 KiB"),
    "a kind that is none": ({"kind": "share"}, "/kind", "like, comment, gift"),
    "a market that is no text": ({"market": 81}, "/market", "str"),
    "an unknown field": ({"nickname": "x"}, "/nickname", "not a known field"),
    "an unknown field with a pointer's characters": ({"a/b~c": 1}, "/a~1b~0c", "not a known field"),
    "an unknown field 50 deep": ({"x": json.loads("[" * 50 + "]" * 50)}, "/x", "not a known field"),
    "half a surrogate pair for a field": ({"\ud83d": 1}, "/\\ud83d", "not a known field"),
    "half a surrogate pair in an id": ({"id": "\ud83d"}, "/id", "printable ASCII"),
    "half a surrogate pair in a user": ({"user": "\udc4d"}, "/user", "printable ASCII"),
    "half a surrogate pair in a gift": (gift(gift="\ud83d"), "/gift", "surrogate"),
    "NUL in an id": ({"id": "a\0"}, "/id", "printable ASCII"),
    "NUL in a user": ({"user": "\0"}, "/user", "printable ASCII"),
    "BOM in an id": ({"id": "\ufeffr9"}, "/id", "printable ASCII"),
    "a duplicate id": ({"id": "r0"}, "/id", "earlier reaction in this batch"),
    "an empty id": ({"id": ""}, "/id", ">= 1"),
    "an id of 65 characters": ({"id": "x" * 65}, "/id", "<= 64"),
    "an id that is a number": ({"id": 7309000000000000365}, "/id", "str"),
    "naive time": (at(LIVE.starts_at.replace(tzinfo=None)), "/at", OFFSET),
    "+0900": (at(f"{LIVE.starts_at.astimezone(JST):%Y-%m-%dT%H:%M:%S%z}"), "/at", OFFSET),
    "a space for T": (at(LIVE.starts_at.isoformat(" ")), "/at", OFFSET),
    "no seconds": (at(f"{LIVE.starts_at:%Y-%m-%dT%H:%MZ}"), "/at", OFFSET),
    "full-width digits": (at("２０２３-02-11T19:00:03Z"), "/at", OFFSET),
    "time as a number": ({"at": 1_700_000_000}, "/at", "str"),
    "year 0001 before its first moment": (at("0001-01-01T00:00:00+23:59"), "/at", "not a moment"),
    "year 0001": (at("0001-01-01T00:00:00-23:59"), "/at", "24 hours"),
    "year 9999 beyond its last moment": (at("9999-12-31T23:59:59-23:59"), "/at", "not a moment"),
    "year 9999": (at("9999-12-31T23:59:59+23:59"), "/at", "24 hours"),
    "a leap second": (at("2016-12-31T23:59:60Z"), "/at", "second above 59"),
    "24:00": (at(f"{LIVE.starts_at:%Y-%m-%d}T24:00:00Z"), "/at", "not a moment"),
    "30 February": (at("2024-02-30T12:00:00Z"), "/at", "not a moment"),
    "an offset of 24 hours": (at(f"{LIVE.starts_at:%Y-%m-%dT%H:%M:%S}+24:00"), "/at", "offset"),
    "more than a day before the window": (at(LIVE.starts_at - DAY - MILLISECOND), "/at", "24 hours"),
    "a day after the window": (at(LIVE.ends_at + DAY), "/at", "24 hours"),
}


@pytest.mark.parametrize(("fields", "place", "said"), [pytest.param(*row, id=name) for name, row in BAD.items()])
def test_what_is_wrong_is_named_and_only_it_is_lost(platform: Platform, fields: dict[str, Any], place: str, said: str) -> None:
    batch, before = platform.new_id(), platform.items()
    answer = platform.post(platform.text(platform.like(0), platform.like(1, **fields), platform.like(2)), batch=batch)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 2, 1)
    ((pointer, detail),) = [each.values() for each in answer.json["problems"]]
    assert pointer == f"/reactions/1{place}"
    assert said in detail
    assert platform.items() == before + 1
    assert [each.at_ms - platform.live.start_minute * 60_000 for each in platform.kept(batch)] == [0, 2000]


def test_one_reaction_with_everything_wrong_is_told_everything(platform: Platform) -> None:
    wrong = {"id": "", "kind": "gift", "at": 5, "user": "", "market": 5, "count": 0, "gift": "x" * 65, "value": -1, "more": 1}
    answer = platform.post(platform.text(platform.like(0), wrong))
    assert (answer.json["accepted"], answer.json["rejected"]) == (1, 1)
    assert {each["pointer"] for each in answer.json["problems"]} == {f"/reactions/1/{name}" for name in wrong if name != "kind"}


def test_100_problems_are_listed_and_the_numbers_are_exact(platform: Platform) -> None:
    answer = platform.post(platform.text(platform.like(0), *(platform.like(each, count=0, value=1) for each in range(1, 201))))
    assert (answer.json["accepted"], answer.json["rejected"], len(answer.json["problems"])) == (1, 200, 100)
    nothing = platform.post(platform.text(*(platform.like(each, count=0) for each in range(200))))
    assert problem(nothing) == (422, "nothing-valid")
    assert len(nothing.json["problems"]) == 100


@pytest.mark.parametrize(
    "value", [b"9" * 5_000, b"-" + b"9" * 5_000, b"[" * 900 + b"]" * 900], ids=["5,000 digits", "minus 5,000 digits", "depth 900"]
)
@pytest.mark.parametrize("name", ["count", "more"])
def test_a_value_that_no_field_can_hold_costs_only_its_reaction(platform: Platform, name: str, value: bytes) -> None:
    text = platform.text(platform.like(0), platform.like(1, **{name: "HERE"})).replace(b'"HERE"', value)
    answer = platform.post(text)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 1, 1)
    assert [each["pointer"] for each in answer.json["problems"]] == [f"/reactions/1/{name}"]


GOOD: dict[str, tuple[dict[str, Any], int, int]] = {
    "20:59:59.9999999 at the window's end": (at(f"{LIVE.ends_at - SECOND:%Y-%m-%dT%H:%M:%S}.9999999Z"), 1, 0),
    "20:59:59.9999999 elsewhere": (at(f"{(LIVE.ends_at - SECOND).astimezone(JST):%Y-%m-%dT%H:%M:%S}.9999999+09:00"), 1, 0),
    "the window's end": (at(LIVE.ends_at), 1, 1),
    "the window's start": (at(LIVE.starts_at), 1, 0),
    "a day before the window": (at(LIVE.starts_at - DAY), 1, 1),
    "a millisecond less than a day after the window": (at(LIVE.ends_at + DAY - MILLISECOND), 1, 1),
    "count 1.0": ({"count": 1.0}, 1, 0),
    "count 3e0": ({"count": 3e0}, 3, 0),
    "the campaign's limit": ({"count": 1000}, 1000, 0),
    "null for what may be missing": ({"count": None, "market": None, "gift": None, "value": None, "text": None}, 1, 0),
    "a market of no campaign": ({"market": "\ud83d\0"}, 1, 0),
    "half a surrogate pair in a comment": (comment(text="yay \ud83d"), 1, 0),
    "NUL and BOM in a comment": (comment(text="\ufeff\0"), 1, 0),
    "a comment of 1 KiB": (comment(text="あ" * 341 + "!"), 1, 0),
    "NUL in a gift": (gift(gift="a\0b"), 1, 0),
    "an id of every printable character": ({"id": "".join(map(chr, range(32, 96)))}, 1, 0),
}


@pytest.mark.parametrize(("fields", "counted", "outside"), [pytest.param(*row, id=name) for name, row in GOOD.items()])
def test_what_looks_wrong_but_is_not_is_taken(platform: Platform, fields: dict[str, Any], counted: int, outside: int) -> None:
    answer = platform.post(platform.text(platform.like(1, **fields)))
    assert (answer.status, answer.json["rejected"], answer.json["outside_window"]) == (202, 0, outside)
    assert answer.json["counts"]["total"] == counted


def raw(platform: Platform, fields: str) -> Answer:
    """A good like, and then one with these fields behind its own."""
    text = platform.text(platform.like(0), platform.like(1)).decode()
    return platform.post(f"{text[:-3]}, {fields}}}]}}".encode())


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ('"count": 5, "count": 7', 8),
        ('"count": 0, "count": 7', 8),
        ('"count": "x", "count": 7', 8),
        ('"id": "r0", "id": "r1"', 2),
    ],
)
def test_of_doubled_keys_the_last_wins(platform: Platform, fields: str, counted: int) -> None:
    """On the quick way and on the one that lists problems."""
    answer = raw(platform, fields)
    assert (answer.status, answer.json["rejected"], answer.json["counts"]["total"]) == (202, 0, counted)


def test_of_doubled_keys_the_last_is_wrong_whatever_the_first_was(platform: Platform) -> None:
    assert [each["pointer"] for each in raw(platform, '"count": 7, "count": 0').json["problems"]] == ["/reactions/1/count"]


@pytest.mark.parametrize("first", ['"other"', "5"])
def test_of_two_lives_in_one_text_the_last_is_meant(platform: Platform, first: str) -> None:
    text, live = platform.text(platform.like()), json.dumps(platform.live.id).encode()
    assert platform.post(text.replace(live, f'{first}, "live": '.encode() + live)).status == 202
    answer = platform.post(text.replace(live, live + f', "live": {first}'.encode()))
    assert problem(answer) == (422, "nothing-valid")
    assert [each["pointer"] for each in answer.json["problems"]] == ["/live"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ([], ""),
        (5, ""),
        (None, ""),
        ({"live": LIVE.id}, "/reactions"),
        ({"live": LIVE.id, "reactions": {}}, "/reactions"),
        ({"live": LIVE.id, "reactions": [], "rehearsal": 1}, "/rehearsal"),
        ({"live": LIVE.id, "reactions": [], "sender": "me"}, "/sender"),
        ({"live": "\ud83d", "reactions": []}, "/live"),
        ({"live": LIVE.id, "reactions": [5]}, "/reactions/0"),
    ],
)
def test_json_that_is_no_batch_is_422(platform: Platform, text: Any, pointer: str) -> None:
    before = platform.items()
    answer = platform.post(json.dumps(text).encode())
    assert problem(answer) == (422, "nothing-valid")
    assert [each["pointer"] for each in answer.json["problems"]] == [pointer]
    assert platform.items() == before
