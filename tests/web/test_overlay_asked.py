"""The overlay as its address asks for it: its parameters, its parts, and the stage view."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from web.on_air import cheer, on_air
from web.posting import Platform
from web.watching import FIGURE, figures, overlaid

from locallove.cloud.local import LocalCloud, local_cloud

pytestmark = pytest.mark.needs("chromium")

HOSTILE = "<img src=x onerror=\"document.title='taken'\">\u202e<b>岡山</b>" + "とても長い名前" * 40
BANNER = ".banner"
TOP_LEFT = {"x": 0, "y": 0, "width": 1, "height": 1}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with local_cloud(background=False) as running:
        yield running


@pytest.fixture(scope="module")
def platform(cloud: LocalCloud) -> Platform:
    """Who may post to a campaign on air: 1,500 reactions in three minutes, the second step reached four minutes ago."""
    platform = Platform.of(cloud, on_air("shown"))
    for minutes_ago, reactions in ((6, 400), (5, 250), (4, 850)):
        cheer(platform, reactions, minutes_ago)
    return platform


@pytest.mark.parametrize(
    ("parameter", "value", "may_be"),
    [
        ("live", "nobody-here", "shown-now, shown-next"),
        ("region", "atlantis", "tohoku, kumamoto"),
        ("lang", "fr", "ja or en"),
        ("show", "total,everything", "total,goal,regions,stage"),
        ("show", "", "total,goal,regions,stage"),
        ("accent", "javascript", "six hex digits"),
        ("accent", "%23ff0000", "six hex digits"),
        ("scale", "4.5", "0.25 to 4"),
        ("scale", "1e0", "0.25 to 4"),
        ("acent", "ff0000", "no such parameter; there are live, region, lang, show, accent, scale"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_it_may_be_and_its_value_is_not_shown(
    screen: Page, platform: Platform, parameter: str, value: str, may_be: str
) -> None:
    text = overlaid(screen, platform, f"?{parameter}={value}").inner_text("main")
    assert screen.inner_text("main code") == parameter
    assert may_be in text
    assert "パラメーター" in text
    assert not value or value not in text
    assert screen.query_selector("[data-figure]") is None


def test_all_wrong_parameters_are_listed(screen: Page, platform: Platform) -> None:
    overlaid(screen, platform, "?lang=fr&scale=9&lang=ja&<b>=1&live=shown-now&region=tohoku")
    assert screen.eval_on_selector_all("main code", "(all) => all.map((each) => each.textContent)") == [
        "lang",
        "scale",
        "?",
        "region",
    ]


@pytest.mark.parametrize(
    ("show", "there", "missing"),
    [
        ("total", ".total", ".goal, .regions, .stage"),
        ("goal", ".goal", ".total, .regions, .stage"),
        ("regions", ".regions", ".total, .goal, .stage"),
        ("regions,total", ".total + .regions", ".goal, .stage"),
        ("total,goal,regions", ".total + .goal + .regions", ".stage"),
        ("total,stage", ".stage .total", ".card, .regions"),
    ],
)
def test_what_is_shown_is_what_was_asked_for(screen: Page, platform: Platform, show: str, there: str, missing: str) -> None:
    overlaid(screen, platform, f"?show={show}")
    assert screen.is_visible(there)
    assert screen.query_selector(missing) is None


def test_the_total_is_of_the_live_or_the_region_that_was_asked_for_and_says_so(screen: Page, cloud: LocalCloud) -> None:
    platform = Platform.of(cloud, on_air("parts", title="A live"))
    cheer(platform, 300, minutes_ago=5)
    cheer(platform, 50, minutes_ago=-125, live="parts-next")
    for asked, whose, total in (
        ("?lang=en", "Reactions", "350"),
        ("?lang=en&region=tohoku", "ReactionsTohoku", "50"),
        ("?lang=en&live=parts-now", "ReactionsA live", "300"),
    ):
        overlaid(screen, platform, asked)
        assert (screen.text_content("h1"), screen.text_content(FIGURE)) == (whose, total)


def test_accent_and_scale_take_effect(screen: Page, platform: Platform) -> None:
    overlaid(screen, platform, "?accent=00AAff&scale=1.5")
    assert screen.evaluate("getComputedStyle(document.querySelector('.tube .fill')).backgroundColor") == "rgb(0, 170, 255)"
    assert screen.evaluate("document.querySelector('.card').offsetWidth") == 960
    overlaid(screen, platform, "?scale=4")
    assert screen.evaluate("document.querySelector('.card').getBoundingClientRect().right") <= 1920


def test_the_stage_fills_the_screen_with_pace_peak_estimate_and_programme(screen: Page, cloud: LocalCloud) -> None:
    platform = Platform.of(cloud, on_air("stage", steps=(100, 10_000), title="Part"))
    for minutes_ago, reactions in ((9, 3_000), (1, 120), (2, 80), (3, 100)):
        cheer(platform, reactions, minutes_ago)
    screen.set_viewport_size({"width": 1366, "height": 768})
    overlaid(screen, platform, "?show=stage&lang=en")
    box = screen.locator(".stage").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1366, "height": 768}
    assert screen.evaluate(
        """[...document.querySelectorAll(".tile")].map((each) => each.getBoundingClientRect()).every(
          ({ right, bottom }) => right <= 1366 && bottom <= 768)"""
    )
    assert figures(screen)["peak"] == ["3,000"]
    assert figures(screen)["total"] == ["3,300"]
    assert "JST" in screen.inner_text(".tile.peak")
    assert screen.inner_text(".tile.left .value")[0] == "~", "whichever of totals and minutes is answered last"
    text = screen.inner_text(".programme")
    assert "Part 10" in text
    assert "Part 50" in text


def evaluated(screen: Page, platform: Platform, script: str, given: Any) -> Any:
    """What a function of the page's script gives."""
    overlaid(screen, platform, "?show=total")
    return screen.evaluate(script, given)


