"""Sheets: encodings, separators and columns as spreadsheets write them, and the line on which a row begins."""

import pytest

from chalicelib.domain.sheets import CellProblem, Columns, Row, rows

COLUMNS = Columns(("kind", "title"))
LINES = 'kind,title\nstory,"a, ""b"""\n'
READ = [Row(2, {"kind": "story", "title": 'a, "b"'})]


def said(content: bytes, columns: Columns = COLUMNS) -> list[str]:
    return [str(each) for each in rows(content, columns)[1]]


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


OPEN = Columns(needed=("text",), perhaps=("url",), as_written=("text",), open=True)


@pytest.mark.parametrize("text", [" \ta\r\n\0b\u2028 ", "長い" * 100_000, " "])
def test_text_that_is_taken_as_it_is_stays_so(text: str) -> None:
    assert rows(f'text\n"{text}"\n'.encode(), OPEN) == ([Row(2, {"text": text})], [])


def test_of_an_open_sheet_other_columns_may_hold_anything_and_are_not_read() -> None:
    content = 'notes,url,text,notes,\n"a\0\nb", u ,x,c,d\nonly notes,,\n,,y\n'
    assert rows(content.encode(), OPEN) == ([Row(2, {"url": "u", "text": "x"}), Row(5, {"text": "y"})], [])


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("secret,url", "line 1, text: is missing"),
        ("text,url,url", "line 1, url: is there 2 times"),
        ("text,Text", "line 1, text: is there 2 times"),
        (",,", "line 1: must name the columns: text"),
    ],
)
def test_an_open_sheet_lacks_or_doubles_none_of_its_own_columns_and_nothing_else_is_named(heading: str, said: str) -> None:
    found, problems = rows(f"{heading}\na,b,c\n".encode(), OPEN)
    assert (found, [str(each) for each in problems]) == ([], [said])


def test_only_columns_that_are_taken_as_they_are_may_have_what_is_unseen() -> None:
    assert said(b"text,url\na\x07,b\x07\n", OPEN) == ["line 2, url: must not have control characters (U+0007)"]
