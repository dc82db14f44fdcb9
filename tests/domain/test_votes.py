"""Votes: every problem of one that cannot be counted, the tally of those that can, and a packed form that gives them back."""

import json
import random
import zlib
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import msgspec
import pytest
from festivals import ENDED_AT, VOTING_OPENS, festival_campaign, vote
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import packing, votes
from chalicelib.domain.tally import Counts
from chalicelib.domain.texts import NothingValid, NotReadable, Reading, TooMuch
from chalicelib.domain.votes import Cast

KEY = bytes(range(32))
HOUR = timedelta(hours=1)

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=64)
NUMBERS = st.integers(0, 10**20).map(str) | st.from_regex(r"[0-9]{1,20}", fullmatch=True)
CAST = st.builds(
    Cast, NAMES, NAMES, st.sampled_from(["favourite", "best-song"]), NAMES | NUMBERS, st.integers(-(2**45), 2**45),
    st.none() | NAMES,
)  # fmt: skip


def read(*items: Any, **fields: Any) -> Reading[Cast]:
    """What becomes of a batch with these votes."""
    campaign = festival_campaign()
    assert campaign.festival is not None
    text = json.dumps({"festival": campaign.id, "votes": items, **fields}).encode()
    return votes.read(text, votes.Poll(campaign.id, campaign.festival))


def problems(*items: Any, **fields: Any) -> dict[str, str]:
    """What is wrong with them, by pointer, where one more vote is good."""
    return {each.pointer: each.detail for each in read(*items, vote(99, "a"), **fields).problems}


@given(st.lists(CAST, max_size=40))
def test_unpacking_gives_back_what_was_packed(accepted: list[Cast]) -> None:
    read = votes.ballots(votes.pack(accepted, KEY))
    given_back = list(zip(read.awards, read.entries, read.times, read.suspects, strict=True))
    assert given_back == [(each.award, each.entry, each.at_ms, each.suspect) for each in accepted]
    assert read.ids == b"".join(blake2b(each.id.encode(), key=KEY, digest_size=10, person=b"id").digest() for each in accepted)
    hashed = [blake2b(each.voter.encode(), key=KEY, digest_size=8, person=b"user").digest() for each in accepted]
    assert read.voters == b"".join(hashed)


@pytest.mark.parametrize(
    "entry",
    [
        "0",
        "007",
        "7",
        "8999999999999999999",
        "9000000000000000000",
        "9223372036854775808",
        "9" * 19,
        "1" * 20,
        "9" * 64,
        "-5",
        "1e3",
        "5 ",
    ],
)
def test_an_entry_comes_back_as_it_was_written_though_it_looks_like_a_number(entry: str) -> None:
    accepted = [Cast(str(place), "u", "favourite", each, 0, None) for place, each in enumerate([entry, "film", "12", entry])]
    assert votes.ballots(votes.pack(accepted, KEY)).entries == [entry, "film", "12", entry]


STORED = (
    "9401c41ea384aa1624320c3976b37da4169ca7efeb1fd8d93e38967d0cd59d240206c418917818e84b84c0037fa3bfd01b37cfe7917818e84b84c003"
    "c46e78019b3969655a62597e69516649eacaa4d4e212dde2fcbcf423120c0c8c0cd8c01101c636066fa36cb3d8c2909d770e6ac7334c5c96a8909699"
    "937b448291099b0e0686f340c32a9f642e6f3822f08b95e13f329c7460757e5eaa42624a4a516a7131d05aecb632000078242927"
)


def test_a_stored_version_1_stays_readable() -> None:
    """Written before the first release with festivals; every later release reads it."""
    read = votes.ballots(bytes.fromhex(STORED))
    assert read.awards == ["favourite", "favourite", "best-song"]
    assert read.entries == ["6912345678901234567", "a film", "6900000000000000001"]
    assert read.times == (1623034800000, 1623034800250, 1623034799999)
    assert read.suspects == [None, "one address", None]
    assert read.ids == bytes.fromhex(STORED)[4:34]


def packed(columns: list[Any], ids: bytes = bytes(10), voters: bytes = bytes(8), version: int = 1) -> bytes:
    """A batch of these columns, right or wrong."""
    deflated = zlib.compress(msgspec.msgpack.encode(columns))
    return msgspec.msgpack.encode([version, ids, voters, deflated])


def columns(**changed: Any) -> list[Any]:
    """The columns of one vote but for what is changed."""
    one = packing.shuffled([0])
    whole = {"awards": ["x"], "award_of": one, "steps": b"", "names": ["a"], "entry_of": one, "first": 0, "later": b"",
             "suspects": [None], "suspect_of": one}  # fmt: skip
    return list((whole | changed).values())


def test_the_columns_that_are_broken_below_are_right_as_they_stand() -> None:
    assert votes.ballots(packed(columns())).entries == ["a"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00",
        b"\x94\x01\xc4\x00\xc4\x00\xc4\x01x",
        packed(columns(), version=2),
        packed(columns(), ids=b""),
        packed(columns(), ids=bytes(11)),
        packed(columns(), voters=bytes(16)),
        packed(columns(award_of=packing.shuffled([1]))),
        packed(columns(entry_of=packing.shuffled([1]))),
        packed(columns(entry_of=packing.shuffled([0, 0]))),
        packed(columns(suspect_of=b"")),
        packed(columns(suspect_of=b"short")),
        packed(columns(steps=b"short")),
        packed(columns(later=bytes(8))),
        packed(columns(names="a")),
        packed([]),
    ],
)
def test_what_is_no_packed_batch_of_votes_is_an_error_never_an_empty_batch(broken: bytes) -> None:
    with pytest.raises(ValueError, match="packed batch"):
        votes.ballots(broken)


