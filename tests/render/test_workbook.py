"""The workbook: every figure the report's, every text only text, nothing in it that leads out or runs."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import msgspec
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from render import sample, settled, spreadsheet
from render.test_hostile_names import HOSTILE, settled_report

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.donations import Words
from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.domain.sentiment import Sentiment
from chalicelib.render.charts import KINDS
from chalicelib.render.display import jst
from chalicelib.render.sheets import coverage, donation, lives, minutes, payments, programme, regions, summary
from chalicelib.render.sheets.cells import FIRST, MOST_EXACT, FigureTooLarge
from chalicelib.render.sheets.minutes import MoreMinutesThanRows
from chalicelib.render.sheets.texts import LONGEST, clean
from chalicelib.render.workbook import workbook

ROW = FIRST + 1
"""The first row of every table, as spreadsheets count."""

SINCE_2007 = {"SUM", "SUMIFS", "SUMPRODUCT", "IF", "INT", "MAX", "MIN", "ROUND"}

ENTRY = Entry(
    kind="story", outlet="見本新聞", outlet_type="newspaper", scope="national", genre="社会", country="JP", language="ja",
    title="=1+1", on="2023-02-12", url="https://example.com/a", region="kumamoto", reach=1_200_000,
    reach_source="媒体資料", tone="positive", syndicated_from=None,
)  # fmt: skip

REGISTERS = Registers(
    1,
    (
        ENTRY,
        msgspec.structs.replace(ENTRY, outlet="別の新聞", on="2023-02-31", url=None, reach=None, reach_source=None, tone=None),
        msgspec.structs.replace(ENTRY, kind="announcement", region=None, reach=500, reach_source="自社調べ"),
    ),
    (Stated(Words("視聴者数", "Viewers"), 4_000_000, Words("人", "people"), "2023-03-01", "配信会社の発表", None),),
    (Sentiment(None, "見本の標本", "2023-03-01", 400, 12_345, 300, 60, 40, 900, 867, 926, 911, ("ja", "en")),),
)


@pytest.fixture(scope="module")
def provisional() -> Report:
    return campaign_report(Sources(sample.shortened(), registers=REGISTERS), sample.NOW_MS)


@pytest.fixture(scope="module")
def final() -> Report:
    standing, statements = settled.settled()
    return campaign_report(Sources(standing, statements, REGISTERS), sample.NOW_MS)


@pytest.fixture(scope="module", params=["provisional", "final"])
def report(request: pytest.FixtureRequest) -> Report:
    found: Report = request.getfixturevalue(request.param)
    return found


BODIES: dict[int, tuple[Report, bytes, Workbook]] = {}


def kept(report: Report) -> tuple[Report, bytes, Workbook]:
    """A report with its workbook, made and read once."""
    if id(report) not in BODIES:
        BODIES[id(report)] = (report, body := workbook(report), spreadsheet.read(body))
    return BODIES[id(report)]


def made(report: Report) -> bytes:
    return kept(report)[1]


def sheet_of(report: Report, name: str) -> Worksheet:
    return kept(report)[2][name]


def rows_of(sheet: Worksheet, first: int, last: int) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(first, last)]


def values_of(sheet: Worksheet) -> dict[str, Any]:
    """The value beside each label, by the label's Japanese."""
    return {str(row[0].value).split("\n", maxsplit=1)[0]: row[1].value for row in sheet.iter_rows(1, sheet.max_row)}


def by_kind(counts: CountsAnswer) -> tuple[int, ...]:
    return (*(getattr(counts, kind) for kind in KINDS), counts.total)


