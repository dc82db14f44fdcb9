"""Sheets that people keep in a spreadsheet and save as CSV: read into rows by the names of their columns.

Answers for: encoding, separator, columns and the line on which each row begins; every problem with its place.
Refuses: guessing at an encoding, text that cannot be seen, and what a row means.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from unicodedata import category

import msgspec

SEPARATORS = ",;\t"
"""Excel writes the second where a comma is the decimal point."""

_AT_THE_ENDS = " \u3000\r\n"
_LINE_BREAK = re.compile(r" *[\r\n]+ *")
_UNSEEN = ("Cc", "Zl", "Zp")
"""Unicode's control characters, and its own line and paragraph breaks."""


class CellProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong in a sheet, and where; the column is None where it is about the whole row or file."""

    line: int
    column: str | None
    detail: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.detail}"


class Row(msgspec.Struct, frozen=True):
    """The cells of a row that are not empty, by column, and the line of the file on which it begins."""

    line: int
    cells: dict[str, str]


class _NotCsv(Exception):
    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line


def rows(content: bytes, columns: Sequence[str]) -> tuple[list[Row], list[CellProblem]]:
    """The rows of a file whose first line names exactly these columns, in any order, and every problem found.

    Spaces around a cell are dropped, a line break within one is a space, and rows without anything are passed over. Where the
    first line is wrong, rows are not looked at: what they hold depends on it.
    """
    try:
        lines = _lines(content.decode("utf-8-sig"))
        line, first = next(lines, (1, []))
        names = [cell.strip(_AT_THE_ENDS).lower() for cell in first]
        if problems := list(_heading_problems(line, names, columns)):
            return [], problems
        return _rows(lines, names)
    except UnicodeDecodeError as error:
        return [], [CellProblem(content[: error.start].count(b"\n") + 1, None, _encoding(content))]
    except _NotCsv as error:
        return [], [CellProblem(error.line, None, f"is not CSV: {error}")]


def _rows(lines: Iterator[tuple[int, list[str]]], names: list[str]) -> tuple[list[Row], list[CellProblem]]:
    found: list[Row] = []
    problems: list[CellProblem] = []
    try:
        for line, written in lines:
            cells = [_LINE_BREAK.sub(" ", cell.strip(_AT_THE_ENDS)) for cell in written]
            if any(cells[len(names) :]):
                problems.append(CellProblem(line, None, f"has {len(cells)} cells, but there are {len(names)} columns"))
            row = Row(line, {name: cell for name, cell in zip(names, cells, strict=False) if name and cell})
            problems += _unseen(row)
            if row.cells:
                found.append(row)
    except _NotCsv as error:
        problems.append(CellProblem(error.line, None, f"is not CSV from here on: {error}"))
    return found, problems


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line on which it begins. Raises: _NotCsv."""
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _NotCsv(line, f"{error} (is every quotation mark closed?)") from error


def _heading_problems(line: int, names: Sequence[str], columns: Sequence[str]) -> Iterator[CellProblem]:
    if not any(names):
        yield CellProblem(line, None, f"must name the columns: {', '.join(columns)}")
        return
    for name, times in Counter(filter(None, names)).items():
        if name not in columns:
            yield CellProblem(line, None, f"{name[:40]!r} is not a column")
        elif times > 1:
            yield CellProblem(line, name, f"is there {times} times")
    for name in columns:
        if name not in names:
            yield CellProblem(line, name, "is missing")


def _unseen(row: Row) -> Iterator[CellProblem]:
    for name, cell in row.cells.items():
        found = sorted({f"U+{ord(each):04X}" for each in cell if category(each) in _UNSEEN})
        if found:
            yield CellProblem(row.line, name, f"must not have control characters ({', '.join(found)})")


def _encoding(content: bytes) -> str:
    """What to say of a file that is not UTF-8: what it seems to be, and what helps."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16, not UTF-8: save the file as “CSV UTF-8”"
    try:
        content.decode("cp932")
    except UnicodeDecodeError:
        return "is not UTF-8: save the file as “CSV UTF-8”"
    return "is not UTF-8 but, it seems, Shift_JIS (cp932): save the file as “CSV UTF-8”"
