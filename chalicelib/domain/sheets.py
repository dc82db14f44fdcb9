"""Sheets that people keep in a spreadsheet and save as CSV: read into rows by the names of their columns.

Answers for: encoding, separator, columns and the line on which each row begins; every problem with its place.
Refuses: guessing at an encoding, text that cannot be seen (unless it is to be taken as it is), what a row means, showing a cell.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
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


class Columns(msgspec.Struct, frozen=True):
    """What a sheet's first line names, in any order: `needed` must be there, `perhaps` may be.

    Others are problems, unless the sheet is `open`: then they may hold anything, and nobody reads them. A cell of `as_written` is
    taken as it is, with its spaces, line breaks and control characters.
    """

    needed: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    as_written: tuple[str, ...] = ()
    open: bool = False


class Row(msgspec.Struct, frozen=True):
    """The cells of a row that are not empty, by column, and the line of the file on which it begins."""

    line: int
    cells: dict[str, str]


class _NotCsv(Exception):
    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line


def rows(content: bytes, columns: Columns) -> tuple[list[Row], list[CellProblem]]:
    """The rows of a file whose first line names these columns, and every problem found.

    Spaces around a cell are dropped, a line break within one is a space, and rows without anything are passed over. Where the
    first line is wrong, rows are not looked at: what they hold depends on it.
    """
    try:
        lines = _lines(content.decode("utf-8-sig"))
        line, first = next(lines, (1, []))
        names = [cell.strip(_AT_THE_ENDS).lower() for cell in first]
        if problems := list(_heading_problems(line, names, columns)):
            return [], problems
        return _rows(lines, names, columns)
    except UnicodeDecodeError as error:
        return [], [CellProblem(content[: error.start].count(b"\n") + 1, None, _encoding(content))]
    except _NotCsv as error:
        return [], [CellProblem(error.line, None, f"is not CSV: {error}")]


def _rows(lines: Iterator[tuple[int, list[str]]], names: Sequence[str], columns: Columns) -> tuple[list[Row], list[CellProblem]]:
    found: list[Row] = []
    problems: list[CellProblem] = []
    read = {*columns.needed, *columns.perhaps}
    try:
        for line, cells in lines:
            if any(cell.strip(_AT_THE_ENDS) for cell in cells[len(names) :]):
                problems.append(CellProblem(line, None, f"has {len(cells)} cells, but there are {len(names)} columns"))
            given = {name: cell for name, cell in zip(names, cells, strict=False) if name in read}
            row = Row(line, {name: said for name, cell in given.items() if (said := _said(name, cell, columns))})
            problems += _unseen(row, columns.as_written)
            if row.cells:
                found.append(row)
    except _NotCsv as error:
        problems.append(CellProblem(error.line, None, f"is not CSV from here on: {error}"))
    return found, problems


def _said(name: str, cell: str, columns: Columns) -> str:
    return cell if name in columns.as_written else _LINE_BREAK.sub(" ", cell.strip(_AT_THE_ENDS))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line on which it begins. Raises: _NotCsv."""
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _NotCsv(line, f"{error} (is every quotation mark closed?)") from error


def _heading_problems(line: int, names: Sequence[str], columns: Columns) -> Iterator[CellProblem]:
    known = (*columns.needed, *columns.perhaps)
    if not any(names):
        yield CellProblem(line, None, f"must name the columns: {', '.join(columns.needed)}")
        return
    for name, times in Counter(filter(None, names)).items():
        if name in known and times > 1:
            yield CellProblem(line, name, f"is there {times} times")
        elif name not in known and not columns.open:
            yield CellProblem(line, None, f"{name[:40]!r} is not a column")
    for name in columns.needed:
        if name not in names:
            yield CellProblem(line, name, "is missing")


def _unseen(row: Row, as_written: Collection[str]) -> Iterator[CellProblem]:
    for name, cell in row.cells.items():
        found = sorted({f"U+{ord(each):04X}" for each in cell if category(each) in _UNSEEN})
        if found and name not in as_written:
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
