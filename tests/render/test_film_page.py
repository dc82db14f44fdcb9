"""A finalist's page: the model's figures, and the creator's words as text only."""

from functools import cache

import msgspec
import pytest
from render import festival
from render.reading import read
from render.test_hostile_names import HOSTILE

from chalicelib.domain.film_report import FilmReport
from chalicelib.render.film import document, page
from chalicelib.render.words import Language, words_in


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


def test_a_film_has_its_place_score_and_votes_in_each_revealed_award(language: Language) -> None:
    film, w = festival.film(), words_in(language)
    shown = read(page(film, language))
    for award in film.awards:
        text = shown.first(id=f"award-{award.award}").text
        assert w["place_among"].format(place="1", films=str(festival.FILMS)) in text
        assert w["winner"] in text
    rows = shown.first(**{"class": "days"}).rows[1:]
    assert [(row[1], row[2]) for row in rows] == [(f"{each.counted:,}", str(each.held)) for each in film.awards[2].by_day]
    assert shown.first(id="film-views").text == f"{film.views:,}"
    assert not [node for node in shown.all("section") if node.attributes.get("id") == "sealed"]


def test_sealed_awards_are_named_and_views_wait_for_theirs(language: Language) -> None:
    shown = read(page(festival.film(("favourite",)), language))
    sealed = shown.first(id="sealed").text
    show = ("グランプリ", "オーディエンス賞") if language == "ja" else ("Grand Prix", "Audience Award")
    assert all(each in sealed for each in show)
    assert words_in(language)["views"] not in [node.text for node in shown.all("dt")]


def test_the_document_is_the_whole_report() -> None:
    assert msgspec.json.decode(document(festival.film()), type=FilmReport) == festival.film()


@cache
def skeleton(language: Language) -> list[tuple[str, dict[str, str | None]]]:
    return read(page(festival.film(said=("harmless",)), language)).skeleton


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_creator_writes_is_only_text(name: str, language: Language) -> None:
    found = read(page(festival.film(said=(name,)), language))
    if name.strip():
        assert found.skeleton == skeleton(language)
    assert found.text.count(" ".join(name[:64].split())) >= 3
