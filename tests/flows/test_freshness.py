"""The totals that everybody watches: how often they are read, how old they may be, and that nothing late is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from aws_faults import asked, refused
from samples import LIVE, sample_campaign

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.tally import Counts
from chalicelib.flows.freshness import KEPT_MS, MOST_LIVES, OLDER_KEPT_MS, RECENT_MINUTES
from chalicelib.runtime import Service
from chalicelib.store.clients import StorageRefused
from chalicelib.store.totals import Addition, RowKey
from locallove.cloud import aws

CAMPAIGN = sample_campaign()
START = CAMPAIGN.lives[0].start_minute
NEWEST = START + 40
NOW = CAMPAIGN.lives[0].end_minute * 60_000


class Watched:
    """A live whose rows a test writes, and its totals as somebody sees them who comes so long after `NOW`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.client: Any = service._dynamodb
        self._position = 0

    def count(self, minute: int | None, likes: int, shard: int = 0, live: str = LIVE) -> None:
        self._position += 1
        position = f"{self._position:040d}"
        addition = Addition({"JP": Counts(like=likes)}, position, NOW + self._position)
        assert self.service.totals.add_if_before(RowKey(live, minute, f"{shard:012x}"), addition, position) is None

    def totals(self, after_ms: int = 0, campaign: Campaign = CAMPAIGN) -> LiveTotals:
        return self.service.fresh_totals.at(NOW + after_ms)(campaign, campaign.lives[0])

    def likes(self, after_ms: int = 0) -> int:
        return self.totals(after_ms).counts.like


@pytest.fixture
def watched() -> Iterator[Watched]:
    with aws.imitated():
        runtime.service.cache_clear()
        yield Watched(runtime.service())
        runtime.service.cache_clear()


def test_one_read_serves_everybody_for_a_second(watched: Watched) -> None:
    watched.count(NEWEST, 1)
    with asked(watched.client, "Query") as reads:
        assert {watched.likes(after_ms) for after_ms in range(0, KEPT_MS, 50)} == {1}
        assert len(reads) == 1
        watched.count(NEWEST, 10)
        assert [watched.likes(KEPT_MS - 1), watched.likes(KEPT_MS)] == [1, 11]
        assert len(reads) == 2


@contextmanager
def held(watched: Watched) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Reads stay under way until the second event; the first says that one has begun."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: dict[str, Any]) -> bool:
        begun.set()
        assert go_on.wait(30)
        return False

    with refused(watched.client, "Query", "ThrottlingException", hold):
        yield begun, go_on


def test_eight_threads_at_once_cause_one_read_and_get_its_result(watched: Watched) -> None:
    watched.count(NEWEST, 3)
    with asked(watched.client, "Query") as reads, held(watched) as (begun, go_on), ThreadPoolExecutor(8) as threads:
        first = threads.submit(watched.likes)
        assert begun.wait(30)
        others = [threads.submit(watched.likes, after_ms) for after_ms in range(0, 700, 100)]
        waiting = [not each.done() for each in (first, *others)]
        go_on.set()
        assert [each.result(30) for each in (first, *others)] == [3] * 8
    assert (all(waiting), len(reads)) == (True, 1)


def test_another_live_does_not_wait(watched: Watched) -> None:
    other = msgspec.structs.replace(CAMPAIGN, lives=(msgspec.structs.replace(CAMPAIGN.lives[0], id="other"),))
    watched.count(NEWEST, 3)
    watched.count(NEWEST, 5, live="other")
    begun, go_on = threading.Event(), threading.Event()

    def hold(request: dict[str, Any]) -> bool:
        if LIVE.encode() in request["body"]:
            begun.set()
            assert go_on.wait(30)
        return False

    with refused(watched.client, "Query", "ThrottlingException", hold), ThreadPoolExecutor(2) as threads:
        slow = threads.submit(watched.likes)
        assert begun.wait(30)
        assert threads.submit(watched.totals, campaign=other).result(30).counts.like == 5
        assert not slow.done()
        go_on.set()
        assert slow.result(30) == 3


def test_a_late_batch_for_an_old_minute_is_seen_after_15_seconds_at_most(watched: Watched) -> None:
    watched.count(START, 1)
    watched.count(NEWEST, 2)
    assert watched.likes() == 3
    watched.count(START, 10, shard=1)
    watched.count(NEWEST - RECENT_MINUTES - 1, 100)
    assert {watched.likes(after_ms) for after_ms in range(0, OLDER_KEPT_MS, 1450)} == {3}
    assert watched.likes(OLDER_KEPT_MS) == 113
    assert watched.likes(10 * OLDER_KEPT_MS) == 113


def test_the_newest_ten_minutes_and_rehearsals_are_a_second_old_at_most(watched: Watched) -> None:
    watched.count(START, 1)
    watched.count(NEWEST - RECENT_MINUTES, 4)
    watched.count(NEWEST, 2)
    assert watched.likes() == 7
    watched.count(NEWEST - RECENT_MINUTES, 10)
    watched.count(NEWEST, 100, shard=1)
    watched.count(NEWEST + 1, 1000)
    watched.count(None, 5)
    found = watched.totals(KEPT_MS)
    assert (found.counts.like, found.rehearsal.like) == (1117, 5)


