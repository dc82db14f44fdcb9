"""A festival on its campaign's page and in the workbook: the model's figures, and creators' words as text only."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from render import festival, spreadsheet
from render.books import strings_of
from render.reading import Node, read
from render.test_hostile_names import HOSTILE

from chalicelib.domain.festival_figures import FestivalReport
from chalicelib.domain.reports import Report
from chalicelib.render import workbook as book
from chalicelib.render.display import Display
from chalicelib.render.film import page as film_page
from chalicelib.render.page import MAX_CAPTION, MAX_PLACES, page
from chalicelib.render.sheets import festival as sheets
from chalicelib.render.sheets.texts import clean
from chalicelib.render.words import Language, words_in

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@cache
def reported(*revealed: str) -> Report:
    return festival.report(revealed)


def part(report: Report) -> FestivalReport:
    assert report.festival is not None
    return report.festival


def numbers(node: Node) -> dict[str, str]:
    """The second cell of each row by its first."""
    return {row[0]: row[1] for row in node.rows[1:]}


def test_entries_and_votes_are_the_models(language: Language) -> None:
    w, found = words_in(language), part(reported())
    shown = read(page(reported(), language))
    standings = numbers(shown.first(id="standings"))
    assert [standings[w[f"standing_{each.of}"]] for each in found.entries.by_standing] == [
        str(each.number) for each in found.entries.by_standing
    ]
    reasons = numbers(shown.first(id="reasons"))
    assert [reasons[w[f"reason_{each.of}"]] for each in found.entries.reasons] == [
        str(each.number) for each in found.entries.reasons
    ]
    assert found.votes is not None
    assert shown.first(id="votes-received").text == f"{found.votes.received.received:,}"
    assert shown.first(id="votes").rows[1][1] == f"{found.votes.received.by_award[0].received:,}"
    assert shown.first(id="phase").text == w["phase_sealed"]


def test_a_sealed_award_shows_its_hash_and_nothing_else(language: Language) -> None:
    w, shown = words_in(language), read(page(reported("favourite"), language))
    for award in ("grand-prix", "audience"):
        section = shown.first(id=f"award-{award}")
        assert w["award_sealed"] in section.text
        assert festival.digest(award) in section.text
        assert not list(section.all("table"))
    assert len(list(shown.first(id="award-favourite").all("table"))) == 2


def test_a_revealed_award_has_its_first_films_as_they_are_in_the_model(language: Language) -> None:
    show, shown = Display(language), read(page(reported(*festival.AWARDS), language))
    for award in part(reported(*festival.AWARDS)).awards:
        section = shown.first(id=f"award-{award.award}")
        _, *rows = section.first(**{"class": "places"}).rows
        assert len(rows) == MAX_PLACES < len(award.places)
        for row, film in zip(rows, award.places[:MAX_PLACES], strict=True):
            assert row[2] == show.score(film.score)
            assert film.creator in row[1]
            assert film.entry in row[1]
            assert film.caption[:MAX_CAPTION].strip() in row[1]
        winners = [words_in(language)["winner"] in row[1] for row in rows]
        assert winners == [film.entry == award.winner for film in award.places[:MAX_PLACES]]
        assert award.decided is not None
        assert show.said(award.decided) in section.text


def test_before_a_result_the_page_says_that_there_is_none(language: Language) -> None:
    shown = read(page(festival.report(sealed=False), language))
    assert shown.text.count(words_in(language)["award_open"]) == 3
    assert words_in(language)["festival_statement"] not in shown.text


@pytest.mark.parametrize(
    ("score", "shown"), [("17/2", "8.50"), ("169/20", "8.45"), ("1/200", "0.01"), ("12345", "12,345"), ("0", "0")]
)
def test_a_score_is_rounded_half_up_only_where_it_is_shown(score: str, shown: str) -> None:
    assert Display("en").score(score) == Display("ja").score(score) == shown


def test_a_long_caption_is_cut_on_the_page_and_whole_in_the_report(language: Language) -> None:
    long = "長い紹介文" * 3_000
    report = festival.report(("audience",), said=(long,))
    shown = read(page(report, language))
    cut = f"{long[: MAX_CAPTION - 1]}…"
    assert cut in shown.text
    assert long[: MAX_CAPTION + 1] not in shown.text
    assert part(report).awards[1].places[0].caption == long


@cache
def skeleton(language: Language) -> list[tuple[str, dict[str, str | None]]]:
    return read(page(festival.report(festival.AWARDS, said=("harmless",)), language)).skeleton


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_caption_creator_id_or_suspicion_is_only_text(name: str, language: Language) -> None:
    found = read(page(festival.report(festival.AWARDS, said=(name,)), language))
    if name.strip():
        assert found.skeleton == skeleton(language)
    assert found.text.count(" ".join(name[:64].split())) >= 3 * 10 * 2


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_caption_or_creator_is_only_text_in_the_workbook(name: str) -> None:
    body = book.workbook(festival.report(festival.AWARDS, said=(name,)))
    texts = strings_of(body)
    assert clean(name) in texts or not clean(name).strip()
    assert formulas(body) == formulas(book.workbook(reported()))


@pytest.mark.needs("data")
def test_naughty_strings_are_only_text(data: Path) -> None:
    """As caption, creator and id of a film, on a finalist's page, which is made of the same parts."""
    (file,) = (data / "naughty-strings").glob("*.json")
    film = festival.film()
    for text in json.loads(file.read_text(encoding="utf-8")):
        if len(text) <= MAX_CAPTION and text.strip():
            written = msgspec.structs.replace(film, entry=text[:64], creator=text[:64], caption=text)
            found = read(film_page(written, "en"))
            assert found.skeleton == harmless_film()
            assert " ".join(text[:64].split()) in found.text


