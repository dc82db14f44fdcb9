"""Public pages as they are served: their language, their head, their size, and what a shared link shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from client import Answer, problem, request
from publishing import QUICK, publish
from samples import sample_campaign
from web.aired import both

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.render.formats import FORMATS
from chalicelib.web.page import PAGES, part
from locallove.cloud.local import LocalCloud, local_cloud

MOST_BYTES = 40_000
HOSTILE = "\"><script>alert(1)</script><b a='$name"
PUBLIC = "https://live.example.org/api"


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A service with a campaign that nothing is published of, and one whose name is hostile."""
    with local_cloud(background=False) as running:
        running.apply(sample_campaign())
        running.apply(named_badly())
        yield running


def named_badly() -> Campaign:
    campaign = sample_campaign()
    live = msgspec.structs.replace(campaign.lives[0], id="bad")
    return msgspec.structs.replace(campaign, id="bad", name=both(HOSTILE, HOSTILE), lives=(live,))


def page(cloud: LocalCloud, end: str = "test-campaign", **headers: str) -> Answer:
    return request(f"{cloud.url}/live/{end}", headers={name.replace("_", "-"): value for name, value in headers.items()})


def meta(answer: Answer) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', answer.body.decode()))


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "ja"),
        ("", "en-US,en;q=0.9,ja;q=0.8", "en"),
        ("", "en;q=0.5,ja;q=0.9", "ja"),
        ("", "fr-FR, ko;q=0.9, en;q=0.1", "en"),
        ("", "fr", "ja"),
        ("", "en;q=0, *", "ja"),
        ("", "en;q=many", "ja"),
        ("", "EN", "en"),
        ("", ",,;;q=", "ja"),
        ("?lang=ja", "en", "ja"),
        ("?lang=en", "ja", "en"),
        ("?lang=xx", "en", "en"),
        ("?lang=xx", "", "ja"),
        ("?lang=", "", "ja"),
        ("?lang=%3Cscript%3E", "", "ja"),
    ],
)
def test_the_language_is_that_of_the_query_else_of_the_browser_else_japanese(
    cloud: LocalCloud, query: str, accepted: str, language: str
) -> None:
    answer = page(cloud, f"test-campaign{query}", accept_language=accepted)
    assert answer.status == 200
    assert f'<html lang="{language}">' in answer.body.decode()
    assert f"/live.{language}.js" in answer.body.decode()
    assert answer.headers["vary"] == "Accept-Language"


def test_a_public_page_may_be_found_and_is_kept_for_a_second(cloud: LocalCloud) -> None:
    answer = page(cloud)
    assert answer.headers["x-robots-tag"] == "all"
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert page(cloud, if_none_match=answer.headers["etag"]).status == 304


def test_nothing_stands_inline_and_a_name_is_text_everywhere(cloud: LocalCloud) -> None:
    html = page(cloud, "bad").body.decode()
    assert html.count("<script") == 1
    assert not re.search(r"<style|style=|<b[ >]|onerror|https?://", html)
    escaped = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b a=&#x27;$name"
    assert html.count(escaped) == 3, "title, heading, and the title of a shared link"
    assert meta(page(cloud, "bad"))["og:title"] == escaped


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("end", ["", "/"])
def test_a_shared_link_has_a_card_in_the_pages_language(cloud: LocalCloud, language: str, end: str) -> None:
    said = meta(page(cloud, f"test-campaign{end}?lang={language}"))
    up = "../.." if end else ".."
    assert said["og:image"] == f"{up}/live/test-campaign/card.{language}.png"
    assert said["description"] == said["og:description"]
    assert said["og:description"].isascii() is False
    assert ("寄付" in said["og:description"]) == (language == "ja")


def test_where_the_public_address_is_known_a_card_has_a_whole_one(monkeypatch: pytest.MonkeyPatch, cloud: LocalCloud) -> None:
    monkeypatch.setenv("LOCALLOVE_PUBLIC_URL", f"{PUBLIC}/")
    runtime.service.cache_clear()
    said = meta(page(cloud, "test-campaign/"))
    monkeypatch.undo()
    runtime.service.cache_clear()
    assert said["og:image"] == f"{PUBLIC}/live/test-campaign/card.ja.png"


def test_a_card_is_there_once_a_report_is(cloud: LocalCloud) -> None:
    """Before that it is a problem, as is a file that is no card."""
    address = f"{cloud.url}/live/test-campaign"
    assert problem(request(f"{address}/card.ja.png")) == (404, "unknown-file")
    publish(*QUICK, *(each for each in FORMATS if each.name == "card.ja.png"))
    answer = request(f"{address}/card.ja.png")
    assert answer.status == 302
    assert answer.headers["cache-control"] == "no-store"
    assert re.search(r"/campaign/[0-9TZ]+/card\.ja\.png\?X-Amz-", answer.headers["location"].replace("%2F", "/"))
    assert request(f"{address}/card.ja.png", method="HEAD").status == 302
    assert problem(request(f"{address}/card.en.png")) == (404, "unknown-file"), "this report has none in English"
    assert problem(request(f"{address}/report.json")) == (404, "unknown-file")
    assert problem(request(f"{cloud.url}/live/unknown/card.ja.png")) == (404, "unknown-campaign")


def test_an_unknown_campaign_has_a_page_that_nobody_keeps_or_lists(cloud: LocalCloud) -> None:
    for of in ("unknown", "UPPER", "%3Cscript%3E", "unknown/"):
        answer = page(cloud, of)
        assert answer.status == 404
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "There is no such page" in answer.body.decode()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_style_and_script_are_small_and_lead_to_no_other_place(cloud: LocalCloud, language: str) -> None:
    html = page(cloud, f"test-campaign?lang={language}").body
    parts = re.findall(rb'(?:src|href)="\.\.(/pages/[^"]+)"', html)
    assert parts == [b"/pages/live.css", f"/pages/live.{language}.js".encode()]
    served = [request(cloud.url + each.decode()) for each in parts]
    assert [each.status for each in served] == [200, 200]
    assert len(html) + sum(len(each.body) for each in served) < MOST_BYTES
    assert not any(re.search(rb"url\(|@import|innerHTML|setAttribute\(.style", each.body) for each in served)


def test_both_languages_have_the_same_words() -> None:
    texts = [PAGES.joinpath(f"live.{each}.js").read_text("utf-8") for each in ("ja", "en")]
    keys = [re.findall(r"(?:^  |[,{] )(\w+): ", text, re.M) for text in texts]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 60


def test_a_served_part_says_what_its_files_say_without_comments_and_indents() -> None:
    body = part("live.ja.js")[0].decode()
    assert not re.search(r"^\s*(//|/\*|\*)|^\s", body, re.M)
    written = [PAGES.joinpath(each).read_text("utf-8") for each in ("elements.js", "watching.js", "updating.js", "live.js")]
    for text in written:
        for line in text.splitlines():
            said = line.strip()
            assert said in body or said.startswith(("//", "/*", "*")), said


def test_no_text_of_a_script_goes_over_several_lines() -> None:
    """Its indents would be lost."""
    for file in Path(PAGES).glob("*.js"):
        for line in file.read_text("utf-8").splitlines():
            assert line.count("`") % 2 == 0 or line.lstrip().startswith(("//", "*", "/*")), f"{file.name}: {line}"
