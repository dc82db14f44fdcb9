"""The geometry of the drawings."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.render.charts import HEAT_LEVELS, curve, heat, round_step
from chalicelib.render.display import Display


def minutes(totals: list[int]) -> list[MinuteAnswer]:
    """Minutes with so many likes."""
    return [MinuteAnswer("2023-01-10T10:00:00Z", CountsAnswer(like, 0, 0, like), 0) for like in totals]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=400))
def test_the_axes_hold_every_minute_with_few_labels(totals: list[int]) -> None:
    drawn = curve(minutes(totals), Display("en"))
    assert drawn.top >= max(totals)
    assert drawn.top - max(totals) <= max(round_step(max(totals)), 1)
    assert 2 <= len(drawn.rows) <= 6
    assert 1 <= len(drawn.columns) <= 5


def test_two_hours_are_labelled_every_half_hour() -> None:
    assert [tick.at for tick in curve(minutes([1] * 120), Display("en")).columns] == ["0.0%", "25.0%", "50.0%", "75.0%"]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_reactions_are_never_paler(value: int, more: int) -> None:
    greatest = value + more
    assert 0 <= heat(value, greatest) <= heat(greatest, greatest) <= HEAT_LEVELS
    assert heat(0, greatest) == 0