def test_every_minute_of_every_live_is_there_with_its_time_in_japan(report: Report) -> None:
    sheet = sheet_of(report, minutes.NAME)
    expected = [
        (number, live.live, live.title.ja, elapsed, jst(each.at).replace(tzinfo=None), *by_kind(each.counts), each.gift_value)
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
    for number, live in enumerate(report.lives, start=1):
        assert sum(row[8] for row in rows if row[0] == number) == live.figures.counts.total


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


def test_coverage_and_figures_of_others_stand_by_themselves(provisional: Report) -> None:
    book = kept(provisional)[2]
    entries = rows_of(book[coverage.NAME], ROW, book[coverage.NAME].max_row)
    assert [(row[2], row[8], row[11]) for row in entries] == [
        (each.outlet, each.title, each.reach) for each in provisional.coverage.entries
    ]
    assert {row[0] for row in entries} == {datetime.fromisoformat("2023-02-12"), "2023-02-31"}
    response = book[coverage.RESPONSE]
    said = values_of(response)
    assert (said["報道"], said["報道（転載を除く）"], said["発表"]) == (2, 2, 1)
    assert (said["媒体資料"], said["自社調べ"], said["視聴者数"]) == (1_200_000, 500, 4_000_000)
    numbers = {cell.value for row in response.iter_rows() for cell in row if isinstance(cell.value, int)}
    assert not numbers & {1_200_500, 5_200_000, 5_200_500, 4_000_500}, "a figure of one source was added to another's"
    assert not [place for place, value in spreadsheet.formula_cells(made(provisional)).items() if coverage.RESPONSE in value]


def test_sentiment_without_a_coded_sample_is_not_measured() -> None:
    sheet = sheet_of(campaign_report(Sources(sample.shortened()), sample.NOW_MS), coverage.RESPONSE)
    assert "未測定 / Not measured" in {cell.value for cell in sheet["A"]}


def test_every_total_is_a_formula(report: Report) -> None:
    found = spreadsheet.formula_cells(made(report))
    bottom = ROW + len(report.regions)
    for place in [(regions.NAME, f"{column}{bottom}") for column in "DEFGHIJ"] + [(minutes.NAME, f"I{ROW}")]:
        assert place in found
    summed = {place for place in found if place[0] == summary.NAME}
    assert len(summed) >= 5 + 2 + 5, "reactions by kind, gift value, donation in two currencies, balance"


def test_formulas_are_what_excel_has_had_since_2007(report: Report) -> None:
    for formula in spreadsheet.formula_cells(made(report)).values():
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", formula)
        assert set(re.findall(r"([A-Z0-9.]+)\(", bare)) <= SINCE_2007
        assert ";" not in bare
        assert "[" not in bare


def test_the_file_is_well_formed_and_nothing_leads_out_of_it(report: Report) -> None:
    with ZipFile(BytesIO(made(report))) as file:
        names = file.namelist()
        assert len(set(names)) == len(names)
        assert not [name for name in names if "external" in name.lower() or name.endswith((".bin", "connections.xml"))]
        parts = [file.read(name).decode() for name in names]
    for part in parts:
        ElementTree.fromstring(part)
        assert 'TargetMode="External"' not in part
    defined = re.findall(r'<definedName name="([^"]*)"(?: localSheetId="(\d+)")?', "".join(parts))
    assert len(set(defined)) == len(defined) > 0


def test_sheets_have_short_names_and_are_printed_on_a4_across(report: Report) -> None:
    for sheet in kept(report)[2].worksheets:
        assert len(sheet.title) <= 31
        assert not set(sheet.title) & set("[]:*?/\\'")
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")


def test_the_file_says_what_it_is(report: Report) -> None:
    properties = kept(report)[2].properties
    assert properties.title == "ローカルラブ TikTok LIVE / Local Love TikTok LIVE"
    assert properties.subject == "成果レポート / Results report"
    assert report.as_of is not None
    assert properties.created == datetime.fromisoformat(report.as_of).replace(tzinfo=None)


def strings_of(body: bytes) -> set[str]:
    """All texts, after looking that formulas are only ours and nothing else is one."""
    book = spreadsheet.read(body, formulas=True)
    found = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None
                if cell.data_type == "s":
                    found.add(str(cell.value))
    return found


@cache
def harmless_formulas() -> int:
    return len(spreadsheet.formula_cells(workbook(settled_report("harmless"))))


@cache
def harmless_parts() -> list[str]:
    return ZipFile(BytesIO(workbook(campaign_report(Sources(sample.renamed("harmless")), sample.NOW_MS)))).namelist()


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "{=", '="', "http://", "mailto:"]
)
def test_a_text_that_could_be_a_formula_or_a_link_stays_text(start: str) -> None:
    body = workbook(settled_report(f"{start}1+1"))
    texts = strings_of(body)
    assert clean(f"{start}1+1") in texts
    with ZipFile(BytesIO(body)) as file:
        count = sum(file.read(name).decode().count("<f>") for name in file.namelist() if "worksheets" in name)
    assert count == harmless_formulas()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_text_in_every_part_of_the_file(name: str) -> None:
    body = workbook(campaign_report(Sources(sample.renamed(name)), sample.NOW_MS))
    with ZipFile(BytesIO(body)) as file:
        for part in file.namelist():
            ElementTree.fromstring(file.read(part).decode())
        assert file.namelist() == harmless_parts()
    assert clean(name) in strings_of(body) or not clean(name)


@pytest.mark.needs("data")
def test_naughty_strings_are_only_text_in_the_workbook(data: Path) -> None:
    (file,) = (data / "naughty-strings").glob("*.json")
    strings = [text[:500] for text in json.loads(file.read_text(encoding="utf-8")) if text.strip()]
    # So few at a time that each is a name in more than one place, for the cast is not in the workbook.
    for start in range(0, len(strings), 29):
        some = strings[start : start + 29]
        found = strings_of(workbook(campaign_report(Sources(sample.renamed(*some)), sample.NOW_MS)))
        whole = "\x00".join(found)
        missing = [text for text in some if clean(text) not in whole]
        assert not missing


def test_what_xml_cannot_hold_is_left_out_and_what_is_too_long_is_cut() -> None:
    assert clean("a\x00b\x01\x1b\ud800\ufffe\uffffc") == "abc"
    assert clean("a\r\nb\rc\td") == "a\nb\nc\td"
    assert clean("あ" * LONGEST) == "あ" * LONGEST
    assert clean("あ" * (LONGEST + 1)) == "あ" * (LONGEST - 1) + "…"
    cut = clean("👍" * LONGEST)
    assert cut.endswith("👍…")
    assert len(cut.encode("utf-16-le")) <= 2 * LONGEST
    report = campaign_report(Sources(sample.renamed(*["a"] * 20, "\x00長" * (LONGEST + 1))), sample.NOW_MS)
    assert max(len(text) for text in strings_of(workbook(report))) == LONGEST


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


def test_a_figure_that_formulas_would_round_is_refused() -> None:
    with pytest.raises(FigureTooLarge, match=str(MOST_EXACT + 1)):
        workbook(campaign_report(Sources(sample.counted([MOST_EXACT + 1, 0, 0, 0, 0])), sample.NOW_MS))


def test_more_minutes_than_a_workbook_takes_are_refused_with_where_they_are() -> None:
    data = sample.definition()
    for live in data["lives"][:2]:
        start = datetime.fromisoformat(live["starts_at"])
        live["ends_at"] = (start + timedelta(days=18)).isoformat()
    report = campaign_report(Sources(sample.standing(data)), sample.NOW_MS)
    assert sum(len(live.minutes) for live in report.lives) > minutes.MOST
    with pytest.raises(MoreMinutesThanRows, match=r"minutes\.csv"):
        workbook(report)


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
