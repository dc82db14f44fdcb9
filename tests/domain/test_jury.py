"""The jury's sheet: every bad cell with its place, missing scores by name, and means that are exact."""

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import jury
from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Criterion, Jury
from chalicelib.domain.jury import Score

RULE = Jury(
    (Criterion("story", Words("物語", "Story"), 2), Criterion("craft", Words("表現", "Craft"), 1)),
    highest=10,
    tie_breaks=("story",),
)
COMPETING = ("a", "b")
HEAD = "entry,caption,juror,story,craft\n"


def said(rows: str) -> list[str]:
    scores, problems = jury.read((HEAD + rows).encode(), RULE, COMPETING)
    assert (scores is None) == bool(problems)
    return [str(each) for each in problems]


def test_a_good_sheet_is_read_by_entry_and_juror_with_scores_as_they_were_written() -> None:
    scores, problems = jury.read(f"{HEAD}b,読まない,Sato,10,0\na,,Sato,8.25,007\na,,Ito,,9.5\n".encode(), RULE, COMPETING)
    assert problems == []
    assert scores == (Score("a", "Ito", (None, "9.5")), Score("a", "Sato", ("8.25", "007")), Score("b", "Sato", ("10", "0")))


def test_every_bad_cell_of_a_sheet_is_listed_with_line_and_column() -> None:
    rows = "a,,Sato,nine,10.01\nnobody,,Sato,-1,1e1\n,x,,８,1.234\nb,,Ito,NaN,11\na,,Sato,1,+2\n"
    number = "must be a number from 0 to 10, with at most two decimals"
    assert said(rows) == [
        f"line 2, story: {number}",
        f"line 2, craft: {number}",
        "line 3, entry: is no entry that competes",
        f"line 3, story: {number}",
        f"line 3, craft: {number}",
        "line 4, entry: is required",
        "line 4, juror: is required",
        f"line 4, story: {number}",
        f"line 4, craft: {number}",
        f"line 5, story: {number}",
        f"line 5, craft: {number}",
        "line 6: repeats line 2: the same entry and juror",
        f"line 6, craft: {number}",
    ]


def test_a_sheet_without_rows_or_columns_says_so() -> None:
    assert said("") == ["line 2: has no row"]
    _, problems = jury.read(b"entry,juror,story,charm\na,Sato,1,2\n", RULE, COMPETING)
    assert [str(each) for each in problems] == ["line 1: 'charm' is not a column", "line 1, craft: is missing"]


def test_missing_scores_are_named_also_where_a_juror_has_no_row() -> None:
    """Of an entry that nobody scored none is missing: it is no finalist."""
    scores = (Score("a", "Ito", ("1", None)), Score("a", "Sato", ("1", "2")), Score("b", "Sato", (None, "3")))
    assert jury.missing(scores, RULE) == ["a, Ito, craft", "b, Ito, story", "b, Ito, craft", "b, Sato, story"]
    assert jury.missing(scores[1:2], RULE) == []


def test_weighted_means_are_exact_fractions() -> None:
    scores = (Score("a", "1", ("8.1", "7")), Score("a", "2", ("8.2", "7")), Score("a", "3", ("8.4", "8.5")))
    means = jury.means(scores, RULE)
    assert means == {"a": (Fraction(247, 30), Fraction(15, 2))}
    assert jury.weighted(means, RULE) == {"a": Fraction(719, 90)}


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=8))
def test_a_mean_does_not_depend_on_the_order_of_jurors_and_lies_within_their_scores(given: list[tuple[int, int]]) -> None:
    def decided(rows: list[tuple[int, int]]) -> Fraction:
        scores = [Score("a", str(place), (f"{one / 100:.2f}", f"{two / 100:.2f}")) for place, (one, two) in enumerate(rows)]
        return jury.weighted(jury.means(scores, RULE), RULE)["a"]

    assert decided(given) == decided(given[::-1])
    assert decided(given) == Fraction(sum(2 * one + two for one, two in given), 300 * len(given))


def test_every_number_up_to_the_highest_with_two_decimals_is_a_score() -> None:
    for whole, decimals in product(("0", "9", "10"), ("", ".0", ".00")):
        assert said(f"a,,Sato,{whole}{decimals},1\n") == []
