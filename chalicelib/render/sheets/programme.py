"""The sheet of programmes: what came in during each part of each live.

Answers for: one row for each part, whose counts follow the sheet of minutes.
Refuses: lives without a programme, and rankings.
"""

from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS
from chalicelib.render.sheets.cells import FIRST, Book
from chalicelib.render.sheets.minutes import Minutes
from chalicelib.render.sheets.texts import both, said

NAME = "番組構成 Programme"

COLUMNS = ("sheet_number", "scope_live", "segment", "begins", "minutes", *KINDS, "total")

COUNTED = 5


def programme(book: Book, report: Report, minutes: Minutes) -> None:
    """Write the sheet. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("programme", "　"), "", (6, 36, 36, 17, 10, 13, 12, 12, 14))
    sheet.columns([both(name) for name in COLUMNS])
    row = FIRST
    for number, live in enumerate(report.lives, start=1):
        start = 0
        for part in live.segments:
            end = start + part.minutes
            sheet.number(row, 0, number, "number")
            sheet.texts(row, 1, (said(live.title), said(part.title) if part.title else both("before_programme")))
            sheet.moment(row, 3, part.starts_at, "minute")
            sheet.number(row, 4, part.minutes)
            spots = [
                sheet.formula(row, column, minutes.added_up_within(kind, number, start, end), getattr(part.counts, kind))
                for column, kind in enumerate(KINDS, start=COUNTED)
            ]
            sheet.total(row, COUNTED + len(KINDS), spots, "strong")
            row, start = row + 1, end
