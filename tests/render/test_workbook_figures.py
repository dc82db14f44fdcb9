"""The sheets of counts, and the summary: every figure is the report's, and tables sum up."""

from render import sample, spreadsheet
from render.books import ROW, by_kind, made, rows_of, sheet_of, values_of

from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render.display import jst
from chalicelib.render.sheets import lives, minutes, programme, regions, summary
from chalicelib.render.sheets.cells import FIRST
from chalicelib.render.workbook import workbook


def test_every_minute_of_every_live_is_there_with_its_time_in_japan(report: Report) -> None:
    sheet = sheet_of(report, minutes.NAME)
    expected = [
        (
            number,
            live.live,
            f"{live.title.ja} / {live.title.en}",
            elapsed,
            jst(each.at).replace(tzinfo=None),
            *by_kind(each.counts),
            each.gift_value,
        )
        for number, live in enumerate(report.lives, start=1)
        for elapsed, each in enumerate(live.minutes)
    ]
    assert rows_of(sheet, ROW, sheet.max_row) == expected
    assert sheet[f"E{ROW}"].is_date
    assert (sheet.freeze_panes, sheet.print_title_rows) == (f"A{ROW}", "$4:$4")
    assert sheet.auto_filter.ref == f"A4:J{sheet.max_row}"


def test_regions_are_the_reports_in_its_order_and_sum_to_it(report: Report) -> None:
    sheet = sheet_of(report, regions.NAME)
    rows = rows_of(sheet, ROW, ROW + len(report.regions))
    for row, region in zip(rows, report.regions, strict=False):
        assert row[1] == f"{region.name.ja}\n{region.name.en}"
        assert row[3:8] == (*by_kind(region.figures.counts), region.figures.gift_value)
        assert (round(row[8] * 1000), row[9]) == (region.share_permille, region.donation_minor)
    figures = report.figures
    assert rows[-1][3:10] == (*by_kind(figures.counts), figures.gift_value, 1, report.donation_minor)
    for column in (*range(3, 8), 9):
        assert sum(row[column] for row in rows[:-1]) == rows[-1][column]


def test_every_region_and_market_is_there_and_both_tables_sum_to_the_report(report: Report) -> None:
    sheet = sheet_of(report, regions.MARKETS)
    count = len(report.markets)
    table = rows_of(sheet, ROW, ROW + count)
    for place, market in enumerate(report.markets):
        cells = [region.by_market[place].figures.counts.total for region in report.regions]
        assert table[place][1 : len(cells) + 3] == (market.market, *cells, market.figures.counts.total)
    totals = [region.figures.counts.total for region in report.regions]
    assert table[-1][2 : len(totals) + 3] == (*totals, report.figures.counts.total)
    kinds = rows_of(sheet, ROW + count + 3, ROW + 2 * count + 3)
    assert [row[2:6] for row in kinds[:-1]] == [by_kind(market.figures.counts) for market in report.markets]
    assert kinds[-1][2:6] == by_kind(report.figures.counts)


def test_every_live_is_there_with_its_window_and_figures(report: Report) -> None:
    sheet = sheet_of(report, lives.NAME)
    rows = rows_of(sheet, ROW, ROW + len(report.lives))
    for row, live in zip(rows, report.lives, strict=False):
        assert row[4:6] == (jst(live.starts_at).replace(tzinfo=None), jst(live.ends_at).replace(tzinfo=None))
        assert row[8:13] == (*by_kind(live.figures.counts), live.figures.gift_value)
        assert live.peak is not None
        peak = (jst(live.peak.at).replace(tzinfo=None), live.peak.total)
        assert row[13:18] == (*peak, live.outside_window.total, live.rehearsal.total, live.donation.minor)
    assert rows[-1][8:13] == (*by_kind(report.figures.counts), report.figures.gift_value)
    assert rows[-1][15:18] == (report.outside_window.total, report.rehearsal.total, report.donation_minor)


def test_parts_of_a_programme_sum_to_their_live(report: Report) -> None:
    rows = rows_of(sheet := sheet_of(report, programme.NAME), ROW, sheet.max_row)
    assert [row[5:9] for row in rows] == [by_kind(part.counts) for live in report.lives for part in live.segments]
    assert [cell.value for cell in sheet[ROW - 1]][2:5] == ["番組の区分\nSegment", "開始\nBegins", "分数\nMinutes"]
    for number, live in enumerate(report.lives, start=1):
        assert sum(row[8] for row in rows if row[0] == number) == live.figures.counts.total


