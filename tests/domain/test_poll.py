"""The poll: the first vote of a voter counts, whatever the order or the batches in which votes came."""

import json
import random
from collections.abc import Sequence

import pytest
from festivals import ENDED_AT, VOTING_OPENS
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import packing, votes
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.entrants import Entrant, Standing
from chalicelib.domain.entries import Entered
from chalicelib.domain.festival import Voting, ms
from chalicelib.domain.poll import Ballot, Line, NotCounted, Poll
from chalicelib.domain.recount import ranges
from chalicelib.domain.votes import Cast

KEY = bytes(range(32))
VOTING = Voting(VOTING_OPENS, ENDED_AT)
OPENS_MS = ms(VOTING_OPENS)
STANDINGS: dict[str, Standing] = {
    "a": "eligible",
    "b": "approved",
    "young": "ineligible",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
}
FILMS = (*STANDINGS, "unknown")

CAST = st.builds(
    Cast, st.integers(0, 10**6).map(str), st.sampled_from(["u1", "u2", "u3", "creator-a"]),
    st.sampled_from(["favourite", "best-song"]), st.sampled_from(FILMS), st.integers(OPENS_MS - 2, OPENS_MS + 5),
    st.sampled_from([None, None, "odd"]),
)  # fmt: skip
CASTS = st.lists(CAST, max_size=25, unique_by=lambda each: each.id)


def hashed(voter: str) -> bytes:
    return packing.user_hashes([voter], KEY)


def ballot(award: str = "favourite") -> Ballot:
    """Two films that compete, and one for each other standing; each by a creator of its own."""
    films = {
        name: Entrant(Entered(name, f"creator-{name}", (), 0, 60.0, True, ""), (), standing)
        for name, standing in STANDINGS.items()
    }
    return Ballot(award, VOTING.hours, films, {name: hashed(f"creator-{name}") for name in films})


def stored(name: str, cast: Sequence[Cast], received_at_ms: int = 0) -> StoredBatch:
    packed = votes.pack(cast, KEY)
    return StoredBatch("c.votes", 16, "platform", "k", name, bytes(32), False, b"", packed, b"", received_at_ms, 0, of="votes")


def counted(batches: Sequence[StoredBatch], parts: int = 1) -> tuple[Poll, list[Line]]:
    """The poll of these batches, range by range of so many, and its ledger."""
    poll, lines = Poll(ballot()), []
    for part in ranges(parts, 1):
        records = sorted(record for batch in batches for record in poll.records(batch, part))
        lines += [Line(**json.loads(line)) for line in poll.lines(records)]
    return poll, lines


def cast(number: int, voter: str, entry: str, after_ms: int = 0, suspect: str | None = None) -> Cast:
    return Cast(f"v{number}", voter, "favourite", entry, OPENS_MS + after_ms, suspect)


def test_of_a_voters_votes_the_first_by_its_moment_counts_then_by_the_hash_of_its_id() -> None:
    same = [cast(number, "one", film, 5) for number, film in enumerate(["a", "b"])]
    smaller = min(same, key=lambda each: packing.id_hashes([each.id], KEY))
    poll, lines = counted([stored("1", [cast(7, "two", "a", 6), *same, cast(8, "two", "b", 5)])])
    assert poll.counted == ({"a": 1, "b": 1} if smaller.entry == "a" else {"b": 2})
    assert poll.not_counted == {"repeated": 2}
    assert sum(line.not_counted is None for line in lines) == 2


@pytest.mark.parametrize(
    ("entry", "voter", "after_ms", "why"),
    [
        ("a", "u", -1, "outside"),
        ("unknown", "u", -1, "outside"),
        ("a", "u", ms(ENDED_AT) - OPENS_MS, "outside"),
        ("unknown", "u", 0, "unknown"),
        ("young", "creator-young", 0, "ineligible"),
        ("rejected", "u", 0, "rejected"),
        ("withdrawn", "u", 0, "withdrawn"),
        ("a", "creator-a", 0, "own"),
        ("a", "creator-b", 0, None),
        ("b", "u", ms(ENDED_AT) - OPENS_MS - 1, None),
    ],
)
def test_why_a_vote_does_not_count(entry: str, voter: str, after_ms: int, why: NotCounted | None) -> None:
    assert ballot().why_not(hashed(voter), entry, OPENS_MS + after_ms) == why
    poll, (line,) = counted([stored("1", [cast(1, voter, entry, after_ms)])])
    assert line.not_counted == why
    assert poll.not_counted == ({} if why is None else {why: 1})


