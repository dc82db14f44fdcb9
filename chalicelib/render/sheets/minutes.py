"""The sheet of minutes: every minute of every live, from which all other sheets count.

Answers for: the counts as numbers, and the formulas by which other sheets add them up.
Refuses: more minutes than are worth opening in a spreadsheet; `minutes.csv` has them all.
"""

from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from chalicelib.domain.publication import CannotBeMade
from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS
from chalicelib.render.sheets.cells import FIRST, Book
from chalicelib.render.sheets.texts import both, columns_of, said

NAME = "1分ごと Minutes"

MOST = 50_000
"""Minutes of all lives together. A sheet could hold 1,048,576 rows, but 144,000 (one live of a hundred days) took 28 s of CPU
and 450 MB, and where a function ends for want of either, all other formats end with this one."""

COLUMNS = ("sheet_number", "sheet_live_id", "scope_live", "sheet_elapsed", "sheet_minute", *KINDS, "total", "gift_value")

NUMBER, ELAPSED, AT = 0, 3, 4

COUNTED = {name: 5 + place for place, name in enumerate((*KINDS, "total", "gift_value"))}
"""The column of each figure."""


TITLE_LEAST, TITLE_MOST = 34, 64
"""How narrow and how wide the column of titles may be."""


class MoreMinutesThanRows(CannotBeMade):
    """There are more minutes than this format takes; `minutes.csv` has them all."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Where the minutes stand: rows from `FIRST` to `last`, and the first row of each live, in the report's order."""

    last: int
    begins: tuple[int, ...]

    def added_up(self, figure: str, number: int) -> str:
        """The formula for a figure of the live with this number. A number, for an id like `2-1` would be taken for a date."""
        return f"SUMIFS({self._range(COUNTED[figure])},{self._range(NUMBER)},{number})"

    def added_up_within(self, figure: str, number: int, start: int, end: int) -> str:
        """The same for the minutes from `start` up to, but not including, `end`, counted from the live's start."""
        elapsed = self._range(ELAPSED)
        return f'{self.added_up(figure, number)[:-1]},{elapsed},">={start}",{elapsed},"<{end}")'

    def _range(self, column: int) -> str:
        name = xl_col_to_name(column)
        return f"'{NAME}'!${name}${FIRST + 1}:${name}${self.last + 1}"


def minutes(book: Book, report: Report) -> Minutes:
    """Write the sheet. Raises: MoreMinutesThanRows, FigureTooLarge."""
    length = sum(len(live.minutes) for live in report.lives)
    if length > MOST:
        raise MoreMinutesThanRows(f"{length} minutes are more than the {MOST} that a workbook takes; see minutes.csv")
    sheet = book.sheet(NAME)
    titles = [said(live.title, " / ") for live in report.lives]
    # As wide as the titles, for one that is broken would make each of its minutes two lines high.
    title_width = min(TITLE_MOST, max([TITLE_LEAST, *(columns_of(title) + 2 for title in titles)]))
    sheet.begin(both("per_minute", "　"), both("sheet_minutes_note", " "), (6, 22, title_width, 10, 18, 12, 12, 12, 13, 13))
    sheet.columns([both(name) for name in COLUMNS])
    row, begins = FIRST, []
    for number, (live, title) in enumerate(zip(report.lives, titles, strict=True), start=1):
        begins.append(row)
        for elapsed, minute in enumerate(live.minutes):
            sheet.number(row, NUMBER, number, "number")
            sheet.texts(row, 1, (live.live, title))
            sheet.number(row, ELAPSED, elapsed)
            sheet.moment(row, AT, minute.at, "minute")
            spots = [sheet.operand(row, COUNTED[kind], getattr(minute.counts, kind)) for kind in KINDS]
            sheet.total(row, COUNTED["total"], spots, "count")
            sheet.operand(row, COUNTED["gift_value"], minute.gift_value)
            row += 1
    last = max(FIRST, row - 1)
    sheet.worksheet.autofilter(FIRST - 1, 0, last, len(COLUMNS) - 1)
    return Minutes(last, tuple(begins))
