"""The public page in a real browser: it says what the API says, before, during and after a live, to whoever looks or listens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from client import request
from looks.browser import browser
from playwright.sync_api import Browser, Page
from web.aired import NEXT, ON, SETTLED, aired, begin, both, over, send, settle_closed

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign, Region
from chalicelib.domain.payments import Payment
from locallove.cloud.local import LocalCloud, local_cloud

pytestmark = pytest.mark.needs("chromium")

PHONE = 390
MINUTE = 60_000
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><b>宮城県</b>\u202e" + "W" * 300
STATES = ["scheduled", "on", "ended", "settled"]
OBSERVE = """selector => {
    globalThis.seen = [];
    const watched = document.querySelector(selector);
    const every = { characterData: true, childList: true, subtree: true };
    new MutationObserver(() => seen.push(watched.textContent)).observe(watched, every);
}"""
UNTIL = "total => document.querySelector('[data-figure=total]')?.textContent === total"


@dataclass(frozen=True)
class Service:
    """A service with a campaign in each state; whoever has the secret posts to the one that is on air."""

    cloud: LocalCloud
    campaigns: dict[str, Campaign]
    secret: str
    numbers: "count[int]"

    def read(self, path: str) -> Any:
        return request(f"{self.cloud.url}/v1/{path}").json

    def like(self, number: int = 1, **fields: Any) -> str:
        """Post a reaction to the live that is on; gives the campaign's total from then on as the page writes it."""
        at = datetime.fromtimestamp(runtime.now_ms() / 1000, UTC).isoformat()
        before = self.read("campaigns/aired/totals")["counts"]["total"]
        one = {"id": f"more-{next(self.numbers)}", "kind": "like", "count": number, "at": at, "user": "u1", **fields}
        send(self.secret, ON, [one], runtime.now_ms())
        self.cloud.pump.drain()
        return f"{before + number:,}"


def only(campaign: Campaign, name: str, live: str, later: timedelta = timedelta()) -> Campaign:
    """A campaign of one of its lives, moved; both have another id."""
    of = campaign.live(live)
    moved = msgspec.structs.replace(of, id=name, starts_at=of.starts_at + later, ends_at=of.ends_at + later)
    return msgspec.structs.replace(campaign, id=name, lives=(moved,))


def hostile(campaign: Campaign) -> Campaign:
    """Every name of it is."""
    said = both(HOSTILE, HOSTILE)
    live = campaign.live(ON)
    live = msgspec.structs.replace(
        live,
        title=said,
        donation=msgspec.structs.replace(live.donation, fund=said),
        cast=tuple(msgspec.structs.replace(each, name=said, role=said) for each in live.cast),
        programme=tuple(msgspec.structs.replace(each, title=said) for each in live.programme),
    )
    regions = tuple(Region(each.id, said) for each in campaign.regions)
    markets = tuple(msgspec.structs.replace(each, name=said) for each in campaign.markets)
    lives = (msgspec.structs.replace(live, id="hostile"), *campaign.lives[2:])
    lives = (lives[0], msgspec.structs.replace(lives[1], id="hostile-next", title=said))
    return msgspec.structs.replace(campaign, id="hostile", name=said, regions=regions, markets=markets, lives=lives)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    campaign = aired(datetime.now(UTC))
    campaigns = {
        "on": campaign,
        "scheduled": only(campaign, "scheduled", NEXT),
        "ended": only(campaign, "ended", ON, timedelta(minutes=-50)),
        "settled": over(campaign),
    }
    with local_cloud(background=False) as cloud:
        secret = begin(cloud, campaign, 150, 150)
        outside = (campaign.live(ON).starts_at - timedelta(minutes=1)).isoformat()
        one = {"kind": "like", "at": outside, "user": "u1"}
        send(secret, ON, [{**one, "id": f"early-{number}"} for number in range(3)], runtime.now_ms())
        send(secret, ON, [{**one, "id": f"tried-{number}"} for number in range(4)], runtime.now_ms(), rehearsal=True)
        begin(cloud, campaigns["scheduled"])
        begin(cloud, campaigns["ended"], 150)
        begin(cloud, campaigns["settled"], 150)
        begin(cloud, hostile(campaign), 150)
        settle_closed(cloud, campaign, campaigns["settled"])
        yield Service(cloud, campaigns, secret, count())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone in Japan; whatever a test does, no script fails and nothing is asked for that the policy forbids."""
    page = chromium.new_page(viewport={"width": PHONE, "height": 800}, locale="ja-JP", timezone_id="America/New_York")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    page.close()
    assert faults == []


def opened(page: Page, service: Service, campaign: str, query: str = "") -> str:
    """The page's text once its first answers are shown."""
    page.goto(f"{service.cloud.url}/live/{campaign}{query}")
    page.wait_for_selector("main[aria-busy=false]")
    return page.inner_text("main")


