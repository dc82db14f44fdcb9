"""The recount against a truth of a dozen lines, whatever is sent twice and however small the memory is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from samples import LIVE, sample_campaign

from chalicelib.domain import batches, packing, reactions, tally
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.reactions import Accepted, Kind
from chalicelib.domain.recount import Recount, ranges, records
from chalicelib.domain.survey import Survey, Taking
from chalicelib.domain.tally import add_markets, add_up
from chalicelib.domain.texts import Reading

CAMPAIGN = sample_campaign()
SUBJECT = CAMPAIGN.live(LIVE)
START, END = SUBJECT.start_minute, SUBJECT.end_minute
TAKING = Taking(SUBJECT.closes_at_ms, frozenset(CAMPAIGN.market_codes), CAMPAIGN.limits)
KEY = bytes(32)


@dataclass(frozen=True)
class Sent:
    """A batch as it was accepted."""

    sender: str
    name: str
    received_ms: int
    reactions: tuple[Accepted, ...]
    rehearsal: bool = False

    @property
    def order(self) -> tuple[int, str, str]:
        return self.received_ms, self.sender, self.name


def accepted(id: str, kind: Kind, count: int, minute: int, market: str) -> Accepted:
    return Accepted(
        id, kind, 1 if kind == "comment" else count, minute * 60_000 + 7, market, "u", None, 3 if kind == "gift" else 0
    )


def stored(sent: Sent) -> StoredBatch:
    counted = reactions.tally_of(sent.reactions)
    digest = sha256(sent.name.encode()).digest()
    receipt = batches.receipt(sent.name, SUBJECT, digest, Reading(sent.rehearsal, sent.reactions, 0, ()), counted)
    return StoredBatch(
        LIVE, 4, sent.sender, f"{sent.sender}-1", sent.name, digest, sent.rehearsal, tally.encode(counted),
        packing.pack(sent.reactions, KEY), msgspec.json.encode(receipt), sent.received_ms, 0,
    )  # fmt: skip


def recounted(all_sent: Sequence[Sent], in_memory: int) -> tuple[Survey, Recount, list[dict[str, Any]]]:
    items = [stored(sent) for sent in all_sent]
    survey = Survey(TAKING)
    for item in items:
        survey.add(item)
    recount = Recount(SUBJECT, frozenset(CAMPAIGN.market_codes))
    lines: list[dict[str, Any]] = []
    for part in ranges(max(1, survey.taken.accepted), in_memory):
        found = sorted(record for item in items if TAKING.takes(item) for record in records(item, part, TAKING))
        lines.extend(map(json.loads, recount.lines(found)))
    return survey, recount, lines


REACTIONS = st.builds(
    accepted, st.sampled_from("abcdefgh"), st.sampled_from(("like", "comment", "gift")), st.integers(1, 3),
    st.sampled_from((START - 1, START, START + 1, END - 1, END)), st.sampled_from(("JP", "TW", "ZZ")),
)  # fmt: skip
BATCHES = st.lists(
    st.builds(
        Sent,
        st.sampled_from(("a", "a-b", "z")),
        st.sampled_from(("b1", "b10", "b2", "B")),
        st.integers(SUBJECT.closes_at_ms - 3, SUBJECT.closes_at_ms + 1),
        st.lists(REACTIONS, min_size=1, max_size=4, unique_by=lambda each: each.id).map(tuple),
        st.integers(0, 5).map(lambda number: number == 0),
    ),
    max_size=6,
    unique_by=lambda sent: (sent.sender, sent.name),
)


@given(BATCHES, st.sampled_from((1, 2, 100)))
def test_what_counts_is_the_first_of_each_id_inside_the_window(all_sent: list[Sent], in_memory: int) -> None:
    survey, recount, lines = recounted(all_sent, in_memory)
    taken = sorted((s for s in all_sent if not s.rehearsal and s.received_ms < SUBJECT.closes_at_ms), key=lambda s: s.order)
    first: dict[str, Accepted] = {}
    copies = conflicts = 0
    for each in (each for sent in taken for each in sent.reactions):
        if each.id in first:
            copies += 1
            conflicts += (each.kind, each.count, each.at_ms, each.market) != (
                first[each.id].kind, first[each.id].count, first[each.id].at_ms, first[each.id].market,
            )  # fmt: skip
        else:
            first[each.id] = each
    inside = [each for each in first.values() if START <= each.at_ms // 60_000 < END]
    counts = add_up(add_markets(recount.minutes.values()).values())
    assert counts.total == sum(each.count for each in inside)
    assert counts.gift_value == sum(each.count * each.value for each in inside)
    assert (recount.duplicates, recount.conflicts) == (copies, conflicts)
    assert (recount.counted, recount.outside_reactions) == (len(inside), len(first) - len(inside))
    assert len(lines) == survey.taken.accepted == len(first) + copies
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    assert sum(line["count"] for line in lines if "not_counted" not in line) == counts.total
    assert sum(recount.copies.values()) == copies


@given(st.integers(1, 50), st.binary(min_size=10, max_size=10))
def test_every_hash_lies_in_exactly_one_range(reactions: int, hashed: bytes) -> None:
    """Those at the borders too."""
    parts = ranges(reactions, 3)
    borders = [part.first + b"\0" * 6 for part in parts] + [part.first + b"\xff" * 6 for part in parts]
    for each in (hashed, b"\0" * 10, b"\xff" * 10, *borders):
        assert sum(part.has(each) for part in parts) == 1


@given(BATCHES)
def test_memory_does_not_change_a_byte_of_the_ledger(all_sent: list[Sent]) -> None:
    assert recounted(all_sent, 1)[2] == recounted(all_sent, 1_000)[2]


@given(BATCHES)
def test_a_survey_finds_everything_that_is_stored(all_sent: list[Sent]) -> None:
    survey, _, _ = recounted(all_sent, 100)
    whole = add_up(add_markets(survey.stored.values()).values()).total
    assert whole == sum(each.count for sent in all_sent if not sent.rehearsal for each in sent.reactions)
    assert survey.unreadable == []
