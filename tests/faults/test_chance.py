"""Chance has an answer for each question, whatever else was asked."""

from locallove.faults.chance import Chance

PLACES = [f"place {number}" for number in range(200)]


def struck(chance: Chance) -> list[str]:
    return [place for place in PLACES if chance.strikes("throttling", place, 10)]


def test_equal_seeds_strike_in_the_same_places() -> None:
    assert struck(Chance(1)) == struck(Chance(1)) != struck(Chance(2))


def test_a_fault_that_is_taken_away_moves_no_other() -> None:
    _, *others = struck(Chance(1))
    assert struck(Chance(1, {("throttling", place) for place in others})) == others
    assert struck(Chance(1, set())) == []


def test_a_share_is_about_what_was_asked_for() -> None:
    assert 8 <= len(struck(Chance(1))) <= 35
    assert [place for place in PLACES if Chance(1).strikes("throttling", place, 100)] == PLACES
    assert {Chance(1).number(place, 3, 5) for place in PLACES} == {3, 4, 5}
