"""The sheet of the response: what is on record of a campaign beside its counts, block by block.

Answers for: how many entries there are, reach by its source, figures of others apart, coded samples of comments.
Refuses: adding up reach of different sources or coded samples, or a figure that somebody else states to anything.
"""

from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import Sentiment
from chalicelib.render.display import Display
from chalicelib.render.sheets.cells import FIRST, Book, Sheet
from chalicelib.render.sheets.names import drawn_from, languages, place
from chalicelib.render.sheets.texts import both, in_both, said

NAME = "反響 Response"

WIDTHS = (34, 16, 17, 13, 26, 16, 16, 11, 11, 11, 11, 9)

REACH = ("source", "reach", "entries_with_reach")

STATED = ("figure", "value", "sheet_unit", "stated_on", "source", "region")

SAMPLES = (
    "sentiment_of", "favourable", "sheet_interval", "drawn_on", "languages", "judged", "sheet_population",
    "positive", "neutral", "negative", "agreement", "sheet_kappa",
)  # fmt: skip


def response(book: Book, report: Report) -> None:
    """Write the sheet. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("sheet_response", "　"), "", WIDTHS)
    sheet.worksheet.freeze_panes(2, 0)
    row = _counts(sheet, report, FIRST - 1)
    row = _reach(sheet, report, row + 1)
    row = _stated(sheet, report, row + 1)
    _sentiment(sheet, report, row + 1)


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
    row = _begin(sheet, row, "sheet_reach_by_source", ["reach_never_added"], REACH)
    for each in report.coverage.reach:
        sheet.text(row, 0, each.source)
        sheet.number(row, 1, each.reach)
        sheet.number(row, 2, each.entries)
        row += 1
    return row if report.coverage.reach else _none(sheet, row)


def _stated(sheet: Sheet, report: Report, row: int) -> int:
    row = _begin(sheet, row, "stated", ["stated_line"], STATED)
    for each in report.stated:
        sheet.text(row, 0, said(each.label))
        sheet.number(row, 1, each.value)
        sheet.text(row, 2, said(each.unit))
        sheet.day(row, 3, each.on)
        sheet.texts(row, 4, (each.source, place(report, each.region)))
        row += 1
    return row if report.stated else _none(sheet, row)


def _sentiment(sheet: Sheet, report: Report, row: int) -> None:
    if not report.sentiment:
        sheet.text(row, 0, both("sentiment", "　"), "heading")
        sheet.text(row + 1, 0, both("not_measured", " / "), "label")
        sheet.text(row + 2, 0, both("not_measured_why", " "), "plain")
        return
    row = _begin(sheet, row, "sentiment", ["sentiment_how", "sentiment_range"], SAMPLES)
    for offset, each in enumerate(report.sentiment):
        _sample(sheet, row + offset, report, each)


def _sample(sheet: Sheet, row: int, report: Report, each: Sentiment) -> None:
    def interval(show: Display) -> str:
        return f"{show.share(each.low_permille)}{'〜' if show.japanese else ' – '}{show.share(each.high_permille)}"

    sheet.text(row, 0, drawn_from(report, each))
    sheet.share(row, 1, each.favourable_permille)
    sheet.text(row, 2, in_both(interval))
    sheet.day(row, 3, each.on)
    sheet.text(row, 4, languages(each.languages))
    sheet.number(row, 5, each.sample)
    if each.population is not None:
        sheet.number(row, 6, each.population)
    for column, value in enumerate((each.positive, each.neutral, each.negative), start=7):
        sheet.number(row, column, value)
    sheet.share(row, 10, each.agreement_permille)
    if each.kappa_permille is not None:
        sheet.thousandths(row, 11, each.kappa_permille)


def _begin(sheet: Sheet, row: int, heading: str, notes: list[str], columns: tuple[str, ...]) -> int:
    """A block's heading, what is to be known of it, and its columns. Gives the row below."""
    sheet.text(row, 0, both(heading, "　"), "heading")
    for note in notes:
        row += 1
        sheet.text(row, 0, both(note, " "), "note")
    sheet.columns([both(key) for key in columns], row + 1, freeze=False)
    return row + 2


def _none(sheet: Sheet, row: int) -> int:
    sheet.text(row, 0, both("sheet_none_on_record", " "))
    return row + 1