def test_what_is_set_aside_uses_no_vote_up_and_a_held_vote_does() -> None:
    aside = [cast(1, "one", "unknown", 0), cast(2, "one", "young", 1), cast(3, "one", "a", 2), cast(6, "one", "rejected", 3)]
    held = [cast(4, "two", "b", 0, "odd"), cast(5, "two", "a", 1)]
    poll, _ = counted([stored("1", [*aside, *held])])
    assert (poll.counted, poll.held, poll.suspected) == ({"a": 1}, {"b": 1}, {"odd": 1})
    assert poll.not_counted == {"unknown": 1, "ineligible": 1, "rejected": 1, "repeated": 1}, (
        "what would not count anyway is not repeated"
    )


def test_votes_for_another_award_are_not_of_this_poll() -> None:
    other = Cast("v2", "one", "best-song", "a", OPENS_MS, None)
    poll, lines = counted([stored("1", [other, cast(1, "one", "b", 1)])])
    assert (poll.counted, len(lines)) == ({"b": 1}, 1)


@given(CASTS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_the_order_and_the_split_of_batches_decide_nothing(drawn: list[Cast], draw: random.Random, parts: int) -> None:
    """Nor do the ranges in which it is worked: poll and ledger are the same."""
    whole, ledger = counted([stored("1", drawn)])
    shuffled = draw.sample(drawn, len(drawn))
    cut = draw.randint(0, len(drawn))
    split = [stored("9", shuffled[:cut], 7), stored("2", shuffled[cut:], 3)]
    again, ledger_again = counted(split, parts)
    assert ledger_again == ledger
    for what in ("counted", "held", "not_counted", "suspected"):
        assert getattr(again, what) == getattr(whole, what)


@given(CASTS)
def test_whatever_is_cast_each_voter_counts_once_and_every_vote_is_in_the_ledger(drawn: list[Cast]) -> None:
    """By the rule itself, written once more: of the votes that may count, a voter's first."""
    poll, ledger = counted([stored("1", drawn)])
    taken = [each for each in drawn if each.award == "favourite"]
    may = [each for each in taken if ballot().why_not(hashed(each.voter), each.entry, each.at_ms) is None]
    first: dict[str, Cast] = {}
    for each in sorted(may, key=lambda each: (each.at_ms, packing.id_hashes([each.id], KEY))):
        first.setdefault(each.voter, each)
    for said, held in ((poll.counted, False), (poll.held, True)):
        entries = [each.entry for each in first.values() if (each.suspect is not None) == held]
        assert said == {entry: entries.count(entry) for entry in entries}
    assert len(ledger) == len(taken)
    assert sum(poll.not_counted.values()) == len(taken) - len(first)
    assert sum(poll.suspected.values()) == sum(poll.held.values())
    assert [(line.voter, line.at_ms, line.id) for line in ledger] == sorted((line.voter, line.at_ms, line.id) for line in ledger)


def test_the_ledger_names_no_voter_and_no_vote() -> None:
    _, (line,) = counted([stored("1", [cast(1, "one", "a", 3, "odd")])])
    assert line == Line(hashed("one").hex(), packing.id_hashes(["v1"], KEY).hex(), "a", OPENS_MS + 3, "odd")


def test_a_batch_that_cannot_be_read_is_an_error() -> None:
    (everything,) = ranges(1)
    broken = StoredBatch("c.votes", 16, "p", "k", "1", bytes(32), False, b"", b"\x00", b"", 0, 0, of="votes")
    with pytest.raises(ValueError, match="packed batch"):
        list(Poll(ballot()).records(broken, everything))
