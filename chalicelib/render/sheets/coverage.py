"""The sheets of media coverage and of the response: what is on record of a campaign beside its counts.

Answers for: every entry, how many there are, reach by its source, figures of others apart, sentiment.
Refuses: adding up reach of different sources, or a figure that somebody else states to anything.
"""

from collections.abc import Iterator

from chalicelib.domain.coverage import Entry
from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import Sentiment
from chalicelib.render.sheets.cells import FIRST, Book, Sheet
from chalicelib.render.sheets.texts import both, said

NAME = "報道 Coverage"

RESPONSE = "反響 Response"

COLUMNS = (
    "stated_on", "sheet_kind", "outlet", "sheet_outlet_type", "sheet_scope", "sheet_genre", "sheet_country",
    "sheet_language", "title", "sheet_url", "region", "reach", "sheet_reach_source", "sheet_tone",
    "sheet_syndicated",
)  # fmt: skip

WIDTHS = (11, 13, 18, 13, 13, 13, 9, 9, 40, 36, 13, 13, 18, 11, 16)

STATED = ("figure", "value", "sheet_unit", "stated_on", "source")

SAMPLE = (
    "source", "stated_on", "sheet_sample", "positive", "neutral", "negative", "sheet_favourable",
    "sheet_agreement", "sheet_interval",
)  # fmt: skip

REACH = COLUMNS.index("reach")


def coverage(book: Book, report: Report) -> None:
    """Write the sheet of entries. Addresses are text: nothing in the workbook leads out of it."""
    sheet = book.sheet(NAME)
    entries = report.coverage.entries
    sheet.begin(both("coverage", "　"), both("sheet_coverage_note" if entries else "sheet_none_on_record", " "), WIDTHS)
    sheet.columns([both(name) for name in COLUMNS])
    names = {region.region: said(region.name) for region in report.regions}
    for row, entry in enumerate(entries, start=FIRST):
        sheet.day(row, 0, entry.on)
        sheet.texts(row, 1, _about(entry))
        sheet.text(row, REACH - 1, names.get(entry.region or "", entry.region or ""))
        if entry.reach is not None:
            sheet.number(row, REACH, entry.reach)
        tone = both(entry.tone) if entry.tone else ""
        sheet.texts(row, REACH + 1, (entry.reach_source or "", tone, entry.syndicated_from or ""))
    sheet.worksheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + len(entries) - 1), len(COLUMNS) - 1)


def response(book: Book, report: Report) -> None:
    """Write the sheet of what there was beside reactions, block by block."""
    sheet = book.sheet(RESPONSE)
    sheet.begin(both("sheet_response", "　"), both("sheet_response_note", " "), (34, 16, 14, 14, 14, 14, 14, 14, 30))
    sheet.worksheet.freeze_panes(2, 0)
    row = _counts(sheet, report, FIRST - 1)
    row = _reach(sheet, report, row + 1)
    row = _stated(sheet, report, row + 1)
    _sentiment(sheet, report, row + 1)


def _about(entry: Entry) -> Iterator[str]:
    yield both(f"kind_{entry.kind}")
    yield entry.outlet
    yield both(f"outlet_{entry.outlet_type}")
    yield both(f"reaching_{entry.scope}")
    yield from (entry.genre, entry.country, entry.language, entry.title, entry.url or "")


def _counts(sheet: Sheet, report: Report, row: int) -> int:
    found = report.coverage
    sheet.text(row, 0, both("coverage", "　"), "heading")
    for key, number in (
        ("entries_story", found.stories),
        ("entries_unique", found.unique_stories),
        ("entries_announcement", found.announcements),
        ("entries_creator_post", found.creator_posts),
    ):
        row += 1
        sheet.text(row, 0, both(key), "label")
        sheet.number(row, 1, number)
    return row + 1


def _reach(sheet: Sheet, report: Report, row: int) -> int:
    sheet.text(row, 0, both("sheet_reach_by_source", "　"), "heading")
    sheet.columns([both("sheet_reach_source"), both("reach"), both("sheet_entries")], row + 1, freeze=False)
    row += 2
    for each in report.coverage.reach:
        sheet.text(row, 0, each.source)
        sheet.number(row, 1, each.reach)
        sheet.number(row, 2, each.entries)
        row += 1
    return row if report.coverage.reach else _none(sheet, row)


def _stated(sheet: Sheet, report: Report, row: int) -> int:
    sheet.text(row, 0, both("sheet_stated", "　"), "heading")
    sheet.text(row + 1, 0, both("sheet_stated_note", " "), "note")
    sheet.columns([both(key) for key in STATED], row + 2, freeze=False)
    row += 3
    for each in report.stated:
        sheet.text(row, 0, said(each.label))
        sheet.number(row, 1, each.value)
        sheet.text(row, 2, said(each.unit))
        sheet.day(row, 3, each.on)
        sheet.text(row, 4, each.source)
        row += 1
    return row if report.stated else _none(sheet, row)


def _sentiment(sheet: Sheet, report: Report, row: int) -> None:
    sheet.text(row, 0, both("sheet_sentiment", "　"), "heading")
    if not report.sentiment:
        sheet.text(row + 1, 0, both("not_measured", " / "), "label")
        return
    sheet.columns([both(key) for key in SAMPLE], row + 1, freeze=False)
    for offset, each in enumerate(report.sentiment, start=2):
        _sample(sheet, row + offset, each)


def _sample(sheet: Sheet, row: int, each: Sentiment) -> None:
    sheet.text(row, 0, each.source)
    sheet.day(row, 1, each.on)
    for column, value in enumerate((each.sample, each.positive, each.neutral, each.negative), start=2):
        sheet.number(row, column, value)
    sheet.share(row, 6, each.favourable_permille)
    sheet.share(row, 7, each.agreement_permille)
    low, high = (f"{permille // 10}.{permille % 10}%" for permille in (each.low_permille, each.high_permille))
    sheet.text(row, 8, f"{low} – {high}")


def _none(sheet: Sheet, row: int) -> int:
    sheet.text(row, 0, both("sheet_none_on_record", " "))
    return row + 1
