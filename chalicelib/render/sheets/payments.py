"""The sheet of payments: what was promised, earned, paid and is open, live by live, and every payment on record.

Answers for: the four figures beside each other, and a payment beyond what was earned.
Refuses: setting one live's surplus off against another's debt (`domain/balances.py`).
"""

from chalicelib.domain.reports import Report
from chalicelib.render.sheets.cells import FIRST, Book, Sheet, Spot, in_whole
from chalicelib.render.sheets.donation import Donations
from chalicelib.render.sheets.texts import both, said

NAME = "支払い Payments"

BALANCE = ("sheet_number", "scope_live", "fund", "promised", "earned", "paid", "open", "sheet_overpaid")

PAYMENTS = ("sheet_number", "scope_live", "paid_to", "paid_on", "amount", "reference", "receipt")

PROMISED, EARNED, PAID, OPEN, OVERPAID = 3, 4, 5, 6, 7


def payments(book: Book, report: Report, donations: Donations) -> dict[str, Spot]:
    """Write the sheet. Gives the sums of all lives, by the names of `domain/balances.py:Balance`."""
    sheet = book.sheet(NAME)
    sheet.begin(both("balance", "　"), both("overpaid_why", " "), (6, 36, 36, 17, 17, 17, 17, 17))
    names = [both(name) for name in BALANCE]
    names[EARNED] = both("earned_so_far" if report.provisional else "earned")
    sheet.columns(names)
    for row, live in enumerate(report.lives, start=FIRST):
        number, balance = row - FIRST + 1, live.balance
        sheet.number(row, 0, number, "number")
        sheet.texts(row, 1, (said(live.title), said(live.donation.fund)))
        sheet.money(row, PROMISED, balance.promised_minor)
        given = in_whole(donations.lives[number - 1].address, report.exponent)
        earned = sheet.money(row, EARNED, balance.earned_minor, given)
        paid = sheet.money(row, PAID, balance.paid_minor)
        sheet.money(row, OPEN, balance.open_minor, f"MAX(0,{earned.here}-{paid.here})")
        sheet.money(row, OVERPAID, balance.overpaid_minor, f"MAX(0,{paid.here}-{earned.here})")
    totals = _totals(sheet, report)
    _listed(sheet, report, FIRST + len(report.lives) + 3)
    return totals


def _totals(sheet: Sheet, report: Report) -> dict[str, Spot]:
    """The sums; what is promised is a value, for the campaign's cap bounds what all lives are promised together."""
    row, balance = FIRST + len(report.lives), report.balance
    sheet.texts(row, 0, ("", both("total", " "), ""), "sum_text")
    sums = {"promised_minor": sheet.money(row, PROMISED, balance.promised_minor, look="sum")}
    columns = {"earned_minor": EARNED, "paid_minor": PAID, "open_minor": OPEN, "overpaid_minor": OVERPAID}
    for name, column in columns.items():
        name_of_column = "ABCDEFGH"[column]
        formula = f"SUM({name_of_column}{FIRST + 1}:{name_of_column}{row})" if report.lives else None
        sums[name] = sheet.money(row, column, getattr(balance, name), formula, look="sum")
    if balance.promised_minor != sum(live.balance.promised_minor for live in report.lives):
        sheet.text(row + 1, 1, both("promised_capped", " "), "note")
    return sums


def _listed(sheet: Sheet, report: Report, row: int) -> None:
    sheet.text(row, 0, both("payments", "　"), "heading")
    if not any(live.payments for live in report.lives):
        sheet.text(row + 1, 0, both("no_payments", " "), "note")
        return
    sheet.columns([both(name) for name in PAYMENTS], row + 1, freeze=False)
    row += 2
    for number, live in enumerate(report.lives, start=1):
        for payment in live.payments:
            sheet.number(row, 0, number, "number")
            sheet.texts(row, 1, (said(live.title), payment.to))
            sheet.day(row, 3, payment.on)
            sheet.money(row, 4, payment.minor)
            sheet.text(row, 5, payment.reference)
            sheet.text(row, 6, payment.receipt_sha256 or both("no_receipt"), "hash")
            row += 1
