"""Counting a ledger again against a truth of a few lines, and what a rule's and a report's files say."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import LIVE, sample_campaign

from chalicelib.domain import ledger, publication
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.ledger import Line
from chalicelib.domain.recount import minute_text
from chalicelib.domain.statement import File
from chalicelib.domain.tally import Counts, add_markets, add_up
from chalicelib.render.formats import FORMATS
from locallove.verifying.findings import CHECKS, WHAT, Difference, compared, differs
from locallove.verifying.ledger_count import LedgerCount
from locallove.verifying.verification import FrozenRule

START, END = 28_000_000, 28_000_060
MARKETS = frozenset(("JP", "TW", "ZZ"))


@dataclass(frozen=True, order=True)
class Act:
    """A reaction as somebody keeps count of it."""

    id: str
    minute: int
    kind: Any
    count: int
    market: str


ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from([f"{number:020x}" for number in range(12)]),
        st.sampled_from((START - 1, START, START + 1, END - 1, END)),
        st.sampled_from(("like", "gift")),
        st.integers(1, 5),
        st.sampled_from(sorted(MARKETS)),
    ),
    max_size=30,
)


def lines_of(acts: Iterable[Act]) -> list[Line]:
    """The honest ledger of these acts."""
    made = []
    for _, group in groupby(sorted(acts), key=lambda act: act.id):
        for place, act in enumerate(group):
            why: Any = "duplicate" if place else None if START <= act.minute < END else "outside"
            made.append(Line(act.id, act.kind, act.count, act.market, minute_text(act.minute), why))
    return made


def counted(lines: Iterable[Line], size: int = 7) -> tuple[LedgerCount, list[Difference]]:
    """What a ledger of one file comes to, which is read in parts of this size."""
    count = LedgerCount(START, END, MARKETS)
    ((number, body),) = ledger.packed(msgspec.json.encode(line) + b"\n" for line in lines)
    listed = File("l", number, len(body), sha256(body).hexdigest())
    return count, count.add("l", listed, (body[at : at + size] for at in range(0, len(body), size)), "s")


@given(ACTS.filter(bool), st.integers(1, 99))
def test_an_honest_ledger_is_counted_as_it_was_kept(acts: list[Act], size: int) -> None:
    lines = lines_of(acts)
    count, found = counted(lines, size)
    assert found == []
    first = [line for line in lines if line.not_counted is None]
    assert add_up(add_markets(count.tally(None).values()).values()).total == sum(line.count for line in first)
    assert sum(count.sum_of_all().values()) == sum(act.count for act in acts)
    assert (count.lines, count.number(None)) == (len(acts), len(first))
    assert count.number("duplicate") == len(acts) - len({act.id for act in acts})


@given(ACTS.filter(bool))
def test_a_market_needs_twenty_different_reactions_and_a_copy_is_no_second_one(acts: list[Act]) -> None:
    few = {market for market in ("JP", "TW") if any(act.market == market for act in acts)}
    found = list(counted(lines_of(acts))[0].crowd_differences("l"))
    crowds = {market: len({act.id for act in acts if act.market == market}) for market in few}
    assert {each.says: each.computed for each in found} == {market: f"{crowds[market]} < 20" for market in few}


def test_twenty_reactions_are_enough() -> None:
    acts = [Act(f"{number:020x}", START, "like", 1, "JP") for number in range(20)]
    assert list(counted(lines_of(acts))[0].crowd_differences("l")) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (Line("a" * 20, "like", 0, "JP", minute_text(START)), "count"),
        (Line("a" * 20, "like", -5, "JP", minute_text(START)), "count"),
        (Line("a" * 20, "comment", 2, "JP", minute_text(START)), "count"),
        (Line("a" * 20, "like", 1, "JP", minute_text(END)), "window"),
        (Line("a" * 20, "like", 1, "JP", minute_text(START), "outside"), "window"),
        (Line("a" * 20, "like", 1, "JP", minute_text(START), "duplicate"), "copy"),
        (Line("a" * 20, "like", 1, "US", minute_text(START)), "market"),
        (Line("a" * 20, "like", 1, "JP", "2023-02-11T10:00:00Z"), "line"),
        (Line("a" * 20, "like", 1, "JP", "yesterday"), "line"),
    ],
)
def test_a_line_that_cannot_be_is_named(line: Line, what: str) -> None:
    _, found = counted([line])
    assert [each.what for each in found] == [differs("l", what, None, None, place=1).what]


def test_lines_must_rise_over_all_files() -> None:
    count = LedgerCount(START, END, MARKETS)
    files = []
    for name, digit in (("one", "b"), ("two", "a")):
        ((number, body),) = ledger.packed([msgspec.json.encode(Line(digit * 20, "like", 1, "JP", minute_text(START))) + b"\n"])
        files.append((File(name, number, len(body), sha256(body).hexdigest()), body))
    found = [count.add(file.name, file, [body], "s") for file, body in files]
    assert found[0] == []
    assert [each.file for each in found[1]] == ["two"]


def test_a_comparison_names_each_leaf_that_differs() -> None:
    found = list(compared("f", "sums", {"a": [1, {"b": 2}], "c": 3}, {"a": [1, {"b": 4}, 5], "c": 3}, "top"))
    assert [(each.what.en, each.says, each.computed) for each in found] == [
        ("it does not add up (top.a.1.b)", "2", "4"),
        ("it does not add up (top.a.2)", None, "5"),
    ]
    assert list(compared("f", "sums", Counts(1), Counts(1))) == []


def test_the_words_of_both_languages_take_the_same_places() -> None:
    for words in (*WHAT.values(), *CHECKS.values()):
        assert ("{by}" in words.ja, "{place}" in words.ja) == ("{by}" in words.en, "{place}" in words.en)


def test_a_frozen_rule_is_read_as_it_was_written() -> None:
    campaign = sample_campaign()
    rule = msgspec.json.decode(frozen_part(campaign, LIVE), type=FrozenRule)
    live = campaign.live(LIVE)
    assert (rule.donation, rule.starts_at, rule.markets) == (live.donation, live.starts_at, ("JP", "TW", "ZZ"))


def test_every_format_has_the_media_type_that_a_manifest_is_checked_with() -> None:
    ends = publication.MEDIA_TYPES
    assert {each.name: next(kind for end, kind in ends.items() if each.name.endswith(end)) for each in FORMATS} == {
        each.name: each.media_type for each in FORMATS
    }


def test_the_content_of_a_report_is_that_of_its_json_however_indented() -> None:
    """A live's own content moves without the campaign's total; the campaign's does not."""
    zero = {"like": 0, "comment": 0, "gift": 0, "total": 0}
    report = {
        "scope": "live", "id": "a", "campaign": "c", "as_of": None, "epoch": 1, "figures": {"counts": zero},
        "campaign_total": 5, "outside_window": zero, "rehearsal": zero,
    }  # fmt: skip
    plain = msgspec.json.encode(report)
    assert publication.content_sha256(plain) == publication.content_sha256(msgspec.json.format(plain, indent=2) + b"\n")
    more = msgspec.json.encode({**report, "campaign_total": 6})
    assert publication.content_sha256(more) == publication.content_sha256(plain)
    whole, whole_more = (msgspec.json.encode({**report, "scope": "campaign", "campaign_total": total}) for total in (5, 6))
    assert publication.content_sha256(whole) != publication.content_sha256(whole_more)
