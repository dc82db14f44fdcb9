"""Coded samples on the page: each one's figures, one headline at most, and harmless whatever a source is called."""

import pytest
from render import sample
from render.reading import Node, read
from render.test_hostile_names import HOSTILE

from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Sources, campaign_report, live_report, region_report
from chalicelib.domain.sentiment import COMMENTS, Coded, Draw, Sentiment, measured
from chalicelib.render.display import Display
from chalicelib.render.page import page
from chalicelib.render.words import Language

LANGUAGES: tuple[Language, ...] = ("ja", "en")

OWN = Draw("kumamoto-2023", COMMENTS, "2023-02-20", 4, 1_234)
CODED = (
    Coded("ja", "positive", "positive", "positive"),
    Coded("ja", "neutral", "positive", "neutral"),
    Coded("ko", "neutral", "neutral", "neutral"),
    Coded("sw", "negative", "negative", "negative"),
)


def posts(source: str) -> Sentiment:
    return measured(Draw(None, source, "2023-02-21", 1, 9), [Coded("zxx", "negative", "negative", "negative")])


def shown(language: Language, *samples: Sentiment) -> Node:
    sources = Sources(sample.standing(), registers=Registers(1, sentiment=samples))
    return read(page(campaign_report(sources, sample.NOW_MS), language))


IN_JAPANESE = ("熊本を応援するライブ ライブ配信のコメント 抽出日 2023年2月20日", "75.0% 95%信頼区間 30.0%〜95.5%", "1", "2", "1")
IN_ENGLISH = ("Live for Kumamoto Comments of the live Drawn 20 February 2023", "75.0% 95% interval 30.0% – 95.5%", "1", "2", "1")


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("ja", [*IN_JAPANESE, "1,234件中4件", "75.0% κ＝0.64", "日本語、韓国語、sw"]),
        ("en", [*IN_ENGLISH, "4 of 1,234", "75.0% κ = 0.64", "Japanese, Korean, sw"]),
    ],
)
def test_a_sample_stands_with_all_its_figures(language: Language, row: list[str]) -> None:
    page = shown(language, measured(OWN, CODED))
    _, cells = page.first(id="sentiments").rows
    assert [" ".join(cell.split()) for cell in cells] == row
    assert page.first(id="favourable").text == "75.0%"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_two_samples_are_two_rows_and_no_headline(language: Language) -> None:
    page = shown(language, measured(OWN, CODED), posts("posts"))
    assert len(page.first(id="sentiments").rows) == 3
    assert page.first(id="favourable").text == "–"


def test_where_nothing_is_coded_both_languages_say_why() -> None:
    assert [shown(language).first(id="favourable").text for language in LANGUAGES] == ["未測定", "Not measured"]
    assert shown("ja").first(id="sentiments").text == "未測定 人が分類したコメントの標本が、まだ登録されていないためです。"
    assert shown("en").first(id="sentiments").text == "Not measured No sample of comments that people have coded is on record."


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_source_or_language_is_only_text(name: str, language: Language) -> None:
    coded = measured(Draw(None, name, name, 1, 9), [Coded(name, "neutral", "neutral", "neutral")])
    harmless = measured(Draw(None, "s", "2023-02-21", 1, 9), [Coded("ja", "neutral", "neutral", "neutral")])
    assert shown(language, coded).skeleton == shown(language, harmless).skeleton
    assert shown(language, coded).text.count(" ".join(name.split())) >= 3


def test_a_report_shows_the_samples_of_its_own_lives_only() -> None:
    sources = Sources(sample.standing(), registers=Registers(1, sentiment=(measured(OWN, CODED), posts("posts"))))
    found = {
        "campaign": campaign_report(sources, sample.NOW_MS),
        "its region": region_report(sources, "kumamoto", sample.NOW_MS),
        "its live": live_report(sources, "kumamoto-2023", sample.NOW_MS),
        "another region": region_report(sources, "tohoku", sample.NOW_MS),
        "another live": live_report(sources, "tohoku-2023", sample.NOW_MS),
    }
    shown = {scope: [each.source for each in report.sentiment] for scope, report in found.items()}
    own = [COMMENTS]
    assert shown == {"campaign": [*own, "posts"], "its region": own, "its live": own, "another region": [], "another live": []}


@pytest.mark.parametrize(
    ("permille", "said"), [(636, "0.64"), (1000, "1.00"), (-1000, "-1.00"), (-4, "0.00"), (-6, "-0.01"), (5, "0.01")]
)
def test_kappa_has_two_decimals(permille: int, said: str) -> None:
    assert Display("en").thousandths(permille) == said
