"""Recorded TikTok LIVE messages as reactions: the recording's own totals, and hand-written messages for every trap."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.reactions import Reaction
from locallove.sources.recording import BadRecording, Recording
from locallove.sources.tiktok_live import read

START_MS = 1_701_791_790_000


def message(type: str, number: int, **fields: Any) -> dict[str, Any]:
    """A message of room 1, `number` seconds after the start; fields replace or add."""
    return {
        "type": type,
        "room_id": "1",
        "msg_id": str(7_309_000_000_000_000_000 + number),
        "create_time_ms": START_MS + number * 1000,
        "user": "u1",
        **fields,
    }


def streak(number: int, count: int, **fields: Any) -> dict[str, Any]:
    """A message of a streak of roses."""
    gift = {"gift_type": 1, "gift_id": 5655, "gift_name": "Rose", "diamond_count": 1, "group_id": "9"}
    return message("gift", number, **gift, repeat_count=count, **fields)


def read_all(*messages: dict[str, Any]) -> Recording:
    return read([json.dumps(each, ensure_ascii=False).encode() for each in messages], "test.ndjson")


def only_room(*messages: dict[str, Any]) -> tuple[Reaction, ...]:
    (reactions,) = read_all(*messages).lives.values()
    return reactions


def sums(reactions: tuple[Reaction, ...]) -> dict[str, int]:
    """The figures as the recording's `totals.json` has them."""
    found = {"like": 0, "comment": 0, "gift": 0, "gift_diamonds": 0}
    for each in reactions:
        found[each.kind] += each.count or 1
        found["gift_diamonds"] += (each.count or 1) * (each.value or 0)
    return found


@pytest.mark.needs("data")
def test_the_recording_adds_up_to_its_totals_in_every_room(data: Path) -> None:
    """What the recording's own `totals.json` says, overall and room by room; rooms without reactions make no live."""
    with (data / "tiktok-live" / "flat-by-create-time.ndjson").open("rb") as lines:
        recording = read(lines, "flat-by-create-time.ndjson")
    totals = json.loads((data / "tiktok-live" / "totals.json").read_text())
    named = {
        room: {name: of[name] for name in ("like", "comment", "gift", "gift_diamonds")} for room, of in totals["by_room"].items()
    }
    assert {room: sums(reactions) for room, reactions in recording.lives.items()} == named
    everything = sums(tuple(itertools.chain.from_iterable(recording.lives.values())))
    assert everything == {"like": 1291, "comment": 121, "gift": 133, "gift_diamonds": 275}
    assert everything == {name: totals["all_rooms"][name] for name in everything}
    assert recording.ignored == {"member": 127, "social": 98, "roomuser": 144}
    assert recording.repeated == recording.cut_texts == 0


@pytest.mark.needs("data")
def test_the_order_of_a_recording_does_not_matter(data: Path) -> None:
    """Messages arrive in any order; the reactions, their moments included, are the same."""
    lines = (data / "tiktok-live" / "flat-by-create-time.ndjson").read_bytes().splitlines()
    mixed = random.Random(7).sample(lines, len(lines))
    in_order, out_of_order = (read(each, "test.ndjson").lives for each in (lines, mixed))
    assert {room: set(of) for room, of in in_order.items()} == {room: set(of) for room, of in out_of_order.items()}


def test_a_streak_counts_its_highest_number_in_whatever_order_it_comes() -> None:
    """13, 15, 14, 17, 16 is one gift of 17, at the moment in which 17 was reached; its end was never sent."""
    for order in itertools.permutations([(1, 13), (2, 15), (3, 14), (4, 17), (5, 16)]):
        (gift,) = only_room(*(streak(number, count) for number, count in order))
        assert (gift.kind, gift.count, gift.value, gift.gift) == ("gift", 17, 1, "Rose")
        assert gift.at == "2023-12-05T15:56:34.000Z"


def test_the_end_of_a_streak_adds_nothing_however_often_it_comes() -> None:
    """The last message repeats the count, sometimes twice under a new id; it happened when the count was first reached."""
    (gift,) = only_room(streak(1, 2), streak(2, 3), streak(5, 3, repeat_end=1), streak(6, 3, repeat_end=1))
    assert gift.count == 3
    assert gift.at.startswith("2023-12-05T15:56:32")