def figures(page: Page) -> dict[str, str]:
    """What each figure is shown as, the first of a name."""
    pairs = page.locator("[data-figure]").evaluate_all("all => all.map(each => [each.dataset.figure, each.textContent])")
    return dict(reversed(pairs))


def unfold(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_figure_is_the_apis(page: Page, service: Service) -> None:
    """Also what was not counted, apart; and what is open and what was paid too much, live by live."""
    opened(page, service, "aired", "?lang=en")
    page.wait_for_selector("[data-figure=peak]")
    shown, totals = figures(page), service.read("campaigns/aired/totals")
    live = service.read(f"lives/{ON}/totals?series=minute")
    expected = {
        **{kind: totals["counts"][kind] for kind in ("like", "comment", "gift", "total")},
        **{f"region-{each['region']}": each["counts"]["total"] for each in totals["by_region"]},
        **{f"market-{each['market']}-{kind}": number for each in totals["by_market"] for kind, number in each["counts"].items()},
        "live-total": live["counts"]["total"],
        "remaining": live["donation"]["next_step"]["remaining"],
        "peak": max(minute["counts"]["total"] for minute in live["series"]),
        "outside-window": totals["outside_window"]["total"],
        "rehearsal": totals["rehearsal"]["total"],
    }
    assert {name: shown[name] for name in expected} == {name: f"{number:,}" for name, number in expected.items()}
    assert (shown["outside-window"], shown["rehearsal"]) == ("3", "4")
    money = {
        **{f"region-{each['region']}-donation": each["donation"]["minor"] for each in totals["by_region"]},
        "donation": totals["donation"]["minor"],
        "live-donation": live["donation"]["minor"],
        "next-step": live["donation"]["next_step"]["minor"],
        "promised": service.read("campaigns/aired")["promised_minor"],
        "earned": totals["donation"]["minor"],
        "paid": 0,
        "open": totals["donation"]["minor"],
    }
    assert {name: shown[name] for name in money} == {name: f"¥{number:,}" for name, number in money.items()}


def test_what_was_paid_too_much_for_one_live_pays_nothing_of_another(page: Page, service: Service) -> None:
    earned = service.read("campaigns/aired/totals")["donation"]["minor"]
    own = service.read(f"lives/{SETTLED}/totals")["donation"]["minor"]
    payment = Payment(SETTLED, "JPY", own + 500, "2026-01-01", "Fund", "one", None, "2026-01-01T00:00:00Z")
    runtime.service().campaigns.pay("aired", payment)
    while not service.read(f"lives/{SETTLED}/totals")["donation"]["paid_minor"]:
        page.wait_for_timeout(50)
    opened(page, service, "aired", "?lang=en")
    page.wait_for_selector("[data-figure=overpaid]")
    shown = figures(page)
    assert [shown[name] for name in ("earned", "paid", "open", "overpaid")] == [
        f"¥{minor:,}" for minor in (earned, own + 500, earned - own, 500)
    ]


def test_while_reactions_come_it_shows_what_the_api_says_and_nothing_else(page: Page, service: Service) -> None:
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer) if "campaigns/aired/totals" in answer.url else None)
    opened(page, service, "aired")
    before = figures(page)["total"]
    page.evaluate(OBSERVE, "[data-figure=total]")
    for number in (7, 1_000):
        page.wait_for_function(UNTIL, arg=service.like(number))
    seen = [before, *page.evaluate("seen")]
    said = [f"{answer.json()['counts']['total']:,}" for answer in answers if answer.status == 200]
    assert len(seen) >= 3
    assert set(seen) <= set(said)


def test_no_number_is_shown_before_the_first_answer(page: Page, service: Service) -> None:
    page.route("**/totals*", lambda route: route.abort())
    page.goto(f"{service.cloud.url}/live/aired")
    page.wait_for_selector("#lives li")
    assert page.query_selector_all("[data-figure]") == []
    assert page.get_attribute("main", "aria-busy") == "true"
    assert "読み込んでいます" in page.inner_text("#total")


def test_a_definition_that_cannot_be_read_is_asked_for_again(page: Page, service: Service) -> None:
    left = iter(range(2))
    page.route(
        "**/v1/campaigns/aired",
        lambda route: route.fulfill(status=503, body="{}") if next(left, None) == 0 else route.continue_(),
    )
    page.goto(f"{service.cloud.url}/live/aired")
    page.wait_for_selector("#notice:has-text('更新待ち')")
    page.wait_for_selector("main[aria-busy=false]")
    assert page.is_hidden("#notice")


