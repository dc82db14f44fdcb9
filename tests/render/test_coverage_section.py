"""Coverage and figures of others on the page: what is on record, beside its sources and apart from what is counted."""

import socket

import msgspec
import pytest
from render import sample
from render.reading import Node, read

from chalicelib.domain.registers import NOTHING_ON_RECORD, Registers
from chalicelib.domain.reports import Report, Sources, campaign_report, region_report
from chalicelib.render.display import Display
from chalicelib.render.page import MAX_ENTRIES, page
from chalicelib.render.words import Language, words_in

LANGUAGES: tuple[Language, ...] = ("ja", "en")
REGISTERS = sample.registers()


def reported(registers: Registers) -> Report:
    return campaign_report(Sources(sample.standing(), registers=registers), sample.NOW_MS)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def shown(language: Language) -> Node:
    return read(page(reported(REGISTERS), language))


def test_what_is_counted_is_the_models(shown: Node) -> None:
    found = reported(REGISTERS).coverage
    for kind, number in (
        ("story", found.stories),
        ("unique", found.unique_stories),
        ("announcement", found.announcements),
        ("creator_post", found.creator_posts),
    ):
        assert shown.first(id=f"entries_{kind}").text == str(number)
    assert shown.first(id="stories").text == str(found.stories) == "3"


def test_every_entry_is_shown_in_words(shown: Node, language: Language) -> None:
    """Regions and markets by name, kinds and outlets in words, days as the language writes them."""
    w, names = words_in(language), dict(sample.NAMES)
    _, *rows = shown.first(id="entries").rows
    for row, entry in zip(rows, reported(REGISTERS).coverage.entries, strict=True):
        outlet, kind, title, day, region, country = row
        assert outlet == entry.outlet
        assert kind == f"{w[f'kind_{entry.kind}']}{w[f'outlet_{entry.outlet_type}']}{w['comma']}{w[f'reaching_{entry.scope}']}"
        repeats = f"{w['syndicated_from']}{entry.syndicated_from}" if entry.syndicated_from else ""
        assert title == f"{entry.title}{repeats}{entry.url or ''}"
        assert day == Display(language).calendar_day(entry.on)
        assert region == (names[entry.region][language == "en"] if entry.region else w["scope_campaign"])
        assert country == f"{names[entry.country][language == 'en']}{w[f'language_{entry.language}']}"


@pytest.mark.parametrize(
    ("country", "code", "ja", "en"),
    [
        ("FR", "fr", "国コード FRフランス語", "Country code FRFrench"),
        ("JP", "ar", "日本アラビア語", "JapanArabic"),
        ("KE", "sw", "国コード KEsw", "Country code KEsw"),
    ],
)
def test_a_country_that_is_no_market_is_named_as_a_code_and_a_common_language_by_its_name(
    country: str, code: str, ja: str, en: str, language: Language
) -> None:
    story = msgspec.structs.replace(REGISTERS.entries[0], country=country, language=code)
    found = read(page(reported(msgspec.structs.replace(REGISTERS, entries=(story,))), language))
    assert found.first(id="entries").rows[1][5] == {"ja": ja, "en": en}[language]


def test_an_address_is_text_and_no_link(shown: Node) -> None:
    assert "https://news.example/tohoku?a=1&b=2" in shown.first(id="entries").text
    assert not list(shown.all("a"))
    assert not any(name in ("href", "src") for node in shown.all() for name in node.attributes)


def test_reach_stands_beside_its_source_and_has_no_sum(shown: Node) -> None:
    _, *rows = shown.first(id="reach").rows
    assert rows == [[each.source, str(each.entries), f"{each.reach:,}"] for each in reported(REGISTERS).coverage.reach]
    assert len(rows) == 2
    assert "1,540,000" not in shown.text
    assert not list(shown.first(id="reach").all("tfoot"))


def test_figures_of_others_are_in_their_own_box_and_nowhere_else(shown: Node, language: Language) -> None:
    """With label, value, unit, day, source and region; their sum is nowhere."""
    box, w = shown.first(id="stated"), words_in(language)
    _, *rows = box.rows
    show = Display(language)
    assert rows == [
        [
            show.said(each.label),
            f"{each.value:,} {show.said(each.unit)}",
            show.calendar_day(each.on),
            each.source,
            sample.NAMES[each.region][language == "en"] if each.region else w["scope_campaign"],
        ]
        for each in REGISTERS.stated
    ]
    for each in REGISTERS.stated:
        assert shown.text.count(f"{each.value:,}") == 1
    assert f"{sum(each.value for each in REGISTERS.stated):,}" not in shown.text
    assert w["stated_line"] in box.text


def test_with_nothing_on_record_the_page_says_so_in_one_line(language: Language) -> None:
    """And has no box for figures, and no zero where nobody has looked."""
    shown, w = read(page(reported(NOTHING_ON_RECORD), language)), words_in(language)
    assert shown.first(id="coverage").text == f"{w['coverage']} {w['no_coverage']}"
    assert w["stated"] not in shown.text
    assert shown.first(id="stories").text == "–"


def test_figures_without_coverage_are_shown_too(language: Language) -> None:
    shown = read(page(reported(msgspec.structs.replace(REGISTERS, entries=())), language))
    assert len(shown.first(id="stated").rows) == 3
    assert words_in(language)["no_coverage"] in shown.first(id="coverage").text


@pytest.mark.parametrize("number", [MAX_ENTRIES, MAX_ENTRIES + 1_234])
def test_the_page_shows_the_first_forty_entries_and_how_many_more_there_are(number: int, language: Language) -> None:
    entries = tuple(msgspec.structs.replace(REGISTERS.entries[0], title=f"no. {each:05}") for each in range(number))
    shown = read(page(reported(msgspec.structs.replace(REGISTERS, entries=entries)), language))
    _, *rows = shown.first(id="entries").rows
    assert [row[2][:9] for row in rows] == [entry.title for entry in entries[:MAX_ENTRIES]]
    more = [node.text for node in shown.all("p") if node.attributes.get("id") == "more-entries"]
    assert more == ([words_in(language)["more_entries"].format(number="1,234")] if number > MAX_ENTRIES else [])
    assert shown.first(id="stories").text == f"{number:,}"


def test_a_region_that_the_campaign_no_longer_has_is_never_shown_by_its_code(language: Language) -> None:
    gone = msgspec.structs.replace(REGISTERS.entries[0], region="atlantis")
    shown = read(page(reported(msgspec.structs.replace(REGISTERS, entries=(gone,))), language))
    assert shown.first(id="entries").rows[1][4] == "–"
    assert "atlantis" not in shown.text


def test_a_regions_page_names_no_other_regions_entry(language: Language) -> None:
    sources = Sources(sample.standing(), registers=REGISTERS)
    shown = read(page(region_report(sources, "okinawa", sample.NOW_MS), language))
    for entry in REGISTERS.entries:
        assert (entry.title in shown.text) == (entry.region == "okinawa")
    assert "81,234" not in shown.text


def test_no_address_is_looked_at_while_a_page_is_made(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def reach(*_: object, **__: object) -> None:
        pytest.fail("something was looked up or connected to")

    monkeypatch.setattr(socket, "getaddrinfo", reach)
    monkeypatch.setattr(socket, "socket", reach)
    assert page(reported(REGISTERS), language)