@pytest.mark.parametrize("other", [{"room_id": "2"}, {"user": "u2"}, {"group_id": "10"}, {"gift_id": 1}])
def test_streaks_are_told_apart_by_room_user_group_and_gift(other: dict[str, str | int]) -> None:
    """Where one of the four differs there are two streaks, with two ids."""
    reactions = tuple(itertools.chain.from_iterable(read_all(streak(1, 2), {**streak(2, 3), **other}).lives.values()))
    assert sorted(each.count or 0 for each in reactions) == [2, 3]
    assert len({each.id for each in reactions}) == 2
    assert all(len(each.id) <= 64 and each.id.isascii() and each.id.isprintable() for each in reactions)


def test_gifts_that_do_not_streak_count_once_a_message() -> None:
    """Two messages are two gifts even with equal content; the same message again is the same gift."""
    gift = {"gift_type": 2, "gift_id": 9333, "gift_name": "Clappers", "diamond_count": 100}
    first, second = message("gift", 1, repeat_count=2, **gift), message("gift", 2, repeat_count=2, **gift)
    recording = read_all(first, second, second)
    assert sums(recording.lives["1"]) == {"like": 0, "comment": 0, "gift": 4, "gift_diamonds": 400}
    assert recording.repeated == 1


def test_a_gift_without_a_count_is_one_gift() -> None:
    """A field at its default is missing."""
    (gift,) = only_room(message("gift", 1, gift_id=1))
    assert (gift.count, gift.value, gift.gift) == (1, None, None)


def test_likes_count_by_their_own_count_and_never_by_the_running_total() -> None:
    """The running total goes down and mixes rooms; only `like_count` counts. A like of nothing is ignored and said to be."""
    likes = [message("like", 1, like_count=15, total_like_count=900), message("like", 2, like_count=3, total_like_count=700)]
    recording = read_all(*likes, message("like", 3, total_like_count=1000), message("like", 4, like_count=0))
    assert [each.count for each in recording.lives["1"]] == [15, 3]
    assert recording.ignored == {"like without a count": 2}


def test_a_block_that_is_sent_again_counts_once() -> None:
    """A restarted poller sends whole blocks again."""
    block = [message("like", number, like_count=5) for number in range(60)] + [message("chat", 60, comment="がんばれ")]
    recording = read_all(*block, *block)
    assert sums(recording.lives["1"]) == {"like": 300, "comment": 1, "gift": 0, "gift_diamonds": 0}
    assert recording.repeated == 61


def test_equal_comments_are_not_duplicates() -> None:
    """Many viewers write the same."""
    assert len(only_room(*(message("chat", number, comment="がんばれ") for number in range(3)))) == 3


def test_numbers_may_come_as_text() -> None:
    """64-bit integers are text in some recordings."""
    (like,) = only_room(message("like", 1, like_count="15", create_time_ms=str(START_MS)))
    assert (like.count, like.at) == (15, "2023-12-05T15:56:30.000Z")


def test_long_texts_are_cut_and_the_cutting_is_counted() -> None:
    """The contract takes 1 KiB; the cut is on a character border."""
    recording = read_all(message("chat", 1, comment="愛" * 400), message("chat", 2, comment="愛" * 341))
    assert [each.text for each in recording.lives["1"]] == ["愛" * 341] * 2
    assert recording.cut_texts == 1


def test_names_that_the_contract_does_not_take_are_hashed() -> None:
    """A user's name in Japanese, and none at all."""
    named, nameless = only_room(message("chat", 1, user="熊本太郎"), message("chat", 2, user=None))
    assert named.user.startswith("h-")
    assert named.user.isascii()
    assert nameless.user == "unknown"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"not JSON", "malformed"),
        (b"[]", "Expected `object`"),
        (b'{"type": "like"}', "room_id"),
        (b'{"type": "gift", "room_id": "\xff"}', "utf-8"),
        (b'{"type": "gift", "extra": ' + b"[" * 100_000, "recursion"),
        (json.dumps(message("like", 1, like_count=-1)).encode(), "like_count"),
        (json.dumps(message("like", 1, like_count=1, create_time_ms=10**18)).encode(), "moment"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(line: bytes, said: str) -> None:
    """Nothing is passed over in silence, and blank lines are counted as lines."""
    good = json.dumps(message("like", 0, like_count=1)).encode()
    with pytest.raises(BadRecording, match=rf"^test\.ndjson:3: .*{said}"):
        read([good, b"\n", line], "test.ndjson")
