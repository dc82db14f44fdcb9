"""The overlay in a real browser: what is on air is what the API says, as its address asks for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from client import request
from playwright.sync_api import Browser, Page
from web.on_air import cheer, on_air
from web.posting import Platform
from web.watching import FIGURE, Network, Watcher, figures, overlaid

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud

pytestmark = pytest.mark.needs("chromium")

HOSTILE = "<img src=x onerror=\"document.title='taken'\">\u202e<b>岡山</b>" + "とても長い名前" * 40
BANNER = ".banner"
NAMES = """() => [...document.querySelectorAll("main bdi")].filter((each) => each.textContent.length > 100).map((each) => ({
  text: each.textContent.slice(0, 200),
  cut: each.scrollWidth > each.clientWidth,
  ellipsis: getComputedStyle(each).textOverflow,
  oneLine: each.clientHeight < 2 * parseFloat(getComputedStyle(each).fontSize),
}))"""
WITHIN = """() => [...document.querySelectorAll(".card, .card *, .stage, .stage *, .banner, .banner *")].every(
  (each) => each.getBoundingClientRect().right <= 1920)"""
"""Nothing that can be read stands outside the picture (the banner comes in from beyond its size)."""


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


def said(totals: Any, of_live: Any) -> dict[str, list[str]]:
    """What the overlay has to say of a campaign's totals and of those of the live that the goal is about, in Japanese."""
    donation = of_live["donation"]
    ahead = donation["next_step"]
    return {
        "total": [f"{totals['counts']['total']:,}"],
        "goal": [f"{ahead['at']:,}"],
        "remaining": [f"{ahead['remaining']:,}"],
        "adds": [f"{ahead['minor']:,}円"],
        "donation": [f"{donation['minor']:,}円"],
        "region": [f"{each['counts']['total']:,}" for each in totals["by_region"]],
    }


def test_the_numbers_are_the_apis_while_a_crowd_is_posting(screen: Page, cloud: LocalCloud) -> None:
    platform = Platform.of(cloud, on_air("crowded", steps=(100, 3_000, 40_000)))
    screen.clock.install(time=datetime.now(UTC))
    cheer(platform, 77)
    overlaid(screen, platform)
    watcher = Watcher(screen, Network())
    for reactions in (40, 2_700, 1, 9_999):
        of_live = cheer(platform, reactions)
        totals = request(f"{cloud.url}/v1/campaigns/crowded/totals").json

        right = said(totals, of_live)
        watcher.passes(6, until=lambda right=right: figures(screen, ".card") == right)  # type: ignore[misc]
        assert figures(screen, ".card") == right
    assert screen.text_content(FIGURE) == "12,817"


def test_it_is_transparent_and_its_card_is_not(screen: Page, platform: Platform) -> None:
    overlaid(screen, platform)
    for x, y, alpha in ((0, 0, 0), (1919, 0, 0), (0, 1079, 0), (1919, 1079, 0), (360, 60, 224)):
        picture = screen.screenshot(omit_background=True, clip={"x": x, "y": y, "width": 1, "height": 1})
        assert abs(alpha_of(screen, picture) - alpha) <= 1, (x, y)


def alpha_of(screen: Page, picture: bytes) -> int:
    """The alpha of a picture of one pixel, decoded by the browser."""
    alpha: int = screen.evaluate(
        """async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const drawing = new OffscreenCanvas(1, 1).getContext("2d");
          drawing.drawImage(bitmap, 0, 0);
          return drawing.getImageData(0, 0, 1, 1).data[3];
        }""",
        list(picture),
    )
    return alpha


def test_a_step_is_celebrated_once_on_two_pages_and_not_again_after_a_reload(
    screen: Page, chromium: Browser, cloud: LocalCloud
) -> None:
    platform = Platform.of(cloud, on_air("festive"))
    cheer(platform, 99)
    url = f"{cloud.url}/overlay/festive"
    second = chromium.new_page()
    watchers = [Watcher.of(each, url) for each in (screen, second)]
    assert not any(each.query_selector(BANNER) for each in (screen, second))
    cheer(platform, 1)
    for watcher in watchers:
        assert watcher.passes(5, until=lambda on=watcher.page: on.query_selector(BANNER))  # type: ignore[misc]
        assert "目標1を達成しました" in watcher.page.inner_text(BANNER)
        assert "1,000円" in watcher.page.inner_text(BANNER)
        assert "Fund" in watcher.page.inner_text(BANNER)
    late = chromium.new_page()
    late.goto(url)
    late.wait_for_selector(BANNER)  # a machine that joins late celebrates while the step is young
    late.reload()
    late.wait_for_selector("main[aria-busy=false]")
    assert late.query_selector(BANNER) is None
    late.close()
    cheer(platform, 1)
    for watcher in watchers:
        assert watcher.passes(13, until=lambda on=watcher.page: not on.query_selector(BANNER))  # type: ignore[misc]
        assert watcher.sees(101)
        watcher.passes(6)
        assert watcher.page.query_selector(BANNER) is None
    second.unroute_all(behavior="ignoreErrors")
    second.close()


def test_a_step_reached_minutes_ago_is_not_celebrated(screen: Page, platform: Platform) -> None:
    overlaid(screen, platform)
    assert screen.query_selector(BANNER) is None


