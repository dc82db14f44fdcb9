"""A report as tables for spreadsheets: CSV in UTF-8 with byte order mark and CRLF, as Excel reads it.

Answers for: figures as plain numbers, stable column names, cells that no spreadsheet takes for a formula.
Refuses: formatting; a number is digits only.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.balances import Balance
from chalicelib.domain.reports import Report
from chalicelib.render.display import jst

MONEY = ("promised_minor", "earned_minor", "paid_minor", "open_minor")

TOTALS = ("row", "region", "live", "market", "like", "comment", "gift", "total", "gift_value", *MONEY, "donation_is")

MINUTES = ("region", "live", "minute_utc", "minute_jst", "like", "comment", "gift", "total", "gift_value")

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may run when a cell begins with it; East Asian input methods give the full-width ones."""

Cell = str | int | None


def totals(report: Report) -> bytes:
    """One row for each live and market (`row` is `market`), then their sums and what was not counted.

    Filter `row` = `market` to pivot: the rows `live` and `report` are sums of those, `outside_window` and `rehearsal`
    are in no sum. Money stands in the rows `live` and `report` only, in minor units, with whether it is `provisional` or `final`.
    """
    return csv_of(TOTALS, _totals(report))


def minutes(report: Report) -> bytes:
    """One row for each live and minute of its window, also where nothing was counted, in UTC and in Japan's time."""
    return csv_of(MINUTES, _minutes(report))


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe in front of what could begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _totals(report: Report) -> Iterator[Sequence[Cell]]:
    for live in report.lives:
        for each in live.by_market:
            figures = each.figures
            yield ("market", live.region, live.live, each.market, *_counts(figures.counts), figures.gift_value)
    for live in report.lives:
        figures, money = live.figures, _money(live.balance, final=live.final)
        yield ("live", live.region, live.live, None, *_counts(figures.counts), figures.gift_value, *money)
    figures, money = report.figures, _money(report.balance, final=not report.provisional)
    yield ("report", None, None, None, *_counts(figures.counts), figures.gift_value, *money)
    for live in report.lives:
        yield ("outside_window", live.region, live.live, None, *_counts(live.outside_window), None)
        yield ("rehearsal", live.region, live.live, None, *_counts(live.rehearsal), None)


def _minutes(report: Report) -> Iterator[Sequence[Cell]]:
    for live in report.lives:
        for minute in live.minutes:
            here = jst(minute.at)
            utc = minute.at.replace("T", " ").removesuffix(":00Z")
            yield (live.region, live.live, utc, f"{here:%Y-%m-%d %H:%M}", *_counts(minute.counts), minute.gift_value)


def _counts(counts: CountsAnswer) -> tuple[int, int, int, int]:
    return counts.like, counts.comment, counts.gift, counts.total


def _money(balance: Balance, *, final: bool) -> tuple[Cell, ...]:
    return (*(getattr(balance, name) for name in MONEY), "final" if final else "provisional")


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table with guarded cells, its rows filled up to the width of the header."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        cells = [guarded(cell) if isinstance(cell, str) else cell for cell in row]
        writer.writerow(cells + [None] * (len(header) - len(cells)))
    return file.getvalue().encode("utf-8-sig")
