"""Rules of a festival that no command and no route can get round."""

from datetime import UTC, datetime, timedelta

import pytest
from festivals import ENDED_AT, festival_campaign
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import metrics, standings, votes
from chalicelib.domain.applied import successor
from chalicelib.domain.award_result import AwardResult
from chalicelib.domain.donations import Words
from chalicelib.domain.entrants import standing
from chalicelib.domain.metrics import Metric, Seen, metered
from chalicelib.domain.votes import Cast

AT = datetime(2026, 1, 1, tzinfo=UTC)
KEY = bytes(range(32))


def test_no_decision_mends_an_age_that_nobody_attests() -> None:
    assert standing(("not-attested",), "approve") == "ineligible"
    assert standing(("too-long",), "approve") == "approved"
    assert standing(("not-attested",), "withdraw") == "withdrawn"


def test_a_result_is_not_told_before_its_award_is_revealed() -> None:
    """Even where it is at hand."""
    campaign = festival_campaign()
    assert campaign.festival is not None
    applied, _ = successor(None, campaign, 0, None)
    name = Words("賞", "Award")
    result = AwardResult(1, campaign.id, "audience", name, "metrics", "", "a", "score", None, (), None, None, None)
    answer = standings.standings(applied, campaign.festival, None, {"audience": result}, 0)
    assert [award.winner for award in answer.awards] == [None] * 3


def test_the_last_snapshot_at_or_before_the_moment_counts_and_what_falls_is_recorded() -> None:
    """Those that come handed in the order of their moments, then of their batches' ids."""
    as_of_ms = int(ENDED_AT.timestamp() * 1000)
    taken = [(-2, 9), (0, 5), (0, 7), (1, 100)]
    snapshots = [metrics.Snapshot(as_of_ms + ms, ("a",), (views,), (1,)) for ms, views in taken]
    found = metered(snapshots, as_of_ms)
    assert found.seen == {"a": Seen(as_of_ms, 7, 1)}
    assert (found.snapshots, found.later) == (3, 1)
    assert [(each.views_before, each.views) for each in found.backwards] == [(9, 5)]


@given(
    st.lists(
        st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 10**9), st.sampled_from([None, "odd"])), max_size=30
    )
)
def test_packed_votes_come_back(drawn: list[tuple[str, int, str | None]]) -> None:
    cast = [Cast(f"v{n}", f"u{n}", f"award-{n % 3}", film, at_ms, why) for n, (film, at_ms, why) in enumerate(drawn)]
    read = votes.ballots(votes.pack(cast, KEY))
    assert list(zip(read.awards, read.entries, read.times, read.suspects, strict=True)) == [each[2:] for each in cast]


def test_packed_metrics_come_back() -> None:
    taken = [Metric("a", 10**15, 0), Metric("b", 0, 3)]
    at_ms = int((AT + timedelta(days=1)).timestamp() * 1000)
    assert metrics.unpack(metrics.pack(taken, at_ms)) == (at_ms, ("a", "b"), (10**15, 0), (0, 3))


@pytest.mark.parametrize("stored", [b"", b"\x94", b"no batch"])
def test_what_is_no_batch_is_a_value_error(stored: bytes) -> None:
    for read in (votes.ballots, metrics.unpack):
        with pytest.raises(ValueError, match=r"."):
            read(stored)
