"""The sheet that is read first: what the report is about, the figures that matter, what did not count and why.

Answers for: whether the figures are final and after when, as of when, the statements and their hashes, the method in words.
Refuses: figures of its own: what follows from other sheets is a formula over them.
"""

from collections.abc import Iterator, Mapping

from chalicelib.domain.ledger import MIN_CROWD
from chalicelib.domain.reports import Report
from chalicelib.domain.statement_lines import Published
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.sheets.cells import Book, Sheet, Spot, in_whole
from chalicelib.render.sheets.donation import Donations
from chalicelib.render.sheets.lives import Lives
from chalicelib.render.sheets.texts import both, said

NAME = "概要 Summary"

METHOD = ("reaction", "once", "market", "share", "settlement", "crowd", "zone")


def summary(book: Book, report: Report, lives: Lives, donations: Donations, balance: Mapping[str, Spot]) -> None:
    """Write the sheet. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    about = both(f"scope_{report.scope}", " ")
    if report.scope != "campaign":
        about = f"{said(report.campaign_name, ' / ')} · {about}"
    sheet.begin(said(report.title, "　"), f"{both('results', ' ')} · {about}", (34, 24, 40, 14, 16, 70))
    row = _standing(sheet, report, 3)
    row = _headline(book, report, lives, donations, row + 1)
    row = _balance(sheet, report, balance, row + 1)
    row = _statements(sheet, report, row + 1)
    row = _not_counted(sheet, report, row + 1)
    row = _heading(sheet, row + 1, "method")
    for name in METHOD:
        sheet.text(row, 0, both(f"method_{name}", " ", lambda _: {"crowd": MIN_CROWD}), "plain")
        row += 1


def _heading(sheet: Sheet, row: int, key: str) -> int:
    sheet.texts(row, 0, (both(key, "　"), *[""] * 5), "heading")
    return row + 1


def _standing(sheet: Sheet, report: Report, row: int) -> int:
    sheet.text(row, 0, both("sheet_standing"), "label")
    sheet.text(row, 1, both("provisional" if report.provisional else "final"), "strong")
    sheet.text(row, 2, _why(report), "plain")
    sheet.text(row + 1, 0, both("as_of"), "label")
    if report.as_of:
        sheet.moment(row + 1, 1, report.as_of)
        sheet.text(row + 1, 2, both("method_zone", " "), "plain")
    else:
        sheet.text(row + 1, 1, both("nothing_yet"))
    return row + 2


def _why(report: Report) -> str:
    if not report.provisional:
        return both("is_final")
    if not report.final_after:
        return both("no_lives")
    after = report.final_after
    return both("final_after", values=lambda show: {"moment": show.moment(after)})


def _headline(book: Book, report: Report, lives: Lives, donations: Donations, row: int) -> int:
    sheet = book.sheet(NAME)
    row = _heading(sheet, row, "headline")
    for name, key in (("total", "total_reactions"), *((kind, kind) for kind in KINDS), ("gift_value", "gift_value")):
        sheet.text(row, 0, both(key), "label")
        spot = lives.totals[name]
        sheet.formula(row, 1, spot.address, spot.value, "headline" if name == "total" else "count")
        row += 1
    sheet.text(row - 1, 2, both("platform_units", " "), "plain")
    sheet.text(row, 0, f"{both('donation_total')} ({report.currency})", "label")
    given = in_whole(donations.total.address, report.exponent)
    sheet.money(row, 1, report.donation_minor, given, look="headline")
    row = _elsewhere(book, report, donations, row + 1)
    figures = (("regions", len(report.regions)), ("markets", len(report.markets) - 1))
    if report.scope != "campaign":
        figures = (("campaign_total", report.campaign_total), *figures[1:])
    for key, value in figures:
        sheet.text(row, 0, both(key), "label")
        sheet.number(row, 1, value)
        row += 1
    return row


def _elsewhere(book: Book, report: Report, donations: Donations, row: int) -> int:
    other = report.donation_in_other_currency
    if other is None or donations.elsewhere is None:
        return row
    sheet = book.sheet(NAME, other.exponent)
    sheet.text(row, 0, f"{both('sheet_elsewhere')} ({other.currency})", "label")
    sheet.money(row, 1, other.minor, in_whole(donations.elsewhere.address, other.exponent))

    def values(show: Display) -> dict[str, object]:
        units = show.money(other.units * 10**other.exponent, other.currency)
        cost, money = show.money(other.cost_minor, report.currency), show.money(other.minor, other.currency)
        return {"money": money, "units": units, "cost": cost, "on": show.calendar_day(other.on), "source": other.source}

    sheet.text(row, 2, both("elsewhere", values=values), "plain")
    return row + 1


def _balance(sheet: Sheet, report: Report, balance: Mapping[str, Spot], row: int) -> int:
    row = _heading(sheet, row, "balance")
    keys = {
        "promised_minor": "promised",
        "earned_minor": "earned_so_far" if report.provisional else "earned",
        "paid_minor": "paid",
        "open_minor": "open",
        "overpaid_minor": "sheet_overpaid",
    }
    for name, key in keys.items():
        spot = balance[name]
        sheet.text(row, 0, f"{both(key)} ({report.currency})", "label")
        sheet.money(row, 1, spot.value, spot.address)
        row += 1
    return row


def _statements(sheet: Sheet, report: Report, row: int) -> int:
    row = _heading(sheet, row, "statement")
    published: list[tuple[str, Published]] = [
        (said(live.title), live.statement.published) for live in report.lives if live.statement
    ]
    if report.statement:
        published.append((both("campaign_statement"), report.statement))
    if not published:
        sheet.text(row, 0, both("statement_follows", " "), "plain")
        return row + 1
    sheet.columns(
        [both(key) for key in ("sheet_of", "settled_at", "sheet_address", "sheet_number", "chain", "sheet_hash")],
        row,
        freeze=False,
    )
    for title, each in published:
        row += 1
        sheet.text(row, 0, title)
        sheet.moment(row, 1, each.settled_at)
        sheet.text(row, 2, each.address)
        sheet.number(row, 3, each.number)
        if each.link is None:
            sheet.text(row, 4, both("not_in_chain"))
        else:
            sheet.number(row, 4, each.link)
        sheet.text(row, 5, each.sha256, "hash")
    return row + 1


def _not_counted(sheet: Sheet, report: Report, row: int) -> int:
    row = _heading(sheet, row, "not_counted")
    sheet.columns([both(key) for key in ("sheet_what", *KINDS, "total", "why")], row, freeze=False)
    for name in ("outside_window", "rehearsal"):
        row += 1
        counts = getattr(report, name)
        sheet.text(row, 0, both(name), "label")
        spots = [sheet.operand(row, column, getattr(counts, kind), "count") for column, kind in enumerate(KINDS, start=1)]
        sheet.total(row, 4, spots, "strong")
        sheet.text(row, 5, both("rehearsal_why" if name == "rehearsal" else "outside_why"))
    if report.not_counted is None:
        sheet.text(row + 1, 0, both("not_counted_later", " "), "plain")
        return row + 2
    sheet.columns([both("sheet_what"), both("records"), "", "", "", both("why")], row + 1, freeze=False)
    row += 2
    for key, number, why in _records(report):
        sheet.text(row, 0, key, "label")
        sheet.number(row, 1, number)
        sheet.text(row, 5, why)
        row += 1
    return row


def _records(report: Report) -> Iterator[tuple[str, int, str]]:
    found = report.not_counted
    assert found is not None
    for key, number in (
        ("rejected", found.rejected),
        ("duplicate", found.duplicate),
        ("outside", found.outside),
        ("rehearsal", found.rehearsal),
        ("late", found.late),
        ("excluded", found.excluded),
        ("quarantined", found.quarantined_records),
    ):
        name = "outside_window" if key == "outside" else key
        yield both(name), number, both(f"{key}_why", values=lambda show: {"conflicting": show.number(found.conflicting)})