def test_within_15_seconds_older_minutes_are_not_read(watched: Watched) -> None:
    watched.count(START, 1)
    watched.count(NEWEST, 2)
    with asked(watched.client, "Query") as reads:
        for after_ms in (0, KEPT_MS, 2 * KEPT_MS, OLDER_KEPT_MS, OLDER_KEPT_MS + KEPT_MS):
            assert watched.likes(after_ms) == 3
    whole, recent = "0" * 10, f"{NEWEST - RECENT_MINUTES:010d}"
    since = [each["ExpressionAttributeValues"][":since"]["S"] for each in reads]
    assert since == [whole, recent, recent, whole, recent]
    assert {each["ConsistentRead"] for each in reads} == {False}


def test_a_reaction_from_the_future_does_not_make_the_whole_live_old(watched: Watched) -> None:
    """A sender's clock is wrong: what really happens now stays a second old at most."""
    now_minute = NOW // 60_000
    watched.count(now_minute + 600, 1)
    watched.count(now_minute - 1, 2)
    assert watched.totals().outside.like == 1
    watched.count(now_minute - 1, 10)
    assert watched.likes(KEPT_MS) == 12


def test_a_corrected_window_takes_effect_at_once(watched: Watched) -> None:
    """Rows are kept, not what was folded from them for another definition."""
    watched.count(START, 1)
    watched.count(NEWEST, 2)
    assert watched.totals().counts.like == 3
    (live,) = CAMPAIGN.lives
    shorter = msgspec.structs.replace(live, ends_at=live.starts_at + (live.ends_at - live.starts_at) / 2)
    cut = msgspec.structs.replace(CAMPAIGN, lives=(shorter,))
    with asked(watched.client, "Query") as reads:
        found = watched.totals(1, cut)
    assert (found.counts.like, found.outside.like, len(reads)) == (1, 2, 0)


def test_a_refused_read_reaches_whoever_waits_and_is_not_kept(watched: Watched) -> None:
    watched.count(NEWEST, 3)
    begun, go_on = threading.Event(), threading.Event()

    def refuse(_: dict[str, Any]) -> bool:
        begun.set()
        assert go_on.wait(30)
        return True

    with refused(watched.client, "Query", "ThrottlingException", refuse), ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(watched.likes)]
        assert begun.wait(30)
        waiting += [threads.submit(watched.likes) for _ in range(2)]
        go_on.set()
        assert [type(each.exception(30)) for each in waiting] == [StorageRefused] * 3
    assert watched.likes() == 3, "at the same moment"


def test_a_refusal_between_two_pages_keeps_nothing(watched: Watched) -> None:
    """Half of a live's rows are no totals."""
    watched.count(NEWEST - 1, 1)
    watched.count(NEWEST, 2)
    second = refused(watched.client, "Query", "ThrottlingException", lambda request: b"ExclusiveStartKey" in request["body"])
    with asked(watched.client, "Query", Limit=1), second as refusals, pytest.raises(StorageRefused):
        watched.likes()
    assert refusals
    assert watched.likes() == 3


def test_after_a_refusal_what_was_read_before_is_not_answered_with(watched: Watched) -> None:
    """It is too old, and nobody could tell."""
    watched.count(NEWEST, 3)
    assert watched.likes() == 3
    with refused(watched.client, "Query", "ThrottlingException"), pytest.raises(StorageRefused):
        watched.likes(KEPT_MS)


@pytest.mark.parametrize("back_ms", [KEPT_MS, 60_000, 24 * 3_600_000])
def test_a_clock_that_is_set_back_makes_nothing_last(watched: Watched, back_ms: int) -> None:
    watched.count(NEWEST, 1)
    assert watched.likes() == 1
    watched.count(NEWEST, 10)
    assert watched.likes(-back_ms) == 11


def test_a_clock_that_is_set_back_reads_old_minutes_again(watched: Watched) -> None:
    watched.count(START, 1)
    watched.count(NEWEST, 2)
    assert watched.likes() == 3
    watched.count(START, 10)
    assert watched.likes(-OLDER_KEPT_MS) == 13


def test_of_so_many_lives_at_most_something_is_kept(watched: Watched) -> None:
    """The one that was read longest ago goes first."""
    live = CAMPAIGN.lives[0]
    names = [f"live-{number}" for number in range(MOST_LIVES + 1)]
    first, second, *others = (
        msgspec.structs.replace(CAMPAIGN, lives=(msgspec.structs.replace(live, id=name),)) for name in names
    )
    with asked(watched.client, "Query") as reads:
        for campaign in (first, second, *others[:-1]):
            watched.totals(0, campaign)
        watched.totals(KEPT_MS, first)
        watched.totals(KEPT_MS, others[-1])
        assert len(reads) == MOST_LIVES + 2
        watched.totals(KEPT_MS, first)
        watched.totals(KEPT_MS - 1, others[0])
        assert len(reads) == MOST_LIVES + 2
        watched.totals(KEPT_MS - 1, second)
        assert len(reads) == MOST_LIVES + 3
    assert len(watched.service.fresh_totals._seen) == MOST_LIVES


def test_however_it_is_read_the_totals_are_those_of_all_rows(watched: Watched) -> None:
    """Minutes in and outside the window, several shards, rehearsals; read cold, and warm in between."""
    end = CAMPAIGN.lives[0].end_minute
    for step, minute in enumerate((START - 3, START, START + 1, NEWEST, NEWEST, NEWEST + 12, None, end - 1, end, None)):
        watched.count(minute, 3**step, shard=step % 3)
        warm = watched.totals(step * KEPT_MS)
    runtime.service.cache_clear()
    cold = Watched(runtime.service()).totals()
    assert warm == cold
    assert cold.counts.like + cold.outside.like + cold.rehearsal.like == sum(3**step for step in range(10))
