"""The pages in a real browser: axe-core finds nothing, and nothing sticks out on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from looks.browser import browser
from playwright.sync_api import Browser, Page
from render import festival, sample, settled

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.render.page import page
from chalicelib.render.words import Language

pytestmark = pytest.mark.needs("chromium")

DESK, PHONE = 1020, 390
"""Widths of a window."""

REPORTS = ("campaign", "region", "live", "provisional", "nothing", "festival")


def made(name: str) -> Report:
    standing, statements = settled.settled()
    sources = Sources(standing, statements, sample.registers())
    return {
        "campaign": lambda: campaign_report(sources, sample.NOW_MS),
        "region": lambda: region_report(sources, "okinawa", sample.NOW_MS),
        "live": lambda: live_report(sources, "okinawa-2023", sample.NOW_MS),
        "provisional": lambda: campaign_report(Sources(sample.shortened(), registers=sample.registers()), sample.NOW_MS),
        "nothing": lambda: campaign_report(Sources(sample.counted([0] * 5)), sample.NOW_MS),
        "festival": lambda: festival.report(festival.AWARDS),
    }[name]()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def shown(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def opened(shown: Page, name: str, language: Language, width: int, folder: Path) -> Page:
    """The page of a report in a window of this width."""
    file = folder / f"report.{language}.html"
    file.write_bytes(page(made(name), language))
    shown.set_viewport_size({"width": width, "height": 900})
    shown.goto(file.as_uri())
    return shown


@pytest.mark.parametrize(
    ("name", "width", "language"),
    [
        ("campaign", DESK, "ja"),
        ("campaign", DESK, "en"),
        ("campaign", PHONE, "ja"),
        ("live", PHONE, "en"),
        ("region", PHONE, "ja"),
        ("provisional", PHONE, "en"),
        ("nothing", PHONE, "ja"),
        ("festival", DESK, "ja"),
        ("festival", PHONE, "en"),
    ],
)
def test_axe_core_finds_no_violation(shown: Page, name: str, width: int, language: Language, tmp_path: Path) -> None:
    found = Axe().run(opened(shown, name, language, width, tmp_path))
    assert found.response["passes"], "it has looked"
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_only_tables_scroll_sideways(shown: Page, width: int, language: Language, tmp_path: Path) -> None:
    for name in REPORTS:
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        inner, outer = opened(shown, name, language, width, tmp_path).evaluate(widths)
        assert inner <= outer, name


def test_axe_core_would_find_one(shown: Page, tmp_path: Path) -> None:
    """So that its silence says something."""
    opened(shown, "nothing", "en", PHONE, tmp_path)
    shown.evaluate("document.documentElement.removeAttribute('lang')")
    assert [each["id"] for each in Axe().run(shown).response["violations"]] == ["html-has-lang"]
