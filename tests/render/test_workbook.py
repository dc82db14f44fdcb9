"""The workbook as a file: nothing in it leads out or runs, formulas for every total, and what it refuses."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from render import sample, spreadsheet
from render.books import ROW, kept, made

from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render.sheets import minutes, regions, summary
from chalicelib.render.sheets.cells import MOST_EXACT, FigureTooLarge
from chalicelib.render.sheets.minutes import MoreMinutesThanRows
from chalicelib.render.workbook import workbook

SINCE_2007 = {"SUM", "SUMIFS", "SUMPRODUCT", "IF", "INT", "MAX", "MIN", "ROUND"}


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
