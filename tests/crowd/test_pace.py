"""The pace of a live: which lives are on, and that nothing is sent before it has happened. The clock is handed in."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from samples import LIVE, sample_campaign

from chalicelib.domain import reactions as contract
from chalicelib.domain.definition import LiveAnswer, campaign_definition
from chalicelib.domain.moments import Moments
from chalicelib.domain.reactions import Reaction
from locallove.crowd.pace import Due, by_second, coming, on_now, paced
from locallove.operate.mistake import Mistake
from locallove.sender import Batch

END = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
LATE_MS = int((END - timedelta(minutes=2, seconds=17, milliseconds=500)).timestamp() * 1000)
"""A crowd comes when two minutes and a little are left."""
END_MS = int(END.timestamp() * 1000)


def live(id: str = LIVE, ends_at: datetime = END) -> LiveAnswer:
    """A live of an hour, as the service tells it to anyone."""
    (told,) = campaign_definition(sample_campaign(ends_at), {LIVE: ""}).lives
    return LiveAnswer(**({name: getattr(told, name) for name in told.__struct_fields__} | {"id": id}))


def reactions(number: int = 3_000, now_ms: int = LATE_MS) -> list[Reaction]:
    return list(coming(live(), ["JP", "TW"], number, 7, now_ms))


def moments(found: list[Reaction]) -> list[int]:
    read = Moments()
    return [read.at_ms(each.at) for each in found]


def of(batch: Batch) -> list[Reaction]:
    return list(msgspec.json.decode(batch.text, type=contract.Batch).reactions)


@dataclass
class Clock:
    """A clock that only sleeping moves, and what was slept."""

    now_ms: int
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> int:
        return self.now_ms

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_ms += max(1, round(seconds * 1000))


def never() -> bool:
    return False


def test_a_crowd_that_comes_late_does_all_it_does_from_then_until_the_end() -> None:
    found = reactions()
    assert sum(each.count or 1 for each in found) == 3_000
    assert moments(found) == sorted(moments(found))
    assert LATE_MS <= min(moments(found)) < LATE_MS + 5_000
    assert END_MS - 5_000 < max(moments(found)) < END_MS


def test_who_comes_later_uses_no_id_of_who_came_before() -> None:
    """Reactions of one id are one act: those of the second crowd would be dropped when the live is settled."""
    assert not {each.id for each in reactions()} & {each.id for each in reactions(now_ms=LATE_MS + 1)}
    assert reactions() == reactions()


def test_what_is_left_of_a_first_minute_has_no_more_than_its_part() -> None:
    """A crowd that comes in the last seconds of a minute does not do a minute's worth in them."""

    def in_the_first(late: timedelta) -> int:
        first = int((END - timedelta(minutes=10) + late).timestamp() * 1000)
        found = reactions(10_000, first)
        return sum(at < END_MS - 9 * 60_000 for at in moments(found))

    assert 0 < in_the_first(timedelta(seconds=54)) < in_the_first(timedelta()) / 4


def test_a_crowd_that_comes_in_the_last_millisecond_still_does_everything() -> None:
    found = reactions(500, END_MS - 1)
    assert set(moments(found)) == {END_MS - 1}
    assert sum(each.count or 1 for each in found) == 500


def test_a_batch_is_due_when_all_in_it_has_happened_and_at_most_a_second_after_the_first() -> None:
    found = reactions()
    dues = list(by_second(found, LIVE, 500))
    assert sum(due.batch.reactions for due in dues) == len(found)
    for due in dues:
        said = moments(of(due.batch))
        assert max(said) < due.at_ms <= min(said) + 1_000
    assert [due.at_ms for due in dues] == sorted({at // 1_000 * 1_000 + 1_000 for at in moments(found)})


def test_a_second_with_more_than_a_batch_takes_is_several_batches() -> None:
    dues = list(by_second(reactions(), LIVE, 2))
    assert max(due.batch.reactions for due in dues) == 2
    assert max(Counter(due.at_ms for due in dues).values()) > 1


def test_nothing_is_sent_before_it_has_happened_and_all_is_sent_by_the_end() -> None:
    clock = Clock(LATE_MS)
    sent = []
    for batch in paced(by_second(reactions(), LIVE, 500), clock, clock.sleep, never):
        assert max(moments(of(batch))) < clock.now_ms
        assert clock.now_ms - min(moments(of(batch))) <= 1_000
        sent.append(batch)
    assert sum(batch.counts.total for batch in sent) == 3_000
    assert clock.now_ms <= END_MS


def test_no_sleep_is_long_so_that_a_clock_that_was_set_is_noticed() -> None:
    """A clock that jumps over the end: what is left comes at once."""
    clock = Clock(LATE_MS)
    dues = list(by_second(reactions(50), LIVE, 500))
    sending = paced(dues, clock, clock.sleep, never)
    next(sending)
    clock.now_ms, slept = END_MS, len(clock.slept)
    assert len(list(sending)) == len(dues) - 1
    assert len(clock.slept) == slept
    assert 0 < max(clock.slept) <= 0.5


def test_whoever_stops_it_waits_for_no_further_batch() -> None:
    clock = Clock(LATE_MS)
    stopped: list[bool] = []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now_ms > LATE_MS + 30_000:
            stopped.append(True)

    sent = list(paced(by_second(reactions(), LIVE, 500), clock, sleep, lambda: bool(stopped)))
    assert sent
    assert max(at for batch in sent for at in moments(of(batch))) < LATE_MS + 30_500
    assert clock.now_ms < LATE_MS + 31_000
    assert list(paced(by_second(reactions(), LIVE, 500), clock, sleep, lambda: True)) == []


def test_lives_that_are_on_at_once_are_sent_at_once() -> None:
    """In the order in which things happen, whichever live they are of."""

    def dues(name: str) -> Iterator[Due]:
        return by_second(coming(live(name), ["JP"], 1_000, 7, LATE_MS), name, 500)

    merged = list(heapq.merge(dues("one"), dues("two"), key=lambda due: due.at_ms))
    assert [due.at_ms for due in merged] == sorted(due.at_ms for due in merged)
    assert {due.batch.live for due in merged[:4]} == {"one", "two"}


def test_the_lives_that_are_on_are_those_whose_window_covers_the_moment() -> None:
    before, on, after = (live(name, END + timedelta(hours=hours)) for name, hours in (("before", -1), ("on", 0), ("after", 1)))
    also = live("also", END + timedelta(minutes=30))
    assert on_now([before, on, also, after], LATE_MS) == [on, also]
    assert on_now([before, on, after], END_MS - 1) == [on]
    assert on_now([before, on, after], END_MS) == [after]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({"third": 9, "second": 3, "first": -2}, "no live is on now: the next, second, begins at 2026-11-22T12:30:00Z"),
        ({"first": -9, "second": -2}, "no live is on now, and none is to come: the last, second, ended at 2026-11-22T08:30:00Z"),
    ],
)
def test_no_live_on_now_is_a_mistake_that_names_the_next(ends: dict[str, int], said: str) -> None:
    lives = [live(name, END + timedelta(hours=hours)) for name, hours in ends.items()]
    with pytest.raises(Mistake) as raised:
        on_now(lives, END_MS - 1)
    assert raised.value.message == said