WORDS = {
    "ja": {
        "scheduled": ("次のライブ配信", "配信前", "オープニング", "あと100件のリアクションで、1,000,000円の寄付が加わります",
                      "速報値", "リアクションはまだありません", "以降に行う確定まで", "ここで公開します"),
        "on": ("ただいま配信中", "いま", "ミニライブ", "このあと", "エンディング", "から", "山田 花子（例示）", "速報値",
               "次のライブ配信", "沖縄からのライブ配信", "日本時間", "その他・不明"),
        "ended": ("前回のライブ配信", "配信終了・受付中", "未達成：あと50件", "速報値", "ここで公開します"),
        "settled": ("前回のライブ配信", "確定値", "この数値と寄付額は確定しています", "確定した額", "キャンペーンの寄付計算書"),
    },
    "en": {
        "scheduled": ("Next live", "Scheduled", "Opening", "100 more reactions add a donation of ¥1,000,000.",
                      "Provisional", "No reactions yet.", "until they are final, after", "will be here after settlement"),
        "on": ("On air now", "Songs", "Finale", "Hanako Yamada (invented)", "Provisional", "LIVE from Okinawa", "JST",
               "Other or unknown"),
        "ended": ("The last live", "Ended, late records still taken", "Not reached: 50 more were needed", "will be here after"),
        "settled": ("Settled", "Final", "These figures and the donation are final.", "Earned (final)", "campaign’s statement"),
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("state", STATES)
def test_each_state_has_its_words_in_either_language(page: Page, service: Service, state: str, language: str) -> None:
    """On a phone, everything unfolded, and for whoever cannot see."""
    campaign = service.campaigns[state]
    opened(page, service, campaign.id, f"?x=1&lang={language}")
    page.wait_for_selector("#minutes:not([hidden])")
    unfold(page)
    text = page.inner_text("main")
    assert [each for each in WORDS[language][state] if each not in text] == []
    assert page.get_attribute("html", "lang") == language
    other = {"ja": "en", "en": "ja"}[language]
    assert page.get_attribute("nav a", "href") == f"?x=1&lang={other}"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, "a phone scrolls in one direction"
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))")
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    clean(page)


def test_once_it_is_settled_all_that_proves_it_is_linked(page: Page, service: Service) -> None:
    opened(page, service, "over")
    unfold(page)
    links = [str(link.get_property("href")) for link in page.query_selector_all("main section a")]
    base = f"{service.cloud.url}/v1"
    own = f"{base}/lives/over/statement"
    assert links == [own, f"{own}/rule.json", f"{own}/ledger-0001.ndjson.gz", f"{base}/campaigns/over/statement"]
    assert {request(link).status for link in links} == {302}
    commands = [f"python -m locallove verify {each}" for each in (own, f"{base}/campaigns/over/statement")]
    assert [code for code in page.locator("main code").all_inner_texts() if "verify" in code] == commands
    assert service.read("campaigns/over")["lives"][0]["rule"]["ja"] in page.inner_text("#lives")


def test_a_live_that_is_settled_is_linked_while_another_is_on(page: Page, service: Service) -> None:
    opened(page, service, "aired")
    page.wait_for_selector("#lives .settled")
    unfold(page)
    assert page.locator("#lives .badge").all_inner_texts() == ["確定", "配信中", "配信前"]
    assert [page.locator(f"#lives li[data-key={live}] a").count() for live in (SETTLED, ON, NEXT)] == [3, 0, 0]


def test_the_minutes_are_drawn_named_and_in_a_table(page: Page, service: Service) -> None:
    opened(page, service, "over", "?lang=en")
    page.wait_for_selector("#minutes svg")
    unfold(page)
    series = service.read("lives/over/totals?series=minute")["series"]
    for kind in ("like", "comment", "gift"):
        columns = str(page.get_attribute(f"#minutes path.{kind}", "d")).count("M")
        assert columns == sum(minute["counts"][kind] > 0 for minute in series)
    rows = page.locator("#minutes tbody tr")
    cells = rows.evaluate_all("rows => rows.map(row => [...row.cells].map(each => each.textContent))")
    names = ("like", "comment", "gift", "total")
    assert [cell[1:] for cell in cells] == [[str(minute["counts"][name]) for name in names] for minute in series]
    peak = max(series, key=lambda minute: minute["counts"]["total"])
    at = (datetime.fromisoformat(peak["at"]) + timedelta(hours=9)).strftime("%H:%M")
    said = page.get_attribute("#minutes svg", "aria-label")
    assert said == page.inner_text("#minutes p:nth-of-type(2)")
    assert str(said).startswith(f"Busiest minute: {at} ({peak['counts']['total']} reactions) during “")


