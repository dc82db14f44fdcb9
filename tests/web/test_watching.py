"""Pages that watch totals, on a bad network or by a bad clock: they recover by themselves, and no number is made up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import msgspec
import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route
from web.on_air import cheer, on_air
from web.posting import Platform
from web.watching import Watcher, cut, gone

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.flows import applying
from locallove.cloud.local import LocalCloud, local_cloud

pytestmark = pytest.mark.needs("chromium")

PAGES = ("overlay", "live")
NOTICE = ".stale, #notice"
"""Where the one and the other say that figures are old."""

RECOVERED_WITHIN_S = 40
DAY_S = 24 * 3600
_numbers = count()


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with local_cloud(background=False) as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080}, locale="ja-JP")
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.close()


@pytest.fixture
def platform(cloud: LocalCloud) -> Platform:
    """Who may post to a campaign that is on air, with 1,234 reactions."""
    platform = Platform.of(cloud, on_air(f"watched-{next(_numbers)}"))
    cheer(platform, 1234, minutes_ago=5)
    return platform


@pytest.fixture(params=PAGES)
def address(request: pytest.FixtureRequest, platform: Platform) -> str:
    """Where the campaign's page is."""
    return f"{platform.cloud.url}/{request.param}/{platform.campaign.id}"


def correct(campaign: Campaign) -> None:
    """Put a campaign in force although its window is another now."""
    service = runtime.service()
    plan = applying.preview(service.campaigns, campaign, runtime.now_ms(), "the stream broke off")
    applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), runtime.now_ms())


def test_server_gone_for_a_minute(page: Page, platform: Platform, address: str) -> None:
    watcher = Watcher.of(page, address)
    assert watcher.sees(1234)
    watcher.network.fault, asked = gone, len(watcher.network.asked)
    watcher.passes(60)
    assert watcher.is_stale
    assert page.locator(NOTICE, has_text="更新待ち").is_visible()
    assert watcher.sees(1234), "the last good number stays"
    paths = set(watcher.network.asked)
    assert len(watcher.network.asked) - asked <= 6 * len(paths), "it backs off"
    cheer(platform, 66)
    watcher.network.fault = None
    assert watcher.passes(RECOVERED_WITHIN_S, until=lambda: watcher.sees(1300) and not watcher.is_stale)
    assert not page.locator(NOTICE).is_visible()
    cheer(platform, 1)
    assert watcher.passes(4, until=lambda: watcher.sees(1301)), "once there is an answer it is as quick as before"
    watcher.assert_never_made_up()


def test_answers_slow_by_5_seconds(page: Page, platform: Platform, address: str) -> None:
    watcher = Watcher.of(page, address)
    network = watcher.network
    for total in (1300, 1400):
        cheer(platform, total - (platform.totals()["counts"]["total"]))
        network.fault = network.hold
        watcher.passes(5, until=lambda: network.held)
        on_their_way = len(network.held)
        watcher.passes(5)
        urls = [route.request.url for route, _ in network.held]
        assert on_their_way > 0
        assert len(urls) == len(set(urls)), "nothing is asked for again while it is on its way"
        network.release()
        assert watcher.passes(5, until=lambda now=total: watcher.sees(now))  # type: ignore[misc]
        assert not watcher.is_stale, "slow is not gone"
    assert abs(watcher.clock_error_s) < 15
    watcher.assert_never_made_up()


def test_json_cut_off(page: Page, platform: Platform, address: str) -> None:
    watcher = Watcher.of(page, address)
    watcher.network.fault, asked = cut, len(watcher.network.asked)
    cheer(platform, 66)
    watcher.passes(8)
    assert len(watcher.network.asked) > asked + 1, "it is asked for again"
    assert watcher.sees(1234)
    watcher.network.fault = None
    assert watcher.passes(RECOVERED_WITHIN_S, until=lambda: watcher.sees(1300))
    watcher.assert_never_made_up()


