"""Sheets: encodings, separators and columns as spreadsheets write them, and the line on which a row begins."""

import pytest

from chalicelib.domain.sheets import CellProblem, Row, rows

COLUMNS = ("kind", "title")
LINES = 'kind,title\nstory,"a, ""b"""\n'
READ = [Row(2, {"kind": "story", "title": 'a, "b"'})]


def said(content: bytes) -> list[str]:
    return [str(each) for each in rows(content, COLUMNS)[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_utf8_with_or_without_mark_and_any_end_of_line_is_read(encoding: str, end: str) -> None:
    assert rows(LINES.replace("\n", end).encode(encoding), COLUMNS) == (READ, [])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_excels_other_separators_are_read(separator: str) -> None:
    content = f'kind{separator}title\nstory{separator}"a, ""b"""\n'
    assert rows(content.encode(), COLUMNS) == (READ, [])


def test_a_file_without_a_last_line_end_is_read() -> None:
    assert rows(LINES.rstrip("\n").encode(), COLUMNS) == (READ, [])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_those_on_which_a_row_begins(end: str) -> None:
    """A quoted line break and lines with nothing move the rows behind them."""
    content = 'kind,title\nstory,"two\nlines"\n\n,\nstory,"a\n\n b"\n'.replace("\n", end)
    found, problems = rows(content.encode(), COLUMNS)
    assert [(row.line, row.cells["title"]) for row in found] == [(2, "two lines"), (6, "a b")]
    assert problems == []


def test_spaces_around_a_cell_are_dropped_and_a_row_may_be_short() -> None:
    assert rows("\u3000Kind , title\n story \n".encode(), COLUMNS) == ([Row(2, {"kind": "story"})], [])


def test_columns_may_come_in_any_order_with_empty_ones_behind() -> None:
    assert rows(b"title,kind,,\na,story,,\n", COLUMNS) == ([Row(2, {"kind": "story", "title": "a"})], [])


def test_unknown_missing_and_doubled_columns_are_all_named() -> None:
    assert said(b"kind,kind,outlets\na,b,c\n") == [
        "line 1, kind: is there 2 times",
        "line 1: 'outlets' is not a column",
        "line 1, title: is missing",
    ]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b",,\n"])
def test_a_file_without_a_first_line_says_which_columns_there_are(content: bytes) -> None:
    assert said(content) == ["line 1: must name the columns: kind, title"]


def test_a_cell_beyond_the_columns_is_a_problem_of_its_row() -> None:
    assert rows(b"kind,title\na,b,c\nd,e\n", COLUMNS)[1] == [CellProblem(2, None, "has 3 cells, but there are 2 columns")]


def test_shift_jis_is_named_and_nothing_is_read() -> None:
    content = "kind,title\nstory,a\nstory,東北を応援\n".encode("cp932")
    assert rows(content, COLUMNS)[0] == []
    assert said(content) == ["line 3: is not UTF-8 but, it seems, Shift_JIS (cp932): save the file as “CSV UTF-8”"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert said(mark + LINES.encode(encoding)) == ["line 1: is UTF-16, not UTF-8: save the file as “CSV UTF-8”"]


def test_bytes_that_are_no_text_at_all_are_refused() -> None:
    assert said(b"kind,title\n\xa0\x00\xfd\xf7") == ["line 2: is not UTF-8: save the file as “CSV UTF-8”"]


def test_a_quotation_mark_that_never_closes_is_told_by_the_line_of_its_row() -> None:
    (problem,) = said(b'kind,title\nstory,a\nstory,"b\nstory,c\n')
    assert problem.startswith("line 3: is not CSV from here on: ")


def test_a_quotation_mark_that_closes_too_early_is_a_problem() -> None:
    (problem,) = said(b'kind,title\nstory,"a"b\n')
    assert problem.startswith("line 2: is not CSV from here on: ")


def test_a_broken_first_line_is_a_problem() -> None:
    (problem,) = said(b'kind,"title\n')
    assert problem.startswith("line 1: is not CSV: ")