@cache
def harmless_film() -> list[tuple[str, dict[str, str | None]]]:
    return read(film_page(festival.film(said=("harmless",)), "en")).skeleton


def formulas(body: bytes) -> int:
    with ZipFile(BytesIO(body)) as file:
        return sum(file.read(each).decode().count("<f>") for each in file.namelist() if "worksheets" in each)


def sheet_of(report: Report, name: str) -> Worksheet:
    return spreadsheet.read(book.workbook(report))[name]


def test_the_workbooks_days_have_every_day_and_sum_up() -> None:
    found, sheet = part(reported()), sheet_of(reported(), sheets.BY_DAY)
    rows: list[tuple[Any, ...]] = [tuple(cell.value for cell in row) for row in sheet.iter_rows(5, sheet.max_row)]
    assert len(rows) == len({each.on for each in found.entries.by_day} | {each.on for each in found.votes.by_day})  # type: ignore[union-attr]
    assert sum(row[1] or 0 for row in rows) == sum(each.eligible for each in found.entries.by_day)
    assert sum(row[2] or 0 for row in rows) == sum(each.not_eligible for each in found.entries.by_day)
    assert found.votes is not None
    assert sum(row[3] or 0 for row in rows) == found.votes.received.received
    assert rows[0][0].strftime("%Y-%m-%d") == found.entries.by_day[0].on


def test_the_workbook_has_all_films_of_a_revealed_award_and_none_of_another() -> None:
    sheet = sheet_of(reported("audience"), sheets.NAME)
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    films = part(reported("audience")).awards[1].places
    assert [each for each in cells if each in {film.entry for film in films}] == [film.entry for film in films]
    assert {film.views for film in films} <= set(cells)
    assert festival.digest("grand-prix") in cells


def test_a_campaign_without_a_festival_has_no_such_sheets(provisional: Report) -> None:
    names = spreadsheet.read(book.workbook(provisional)).sheetnames
    assert not {sheets.NAME, sheets.BY_DAY} & set(names)
