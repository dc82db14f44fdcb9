"""The sheets of coverage and of the response: all that is on record, by its names, added to nothing."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from render import sample, spreadsheet
from render.books import ENTRY, ROW, kept, made, rows_of, sheet_of, values_of

from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render.sheets import coverage, response
from chalicelib.render.words import WORDS
from chalicelib.render.words_of_workbook import WORKBOOK


def test_coverage_and_figures_of_others_stand_by_themselves(provisional: Report) -> None:
    book = kept(provisional)[2]
    entries = rows_of(book[coverage.NAME], ROW, book[coverage.NAME].max_row)
    assert [(row[2], row[8], row[11]) for row in entries] == [
        (each.outlet, each.title, each.reach) for each in provisional.coverage.entries
    ]
    assert {row[0] for row in entries} == {datetime.fromisoformat("2023-02-12"), "2023-02-31"}
    beside = book[response.NAME]
    said = values_of(beside)
    assert (said["報道"], said["報道（転載を除く）"], said["発表"]) == (2, 2, 1)
    assert (said["媒体資料"], said["自社調べ"], said["視聴者数"]) == (1_200_000, 500, 4_000_000)
    numbers = {cell.value for row in beside.iter_rows() for cell in row if isinstance(cell.value, int)}
    assert not numbers & {1_200_500, 5_200_000, 5_200_500, 4_000_500}, "a figure of one source was added to another's"
    assert not [place for place, value in spreadsheet.formula_cells(made(provisional)).items() if response.NAME in value]


def table(sheet: Worksheet, heading: str) -> list[tuple[Any, ...]]:
    """The rows of a block of the response from the names of its columns on, by the Japanese of its heading."""
    labels = [str(cell.value or "") for cell in sheet["A"]]
    first = next(place for place, label in enumerate(labels) if label.startswith(f"{heading}　"))
    begins = next(place for place in range(first, len(labels)) if sheet.cell(place + 1, 2).value is not None)
    ends = next((place for place in range(begins, len(labels)) if not labels[place]), len(labels))
    return rows_of(sheet, begins + 1, ends)


def test_every_entry_has_its_day_and_the_pages_names_for_its_codes(provisional: Report) -> None:
    sheet = sheet_of(provisional, coverage.NAME)
    heads, *rows = rows_of(sheet, ROW - 1, sheet.max_row)
    assert heads[:2] == ("掲載日\nDate", "種別\nKind")
    assert (heads[9], heads[14]) == ("URL", "配信・転載元\nSyndicated from")
    assert [row[6:8] for row in rows] == [("日本\nJapan", "日本語\nJapanese")] * 3
    named = {"kumamoto": "熊本\nKumamoto", None: "キャンペーン全体\nThe whole campaign"}
    assert [row[10] for row in rows] == [named[each.region] for each in provisional.coverage.entries]
    assert {each.region for each in provisional.coverage.entries} == {*named}


def test_a_code_that_nobody_named_stays_a_code() -> None:
    entry = msgspec.structs.replace(ENTRY, country="FR", language="xx", region="gone")
    report = campaign_report(Sources(sample.shortened(), registers=Registers(1, (entry,))), sample.NOW_MS)
    (row,) = rows_of(sheet_of(report, coverage.NAME), ROW, ROW)
    assert (row[6], row[7], row[10]) == ("FR", "xx", "–")


def test_every_figure_of_others_is_there_with_what_it_is_about(provisional: Report) -> None:
    heads, *rows = table(sheet_of(provisional, response.NAME), "他者の公表値")
    assert heads[:6] == ("項目\nFigure", "数値\nValue", "単位\nUnit", "日付\nDate", "出典\nSource", "支援地域\nRegion")
    places = ["キャンペーン全体\nThe whole campaign", "熊本\nKumamoto"]
    assert [row[:6] for row in rows] == [
        (f"{each.label.ja}\n{each.label.en}", each.value, f"{each.unit.ja}\n{each.unit.en}", moment(each.on), each.source, place)
        for each, place in zip(provisional.stated, places, strict=True)
    ]


def test_every_cell_of_a_coded_sample_is_the_models(provisional: Report) -> None:
    heads, *rows = table(sheet_of(provisional, response.NAME), "コメントの傾向")
    assert [str(head).split("\n")[0] for head in heads] == [
        "対象", "好意的・中立", "95%信頼区間", "抽出日", "言語", "標本", "抽出元の件数", "好意的",
        "中立", "否定的", "一致率", "κ",
    ]  # fmt: skip
    named = [
        ("見本の標本", "86.7%〜92.6%\n86.7% – 92.6%", "日本語、xx\nJapanese, xx"),
        (
            "熊本を応援するライブ\nLive for Kumamoto\nライブ配信のコメント\nComments of the live",
            "81.0%〜91.8%\n81.0% – 91.8%",
            "なし（絵文字など）\nNone (such as emoji)",
        ),
    ]
    for row, each, (drawn_from, interval, languages) in zip(rows, provisional.sentiment, named, strict=True):
        assert row[0] == drawn_from
        assert (permille(row[1]), row[2], row[3], row[4]) == (each.favourable_permille, interval, moment(each.on), languages)
        assert row[5:7] == (each.sample, each.population)
        assert row[7:10] == (each.positive, each.neutral, each.negative)
        assert (permille(row[10]), permille(row[11])) == (each.agreement_permille, each.kappa_permille)


def moment(on: str) -> datetime:
    return datetime.fromisoformat(on)


def permille(share: float | None) -> int | None:
    return None if share is None else round(share * 1000)


def test_sentiment_without_a_coded_sample_is_not_measured_and_why() -> None:
    sheet = sheet_of(campaign_report(Sources(sample.shortened()), sample.NOW_MS), response.NAME)
    labels = [str(cell.value) for cell in sheet["A"]]
    place = labels.index("未測定 / Not measured")
    assert labels[place + 1] == " ".join(WORDS["not_measured_why"])


@pytest.mark.parametrize("key", WORKBOOK)
def test_the_workbook_has_no_word_of_its_own_for_what_the_page_names(key: str) -> None:
    """Of what is said alike in English, the Japanese is the page's, and no name says itself twice."""
    ja, en = WORKBOOK[key]
    of_page = {name: said for name, said in WORDS.items() if name not in WORKBOOK}
    alike = [said.rstrip("：") for said, english in of_page.values() if english.rstrip(": ") == en]
    assert not alike or ja in alike
    assert ja == en or ja not in en