def test_names_with_html_stay_text_and_are_cut(page: Page, service: Service) -> None:
    opened(page, service, "hostile")
    page.wait_for_selector("#minutes svg")
    unfold(page)
    assert page.query_selector_all("main img, main b") == []
    assert page.title() == HOSTILE, "the title is the name as text: nothing in it has run"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate("document.querySelector('#markets th:last-child').clientHeight") < 60, "a heading is one line"
    assert page.get_attribute("meta[property='og:title']", "content") == HOSTILE
    whole = page.locator("main .cut").evaluate_all(
        "all => all.filter(each => each.clientHeight >= each.scrollHeight).map(each => each.textContent)"
    )
    assert whole == ["その他・不明"]
    isolated = page.locator("main bdi").evaluate_all("all => all.map(each => getComputedStyle(each).unicodeBidi)")
    assert set(isolated) == {"isolate"}
    beside_amounts = page.locator("#lives p, #minutes p.cut:not(.note)").all_text_contents()
    assert "\u202e" not in "".join(beside_amounts)


def test_everything_is_reached_by_keyboard_and_shows_that_it_has_focus(page: Page, service: Service) -> None:
    opened(page, service, "over")
    page.wait_for_selector("#minutes summary")
    reached = []
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        reached.append(page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent"))
        if reached[-1].startswith("SUMMARY"):
            page.keyboard.press("Enter")
        assert len(reached) < 50
        page.keyboard.press("Tab")
    there = page.locator("main a, main summary").evaluate_all("all => all.map(each => each.tagName + ' ' + each.textContent)")
    assert reached == there
    assert len(there) >= 8


def test_what_has_focus_and_what_is_open_stays_so_when_figures_and_names_change(page: Page, service: Service) -> None:
    page.clock.install()
    campaign = only(service.campaigns["on"], "changing", ON)
    service.cloud.apply(campaign)
    opened(page, service, campaign.id)
    page.click("#lives summary")
    page.focus("#lives summary")
    page.evaluate("globalThis.kept = document.activeElement")
    named = msgspec.structs.replace(campaign.lives[0], title=both("あたらしい題", "A new title"))
    service.cloud.apply(msgspec.structs.replace(campaign, lives=(named,)))
    page.wait_for_timeout(400)
    page.clock.fast_forward(4 * MINUTE)
    page.wait_for_selector("#now h3:has-text('あたらしい題')")
    assert page.inner_text("#lives h3") == "あたらしい題"
    assert page.evaluate("document.activeElement === kept && kept.isConnected && kept.parentElement.open")


def test_whoever_listens_is_told_the_total_at_most_twice_a_minute(page: Page, service: Service) -> None:
    page.clock.install()
    opened(page, service, "aired", "?lang=en")
    page.evaluate(OBSERVE, "#summary")
    first = page.inner_text("[role=status]")
    assert first.startswith(figures(page)["total"])
    for _ in range(6):
        total = service.like()
        page.clock.run_for(10_000)
        page.wait_for_function(UNTIL, arg=total)
    told = page.evaluate("seen")
    assert 1 <= len(told) <= 2
    assert page.query_selector_all("[aria-live], [role=alert]") == [], "nothing else speaks by itself"


def test_when_stale_it_says_so_keeps_its_figures_and_stays_accessible(page: Page, service: Service) -> None:
    page.clock.install()
    opened(page, service, "over", "?lang=en")
    before = figures(page)
    page.route("**/v1/**", lambda route: route.abort())
    page.clock.fast_forward(20_000)
    page.wait_for_selector("#notice:has-text('updating')")
    assert page.get_attribute("body", "data-stale") == "true"
    page.clock.fast_forward(30_000)
    page.wait_for_selector("#summary:has-text('updating')", state="attached")
    assert {**figures(page), **before} == figures(page)
    clean(page)
    page.unroute("**/v1/**")
    page.clock.fast_forward(40_000)
    page.wait_for_selector("body[data-stale=false]")
    assert page.is_hidden("#notice")


def test_it_is_as_readable_in_the_dark_and_on_a_desk(page: Page, service: Service) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1280, "height": 900})
    opened(page, service, "aired")
    page.wait_for_selector("#minutes svg")
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    clean(page)


def test_an_unknown_campaign_is_said_to_be_so_in_both_languages(page: Page, service: Service) -> None:
    answer = page.goto(f"{service.cloud.url}/live/nothing-of-this-name")
    assert answer is not None
    assert answer.status == 404
    text = page.inner_text("main")
    assert all(each in text for each in ("このページは見つかりませんでした", "There is no such page"))
    clean(page)
