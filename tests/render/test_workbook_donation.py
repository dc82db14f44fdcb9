"""The sheets of money: a donation line by line, who gets the last unit, promised, earned, paid and open."""

from collections.abc import Iterator
from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet
from render import sample, settled, spreadsheet
from render.books import ROW, made, rows_of, sheet_of, strings_of

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.render.sheets import donation, payments, summary
from chalicelib.render.workbook import workbook


def test_the_donation_can_be_added_up_line_by_line(report: Report) -> None:
    sheet = sheet_of(report, donation.NAME)
    overview = rows_of(sheet, ROW, ROW + len(report.lives))
    for row, live in zip(overview, report.lives, strict=False):
        lines = live.donation
        assert (row[2], row[4], row[6]) == (live.figures.counts.total, lines.before_campaign_cap_minor, lines.minor)
    assert overview[-1][6] == report.donation_minor
    for amounts, live in zip(blocks(sheet), report.lives, strict=True):
        lines = live.donation
        steps = [step.amount_minor if step.passed else 0 for step in lines.steps]
        assert amounts["目標"] == steps
        assert amounts["件数に応じた額"] == [rate.earned_minor for rate in lines.rates]
        assert amounts["小計"] == [lines.earned_minor]
        assert amounts["全体の上限の適用前"] == [lines.before_campaign_cap_minor]
        assert amounts["このライブ配信の寄付額"] == [lines.minor]
        parts = ("基本額", "目標", "件数に応じた額", "最低額", "上限", "全体の上限")
        assert sum(sum(amounts[part]) for part in parts) == lines.minor


def blocks(sheet: Worksheet) -> Iterator[dict[str, list[int]]]:
    """The amounts of each live's block by the Japanese of their line."""
    found: dict[str, list[int]] | None = None
    for row in sheet.iter_rows(ROW):
        label = str(row[0].value or "").split("\n", maxsplit=1)[0]
        if label == "項目":
            found = {name: [] for name in ("目標", "件数に応じた額")}
        elif found is not None and isinstance(row[6].value, int):
            found.setdefault(label, []).append(row[6].value)
            if label == "このライブ配信の寄付額":
                yield found
                found = None


def test_equal_remainders_are_served_in_the_products_order() -> None:
    """Five equal donations and a cap that leaves two units over: the product says who gets one more."""
    data = sample.definition()
    data["lives"].reverse()
    for place, live in enumerate(data["lives"]):
        live["id"] = f"{9 - place}-live"
        live["donation"] = {"fund": live["donation"]["fund"], "base": 100, "cap": 100}
    data["cap"] = 402
    shown = campaign_report(Sources(sample.standing(data)), sample.NOW_MS).lives
    served = [order for order, live in zip(donation.tie_order(shown), shown, strict=True) if live.donation.minor == 81]
    assert sorted(served) == [1, 2]


def test_the_balance_and_every_payment_are_there(final: Report) -> None:
    sheet = sheet_of(final, payments.NAME)
    names = ("promised_minor", "earned_minor", "paid_minor", "open_minor", "overpaid_minor")
    rows = rows_of(sheet, ROW, ROW + len(final.lives))
    for row, live in zip(rows, final.lives, strict=False):
        assert row[3:8] == tuple(getattr(live.balance, name) for name in names)
    assert rows[-1][3:8] == tuple(getattr(final.balance, name) for name in names)
    listed = rows_of(sheet, ROW + len(final.lives) + 5, sheet.max_row)
    expected = [payment for live in final.lives for payment in live.payments]
    assert [(row[2], row[3], row[4], row[5]) for row in listed] == [
        (each.to, datetime.fromisoformat(each.on), each.minor, each.reference) for each in expected
    ]


def test_a_regions_and_a_lives_workbook_show_the_share_of_the_cap_as_a_value(final: Report) -> None:
    standing, statements = settled.settled()
    sources = Sources(standing, statements)
    for report in (region_report(sources, "okinawa", sample.NOW_MS), live_report(sources, "okinawa-2023", sample.NOW_MS)):
        body = workbook(report)
        (live,) = report.lives
        assert live.donation.minor < live.donation.before_campaign_cap_minor
        share = (donation.NAME, f"G{ROW}")
        assert spreadsheet.cells(body)[share] == live.donation.minor
        assert share not in spreadsheet.formula_cells(body)
        assert any("キャンペーンのレポート" in text for text in strings_of(body))
    assert (donation.NAME, f"G{ROW}") in spreadsheet.formula_cells(made(final))


def test_the_day_of_an_exchange_rate_is_written_as_each_language_does(final: Report) -> None:
    assert final.donation_in_other_currency is not None
    assert final.donation_in_other_currency.on == "2024-04-30"
    for name in (summary.NAME, donation.NAME):
        rates = [
            text for (sheet, _), text in spreadsheet.cells(made(final)).items() if sheet == name and "見本の相場" in str(text)
        ]
        (rate,) = rates
        japanese, english = rate.split("\n")
        assert "2024年4月30日" in japanese
        assert "30 April 2024" in english
