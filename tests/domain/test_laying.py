"""Lives laid where they can be tried out; the sample file is the one that is moved, and what comes out can be applied."""

import tomllib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from chalicelib.domain.campaigns import Campaign, read
from chalicelib.domain.laying import cut_to, laid_back_to_back, laid_on_air, to_watch

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"
NOW = datetime(2026, 11, 22, 10, 30, 59, tzinfo=UTC)
MINUTE = NOW.replace(second=0)


def campaign() -> Campaign:
    """The sample file, read."""
    found, problems = read(tomllib.loads(SAMPLE.read_text("utf-8")))
    assert found is not None, problems
    return found


def test_lives_can_be_laid_back_to_back_so_that_the_last_ends_now() -> None:
    lives = laid_back_to_back(campaign(), NOW).lives
    assert [live.id for live in lives] == [live.id for live in campaign().lives]
    assert lives[-1].ends_at == MINUTE
    assert all(one.ends_at == other.starts_at for one, other in pairwise(lives))
    assert all(live.ends_at - live.starts_at == timedelta(hours=2) for live in lives)


def test_a_live_on_air_is_on_for_at_least_so_many_minutes_and_all_others_are_over() -> None:
    """In the file's order, so that regions keep theirs; back to back in time, the one on air last."""
    lives = laid_on_air(campaign(), NOW, 10).lives
    assert [live.id for live in lives] == [live.id for live in campaign().lives]
    *before, on_air = sorted(lives, key=lambda live: live.starts_at)
    assert (on_air.starts_at, on_air.ends_at) == (MINUTE, MINUTE + timedelta(minutes=11))
    assert [live.id for live in before] == [live.id for live in campaign().lives if live.id != on_air.id]
    assert all(one.ends_at == other.starts_at for one, other in pairwise([*before, on_air]))


def test_the_live_on_air_has_a_step_to_reach_where_any_has() -> None:
    """Otherwise the page would have nothing to count up to."""
    turned = msgspec.structs.replace(campaign(), lives=campaign().lives[::-1])
    assert (turned.lives[0].id, turned.lives[0].donation.steps) == ("kurume-2024", ())
    assert to_watch(turned).id == "hiroshima-2023"
    without = msgspec.structs.replace(turned, lives=turned.lives[:1])
    assert to_watch(without).id == "kurume-2024"


@pytest.mark.parametrize(
    ("minutes", "begins"), [(239, [0, 30, 210]), (119, [0, 15, 105]), (9, [0, 1, 8]), (4, [0, 4]), (1, [0, 1])]
)
def test_a_programme_keeps_its_place_in_a_live_of_another_length(minutes: int, begins: list[int]) -> None:
    """Parts that would begin in one minute are one part, the first of them."""
    laid = laid_on_air(campaign(), NOW, minutes)
    programme = to_watch(laid).programme
    assert [segment.minute for segment in programme] == begins
    assert programme[0].title == to_watch(campaign()).programme[0].title


@pytest.mark.parametrize("minutes", [1, 5, 10, 720])
def test_what_is_laid_can_be_applied(minutes: int) -> None:
    """Also where the file moved a closing: that belongs to the day of the file."""
    subject = campaign()
    closing = msgspec.structs.replace(subject.lives[0], closes_at=subject.lives[0].ends_at)
    subject = msgspec.structs.replace(subject, lives=(closing, *subject.lives[1:]))
    for laid in (laid_on_air(subject, NOW, minutes), laid_back_to_back(subject, NOW)):
        assert read(msgspec.to_builtins(laid)) == (laid, [])


def test_a_live_that_is_cut_short_keeps_what_of_its_programme_begins_before() -> None:
    live = to_watch(laid_on_air(campaign(), NOW, 9))
    cut = cut_to(live, live.starts_at, live.starts_at + timedelta(minutes=8))
    assert [segment.minute for segment in cut.programme] == [0, 1]
    assert cut_to(live, live.starts_at, live.starts_at + timedelta(minutes=9)).programme == live.programme