@pytest.mark.parametrize("ahead_s", [DAY_S, -DAY_S])
def test_the_viewers_clock_wrong_by_a_day(page: Page, platform: Platform, address: str, ahead_s: int) -> None:
    watcher = Watcher.of(page, address, ahead_s=ahead_s)
    assert abs(watcher.clock_error_s) < 3
    cheer(platform, 66)
    assert watcher.passes(4, until=lambda: watcher.sees(1300))
    page.clock.set_system_time(datetime.now(UTC).timestamp())
    watcher.passes(3)
    assert not watcher.is_stale, "a clock that is set right makes no answer older"
    assert abs(watcher.clock_error_s) < 10
    watcher.assert_never_made_up()


def test_a_tab_asleep_for_an_hour(page: Page, platform: Platform, address: str) -> None:
    """What arrives first when it wakes up is an answer of an hour ago: no timer has yet said that it is too late."""
    watcher = Watcher.of(page, address)
    page.evaluate("AbortSignal.timeout = () => new AbortController().signal")
    network = watcher.network
    network.fault = network.hold
    assert watcher.passes(5, until=lambda: len(network.on_their_way) > 1)
    page.clock.fast_forward(3600 * 1000)
    cheer(platform, 66)
    assert watcher.passes(2, until=lambda: watcher.is_stale)
    network.release()
    assert watcher.passes(9, until=lambda: len(network.on_their_way) > 1), "it is asked for again"
    assert watcher.is_stale, "what was said an hour ago is not what is on now"
    network.fault = None
    network.release()
    assert watcher.passes(RECOVERED_WITHIN_S, until=lambda: watcher.sees(1300) and not watcher.is_stale)
    assert abs(watcher.clock_error_s) < 10
    watcher.assert_never_made_up()


def test_a_window_corrected_downwards(page: Page, platform: Platform, address: str) -> None:
    """What came before the correction, from a cache far away, is not shown again: its total is greater, its epoch is not."""
    watcher = Watcher.of(page, address)
    before: dict[str, APIResponse] = {}

    def remember(route: Route, answer: APIResponse) -> None:
        before[route.request.url] = answer
        watcher.network.hand_on(route, answer)

    watcher.network.fault = remember
    assert watcher.passes(5, until=lambda: before)
    watcher.network.fault = None
    campaign = platform.campaign
    live = campaign.lives[0]
    shorter = msgspec.structs.replace(live, ends_at=live.ends_at - timedelta(minutes=50), programme=())
    cheer(platform, 200, minutes_ago=15)
    assert watcher.passes(5, until=lambda: watcher.sees(1434))
    correct(msgspec.structs.replace(campaign, lives=(shorter, campaign.lives[1])))
    assert watcher.passes(8, until=lambda: watcher.sees(200))

    def from_far_away(route: Route, answer: APIResponse) -> None:
        watcher.network.hand_on(route, before.get(route.request.url, answer))

    watcher.network.fault = from_far_away
    watcher.passes(6)
    assert watcher.sees(200)
    watcher.assert_never_made_up()


@pytest.mark.parametrize("as_date", [False, True])
def test_a_service_that_asks_for_a_pause_gets_it(page: Page, address: str, as_date: bool) -> None:
    watcher = Watcher.of(page, address)
    asked = watcher.network.asked

    def refuse(route: Route, _: APIResponse) -> None:
        until = datetime.now(UTC) + timedelta(seconds=25)
        after = format_datetime(until, usegmt=True) if as_date else "25"
        route.fulfill(status=503, headers={"retry-after": after}, body="{}")

    watcher.network.fault, before = refuse, len(asked)
    watcher.passes(19)
    refused = asked[before:]
    assert refused
    assert len(refused) == len(set(refused)), "each address is asked once, and then left alone"
    watcher.network.fault = None
    assert watcher.passes(25, until=lambda: not watcher.is_stale)
    watcher.assert_never_made_up()
