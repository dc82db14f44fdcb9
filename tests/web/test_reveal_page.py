"""The awards of a festival on its public page, in a real browser: sealed until each is revealed, every film's words as text."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from festivals import ENDED_AT, ENTRIES_OPEN, VOTING_OPENS, Festival, entry, festival_campaign, vote
from looks.browser import browser
from playwright.sync_api import Browser, Page
from samples import sample_campaign, words

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.jury import Score, Sheet
from locallove.cloud.local import LocalCloud

pytestmark = pytest.mark.needs("chromium")

PHONE = 390
AWARDS = ("grand-prix", "audience", "favourite")
WINNERS = {"grand-prix": "jury-film", "audience": "seen-film", "favourite": "voted-film"}
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\u202e"
HOSTILE_ID = "<b id=x onclick=alert(1)>\"'&amp;${1}`</b>"
CAPTIONS = """() => [...document.querySelectorAll('[data-caption]')].map(
    (each) => [each.dataset.caption, each.textContent, each.childElementCount])"""
OURS = {
    *("A", "BDI", "CODE", "DD", "DETAILS", "DIV", "DL", "DT", "H2", "H3", "H4", "LI", "OL", "P", "SECTION", "SPAN"),
    *("STRONG", "SUMMARY"),
}
"""The elements that the page makes for awards."""

PACE_S = 2 * 1.15 + 1
"""The page asks every two seconds, more or less, and the answer may be kept for one."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone in Japan; whatever a test does, no script fails, and nothing opens or is asked for that the policy forbids."""
    page = chromium.new_page(viewport={"width": PHONE, "height": 800}, locale="ja-JP")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.close()
    assert faults == []


@pytest.fixture
def festival(cloud: LocalCloud) -> Festival:
    """A festival that can be closed: each of its awards goes to another film."""
    return filled(Festival.of(cloud))


def filled(festival: Festival) -> Festival:
    festival.send("entries", "e-1", *(entry(f"{name}-film") for name in ("jury", "seen", "voted")))
    festival.send("votes", "v-1", *(vote(number, "voted-film") for number in range(3)), vote(9, "seen-film"))
    festival.send("votes", "v-2", *(vote(20 + number, "seen-film", suspect="one address") for number in range(5)))
    festival.snapshot("m-1", {"seen-film": (1_000, 117), "voted-film": (1_000, 116)})
    given = {"jury-film": (("8.4", "8.55"), ("8.4", "8.55")), "seen-film": (("8.41", "8.41"), ("8.4", "8.4"))}
    scores = [Score(film, f"j{juror}", each) for film, jurors in given.items() for juror, each in enumerate(jurors)]
    service = runtime.service()
    before = service.registered.get(festival.campaign.id)
    sheet = Sheet("grand-prix", tuple(scores), "0" * 64, "2026-01-01T00:00:00Z")
    judged = msgspec.structs.replace(before.festival, sheets=(sheet,))
    service.registered.put(festival.campaign.id, before, msgspec.structs.replace(before, festival=judged))
    festival.cloud.pump.drain()
    return festival


def reveal(festival: Festival, *awards: str) -> None:
    for award in awards:
        runtime.service().campaigns.reveal(festival.campaign.id, Revealed(award, runtime.now_ms()))


def opened(page: Page, festival: Festival, language: str = "ja") -> str:
    """The text of the awards once their first answer is shown."""
    page.goto(f"{festival.cloud.url}/live/{festival.campaign.id}?lang={language}")
    page.wait_for_selector("#reveal .awards")
    return page.inner_text("#reveal")


def films_in(page: Page) -> set[str]:
    """Which films the whole page knows of, by any of their words."""
    html = page.content()
    return {film for film in WINNERS.values() if film in html}


def of_award(page: Page, award: str) -> str:
    return page.inner_text(f"#reveal li[data-key={award}]")


@pytest.mark.parametrize(("still_open", "state"), [(True, "投票受付中"), (False, "受付終了・確定前")])
def test_before_the_close_there_are_names_and_numbers_of_votes_alone(
    page: Page, cloud: LocalCloud, still_open: bool, state: str
) -> None:
    """While voting is open, and after it. Votes are as they came in, the suspect ones included."""
    closes_at = ENDED_AT + timedelta(hours=9 if still_open else 0)
    voting = {"opens_at": VOTING_OPENS.isoformat(), "closes_at": closes_at.isoformat()}
    text = opened(page, filled(Festival.of(cloud, festival_campaign(voting=voting))))
    assert state in text
    assert page.locator("#reveal h3").all_inner_texts() == ["Grand Prix", "Audience", "Favourite"]
    figures = page.locator("#reveal [data-figure]")
    assert figures.evaluate_all("all => all.map(each => [each.dataset.figure, each.textContent])") == [
        ["received-favourite", "9"]
    ]
    assert "封印済み" not in text
    assert films_in(page) == set()
    assert "creator-" not in page.content()


