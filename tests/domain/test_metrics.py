"""Metrics: bad readings with their places, the stored form, and which reading of an entry is the last that counts."""

import json
from typing import Any

import msgspec
import pytest
from festivals import ENDED_AT, festival_campaign
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import metrics, packing
from chalicelib.domain.metrics import Backwards, Metric, Seen, Snapshot, metered
from chalicelib.domain.texts import NothingValid, Reading

AT = ENDED_AT.isoformat()
NUMBERS = st.integers(0, 10**15)
METRICS = st.lists(st.builds(Metric, st.text(min_size=1, max_size=20), NUMBERS, NUMBERS), max_size=20)


def snapshot(at_ms: int, readings: dict[str, tuple[int, int]]) -> Snapshot:
    """A snapshot of views and likes by entry."""
    return Snapshot(at_ms, tuple(readings), [views for views, _ in readings.values()], [likes for _, likes in readings.values()])


READINGS = st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(0, 9), st.integers(0, 9)))
SNAPSHOTS = st.lists(st.builds(snapshot, st.integers(0, 9), READINGS), max_size=8)


def read(*items: Any, **fields: Any) -> tuple[Reading[Metric], int]:
    """What becomes of a batch with these readings."""
    campaign = festival_campaign().id
    return metrics.read(json.dumps({"festival": campaign, "at": AT, "metrics": items, **fields}).encode(), campaign)


def reading(name: str, views: Any = 1, likes: Any = 1) -> dict[str, Any]:
    return {"entry": name, "views": views, "likes": likes}


@given(METRICS, st.integers(-(2**45), 2**45))
def test_unpacking_gives_back_what_was_packed(accepted: list[Metric], at_ms: int) -> None:
    read = metrics.unpack(metrics.pack(accepted, at_ms))
    assert read.at_ms == at_ms
    assert [Metric(*each) for each in zip(read.entries, read.views, read.likes, strict=True)] == accepted


def test_a_stored_version_1_stays_readable() -> None:
    """Written before the first release with festivals; every later release reads it."""
    stored = bytes.fromhex(
        "9401c400c400c43a78019b729e8181b1f249e6f286499bcd2c0d8d8c4d4ccdcc2d2c0da0ac65890a699939b947041c189c18f81910e088"
        "40328203660100004a0eea"
    )
    assert metrics.unpack(stored) == (1623034800000, ("6912345678901234567", "a film"), (1_000_000, 0), (99, 0))


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\x94\x02\xc4\x00\xc4\x00\xc4\x00", b"\x94\x01\xc4\x00\xc4\x00\xc4\x01x"])
def test_what_cannot_be_unpacked_is_an_error_never_an_empty_batch(broken: bytes) -> None:
    with pytest.raises(ValueError, match="packed batch"):
        metrics.unpack(broken)


def test_columns_that_are_not_equally_long_are_an_error() -> None:
    two, one = packing.shuffled([1, 2]), packing.shuffled([1])
    for columns in ((0, ("a", "b"), two, one), (0, ("a",), two, two)):
        kind = msgspec.defstruct("Columns", ["at_ms", "entries", "views", "likes"], array_like=True)
        with pytest.raises(ValueError, match="equally long"):
            metrics.unpack(packing.pack_columns(kind(*columns)))


def test_every_problem_of_a_bad_reading_is_listed_with_its_place() -> None:
    found, _ = read(reading("ü"), reading("a"), reading("a"), reading("b", -1, 10**15 + 1), reading("c", 1.5, "1"), {})
    assert {each.pointer: each.detail for each in found.problems} == {
        "/metrics/0/entry": "must be printable ASCII",
        "/metrics/2/entry": "is the entry of an earlier reading in this batch",
        "/metrics/3/views": "Expected `int` >= 0",
        "/metrics/3/likes": "Expected `int` <= 1000000000000000",
        "/metrics/4/views": "Expected `int`, got `float`",
        "/metrics/4/likes": "Expected `int`, got `str`",
        **{f"/metrics/5/{name}": "is required" for name in ("entry", "views", "likes")},
    }
    assert ([each.entry for each in found.accepted], found.rejected) == (["a"], 5)


def test_a_snapshot_without_a_moment_or_a_good_reading_is_refused_with_the_reason() -> None:
    with pytest.raises(NothingValid) as refused:
        read(reading("a"), at="2021-06-14")
    assert [each.pointer for each in refused.value.problems] == ["/at"]
    with pytest.raises(NothingValid) as empty:
        read()
    assert [each.pointer for each in empty.value.problems] == ["/metrics"]


def test_the_last_snapshot_at_or_before_the_moment_counts_for_each_entry() -> None:
    """A snapshot that lacks an entry takes nothing from it; of one moment the last in the order of their batches' ids."""
    found = metered(
        [Snapshot(1, ("a", "b"), (5, 7), (1, 2)), Snapshot(3, ("a",), (8,), (1,)), Snapshot(3, ("a",), (9,), (1,)),
         Snapshot(4, ("a", "b"), (100, 100), (100, 100))],
        as_of_ms=3,
    )  # fmt: skip
    assert found.seen == {"a": Seen(3, 9, 1), "b": Seen(1, 7, 2)}
    assert (found.snapshots, found.later, found.backwards) == (3, 1, [])


def test_what_goes_backwards_is_recorded_each_time_and_counts_as_it_is() -> None:
    found = metered(
        [Snapshot(at, ("a",), (views,), (likes,)) for at, views, likes in [(1, 9, 9), (2, 8, 9), (3, 8, 7), (4, 8, 7)]], 9
    )
    assert found.backwards == [Backwards("a", 2, 9, 8, 9, 9), Backwards("a", 3, 8, 8, 9, 7)]
    assert found.seen == {"a": Seen(4, 8, 7)}


@given(SNAPSHOTS, st.integers(0, 9))
def test_whatever_the_snapshots_each_entry_has_its_newest_reading_in_time(snapshots: list[Snapshot], as_of_ms: int) -> None:
    ordered = sorted(snapshots, key=lambda each: each.at_ms)
    found = metered(ordered, as_of_ms)
    expected = {
        entry: Seen(each.at_ms, views, likes)
        for each in ordered
        if each.at_ms <= as_of_ms
        for entry, views, likes in zip(each.entries, each.views, each.likes, strict=True)
    }
    assert found.seen == expected
    assert found.snapshots + found.later == len(snapshots)
