"""The sheet of media coverage: every entry on record.

Answers for: all fields of an entry, by the names that the page has for them. Refuses: links; an address is text.
"""

from collections.abc import Iterator

from chalicelib.domain.coverage import Entry
from chalicelib.domain.reports import Report
from chalicelib.render.sheets.cells import FIRST, Book
from chalicelib.render.sheets.names import country, languages, place
from chalicelib.render.sheets.texts import both

NAME = "報道 Coverage"

COLUMNS = (
    "published", "entry", "outlet", "sheet_outlet_type", "sheet_scope", "sheet_genre", "sheet_country",
    "sheet_language", "title", "sheet_url", "region", "reach", "sheet_reach_source", "sheet_tone",
    "sheet_syndicated",
)  # fmt: skip

WIDTHS = (11, 13, 18, 13, 13, 13, 13, 12, 40, 36, 18, 13, 18, 11, 16)

REACH = COLUMNS.index("reach")


def coverage(book: Book, report: Report) -> None:
    """Write the sheet of entries. Addresses are text: nothing in the workbook leads out of it."""
    sheet = book.sheet(NAME)
    entries = report.coverage.entries
    sheet.begin(both("coverage", "　"), both("sheet_coverage_note" if entries else "no_coverage", " "), WIDTHS)
    sheet.columns([both(name) for name in COLUMNS])
    for row, entry in enumerate(entries, start=FIRST):
        sheet.day(row, 0, entry.on)
        sheet.texts(row, 1, _about(report, entry))
        if entry.reach is not None:
            sheet.number(row, REACH, entry.reach)
        tone = both(entry.tone) if entry.tone else ""
        sheet.texts(row, REACH + 1, (entry.reach_source or "", tone, entry.syndicated_from or ""))
    sheet.worksheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + len(entries) - 1), len(COLUMNS) - 1)


def _about(report: Report, entry: Entry) -> Iterator[str]:
    yield both(f"kind_{entry.kind}")
    yield entry.outlet
    yield both(f"outlet_{entry.outlet_type}")
    yield both(f"reaching_{entry.scope}")
    yield from (entry.genre, country(report, entry.country), languages([entry.language]), entry.title, entry.url or "")
    yield place(report, entry.region)
