"""The page of an invitation in a real browser: what its holder sees, opens and can read, in both languages."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from axe_playwright_python.sync_playwright import Axe
from client import request
from playwright.sync_api import Browser, Page
from web.invited import LONG_AGO, downloads, invite, two_regions

from chalicelib import runtime
from chalicelib.domain import publication
from chalicelib.domain.publication import File, Latest, Manifest, MissingFile
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.run import aws_for_others

pytestmark = pytest.mark.needs("chromium")

PHONE = 390
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><b>宮城県</b>"
INVALID = ("このリンクは無効です", "This link is not valid")


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A service with published reports, whose signed links a browser can follow, and a campaign of which nothing is."""
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as running:
        running.apply(two_regions())
        running.publish()
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone."""
    page = chromium.new_page(viewport={"width": PHONE, "height": 800})
    yield page
    page.close()


def opened(page: Page, cloud: LocalCloud, token: str, end: str = "") -> str:
    """The page's text, once it has its list."""
    page.goto(f"{cloud.url}/i/{token}{end}")
    page.wait_for_selector("main[aria-busy=false]")
    return page.inner_text("main")


@pytest.mark.parametrize(
    ("language", "first", "said"),
    [
        ("ja", "report.ja.html", ("宛先：宮城県", "日本語のレポート", "まで（日本時間）")),
        ("en", "report.en.html", ("For 宮城県", "in Japan")),
    ],
)
def test_the_files_are_listed_in_the_invitations_language_its_own_first(
    page: Page, cloud: LocalCloud, language: str, first: str, said: tuple[str, ...]
) -> None:
    token = invite(region="kumamoto", language=language)
    text = opened(page, cloud, token)
    assert all(each in text for each in said)
    assert page.get_attribute("html", "lang") == language
    links = [link.get_attribute("href") for link in page.query_selector_all("a")]
    listed = request(f"{cloud.url}/i/{token}/files.json").json["files"]
    assert sorted(map(str, links)) == sorted(f"/i/{token}/{each['name']}" for each in listed)
    assert links[0] == f"/i/{token}/{first}"
    assert all(each["name"] in text for each in listed)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, "a phone scrolls in one direction"


def test_a_file_opens_and_is_the_one_that_the_page_gives_the_hash_of(page: Page, cloud: LocalCloud) -> None:
    token, before = invite(region="kumamoto"), downloads()
    opened(page, cloud, token)
    page.click("summary")
    hashes = page.inner_text("details dl").split()
    with page.expect_popup() as popup:
        page.click("a >> nth=0")
    popup.value.wait_for_load_state()
    assert "成果レポート" in popup.value.inner_text("body")
    body = request(popup.value.url).body
    assert hashes[hashes.index("report.ja.html") + 1] == sha256(body).hexdigest()
    assert downloads() == before + 1
    popup.value.close()


def test_names_with_html_stay_text(page: Page, cloud: LocalCloud) -> None:
    text = opened(page, cloud, invite(for_whom=HOSTILE))
    assert HOSTILE in text
    assert page.query_selector_all("main img, main b") == []
    assert page.title() == "Test"


@pytest.mark.parametrize("of", ["expired", "guessed", "no token at all"])
def test_a_link_that_does_not_hold_is_said_to_be_invalid_in_both_languages(page: Page, cloud: LocalCloud, of: str) -> None:
    token = {"expired": invite(expires_on=LONG_AGO), "guessed": runtime.new_token(), "no token at all": "x"}[of]
    text = opened(page, cloud, token)
    assert all(each in text for each in INVALID)
    assert page.query_selector_all("a") == []


def test_before_anything_is_published_the_page_says_so(page: Page, cloud: LocalCloud) -> None:
    text = opened(page, cloud, invite(region="a-region-of-which-nothing-is-published"))
    assert "レポートはまだ公開されていません" in text
    assert page.query_selector_all("a") == []


def publish_without(region: str, *missing: MissingFile) -> None:
    """Put a report of a region into the bucket that lacks these files."""
    reports, prefix = runtime.service().reports, publication.of_region("test-campaign", region)
    files = (File("report.ja.html", 1, "ab" * 32, "text/html"),)
    manifest = publication.encode(Manifest(1, "region", region, None, files, missing))
    reports.write_once(f"{prefix}/20240215T103000Z/manifest.json", manifest, "application/json")
    latest = publication.encode(Latest(1, "20240215T103000Z", None, 1, 0, "", ""))
    reports.move(f"{prefix}/latest.json", latest, "application/json", None)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("集計のブック\nreport.xlsx · この形式では作成できません", "のカード\ncard.ja.png · 次の更新で作り直します")),
        (
            "en",
            ("Workbook of the totals\nreport.xlsx · cannot be made in this format",
             "Card in Japanese\ncard.ja.png · tried again at the next update"),
        ),
    ],
)  # fmt: skip
def test_a_missing_file_is_named_with_what_becomes_of_it_and_never_its_error(
    page: Page, cloud: LocalCloud, language: str, said: tuple[str, ...]
) -> None:
    """Why it is missing stands in files.json only."""
    region = f"lacking-{language}"
    publish_without(region, MissingFile("report.xlsx", "CannotBeMade", lasting=True), MissingFile("card.ja.png", "MemoryError"))
    token = invite(region=region, language=language)
    text = opened(page, cloud, token)
    assert [each for each in said if each not in text] == []
    assert not any(reason in text for reason in ("CannotBeMade", "MemoryError"))
    listed = request(f"{cloud.url}/i/{token}/files.json").json["missing"]
    assert [(each["reason"], each.get("lasting")) for each in listed] == [("CannotBeMade", True), ("MemoryError", None)]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, "a phone scrolls in one direction"
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "ファイルは毎回ここから開いてください"), ("en", "open files anew from here")]
)
def test_the_page_says_that_files_are_opened_anew_from_it(page: Page, cloud: LocalCloud, language: str, said: str) -> None:
    """A file's own address is good for a minute, so to reload it or to keep it as a bookmark is refused."""
    assert said in opened(page, cloud, invite(language=language))


def test_while_storage_does_not_answer_the_link_is_not_said_to_be_invalid(page: Page, cloud: LocalCloud) -> None:
    token = invite()
    page.route("**/files.json", lambda route: route.fulfill(status=503, body="{}"))
    text = opened(page, cloud, token)
    assert "しばらくしてから" in text
    assert not any(each in text for each in INVALID)


def test_a_slash_at_the_end_leads_to_the_same_files(page: Page, cloud: LocalCloud) -> None:
    token = invite()
    page.route("**/api/**", lambda route: route.continue_(url=route.request.url.replace("/api/", "/")))
    page.goto(f"{cloud.url}/api/i/{token}/")
    page.wait_for_selector("main[aria-busy=false]")
    assert str(page.get_attribute("a", "href")).startswith(f"/api/i/{token}/"), "an API may live under a stage"


def test_the_policy_lets_the_page_run_and_nothing_else(page: Page, cloud: LocalCloud) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    token = invite()
    opened(page, cloud, token)
    assert faults == []
    policy = request(f"{cloud.url}/i/{token}").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    page.evaluate("const s = document.createElement('script'); s.textContent = 'document.title = 1'; document.body.append(s)")
    assert page.title() == "Test"
    assert len(faults) == 1


@pytest.mark.parametrize("token", ["holds", "guessed"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing(page: Page, cloud: LocalCloud, token: str, language: str) -> None:
    opened(page, cloud, invite(language=language) if token == "holds" else runtime.new_token())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
