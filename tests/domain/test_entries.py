"""Entries: every problem of one that cannot be kept, every reason for which one is not eligible, and the stored form."""

import json
from datetime import timedelta
from typing import Any

import pytest
from festivals import ENTRIES_CLOSE, ENTRIES_OPEN, entry, festival_campaign
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import entries
from chalicelib.domain.entries import REASONS, Entered
from chalicelib.domain.texts import NothingValid, Reading

SECOND = timedelta(seconds=1)
ENTERED = st.builds(
    Entered, st.text(max_size=9), st.text(max_size=9), st.lists(st.text(max_size=9), max_size=3).map(tuple),
    st.integers(-(2**45), 2**45), st.floats(0.1, 10**6), st.booleans(), st.text(max_size=40),
)  # fmt: skip


def read(*items: Any, **fields: Any) -> Reading[Entered]:
    """What becomes of a batch with these entries."""
    campaign = festival_campaign()
    return entries.read(json.dumps({"festival": campaign.id, "entries": items, **fields}).encode(), campaign.id)


def problems(*items: Any) -> dict[str, str]:
    """What is wrong with them, by pointer, where one more entry is good."""
    return {each.pointer: each.detail for each in read(*items, entry("good")).problems}


def reasons(**fields: Any) -> tuple[str, ...]:
    """Why an entry that is eligible but for these fields is not."""
    festival = festival_campaign().festival
    assert festival is not None
    (entered,) = read(entry("a", **fields)).accepted
    return entries.reasons(entered, festival)


@given(st.lists(ENTERED, max_size=20))
def test_unpacking_gives_back_what_was_packed(accepted: list[Entered]) -> None:
    assert entries.unpack(entries.pack(accepted)) == tuple(accepted)


def test_a_stored_version_1_stays_readable() -> None:
    """Written before the first release with festivals; every later release reads it."""
    stored = bytes.fromhex(
        "9401c400c400c45578019b3869faa234c345c98613372887843c9bb1e0f994ddcf97ae353230323ccfc0c05871b028b2e1b483ef010610"
        "38bce671e3fac78d331e37353e6e5c06d468b428d968024c5de369872688ba430b00038926fe"
    )
    assert entries.unpack(stored) == (
        Entered("f1", "c1", ("#TT映画祭2021",), 1618153200000, 59.5, True, "はじめて"),
        Entered("f2", "c2", (), 1618153200001, 600.0, False, ""),
    )


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\x94\x02\xc4\x00\xc4\x00\xc4\x00", b"\x94\x01\xc4\x00\xc4\x00\xc4\x01x"])
def test_what_cannot_be_unpacked_is_an_error_never_an_empty_batch(broken: bytes) -> None:
    with pytest.raises(ValueError, match="packed batch"):
        entries.unpack(broken)


def test_every_problem_of_a_bad_entry_is_listed_with_its_place() -> None:
    bad = {
        "id": "ü",
        "creator": "\x00",
        "hashtags": ["#fine", "\ud800", "#" * 513],
        "posted_at": "yesterday",
        "caption": "映" * 5_462,
    }
    assert problems(entry("a", **bad)) == {
        "/entries/0/posted_at": "must be RFC 3339 with an offset, such as 2023-02-11T19:00:03.120+09:00",
        "/entries/0/id": "must be printable ASCII",
        "/entries/0/creator": "must be printable ASCII",
        "/entries/0/caption": "is longer than 16,384 bytes in UTF-8",
        "/entries/0/hashtags/1": "has half of a surrogate pair",
        "/entries/0/hashtags/2": "is longer than 512 bytes in UTF-8",
    }
    assert problems(entry("a", caption="\udc00")) == {"/entries/0/caption": "has half of a surrogate pair"}
    assert problems(entry("a", hashtags=["#x"] * 101)) == {"/entries/0/hashtags": "are 101; an entry may have 100"}
    assert problems(entry("a"), entry("a")) == {"/entries/1/id": "is the id of an earlier entry in this batch"}
    wrong = {"attested": "yes", "duration": 0, "birth_date": "2010-01-01", "id": "x" * 65}
    assert set(problems(entry("a") | wrong)) == {f"/entries/0/{name}" for name in wrong}
    needed = ("id", "creator", "hashtags", "posted_at", "duration", "attested")
    assert problems({}) == {f"/entries/0/{name}": "is required" for name in needed}


def test_what_is_kept_is_kept_as_it_came_beside_what_is_bad() -> None:
    reading = read({"id": "bad"}, entry("a", caption="🎬\x00<b>", hashtags=["TT映画祭2021"]))
    (entered,) = reading.accepted
    assert (entered.id, entered.caption, entered.hashtags, reading.rejected) == ("a", "🎬\x00<b>", ("TT映画祭2021",), 1)


def test_a_batch_without_any_good_entry_is_refused_with_the_reason() -> None:
    with pytest.raises(NothingValid) as refused:
        read()
    assert [each.pointer for each in refused.value.problems] == ["/entries"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ()),
        ({"attested": False}, ("not-attested",)),
        ({"hashtags": []}, ("no-hashtag",)),
        ({"hashtags": ["#TT映画祭2022"]}, ("no-hashtag",)),
        ({"hashtags": ["#ＴＴ映画祭２０２１"]}, ()),
        ({"hashtags": ["ttfilmfestival2021"]}, ()),
        ({"hashtags": ["#ТТ映画祭2021"]}, ("look-alike",)),
        ({"hashtags": ["#TT\u200b映画祭2021"]}, ("look-alike",)),
        ({"hashtags": ["#TTFILΜFESTIVAL2021"]}, ("look-alike",)),
        ({"hashtags": ["#TT映画祭202l"]}, ("look-alike",)),
        ({"hashtags": ["#ТТ映画祭2021", "#TTFilmFestival2021"]}, ()),
        ({"posted_at": ENTRIES_OPEN.isoformat()}, ()),
        ({"posted_at": (ENTRIES_OPEN - SECOND).isoformat()}, ("too-early",)),
        ({"posted_at": (ENTRIES_CLOSE - SECOND).isoformat()}, ()),
        ({"posted_at": ENTRIES_CLOSE.isoformat()}, ("too-late",)),
        ({"duration": 15}, ()),
        ({"duration": 14.9}, ("too-short",)),
        ({"duration": 600}, ()),
        ({"duration": 600.1}, ("too-long",)),
    ],
)
def test_each_reason_is_found_where_it_is_and_only_there(fields: dict[str, Any], why: tuple[str, ...]) -> None:
    assert reasons(**fields) == why


def test_every_reason_of_an_entry_is_found_and_each_reason_there_is_can_be() -> None:
    early = (ENTRIES_OPEN - SECOND).isoformat()
    first = reasons(attested=False, hashtags=[], posted_at=early, duration=1)
    second = reasons(hashtags=["#ТТ映画祭2021"], posted_at=ENTRIES_CLOSE.isoformat(), duration=601)
    assert first == ("not-attested", "no-hashtag", "too-early", "too-short")
    assert second == ("look-alike", "too-late", "too-long")
    assert {*first, *second} == {*REASONS}