def test_the_pace_is_of_whole_minutes_and_the_estimate_of_the_last_five(screen: Page, platform: Platform) -> None:
    minutes = [{"at": f"2026-01-01T10:{minute:02}:00Z", "counts": {"total": min(minute, 28) * 10}} for minute in range(30)]
    script = """(minutes) => {
      const at = (time) => paceMinutes(minutes, Date.parse(`2026-01-01T${time}Z`)).map((each) => each.counts.total);
      return {
        before: at("10:00:30"), first: at("10:01:10"), settling: at("10:08:05"), settled: at("10:08:10"), over: at("10:31:15"),
        peak: peakOf(minutes).at, nothing: peakOf([{ counts: { total: 0 } }]) ?? null,
        left: minutesLeft(minutes.slice(1, 3), 31), never: minutesLeft(minutes.slice(0, 1), 31),
      };
    }"""
    assert evaluated(screen, platform, script, minutes) == {
        "before": [],
        "first": [0],
        "settling": [20, 30, 40, 50, 60],
        "settled": [30, 40, 50, 60, 70],
        "over": [],
        "peak": "2026-01-01T10:28:00Z",
        "nothing": None,
        "left": 3,
        "never": None,
    }


def test_the_live_that_the_goal_is_about_changes_when_the_next_one_begins(screen: Page, platform: Platform) -> None:
    lives = [
        {"id": str(hour), "starts_at": f"2026-01-01T{hour}:00:00Z", "ends_at": f"2026-01-01T{hour}:30:00Z"}
        for hour in (14, 10, 12)
    ]
    script = """(lives) => ["09:00", "10:00", "10:29", "11:59", "12:00", "23:00"].map(
      (time) => liveNow(lives, Date.parse(`2026-01-01T${time}:00Z`)).id)"""
    assert evaluated(screen, platform, script, lives) == ["10", "10", "10", "10", "12", "14"]
