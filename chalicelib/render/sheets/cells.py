"""Cells of a workbook: text that stays text, whole numbers, moments, and formulas with the value that they have.

Answers for: the only calls of XlsxWriter that write cells, and equal bytes for equal content.
Refuses: what a spreadsheet cannot hold or calculate exactly, and to say anything by itself (`render/words.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_rowcol_to_cell

from chalicelib.domain.publication import CannotBeMade
from chalicelib.render.display import jst
from chalicelib.render.sheets.styles import CENTS, STYLES, Amount, Style
from chalicelib.render.sheets.texts import clean, columns_of

FIRST = 4
"""The first row under a sheet's headings (from 0): name, note, an empty line and the names of the columns stand above."""

MOST_EXACT = 10**14
"""Spreadsheets compare and round by 15 digits, so only up to here are their formulas exact to the unit."""

MOST_HELD = 2**53
"""The greatest whole number up to which a cell holds all (IEEE 754)."""


LINE_HEIGHT, MOST_LINES, HEADING_LINES, DEFAULT_WIDTH = 16, 25, 1.5, 8
"""A line in points, the most lines of a row (Excel ends at 409 points), a heading's, a column's width where none is set."""


class FigureTooLarge(CannotBeMade):
    """A figure that a spreadsheet would round; the report's other formats have it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell with a number: where it stands, and what is in it."""

    sheet: str
    row: int
    column: int
    value: int

    @property
    def here(self) -> str:
        """Its address within its own sheet: `$C$5`."""
        return str(xl_rowcol_to_cell(self.row, self.column, row_abs=True, col_abs=True))

    @property
    def address(self) -> str:
        """Its address from any sheet. Sheet names are ours and hold no apostrophe."""
        return f"'{self.sheet}'!{self.here}"


def span(spots: Sequence[Spot], *, here: bool = False) -> str:
    """The range from the first of these cells to the last, which stand side by side or one below the other."""
    return f"{spots[0].here if here else spots[0].address}:{spots[-1].here}"


def in_whole(minor: str, exponent: int) -> str:
    """The formula for whole units of a currency out of one for its minor units."""
    return f"({minor})/{10**exponent}" if exponent else minor


