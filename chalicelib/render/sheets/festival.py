"""The sheets of a film festival: its figures and awards block by block, and what came in day by day.

Answers for: every figure that the page has, and of a revealed award all films that the report has.
Refuses: running what a creator wrote; ids, names and captions are text. Campaigns without a festival have no such sheet.
"""

from collections.abc import Iterable, Iterator

from chalicelib.domain.festival_figures import AwardFigures, AwardVotesChecked, FestivalReport, PlacedFilm
from chalicelib.render.sheets.cells import FIRST, Book, Sheet
from chalicelib.render.sheets.texts import both, said

NAME = "映画祭 Festival"
BY_DAY = "応募と投票 By day"

WIDTHS = (34, 16, 22, 24, 40, 14, 14, 14, 17)

FILM = ("place", "score", "film_id", "creator", "film", "views", "likes_of_film", "held", "posted")

DAYS = ("votes_day", "eligible", "not_eligible")


def festival(book: Book, report: FestivalReport) -> None:
    """Write the sheet of figures and awards. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("festival", "　"), report.entering.ja, WIDTHS)
    sheet.text(2, 0, report.entering.en, "note")
    sheet.worksheet.freeze_panes(3, 0)
    sheet.text(FIRST, 0, both("phase"), "label")
    sheet.text(FIRST, 1, both(f"phase_{report.status}", " "), "plain")
    row = _block(sheet, FIRST + 2, "entered", _entries(report))
    if report.entries.reasons:
        row = _block(sheet, row, "reasons", ((both(f"reason_{each.of}"), each.number) for each in report.entries.reasons))
    if report.votes is not None:
        row = _block(sheet, row, "votes_received", _votes(report))
    row = _views(sheet, report, row)
    row = _statement(sheet, report, row)
    for award in report.awards:
        row = _award(sheet, award, row)


def by_day(book: Book, report: FestivalReport) -> None:
    """Write the sheet of days. Raises: FigureTooLarge."""
    sheet, awards = book.sheet(BY_DAY), [each for each in report.awards if each.by == "votes"]
    sheet.begin(both("sheet_by_day", "　"), both("sheet_by_day_note", " "), (13, 16, 16, *(22 for _ in awards)))
    sheet.columns([*(both(key) for key in DAYS), *map(_votes_for, awards)])
    entered = {each.on: each for each in report.entries.by_day}
    voted = {each.on: each for each in (report.votes.by_day if report.votes else ())}
    for row, on in enumerate(sorted({*entered, *voted}), start=FIRST):
        sheet.day(row, 0, on)
        if on in entered:
            sheet.number(row, 1, entered[on].eligible)
            sheet.number(row, 2, entered[on].not_eligible)
        for column, each in enumerate(voted[on].by_award if on in voted else (), start=len(DAYS)):
            sheet.number(row, column, each.received)


def _votes_for(award: AwardFigures) -> str:
    return both("votes_of", values=lambda show: {"award": show.said(award.name)})


def _block(sheet: Sheet, row: int, heading: str, lines: Iterable[tuple[str, int]]) -> int:
    """A heading and labelled numbers. Gives the row of the next block."""
    sheet.text(row, 0, both(heading, "　"), "heading")
    for label, number in lines:
        row += 1
        sheet.text(row, 0, label, "label")
        sheet.number(row, 1, number)
    return row + 2


def _entries(report: FestivalReport) -> Iterator[tuple[str, int]]:
    entries = report.entries
    yield both("total"), entries.numbers.entries
    yield both("competing"), entries.numbers.competing
    yield both("eligible"), entries.eligible
    yield both("not_eligible"), entries.not_eligible
    yield from ((both(f"standing_{each.of}"), each.number) for each in entries.by_standing)
    yield both("outside_period"), entries.outside_period
    yield both("entries_again"), entries.numbers.duplicates
    yield both("entries_conflicting"), entries.numbers.conflicts
    yield both("entries_rejected"), entries.numbers.rejected
    if report.unreadable:
        yield both("festival_unreadable", values=lambda show: {"number": show.number(report.unreadable)}), report.unreadable


def _votes(report: FestivalReport) -> Iterator[tuple[str, int]]:
    if report.votes is None:
        return
    received, names = report.votes.received, {each.award: each.name for each in report.awards}
    yield from ((said(names[each.award]), each.received) for each in received.by_award)
    yield both("votes_outside"), received.outside
    yield both("rehearsal"), received.rehearsal


def _views(sheet: Sheet, report: FestivalReport, row: int) -> int:
    seen = report.metrics
    if seen is None:
        return row
    sheet.text(row, 0, both("views_and_likes", "　"), "heading")
    sheet.text(row + 1, 0, both("views_as_of"), "label")
    sheet.moment(row + 1, 1, seen.as_of, "minute")
    row += 2
    for key, number in (
        ("snapshots", seen.snapshots),
        ("snapshots_later", seen.later),
        ("views_sum", seen.views),
        ("likes_sum", seen.likes),
    ):
        if number is not None:
            sheet.text(row, 0, both(key), "label")
            sheet.number(row, 1, number)
            row += 1
    if seen.newest is not None:
        sheet.text(row, 0, both("snapshots_newest"), "label")
        sheet.moment(row, 1, seen.newest)
        row += 1
    return row + 1


def _statement(sheet: Sheet, report: FestivalReport, row: int) -> int:
    found = report.statement
    if found is None:
        return row
    sheet.text(row, 0, both("festival_statement", "　"), "heading")
    sheet.text(row + 1, 0, both("settled_at"), "label")
    sheet.moment(row + 1, 1, found.settled_at)
    for offset, (key, text) in enumerate((("sheet_address", found.address), ("sheet_hash", found.sha256)), start=2):
        sheet.text(row + offset, 0, both(key), "label")
        sheet.text(row + offset, 1, text, "hash")
    sheet.text(row + 4, 0, both("chain"), "label")
    if found.link is None:
        sheet.text(row + 4, 1, both("not_in_chain"))
    else:
        sheet.number(row + 4, 1, found.link)
    return row + 6


def _award(sheet: Sheet, award: AwardFigures, row: int) -> int:
    sheet.text(row, 0, said(award.name, "　"), "heading")
    sheet.text(row + 1, 0, award.rule.ja, "note")
    sheet.text(row + 2, 0, award.rule.en, "note")
    row += 3
    if award.result_sha256 is not None:
        sheet.text(row, 0, both("result_hash"), "label")
        sheet.text(row, 1, award.result_sha256, "hash")
        row += 1
    if award.revealed_at is None or award.decided is None:
        sheet.text(row, 0, both("award_sealed" if award.result_sha256 else "award_open", " "), "plain")
        return row + 2
    sheet.text(row, 0, both("revealed_at"), "label")
    sheet.moment(row, 1, award.revealed_at)
    sheet.text(row + 1, 0, both("decided"), "label")
    sheet.text(row + 1, 1, said(award.decided, " "), "plain")
    row += 2
    if award.votes is not None:
        row = _checked(sheet, award.votes, row)
    if not award.places:
        return row + 1
    sheet.columns([both(f"score_{award.by}" if key == "score" else key) for key in FILM], row, freeze=False)
    for offset, film in enumerate(award.places, start=1):
        _film(sheet, row + offset, film)
    return row + len(award.places) + 2


def _checked(sheet: Sheet, votes: AwardVotesChecked, row: int) -> int:
    held, aside = both("held", " "), both("set_aside", " ")
    lines = [
        (both("counted"), votes.counted),
        *((f"{held}: {each.of}", each.number) for each in votes.held),
        *((f"{aside}: {both(f'aside_{each.of}', ' / ')}", each.number) for each in votes.not_counted),
    ]
    for label, number in lines:
        sheet.text(row, 0, label, "label")
        sheet.number(row, 1, number)
        row += 1
    sheet.text(row, 0, both("same_with_held" if votes.same_with_held else "other_with_held", " "), "plain")
    return row + 1


def _film(sheet: Sheet, row: int, film: PlacedFilm) -> None:
    sheet.number(row, 0, film.place, "number")
    sheet.score(row, 1, film.score)
    sheet.texts(row, 2, (film.entry, film.creator, film.caption or both("untitled")))
    for column, number in enumerate((film.views, film.likes, film.held), start=5):
        if number is not None:
            sheet.number(row, column, number)
    sheet.moment(row, 8, film.posted_at, "minute")
