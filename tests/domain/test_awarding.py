"""Awarding: places, what decided, and ties that nothing but the jury can decide."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.awarding import Candidate, Tied, outcome, places

BREAKS = ("views", "posted")
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.sampled_from("abcdef"),
        st.integers(0, 3).map(Fraction),
        st.tuples(st.integers(0, 1).map(Fraction), st.integers(0, 1).map(Fraction)),
    ),
    max_size=6,
    unique_by=lambda each: each.entry,
)


def film(entry: str, score: int, *breaks: int) -> Candidate:
    return Candidate(entry, Fraction(score), tuple(map(Fraction, breaks)))


def test_equal_films_share_a_place_and_the_next_comes_after_all_of_them() -> None:
    placed = places([film("d", 1), film("c", 2), film("b", 2), film("a", 3), film("e", 1)])
    assert [(each.place, each.candidate.entry) for each in placed] == [(1, "a"), (2, "b"), (2, "c"), (4, "d"), (4, "e")]


@pytest.mark.parametrize(
    ("films", "winner", "decided_by"),
    [
        ([film("a", 2, 0, 0), film("b", 1, 9, 9)], "a", "score"),
        ([film("a", 2, 1, 9), film("b", 2, 2, 0)], "b", "views"),
        ([film("a", 2, 1, 0), film("b", 2, 1, 1), film("c", 2, 0, 9)], "b", "posted"),
        ([film("a", 2, 1, 0)], "a", "score"),
        ([film("a", 0, 1, 1), film("b", 0, 0, 0)], None, "nobody"),
        ([], None, "nobody"),
    ],
)
def test_tie_breaks_decide_in_their_order_and_the_one_that_did_is_named(
    films: list[Candidate], winner: str | None, decided_by: str
) -> None:
    found = outcome("favourite", BREAKS, films, None)
    assert (found.winner, found.decided_by) == (winner, decided_by)


def test_a_tie_at_the_top_names_all_that_are_equal_and_only_they_can_be_chosen() -> None:
    films = [film("b", 2, 1, 1), film("a", 2, 1, 1), film("c", 2, 1, 0)]
    for decision in (None, "c", "nobody"):
        with pytest.raises(Tied, match="favourite: a, b are equal after all tie-breaks") as tied:
            outcome("favourite", BREAKS, films, decision)
        assert tied.value.entries == ("a", "b")
    found = outcome("favourite", BREAKS, films, "b")
    assert (found.winner, found.decided_by) == ("b", "jury")
    assert [each.place for each in found.placed] == [1, 1, 3]


def test_the_jurys_word_is_not_asked_where_a_film_is_first_alone() -> None:
    assert outcome("favourite", BREAKS, [film("a", 2, 0, 0), film("b", 1, 0, 0)], "b").winner == "a"


@given(CANDIDATES, st.randoms())
def test_the_order_in_which_films_come_decides_nothing(films: list[Candidate], shuffle: object) -> None:
    shuffled = list(films)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert places(films) == places(shuffled)


@given(CANDIDATES)
def test_a_place_is_one_more_than_the_number_of_better_films(films: list[Candidate]) -> None:
    for place, candidate in places(films):
        better = [each for each in films if (each.score, each.breaks) > (candidate.score, candidate.breaks)]
        assert place == 1 + len(better)