class Book:
    """A workbook whose sheets stand in the order of their names; its money has `exponent` decimal places."""

    def __init__(self, names: Iterable[str], exponent: int) -> None:
        self._file = BytesIO()
        # In memory: what renders a report writes no file, not even a temporary one.
        self.workbook = Workbook(
            self._file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self._styles = {style: self.workbook.add_format(STYLES["text"] | look) for style, look in STYLES.items()}
        self._sheets = {name: self.workbook.add_worksheet(name) for name in names}
        self._layouts = {name: Layout() for name in self._sheets}
        self._exponent = exponent

    def sheet(self, name: str, exponent: int | None = None) -> "Sheet":
        """The sheet of this name, with money of the book's own currency or of another with `exponent` decimal places."""
        look = Look(self._styles, self._layouts[name], self._exponent if exponent is None else exponent)
        return Sheet(name, self._sheets[name], look)

    def chart(self, options: Mapping[str, str]) -> Chart:
        """A chart to be put on a sheet."""
        return self.workbook.add_chart(dict(options))

    def finish(self) -> bytes:
        """The file. Nothing can be written afterwards."""
        for name, layout in self._layouts.items():
            for row, lines in layout.lines.items():
                self._sheets[name].set_row(row, LINE_HEIGHT * lines)
        self.workbook.close()
        return self._file.getvalue()


@dataclass(slots=True)
class Layout:
    """The widths of a sheet's columns, and how many lines its rows need: not every viewer makes room for wrapped text itself."""

    widths: tuple[int, ...] = ()
    lines: dict[int, float] = field(default_factory=dict)

    def make_room(self, row: int, column: int, text: str) -> None:
        """Make the row as high as this text needs, broken at the column's width."""
        width = self.widths[column] if column < len(self.widths) else DEFAULT_WIDTH
        lines = sum(max(1, -(-columns_of(line) // width)) for line in text.split("\n"))
        self.lines[row] = min(MOST_LINES, max(self.lines.get(row, 1), lines))


@dataclass(frozen=True, slots=True)
class Look:
    """What a sheet's cells look like: styles, room, and the decimal places of its money."""

    styles: Mapping[Style, Any]
    layout: Layout
    exponent: int


class Sheet:
    """One sheet: rows and columns are counted from 0."""

    def __init__(self, name: str, worksheet: Any, look: Look) -> None:
        self.name = name
        self.worksheet = worksheet
        self._styles = look.styles
        self._layout = look.layout
        self._exponent = look.exponent

    def begin(self, title: str, note: str, widths: Sequence[int]) -> None:
        """Name, note, widths of columns, and how it is printed: A4 across, as wide as the page, the names of columns on each."""
        sheet = self.worksheet
        self._layout.widths = tuple(widths)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 28)
        self.text(0, 0, title, "title")
        self.text(1, 0, note, "note")
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")

    def columns(self, names: Sequence[str], row: int = FIRST - 1, *, freeze: bool = True) -> None:
        """The names of columns; those of the sheet's own table stay in sight and are printed on each page."""
        for column, name in enumerate(names):
            self.text(row, column, name, "head")
        if freeze:
            self.worksheet.freeze_panes(row + 1, 0)
            self.worksheet.repeat_rows(row)

    def text(self, row: int, column: int, text: str, style: Style = "text") -> None:
        """Text that is nothing but text, whatever it begins with."""
        text = clean(text)
        if STYLES[style].get("text_wrap", True):
            self._layout.make_room(row, column, text)
        if style == "heading":
            self._layout.lines[row] = HEADING_LINES
        self.worksheet.write_string(row, column, text, self._styles[style])

    def texts(self, row: int, column: int, texts: Iterable[str], style: Style = "text") -> None:
        """Texts side by side."""
        for offset, text in enumerate(texts):
            self.text(row, column + offset, text, style)

    def number(self, row: int, column: int, value: int, style: Style = "count") -> Spot:
        """A number as it is. Raises: FigureTooLarge."""
        if abs(value) > MOST_HELD:
            raise FigureTooLarge(f"{self.name}: {value} is beyond {MOST_HELD}")
        self.worksheet.write_number(row, column, value, self._styles[style])
        return Spot(self.name, row, column, value)

    def operand(self, row: int, column: int, value: int, style: Style = "input") -> Spot:
        """A number that formulas calculate with. Raises: FigureTooLarge."""
        if abs(value) > MOST_EXACT:
            raise FigureTooLarge(f"{self.name}: formulas are not exact with {value}, which is beyond {MOST_EXACT}")
        return self.number(row, column, value, style)

    def formula(self, row: int, column: int, formula: str, value: int, style: Style = "count") -> Spot:
        """A formula and the value that it has, which viewers show that calculate nothing. Raises: FigureTooLarge."""
        if abs(value) > MOST_EXACT:
            raise FigureTooLarge(f"{self.name}: a formula is not exact for {value}, which is beyond {MOST_EXACT}")
        self.worksheet.write_formula(row, column, f"={formula}", self._styles[style], value)
        return Spot(self.name, row, column, value)

    def total(self, row: int, column: int, spots: Sequence[Spot], style: Style = "sum") -> Spot:
        """The sum of cells of this sheet that stand side by side or one below the other; 0 of none."""
        if not spots:
            return self.number(row, column, 0, style)
        return self.formula(row, column, f"SUM({span(spots, here=True)})", sum(each.value for each in spots), style)

    def money(self, row: int, column: int, minor: int, formula: str | None = None, *, look: Amount = "count") -> Spot:
        """An amount in whole units of the currency, of `minor` units; a formula for it is rounded to the currency's decimals.

        Raises: FigureTooLarge.
        """
        if abs(minor) > (MOST_HELD if formula is None else MOST_EXACT):
            raise FigureTooLarge(f"{self.name}: an amount of {minor} is too large")
        style = self._styles[CENTS[look] if self._exponent else look]
        value = minor / 10**self._exponent if self._exponent else minor
        if formula is None:
            self.worksheet.write_number(row, column, value, style)
        else:
            rounded = f"ROUND({formula},{self._exponent})" if self._exponent else formula
            self.worksheet.write_formula(row, column, f"={rounded}", style, value)
        return Spot(self.name, row, column, minor)

    def share(self, row: int, column: int, permille: int, formula: str | None = None, *, total: bool = False) -> None:
        """A share, as a percentage with one decimal."""
        style = self._styles["share_sum" if total else "share"]
        if formula is None:
            self.worksheet.write_number(row, column, permille / 1000, style)
        else:
            self.worksheet.write_formula(row, column, f"={formula}", style, permille / 1000)

    def thousandths(self, row: int, column: int, permille: int) -> None:
        """A number between -1 and 1, shown with two decimals."""
        self.worksheet.write_number(row, column, permille / 1000, self._styles["cents"])

    def score(self, row: int, column: int, exact: str) -> None:
        """A film's score: a whole number, or a fraction such as `169/20` shown with two decimals. Raises: FigureTooLarge."""
        score = Fraction(exact)
        if score.denominator == 1:
            self.number(row, column, int(score), "strong")
        else:
            self.worksheet.write_number(row, column, float(score), self._styles["cents"])

    def moment(self, row: int, column: int, moment: str, style: Style = "moment") -> None:
        """An RFC 3339 moment as a date and time of Japan."""
        self.worksheet.write_datetime(row, column, jst(moment).replace(tzinfo=None), self._styles[style])

    def day(self, row: int, column: int, on: str) -> None:
        """A day as it was put on record (`2023-02-10`); one that is in no calendar stays as it was written."""
        try:
            self.worksheet.write_datetime(row, column, date.fromisoformat(on), self._styles["day"])
        except ValueError:
            self.text(row, column, on)