def test_a_sealed_result_shows_its_seal_and_no_film(page: Page, festival: Festival) -> None:
    seal = festival.close().statement_sha256
    text = opened(page, festival)
    assert text.count("封印済み") == 1 + len(AWARDS)
    assert page.locator("#reveal .seal code").all_inner_texts() == [seal[:12]] * len(AWARDS)
    page.click("#reveal details[data-key=proof] summary")
    assert seal in page.inner_text("#reveal")
    links = page.locator("#reveal a").evaluate_all("all => all.map(each => each.href)")
    assert links == [f"{festival.cloud.url}/v1/festivals/{festival.campaign.id}/statement"]
    assert films_in(page) == set()
    assert page.query_selector_all("#reveal [data-figure]") == []


def test_revealing_one_award_shows_that_one_alone_and_without_a_reload(page: Page, festival: Festival) -> None:
    festival.close()
    opened(page, festival)
    page.evaluate("globalThis.same = true")
    for index, award in enumerate(AWARDS[::-1], 1):
        reveal(festival, award)
        page.wait_for_selector(f"#reveal li.shown[data-key={award}]")
        assert page.locator("#reveal li.shown").count() == index
        assert WINNERS[award] in page.inner_text(f"#reveal li[data-key={award}] .caption")
        assert f"creator-{WINNERS[award]}" in page.inner_text(f"#reveal li[data-key={award}] .winner .creator")
        if index == 1:
            assert films_in(page) == {"seen-film", "voted-film"}, "those that votes were for"
    assert page.evaluate("same")
    assert "すべて発表済み" in page.inner_text("#reveal")
    assert page.locator("#reveal [role=status]").text_content() == " ".join(
        f"{name}を発表しました。" for name in ("Grand Prix", "Audience", "Favourite")
    )


def test_each_way_has_its_scores_and_what_votes_apart_would_change(page: Page, festival: Festival) -> None:
    """A mean is shown with two digits, half up: 169/20 as 8.45, 1681/200 as 8.41."""
    festival.close()
    reveal(festival, *AWARDS)
    opened(page, festival, "en")
    scores = {award: page.locator(f"#reveal li[data-key={award}] .places [data-figure]").all_inner_texts() for award in AWARDS}
    assert scores == {
        "grand-prix": ["8.45 points", "8.41 points"],
        "audience": ["1,234 points", "1,232 points"],
        "favourite": ["3 votes", "1 vote"],
    }
    assert "With the votes that are held apart the winner would be another." in of_award(page, "favourite")
    assert not any("held apart" in of_award(page, award) for award in AWARDS[:2])


def test_where_held_votes_change_nothing_that_is_said(page: Page, festival: Festival) -> None:
    festival.send("votes", "v-3", *(vote(40 + number, "voted-film") for number in range(5)))
    festival.close()
    reveal(festival, "favourite")
    opened(page, festival)
    assert "保留した投票を加えても、受賞作品は変わりません。" in of_award(page, "favourite")


def test_only_what_is_revealed_while_one_looks_moves_and_only_where_motion_is_wanted(page: Page, festival: Festival) -> None:
    festival.close()
    reveal(festival, "audience")
    moving = "award => getComputedStyle(document.querySelector(`#reveal li[data-key=${award}] .winner`)).animationName"
    opened(page, festival)
    reveal(festival, "favourite")
    page.wait_for_selector("#reveal li.shown[data-key=favourite]")
    assert [page.evaluate(moving, award) for award in ("audience", "favourite")] == ["none", "opened"]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving, "favourite") == "none"