def test_the_summary_says_what_is_final_as_of_when_and_by_which_statement(final: Report, provisional: Report) -> None:
    said = values_of(sheet_of(final, summary.NAME))
    assert said["確定・速報"] == "確定値\nFinal"
    assert final.as_of is not None
    assert said["集計時点"] == jst(final.as_of).replace(tzinfo=None)
    assert (said["総リアクション"], said["寄付総額"]) == (final.figures.counts.total, final.donation_minor)
    assert final.donation_in_other_currency is not None
    assert round(said["参考換算"] * 100) == final.donation_in_other_currency.minor
    balance = final.balance
    assert (said["約束した額（最大）"], said["確定した額"]) == (balance.promised_minor, balance.earned_minor)
    assert (said["支払済み"], said["未払い"], said["超過"]) == (balance.paid_minor, balance.open_minor, balance.overpaid_minor)
    assert final.not_counted is not None
    assert (said["重複"], said["除外"]) == (final.not_counted.duplicate, final.not_counted.excluded)
    texts = set(spreadsheet.cells(made(final)).values())
    assert {live.statement.published.sha256 for live in final.lives if live.statement} <= texts
    assert final.statement is not None
    assert final.statement.sha256 in texts
    before = values_of(sheet_of(provisional, summary.NAME))
    assert before["確定・速報"] == "速報値\nProvisional"
    assert "現在の額（速報値）" in before


def test_a_live_without_reactions_and_a_region_without_lives_are_there() -> None:
    data = sample.definition()
    data["lives"] = data["lives"][:2]
    reports = [campaign_report(Sources(sample.standing(data)), sample.NOW_MS)]
    reports.append(campaign_report(Sources(sample.counted([0] * 5)), sample.NOW_MS))
    data["lives"] = []
    reports.append(campaign_report(Sources(sample.standing(data)), sample.NOW_MS))
    for report in reports:
        sheet = sheet_of(report, regions.NAME)
        totals = [row[6] for row in rows_of(sheet, ROW, ROW + len(report.regions))]
        assert totals == [*(region.figures.counts.total for region in report.regions), report.figures.counts.total]


def test_a_campaign_of_one_minute_is_there() -> None:
    data = sample.definition()
    for live in data["lives"]:
        live["ends_at"] = live["starts_at"].replace("19:00", "19:01")
        live["programme"] = []
    report = campaign_report(Sources(sample.standing(data)), sample.NOW_MS)
    assert programme.NAME not in spreadsheet.read(workbook(report)).sheetnames
    assert sheet_of(report, minutes.NAME).max_row == FIRST + len(report.lives)


def test_counts_of_a_million_millions_are_exact() -> None:
    report = campaign_report(Sources(sample.counted([10**12 + place for place in range(5)])), sample.NOW_MS)
    sheet = sheet_of(report, regions.NAME)
    assert sheet.cell(ROW + 5, 7).value == 5 * 10**12 + 10


def test_long_titles_of_lives_leave_their_minutes_one_line_high_up_to_a_width() -> None:
    data = sample.definition()
    data["lives"][0]["title"] = sample.words("長" * 12, "Long " * 6)
    column = sheet_of(campaign_report(Sources(sample.standing(data)), sample.NOW_MS), minutes.NAME).column_dimensions["C"]
    assert 24 + 3 + 30 < column.width <= minutes.TITLE_MOST + 1
    data["lives"][0]["title"] = sample.words("長" * 50, "Long " * 20)
    column = sheet_of(campaign_report(Sources(sample.standing(data)), sample.NOW_MS), minutes.NAME).column_dimensions["C"]
    assert column.width <= minutes.TITLE_MOST + 1


def test_the_time_before_a_programme_has_the_pages_name() -> None:
    data = sample.definition()
    data["lives"][0]["programme"] = data["lives"][0]["programme"][1:]
    report = campaign_report(Sources(sample.standing(data)), sample.NOW_MS)
    assert sheet_of(report, programme.NAME).cell(ROW, 3).value == "最初の区分の前\nBefore the first segment"