def hostile(name: str) -> Campaign:
    """A campaign on air in which all names are markup, from right to left, and long."""
    campaign = on_air(name, title=HOSTILE, regions={"noto": "能登", "okayama": HOSTILE})
    live = campaign.lives[0]
    fund = msgspec.structs.replace(live.donation.fund, ja=HOSTILE, en=HOSTILE)
    live = msgspec.structs.replace(live, donation=msgspec.structs.replace(live.donation, fund=fund))
    return msgspec.structs.replace(campaign, name=fund, lives=(live, campaign.lives[1]))


@pytest.fixture(scope="module")
def strangers(cloud: LocalCloud) -> Platform:
    """Who may post to a campaign of hostile names."""
    return Platform.of(cloud, hostile("hostile"))


@pytest.mark.parametrize("asked", ["", "?region=okayama&lang=en", "?live=hostile-now", "?show=stage"])
def test_hostile_names_are_text_on_one_line_cut_with_an_ellipsis(screen: Page, strangers: Platform, asked: str) -> None:
    if not strangers.totals()["counts"]["total"]:
        cheer(strangers, 150)
    overlaid(screen, strangers, asked)
    screen.wait_for_selector(BANNER)
    assert screen.title() == HOSTILE
    assert screen.query_selector("main img, main bdi b") is None
    names = screen.evaluate(NAMES)
    assert len(names) >= 3
    assert all(each == {"text": HOSTILE[:200], "cut": True, "ellipsis": "ellipsis", "oneLine": True} for each in names), names
    screen.wait_for_function(WITHIN)
    if "stage" not in asked:
        assert screen.evaluate("document.querySelector('.card').offsetWidth") == 640


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_wants_no_motion(screen: Page, cloud: LocalCloud, motion: Any) -> None:
    platform = Platform.of(cloud, on_air(f"moving-{motion}"))
    screen.emulate_media(reduced_motion=motion)
    cheer(platform, 5)
    overlaid(screen, platform)
    cheer(platform, 995)
    if motion == "reduce":
        screen.wait_for_selector(BANNER)
        screen.wait_for_function("() => document.querySelector('[data-figure=total]').textContent === '1,000'")
        assert screen.evaluate("document.getAnimations().length") == 0
    else:
        screen.wait_for_function("() => document.getAnimations().some((each) => each.effect.target.className === 'strip')")
        assert screen.text_content(FIGURE) == "1,000", "while it rolls the text is the number"


def test_the_goal_says_when_all_steps_are_reached_and_shows_no_thermometer_without_steps(screen: Page, cloud: LocalCloud) -> None:
    reached = Platform.of(cloud, on_air("reached", steps=(10, 20)))
    cheer(reached, 25, minutes_ago=5)
    text = overlaid(screen, reached, "?show=goal&lang=en").inner_text(".goal")
    assert "All goals reached" in text
    assert "Donation so far (provisional)" in text
    assert "¥3,000" in text
    unstepped = Platform.of(cloud, on_air("unstepped", steps=()))
    assert "¥1,000" in overlaid(screen, unstepped, "?show=goal&lang=en").inner_text(".goal")
    assert not screen.is_visible(".tube")


def test_the_thermometer_is_filled_from_the_step_before(screen: Page, platform: Platform) -> None:
    overlaid(screen, platform)
    filled = float(screen.evaluate("getComputedStyle(document.querySelector('.tube .fill')).getPropertyValue('--share')"))
    assert filled == pytest.approx((1_500 - 1_000) / (50_000 - 1_000))


@pytest.mark.parametrize("asked", ["", "?lang=en", "?show=stage", "?show=stage&lang=en", "?show=goal", "?accent=zzz"])
def test_axe_finds_nothing(screen: Page, platform: Platform, asked: str) -> None:
    overlaid(screen, platform, asked)
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()


def test_an_unknown_campaign_is_said_to_be_unknown(chromium: Browser, cloud: LocalCloud) -> None:
    page = chromium.new_page()
    answer = page.goto(f"{cloud.url}/overlay/nobody")
    assert answer is not None
    assert answer.status == 404
    page.wait_for_selector("main[aria-busy=false]")
    assert "このキャンペーンは見つかりません" in page.inner_text("main")
    assert "There is no such campaign" in page.inner_text("main")
    page.close()


def test_a_definition_that_cannot_be_read_now_is_asked_for_again(chromium: Browser, platform: Platform) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.route("**/v1/campaigns/shown", lambda route: route.fulfill(status=503, body="{}"), times=2)
    page.route("**/v1/campaigns/shown", lambda route: route.fulfill(status=200, body='{"lives": 3}'), times=1)
    page.goto(f"{platform.cloud.url}/overlay/shown")
    assert Watcher(page, Network()).passes(40, until=lambda: page.query_selector("main[aria-busy=false]"))
    assert page.text_content(FIGURE) == "1,500"
    page.close()


def test_the_page_is_small(cloud: LocalCloud, platform: Platform) -> None:
    parts = ("overlay/shown", "pages/overlay.css", "pages/overlay.js")
    assert sum(len(request(f"{cloud.url}/{part}").body) for part in parts) < 40_000