@given(st.binary(max_size=80), st.integers(0, 80))
def test_whatever_bytes_are_stored_reading_them_raises_nothing_but_valueerror(noise: bytes, place: int) -> None:
    whole = bytes.fromhex(STORED)
    for stored in (noise, whole[:place] + noise + whole[place:], whole[:place]):
        try:
            read = votes.ballots(stored)
        except ValueError:
            continue
        assert len(read.awards) == len(read.entries)


def test_every_problem_of_a_bad_vote_is_listed_with_its_place() -> None:
    bad = {"id": "ü", "voter": "\n", "award": "audience", "entry": "", "at": "noon", "suspect": "\x7f", "more": 1}
    assert problems(bad) == {"/votes/0/entry": "Expected `str` of length >= 1", "/votes/0/more": "is not a known field"}
    assert problems({name: value for name, value in bad.items() if name != "more"} | {"entry": "ф"}) == {
        "/votes/0/at": "must be RFC 3339 with an offset, such as 2023-02-11T19:00:03.120+09:00",
        "/votes/0/id": "must be printable ASCII",
        "/votes/0/voter": "must be printable ASCII",
        "/votes/0/entry": "must be printable ASCII",
        "/votes/0/suspect": "must be printable ASCII",
        "/votes/0/award": "is no award of this festival that is decided by votes",
    }
    assert problems(vote(1, "a"), vote(1, "b")) == {"/votes/1/id": "is the id of an earlier vote in this batch"}
    missing = {f"/votes/0/{name}": "is required" for name in ("id", "voter", "award", "entry", "at")}
    assert problems({}) == missing
    assert problems(None) == {"/votes/0": "Expected `object`, got `null`"}


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (VOTING_OPENS - 24 * HOUR, True),
        (VOTING_OPENS - 24 * HOUR - timedelta(milliseconds=1), False),
        (ENDED_AT + 24 * HOUR - timedelta(milliseconds=1), True),
        (ENDED_AT + 24 * HOUR, False),
    ],
)
def test_a_vote_may_be_a_day_outside_the_hours_of_voting_and_no_more(at: Any, accepted: bool) -> None:
    wrong = {} if accepted else {"/votes/0/at": "is more than 24 hours outside the hours of voting"}
    assert problems(vote(1, "a", at=at.isoformat())) == wrong
    assert problems(vote(1, "a", at=at.isoformat()), rehearsal=True) == {}


def test_a_moment_is_cut_to_milliseconds_and_a_vote_kept_as_it_was_sent() -> None:
    at = VOTING_OPENS.strftime("%Y-%m-%dT%H:%M:%S") + ".0019999Z"
    (accepted,) = read(vote(1, "a", at=at, suspect="odd")).accepted
    assert accepted == Cast("v1", "u1", "favourite", "a", int(VOTING_OPENS.timestamp() * 1000) + 1, "odd")


def test_a_batch_without_any_good_vote_or_of_another_festival_is_refused_with_the_reason() -> None:
    with pytest.raises(NothingValid) as nothing:
        read()
    assert [each.pointer for each in nothing.value.problems] == ["/votes"]
    with pytest.raises(NothingValid) as elsewhere:
        read(vote(1, "a"), festival="another")
    assert [each.pointer for each in elsewhere.value.problems] == ["/festival"]
    with pytest.raises(TooMuch):
        read(*[vote(number, "a") for number in range(5_001)])
    campaign = festival_campaign()
    assert campaign.festival is not None
    with pytest.raises(NotReadable):
        votes.read(b"{", votes.Poll(campaign.id, campaign.festival))


def test_votes_are_tallied_by_minute_and_award_of_at_most_sixty_minutes() -> None:
    cast = [("favourite", 59_999), ("favourite", 60_000), ("favourite", 119_999), ("best-song", 60_000)]
    assert votes.tally_of(cast) == {
        0: {"favourite": Counts(vote=1)},
        1: {"favourite": Counts(vote=2), "best-song": Counts(vote=1)},
    }
    assert len(votes.tally_of([("favourite", minute * 60_000) for minute in range(60)])) == 60
    with pytest.raises(TooMuch):
        votes.tally_of([("favourite", minute * 60_000) for minute in range(61)])


def test_a_believable_batch_takes_at_most_24_bytes_a_vote() -> None:
    """500 votes for 5,000 films with ids of 19 digits, the n-th getting 1/n of the first. Size is no timing."""
    draw = random.Random(1)
    films = [f"69{draw.randrange(10**17):017d}" for _ in range(5_000)]
    chosen = draw.choices(films, [1 / (1 + place) for place in range(5_000)], k=500)
    accepted = [
        Cast(str(draw.randrange(10**18)), str(draw.randrange(10**18)), "favourite", film, 1623034800000 + place * 5 // 6, None)
        for place, film in enumerate(chosen)
    ]
    assert len(votes.pack(accepted, KEY)) / 500 < 24
