"""A report as a workbook: figures as numbers, the donation as formulas that anyone can follow, charts, both languages.

Answers for: the sheets in their order, equal bytes for equal reports, nothing that leads out of the file or runs in it.
Refuses: macros, links, and reports too large for a spreadsheet (`sheets/minutes.py`, `sheets/cells.py`).
"""

from datetime import datetime

from chalicelib.domain.reports import Report
from chalicelib.render.sheets import coverage, donation, festival, lives, minutes, payments, programme, regions, response, summary
from chalicelib.render.sheets.cells import Book
from chalicelib.render.sheets.texts import both, clean, said

LONGEST_PROPERTY = 255
"""Characters that Excel shows of a title."""

BEFORE_ANY = datetime(2000, 1, 1)  # noqa: DTZ001 - the file's format knows no zone; UTC is meant
"""The moment on a workbook in which nothing is counted yet."""


def workbook(report: Report) -> bytes:
    """The report as XLSX. Raises: FigureTooLarge, MoreMinutesThanRows."""
    held = [festival.NAME, festival.BY_DAY] if report.festival else []
    programmes = [programme.NAME] if any(live.segments for live in report.lives) else []
    book = Book(
        [
            summary.NAME,
            *held,
            regions.NAME,
            regions.MARKETS,
            lives.NAME,
            lives.CURVES,
            *programmes,
            minutes.NAME,
            donation.NAME,
            payments.NAME,
            coverage.NAME,
            response.NAME,
        ],
        report.exponent,
    )
    if report.festival:
        festival.festival(book, report.festival)
        festival.by_day(book, report.festival)
    numbers = regions.numbers(report)
    counted = minutes.minutes(book, report)
    given = donation.donation(book, report, counted, numbers)
    figures = lives.lives(book, report, counted, given, numbers)
    lives.curves(book, report, counted)
    if programmes:
        programme.programme(book, report, counted)
    regions.regions(book, report, figures, given)
    regions.markets(book, report)
    balance = payments.payments(book, report, given)
    coverage.coverage(book, report)
    response.response(book, report)
    summary.summary(book, report, figures, given, balance)
    _describe(book, report)
    return book.finish()


def _describe(book: Book, report: Report) -> None:
    """Title, subject and moment of the file: that of the newest counted change, so that equal reports have equal bytes."""
    book.workbook.set_properties(
        {
            "title": clean(said(report.title, " / "))[:LONGEST_PROPERTY],
            "subject": both("results", " / "),
            "author": "Local Love",
            "created": datetime.fromisoformat(report.as_of).replace(tzinfo=None) if report.as_of else BEFORE_ANY,
        }
    )
