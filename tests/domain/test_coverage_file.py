"""The coverage file: what a row must be, every problem with its place, and nothing of a file that has one."""

import pytest
from domain.coverage_rows import FIGURE, STORY, file

from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.coverage_file import Change, change, read
from chalicelib.domain.donations import Words

REGIONS = ("tohoku", "kumamoto")


def problems(content: bytes) -> list[tuple[int, str | None]]:
    """The places of all problems; there is at least one, and so nothing is read."""
    found, problems = read(content, REGIONS)
    assert found is None
    assert problems
    return [(each.line, each.column) for each in problems]


def test_an_entry_and_a_figure_are_read_with_every_field() -> None:
    full = {
        "url": "https://例え.example/記事?a=1#b",
        "region": "tohoku",
        "reach": "1,200,000",
        "reach_source": "見本調査会社",
        "tone": "neutral",
        "syndicated_from": "見本通信",
    }
    found, wrong = read(file(STORY | full, FIGURE), REGIONS)
    assert found is not None, wrong
    (entry,), (stated,) = found.entries, found.stated
    assert entry == Entry(
        "story", "見本放送", "television", "national", "報道", "JP", "ja", "ライブで応援", "2023-02-11",
        "https://例え.example/記事?a=1#b", "tohoku", 1_200_000, "見本調査会社", "neutral", "見本通信",
    )  # fmt: skip
    assert stated == Stated(
        Words("視聴者数", "Viewers"), 81_234, Words("人", "people"), "2023-02-12", "見本プラットフォーム", None
    )


BAD_ENTRIES: list[tuple[dict[str, str], str | None]] = [
    *(({name: ""}, name) for name in STORY),
    ({"kind": "Story"}, "kind"),
    ({"outlet_type": "tv"}, "outlet_type"),
    ({"scope": "global"}, "scope"),
    ({"tone": "good"}, "tone"),
    ({"country": "jp"}, "country"),
    ({"country": "JPN"}, "country"),
    ({"language": "JA"}, "language"),
    ({"language": "日本"}, "language"),
    ({"date": "2023-02-29"}, "date"),
    ({"date": "2023/2/11"}, "date"),
    ({"date": "20230211"}, "date"),
    ({"date": "2023-02-11T10:00"}, "date"),
    ({"date": "２０２３-02-11"}, "date"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "ftp://a.example/"}, "url"),
    ({"url": "//a.example/"}, "url"),
    ({"url": "www.a.example"}, "url"),
    ({"url": "https://"}, "url"),
    ({"url": "https://a.example/a b"}, "url"),
    ({"url": "https://good.example@evil.example/"}, "url"),
    ({"url": 'https://a.example/"onload='}, "url"),
    ({"url": "https://a.example/\u202egnp.exe"}, "url"),
    ({"url": "https://a.example/" + "a" * 2_000}, "url"),
    ({"region": "atlantis"}, "region"),
    ({"reach": "5"}, "reach_source"),
    ({"reach_source": "見本調査会社"}, "reach"),
    *(
        ({"reach": number, "reach_source": "s"}, "reach")
        for number in ("-1", "1.5", "約10", "1,20", "1,2000", "12万", "１２", "1e6", "+5", "1000000000001", "9" * 5_000)
    ),
    ({"outlet": "a" * 301}, "outlet"),
    ({"title": "a" * 301}, "title"),
    ({"title": "a\x00b"}, "title"),
    ({"outlet": "a\x1b[31m"}, "outlet"),
    ({"genre": "a\tb"}, "genre"),
    ({"syndicated_from": "a\u2028b"}, "syndicated_from"),
    ({"value": "5"}, "value"),
    ({"source": "s"}, "source"),
]


@pytest.mark.parametrize(("wrong", "column"), BAD_ENTRIES)
def test_what_is_wrong_with_an_entry_is_named_by_its_column(wrong: dict[str, str], column: str | None) -> None:
    assert problems(file(STORY | {"title": "another"}, STORY | wrong)) == [(3, column)]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        *(({name: ""}, name) for name in FIGURE),
        ({"value": "-1"}, "value"),
        ({"value": "81.2"}, "value"),
        ({"value": "1000000000001"}, "value"),
        ({"region": "atlantis"}, "region"),
        ({"outlet": "a"}, "outlet"),
        ({"reach": "1"}, "reach"),
        ({"label_en": "a" * 301}, "label_en"),
        ({"source": "a\x7f"}, "source"),
    ],
)
def test_what_is_wrong_with_a_figure_is_named_by_its_column(wrong: dict[str, str], column: str) -> None:
    assert (2, column) in problems(file(FIGURE | wrong))


@pytest.mark.parametrize("value", ["0", "1000000000000", "1,000,000,000,000", "12", "1,234"])
def test_numbers_may_have_commas_between_thousands(value: str) -> None:
    found, _ = read(file(FIGURE | {"value": value}), REGIONS)
    assert found is not None
    assert found.stated[0].value == int(value.replace(",", ""))


def test_a_control_character_is_named() -> None:
    _, (problem,) = read(file(STORY | {"title": "a\x00\x1bb"}), REGIONS)
    assert str(problem) == "line 2, title: must not have control characters (U+0000, U+001B)"


def test_every_problem_of_every_row_is_listed_and_nothing_is_read() -> None:
    content = file(
        STORY,
        STORY | {"title": "b", "country": "", "date": "2023-13-01", "reach": "x"},
        FIGURE | {"value": "many", "region": "mars"},
        STORY,
        {"kind": "rumour"},
        STORY | {"title": "c", "outlet": "\x00"},
    )
    assert sorted(problems(content), key=str) == sorted(
        [
            (3, "country"), (3, "date"), (3, "reach"), (3, "reach_source"),
            (4, "value"), (4, "region"),
            (5, None),
            (6, "kind"),
            (7, "outlet"),
        ],
        key=str,
    )  # fmt: skip


def test_three_bad_rows_are_three_problems_in_their_order() -> None:
    bad = [STORY | {"title": str(number), "country": "Japan"} for number in range(3)]
    assert problems(file(STORY, *bad, FIGURE)) == [(3, "country"), (4, "country"), (5, "country")]


def test_the_second_of_two_equal_entries_is_a_problem_that_names_the_first() -> None:
    _, (problem,) = read(file(STORY, STORY | {"url": "https://a.example/"}, FIGURE, STORY | {"tone": "neutral"}), REGIONS)
    assert str(problem) == "line 5: repeats line 2: the same date, outlet, title, url"


def test_two_figures_of_one_source_label_region_and_day_are_a_problem() -> None:
    assert problems(file(FIGURE, FIGURE | {"region": "tohoku"}, FIGURE | {"value": "3"})) == [(4, None)]


def test_the_order_of_rows_makes_no_difference() -> None:
    rows = [STORY, STORY | {"date": "2023-01-01"}, FIGURE, FIGURE | {"date": "2023-01-01"}]
    assert read(file(*rows), REGIONS) == read(file(*reversed(rows)), REGIONS)


def test_change_counts_what_is_new_what_says_something_else_and_what_is_gone() -> None:
    def entries(*rows: dict[str, str]) -> tuple[Entry, ...]:
        found, wrong = read(file(*rows), REGIONS)
        assert found is not None, wrong
        return found.entries

    other, third = STORY | {"title": "b"}, STORY | {"title": "c"}
    before = entries(STORY, other)
    assert change(before, before[::-1]) == Change(0, 0, 0)
    assert change((), before) == Change(2, 0, 0)
    assert change(before, entries(other | {"tone": "neutral"}, third)) == Change(1, 1, 1)
