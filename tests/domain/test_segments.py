"""Segments: the programme counted, every minute in exactly one part."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer, utc_minute
from chalicelib.domain.campaigns import Segment
from chalicelib.domain.donations import Words
from chalicelib.domain.segments import segment_figures

TITLE = Words(ja="区分", en="Segment")


def minutes(likes: list[int]) -> list[MinuteAnswer]:
    return [MinuteAnswer(utc_minute(offset), CountsAnswer(like, 1, 0, like + 1), 0) for offset, like in enumerate(likes)]


def test_a_segment_has_the_minutes_from_its_own_up_to_the_next() -> None:
    found = segment_figures([Segment(0, TITLE), Segment(2, TITLE)], minutes([10, 20, 40, 80, 160]))
    assert [(each.starts_at, each.minutes, each.counts.like) for each in found] == [
        ("1970-01-01T00:00:00Z", 2, 30),
        ("1970-01-01T00:02:00Z", 3, 280),
    ]


def test_what_comes_before_the_first_segment_is_a_part_without_a_title() -> None:
    found = segment_figures([Segment(1, TITLE)], minutes([5, 7]))
    assert [(each.title, each.counts.like) for each in found] == [(None, 5), (TITLE, 7)]


def test_a_live_without_a_programme_has_no_segments() -> None:
    assert segment_figures([], minutes([1, 2])) == ()


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.data())
def test_segments_sum_up_to_the_live_and_their_shares_to_a_thousand(likes: list[int], data: st.DataObject) -> None:
    begins = sorted(data.draw(st.sets(st.integers(0, len(likes) - 1), min_size=1)))
    found = segment_figures([Segment(each, TITLE) for each in begins], minutes(likes))
    assert sum(each.counts.total for each in found) == sum(likes) + len(likes)
    assert sum(each.minutes for each in found) == len(likes)
    assert sum(each.share_permille for each in found) == 1000
