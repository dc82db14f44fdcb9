"""Workbooks of the sample, made and read once for all tests, and their sheets as rows."""

from typing import Any

import msgspec
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from render import spreadsheet

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.donations import Words
from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import COMMENTS, Sentiment
from chalicelib.render.charts import KINDS
from chalicelib.render.sheets.cells import FIRST
from chalicelib.render.workbook import workbook

ROW = FIRST + 1
"""The first row of every table, as spreadsheets count."""

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
    (
        Stated(Words("視聴者数", "Viewers"), 4_000_000, Words("人", "people"), "2023-03-01", "配信会社の発表", None),
        Stated(Words("閲覧数", "Views"), 71_234, Words("回", "views"), "2023-03-02", "見本県", "kumamoto"),
    ),
    (
        Sentiment(None, "見本の標本", "2023-03-01", 400, 12_345, 300, 60, 40, 900, 867, 926, 911, ("ja", "xx"), 853),
        Sentiment("kumamoto-2023", COMMENTS, "2023-02-20", 150, None, 61, 70, 19, 873, 810, 918, 980, (), None),
    ),
)


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