@pytest.mark.parametrize("kept_ms", [300, 4_000])
def test_a_definition_that_is_kept_hides_the_reveal_no_longer_than_it_may(
    page: Page, festival: Festival, kept_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept 30 seconds where nothing else is set: from then on whoever asks is told, and the page asks at its pace."""
    monkeypatch.setenv("LOCALLOVE_KEPT_MS", str(kept_ms))
    runtime.service.cache_clear()
    festival.close()
    opened(page, festival)
    reveal(festival, "favourite")
    revealed_at = time.monotonic()
    page.wait_for_selector("#reveal li.shown", timeout=60_000)
    assert time.monotonic() - revealed_at < kept_ms / 1000 + PACE_S + 2, "and two for a busy machine"


def test_an_instance_that_does_not_know_it_yet_takes_nothing_back(page: Page, festival: Festival) -> None:
    festival.close()
    earlier: list[Any] = []
    page.on(
        "response", lambda answer: earlier.append(answer.json()) if answer.url.endswith("/standings") and not earlier else None
    )
    opened(page, festival)
    reveal(festival, "audience")
    page.wait_for_selector("#reveal li.shown")
    page.route("**/standings", lambda route: route.fulfill(json=earlier[0]))
    for _ in range(2):
        with page.expect_response("**/standings"):
            pass
    page.wait_for_timeout(200)
    assert page.locator("#reveal li.shown").count() == 1


def test_the_page_of_a_campaign_without_a_festival_asks_for_nothing_of_one(page: Page, cloud: LocalCloud) -> None:
    cloud.apply(sample_campaign())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{cloud.url}/live/test-campaign")
    page.wait_for_selector("main[aria-busy=false]")
    page.wait_for_timeout(2_500)
    assert len(asked) > 5
    assert not any("reveal" in url or "festivals" in url for url in asked)


@pytest.mark.parametrize("width", [PHONE, 1920])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_readable_for_everybody(page: Page, festival: Festival, language: str, width: int) -> None:
    """One award revealed, the others sealed, everything unfolded; on a phone it scrolls in one direction."""
    festival.close()
    reveal(festival, "grand-prix")
    page.set_viewport_size({"width": width, "height": 1080})
    opened(page, festival, language)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))")
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def halls(name: str, number: int) -> Campaign:
    """A festival of so many awards by votes, ties of which go to the earlier post."""
    awards = [{"id": f"hall-{each}", "name": words(HOSTILE), "votes": {"tie_breaks": ["posted"]}} for each in range(number)]
    found = festival_campaign(awards=awards, metrics_as_of=None)
    return msgspec.structs.replace(found, id=name, lives=(msgspec.structs.replace(found.lives[0], id=name),))


def screened(cloud: LocalCloud, name: str, captions: list[str]) -> Festival:
    """A festival in which ten of these captions stand under each award, all revealed; ids and creators are as hostile."""
    festival = Festival.of(cloud, halls(name, (len(captions) + 9) // 10))
    posted = [(ENTRIES_OPEN + timedelta(seconds=place)).isoformat() for place in range(len(captions))]
    films = [
        entry(f"{HOSTILE_ID}{place}", creator=HOSTILE_ID, caption=caption, posted_at=posted[place])
        for place, caption in enumerate(captions)
    ]
    votes = [vote(place, film["id"], award=f"hall-{place // 10}") for place, film in enumerate(films)]
    festival.send("entries", "e-1", *films)
    festival.send("votes", "v-1", *votes)
    festival.close()
    defined = festival.campaign.festival
    assert defined is not None
    reveal(festival, *(award.id for award in defined.awards))
    return festival


@pytest.mark.needs("data")
def test_hostile_captions_are_shown_as_text(page: Page, cloud: LocalCloud, data: Path) -> None:
    """Each as it was posted, winner or not, and no element comes of it."""
    strings: list[str] = json.loads((data / "naughty-strings" / "blns.json").read_text("utf-8"))
    assert len(strings) == 515
    strings.append(HOSTILE)
    for name, captions in (("first", strings[:260]), ("second", strings[260:])):
        festival = screened(cloud, name, captions)
        opened(page, festival)
        title = page.title()
        found = page.evaluate(CAPTIONS)
        assert {film: text for film, text, _ in found} == {f"{HOSTILE_ID}{place}": text for place, text in enumerate(captions)}
        winners = len(captions) // 10 + bool(len(captions) % 10)
        assert len(found) == len(captions) + winners, "every film in its place, and the winners once more"
        assert all(captions[int(film.removeprefix(HOSTILE_ID))] == text and children == 0 for film, text, children in found)
        creators = page.locator("#reveal .creator bdi").evaluate_all("all => all.map(each => each.textContent)")
        assert set(creators) == {HOSTILE_ID}
        made = page.evaluate("[...new Set([...document.querySelectorAll('#reveal, #reveal *')].map(each => each.tagName))]")
        assert set(made) <= OURS
        assert page.evaluate("document.scripts.length") == 2, "the page's own and that of the awards"
        assert page.title() == title == "Test"
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
