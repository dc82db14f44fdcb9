"""The card: its size, its figures, and that all of it stands inside."""

import json
from pathlib import Path

import pytest
import typst
from render import crowded, sample, settled
from render.crowded import Size
from render.printed import Printed, size
from render.test_summary import LANGUAGES, SIZES, joined, reports

from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render import card, typeset
from chalicelib.render.display import Display
from chalicelib.render.words import Language


def drawn(report: Report, language: Language, folder: Path) -> Printed:
    """The card as a PDF, whose words can be read."""
    body = typst.compile(
        typeset.TEMPLATES / "card.typ",
        format="pdf",
        font_paths=typeset.fonts_in(typeset.folder_of_fonts(typeset.FOLDERS)),
        ignore_system_fonts=True,
        sys_inputs=typeset.inputs(card.content(report, Display(language))),
    )
    return Printed(body, folder)


@pytest.mark.parametrize("final", [False, True], ids=["provisional", "final"])
def test_it_is_1200_by_630(*, final: bool) -> None:
    for report in reports(final=final):
        for language in LANGUAGES:
            assert size(card.card(report, language)) == (1200, 630)


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("final", [False, True], ids=["provisional", "final"])
def test_total_and_donations_are_in_full(*, final: bool, tmp_path: Path) -> None:
    for report in reports(final=final):
        for language in LANGUAGES:
            show, text = Display(language), drawn(report, language, tmp_path).text
            assert show.number(report.figures.counts.total) in text
            assert show.money(report.donation_minor, report.currency) in text
            other = report.donation_in_other_currency
            assert other is not None
            money = show.money(other.minor, other.currency)
            assert {"ja": f"参考換算{money}", "en": f"about{money}atthestatedrate"}[language] in text
            if report.scope == "campaign":
                for region in report.regions:
                    assert show.money(region.donation_minor, report.currency) in text


@pytest.mark.needs("poppler")
def test_the_other_currency_stands_on_one_line(tmp_path: Path) -> None:
    """A second one would be printed over the first."""
    for report in reports(final=True):
        words = {word.text: word.top for word in drawn(report, "en", tmp_path).words}
        assert words["about"] == words["rate"]


@pytest.mark.needs("poppler")
def test_regions_stand_in_the_campaigns_order(tmp_path: Path) -> None:
    campaign, _, _ = reports(final=True)
    words = [word.text for word in drawn(campaign, "ja", tmp_path).words]
    places = [words.index(region.name.ja) for region in campaign.regions]
    assert places == sorted(places)
    totals = [region.figures.counts.total for region in campaign.regions]
    assert totals != sorted(totals, reverse=True), "the sample's order is not that of its totals"


@pytest.mark.needs("poppler")
def test_it_says_whether_it_is_final_and_names_the_statement(tmp_path: Path) -> None:
    for report in reports(final=False):
        text = drawn(report, "ja", tmp_path).text
        assert "速報値" in text
        assert "寄付になりました" not in text
        assert "寄付計算書は、確定後に公開します。" in text
    campaign, _, live = reports(final=True)
    assert live.lives[0].statement is not None
    for report, digest in ((campaign, "c" * 64), (live, live.lives[0].statement.published.sha256)):
        text = drawn(report, "ja", tmp_path).text
        assert "確定値" in text
        assert "リアクションが、寄付になりました。" in text
        assert f"SHA-256{digest[:16]}…" in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("large", [pytest.param(size, id=name) for name, size in SIZES.items() if size.minutes <= 120])
def test_nothing_stands_outside(large: Size, tmp_path: Path) -> None:
    for report in crowded.reports(Sources(crowded.standing(large)), "region-0", "live-0"):
        for language in LANGUAGES:
            assert size(card.card(report, language)) == (1200, 630)
            printed = drawn(report, language, tmp_path)
            assert printed.pages == 1
            outside = [word for word in printed.words if word.left < 60 or word.right > 1140 or word.bottom > 630]
            assert outside == []
            assert joined(Display(language).number(report.figures.counts.total)) in printed.text


@pytest.mark.needs("poppler")
def test_of_forty_nine_regions_it_says_how_many_are_not_shown(tmp_path: Path) -> None:
    report = campaign_report(Sources(crowded.standing(Size(reactions=12_000))), sample.NOW_MS)
    assert "and38more" in drawn(report, "en", tmp_path).text


def test_a_settled_live_whose_donation_waits_for_others_is_provisional() -> None:
    standing, made = settled.settled(lives=("tohoku-2023",))
    report = crowded.reports(Sources(standing, made), "tohoku", "tohoku-2023")[2]
    said = card.content(report, Display("en"))
    assert report.provisional
    assert said["sentence"] == "reactions have come in so far."


@pytest.mark.needs("data")
def test_naughty_strings_are_only_text(data: Path) -> None:
    (file,) = (data / "naughty-strings").glob("*.json")
    strings = [text for text in json.loads(file.read_text(encoding="utf-8")) if text]
    for start in range(0, len(strings), 20):
        report = campaign_report(Sources(sample.renamed(*strings[start : start + 20])), sample.NOW_MS)
        assert size(card.card(report, "ja")) == (1200, 630)
