"""The summary: two pages at most, every figure to the unit, readable for decades and aloud."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from render import crowded, sample, settled
from render.crowded import Size
from render.printed import MARGIN, Printed

from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report, region_report
from chalicelib.render.display import Display
from chalicelib.render.headline import first_digits, statements
from chalicelib.render.summary import content, summary
from chalicelib.render.typeset import printable
from chalicelib.render.words import Language, words_in

PAGE = 210 / 25.4 * 72
LANGUAGES: tuple[Language, ...] = ("ja", "en")


@cache
def reports(*, final: bool) -> tuple[Report, Report, Report]:
    """The sample's campaign, its first region and that region's live."""
    standing, made = settled.settled() if final else (sample.standing(busy=3), {})
    return crowded.reports(Sources(standing, made, crowded.REGISTERS), "tohoku", "tohoku-2023")


def all_reports() -> Iterator[tuple[Report, Language]]:
    for final in (False, True):
        for report in reports(final=final):
            yield from ((report, language) for language in LANGUAGES)


CASES = [
    pytest.param(report, language, id=f"{report.scope}-{'provisional' if report.provisional else 'final'}-{language}")
    for report, language in all_reports()
]


def joined(text: str) -> str:
    """The text as it is compared: without any space."""
    return "".join(text.split())


@pytest.mark.needs("poppler")
@pytest.mark.parametrize(("report", "language"), CASES)
def test_every_figure_of_the_model_is_there_to_the_unit(report: Report, language: Language, tmp_path: Path) -> None:
    show, counts, currency = Display(language), report.figures.counts, report.currency
    figures = [show.number(each) for each in (counts.total, counts.like, counts.comment, counts.gift)]
    figures += [show.money(report.donation_minor, currency), show.number(len(report.markets) - 1)]
    other = report.donation_in_other_currency
    assert other is not None
    figures.append(show.money(other.minor, other.currency))
    balance = report.balance
    figures += [show.money(each, currency) for each in (balance.promised_minor, balance.paid_minor, balance.open_minor)]
    if report.scope == "campaign":
        for region in report.regions:
            of = region.figures.counts
            figures.append("".join(show.number(each) for each in (of.like, of.comment, of.gift, of.total)))
            figures.append(show.share(region.share_permille) + joined(show.money(region.donation_minor, currency)))
    else:
        figures += [show.number(report.campaign_total)]
        figures += [f"{show.said(each.name)}{show.number(each.figures.counts.like)}" for each in report.markets]
    text = Printed(summary(report, language), tmp_path).text
    for figure in figures:
        assert joined(figure) in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize(("report", "language"), CASES)
def test_it_says_what_it_is_of_and_how_far_to_rely_on_it(report: Report, language: Language, tmp_path: Path) -> None:
    show, w = Display(language), words_in(language)
    printed = Printed(summary(report, language), tmp_path)
    text = printed.text
    assert 1 <= printed.pages <= 2
    assert joined(f"{show.said(report.title)}{w['results']}") in text
    assert report.as_of is not None
    assert joined(f"{w['as_of']}{show.second(report.as_of)}") in text
    if report.provisional:
        assert report.final_after is not None
        assert joined(w["final_after"].format(moment=show.moment(report.final_after))) in text
    else:
        assert joined(w["is_final"]) in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize(("report", "language"), CASES)
def test_each_live_has_its_peak_and_its_rule(report: Report, language: Language, tmp_path: Path) -> None:
    show = Display(language)
    text = Printed(summary(report, language), tmp_path).text
    for live in report.lives:
        assert live.peak is not None
        assert joined(show.number(live.peak.total)) in text
        assert joined(show.said(live.donation.rule)) in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize(("report", "language"), CASES)
def test_it_names_the_statement_that_anyone_can_verify(report: Report, language: Language, tmp_path: Path) -> None:
    text = Printed(summary(report, language), tmp_path).text
    assert bool(statements(report)) is not report.provisional
    for _, each in statements(report):
        assert len(first_digits(each)) == 16
        assert f"locallove verify https://…{each.address} --expect {first_digits(each)}".replace(" ", "") in text
    if report.provisional:
        assert joined(words_in(language)["statement_follows"]) in text


@pytest.mark.needs("poppler")
def test_coverage_and_sentiment_are_said_with_what_they_rest_on(tmp_path: Path) -> None:
    campaign, _, _ = reports(final=False)
    text = Printed(summary(campaign, "ja"), tmp_path).text
    assert "6件転載を除くと5件" in text
    for part in ("93.8%", "95%信頼区間91.0%〜95.7%（標本400件、東北を応援するライブ、ライブ配信", "のコメント）"):
        assert part in text
    assert "2023年1月11日見本放送報道・テレビ東北の魅力をライブ配信で発信" in text
    assert "見本ラジオ" in text
    assert "見本週刊" not in text
    assert "ほか1件" in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_coded_sample_sentiment_is_not_measured(language: Language, tmp_path: Path) -> None:
    said = joined(words_in(language)["not_measured"])
    without = campaign_report(Sources(sample.standing()), sample.NOW_MS)
    assert said in Printed(summary(without, language), tmp_path).text
    assert said not in Printed(summary(reports(final=False)[0], language), tmp_path).text


@pytest.mark.parametrize(
    ("live", "source", "ja", "en"),
    [
        ("tohoku-2023", "comments", "東北を応援するライブ、ライブ配信のコメント", "Live for Tohoku, Comments of the live"),
        ("tohoku-2023", "sample archive", "東北を応援するライブ、sample archive", "Live for Tohoku, sample archive"),
        (None, "sample archive", "sample archive", "sample archive"),
    ],
)
def test_a_sample_names_its_live_and_its_source(live: str | None, source: str, ja: str, en: str) -> None:
    """Posts about a live are not its comments."""
    assert favourable("ja", (live, source))["note"] == f"95%信頼区間 91.0%〜95.7%（標本400件、{ja}）"
    assert favourable("en", (live, source))["note"] == f"95% interval 91.0% to 95.7% (sample of 400, {en})"


def test_several_samples_have_no_headline_and_the_page_shows_them() -> None:
    ja, en = (favourable(language, ("tohoku-2023", "comments"), (None, "sample archive")) for language in LANGUAGES)
    assert (ja["value"], en["value"]) == ("–", "–")
    assert ja["note"] == "標本が2件あります。レポートのページに、それぞれ示します。"
    assert en["note"] == "2 samples: the report's page shows each by itself."


def favourable(language: Language, *samples: tuple[str | None, str]) -> Any:
    """What the summary says of samples of these lives and sources."""
    (one,) = crowded.REGISTERS.sentiment
    sampled = tuple(msgspec.structs.replace(one, live=live, source=source) for live, source in samples)
    sources = Sources(sample.standing(), registers=Registers(1, sentiment=sampled))
    said: Any = content(campaign_report(sources, sample.NOW_MS), Display(language))
    return said["beside"][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_the_busiest_minute_are_written_as_on_the_page(language: Language) -> None:
    said: Any = content(reports(final=True)[0], Display(language))
    assert {"ja": "、2024年4月30日、", "en": "(30 April 2024, "}[language] in said["main"][1]["note"]
    peak = {"ja": "最も多かった1分 2023年3月10日 20:57（", "en": "Busiest minute 10 March 2023, 20:57 ("}
    assert said["minutes"]["curves"][2]["peak"].startswith(peak[language])


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kind_of_every_entry_has_room(language: Language, tmp_path: Path) -> None:
    report = campaign_report(Sources(sample.standing(), registers=sample.registers()), sample.NOW_MS)
    text, w = Printed(summary(report, language), tmp_path).text, words_in(language)
    for each in report.coverage.entries:
        assert joined(w[f"kind_{each.kind}"] + w["comma"] + w[f"outlet_{each.outlet_type}"]) in text


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("language", LANGUAGES)
def test_how_to_check_stands_before_the_command(language: Language, tmp_path: Path) -> None:
    text = Printed(summary(reports(final=True)[0], language), tmp_path).text
    assert text.index(joined(words_in(language)["how_to_check_line"])) < text.index("localloveverify")


@pytest.mark.parametrize(("report", "language"), CASES)
def test_it_says_of_itself_that_it_keeps_both_standards(report: Report, language: Language) -> None:
    body = summary(report, language)
    for mark in ("pdfaid:part>2<", "pdfaid:conformance>B<", "pdfuaid:part>1<", "xml:lang"):
        assert mark.encode() in body
    assert f"/Lang({language})".encode() in body


@pytest.mark.parametrize(("report", "language"), CASES)
def test_every_chart_is_described_for_those_who_listen(report: Report, language: Language) -> None:
    """One of the bars and one for each live."""
    assert summary(report, language).count(b"/Alt") == 1 + len(report.lives)


@pytest.mark.needs("poppler")
@pytest.mark.parametrize(("report", "language"), CASES)
def test_every_font_is_ours_and_embedded(report: Report, language: Language, tmp_path: Path) -> None:
    fonts = Printed(summary(report, language), tmp_path).fonts
    assert fonts
    assert all(fonts.values())
    assert all("BIZUDPGothic" in name for name in fonts)


SIZES = {
    "most of everything": Size(),
    "long names": Size(name=lambda said: said + "とても長い名前の地域" * 60),
    "a name without an end": Size(name=lambda said: said + "W" * 500),
    "eight regions": Size(regions=8, lives=6, name=lambda said: said + "long name " * 30),
    "six lives": Size(regions=6, lives=6, name=lambda said: said + "長い名前" * 60),
    "one region": Size(regions=1, lives=49),
    "six lives of one region": Size(regions=1, lives=6, name=lambda said: said + "長い名前" * 60),
    "no reactions": Size(regions=2, markets=2, lives=2, reactions=0),
    "a region without lives": Size(regions=3, markets=2, lives=1, reactions=10_000),
    "a campaign of one minute": Size(regions=1, markets=1, lives=1, minutes=1, reactions=50),
    "a live of a hundred days": Size(regions=1, markets=1, lives=1, minutes=144_000),
}


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_two_pages_are_enough_and_nothing_stands_outside(size: Size, tmp_path: Path) -> None:
    for report in crowded.reports(Sources(crowded.standing(size), {}, crowded.REGISTERS), "region-0", "live-0"):
        for language in LANGUAGES:
            printed = Printed(summary(report, language), tmp_path)
            assert printed.pages <= 2
            outside = [word for word in printed.words if word.left < MARGIN - 3 or word.right > PAGE - MARGIN + 3]
            assert outside == []
            assert joined(Display(language).number(report.figures.counts.total)) in printed.text


@pytest.mark.needs("poppler")
def test_a_campaign_without_lives_says_so(tmp_path: Path) -> None:
    report = campaign_report(Sources(crowded.standing(Size(regions=2, markets=2, lives=0))), sample.NOW_MS)
    printed = Printed(summary(report, "en"), tmp_path)
    assert printed.pages == 1
    assert printed.text.count("Noliveisplannedyet.") == 3


@pytest.mark.needs("poppler")
def test_a_region_of_many_settled_lives_names_their_statements_and_how_many_more(tmp_path: Path) -> None:
    data = sample.definition()
    for live in data["lives"]:
        live |= {"region": "tohoku", "title": sample.words("長い名前" * 60, "long name " * 60)}
    standing, made = settled.settled(data=data)
    region = region_report(Sources(standing, made, crowded.REGISTERS), "tohoku", sample.NOW_MS)
    printed = Printed(summary(region, "ja"), tmp_path)
    assert printed.pages <= 2
    named = [f"--expect{first_digits(each)}" in printed.text for _, each in statements(region)]
    assert named == [True, True, True, True, False]


@pytest.mark.needs("poppler")
def test_what_is_not_listed_is_in_the_last_row(tmp_path: Path) -> None:
    report = campaign_report(Sources(crowded.standing(Size(reactions=12_000))), sample.NOW_MS)
    shown, rest = report.regions[:20], report.regions[20:]
    text = Printed(summary(report, "en"), tmp_path).text
    show = Display("en")
    rows = [(f"Region{place}", [each]) for place, each in enumerate(shown)] + [(f"and{len(rest)}more", list(rest))]
    for name, regions in rows:
        kinds = (sum(getattr(each.figures.counts, kind) for each in regions) for kind in ("like", "comment", "gift", "total"))
        share = show.share(sum(each.share_permille for each in regions))
        money = show.money(sum(each.donation_minor for each in regions), "JPY")
        assert f"{name}{''.join(map(show.number, kinds))}{share}{money}" in text


CODE = (
    '#import "x": *',
    '#eval("1+1")',
    "$x^2$ *b* _i_ `r`",
    "@label <label>",
    "\\u{41} ] [ } { //",
    "= heading",
    "#(1+1) --- ...",
)


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("name", CODE)
def test_typst_code_in_a_name_is_text(name: str, tmp_path: Path) -> None:
    report = campaign_report(Sources(sample.renamed(name)), sample.NOW_MS)
    assert Printed(summary(report, "en"), tmp_path).text.count(joined(name)) > 10


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("name", [*CODE, "\x00\u202eNUL", "👍한국" * 500])
def test_outlets_titles_and_sources_of_samples_are_text(name: str, tmp_path: Path) -> None:
    entries = tuple(msgspec.structs.replace(each, outlet=name, title=name) for each in crowded.REGISTERS.entries)
    sampled = tuple(msgspec.structs.replace(each, live=None, source=name) for each in crowded.REGISTERS.sentiment)
    registers = msgspec.structs.replace(crowded.REGISTERS, entries=entries, sentiment=sampled)
    report = campaign_report(Sources(sample.standing(), {}, registers), sample.NOW_MS)
    printed = Printed(summary(report, "en"), tmp_path)
    assert printed.pages <= 2
    assert printed.text.count(joined(printable(name))[:6]) >= 2 * 5 + 1


@pytest.mark.needs("data")
@pytest.mark.needs("poppler")
def test_naughty_strings_are_only_text(data: Path, tmp_path: Path) -> None:
    (file,) = (data / "naughty-strings").glob("*.json")
    strings = [text for text in json.loads(file.read_text(encoding="utf-8")) if text]
    for start in range(0, len(strings), 40):
        report = campaign_report(Sources(sample.renamed(*strings[start : start + 40])), sample.NOW_MS)
        printed = Printed(summary(report, "en"), tmp_path)
        assert printed.pages <= 2
        assert Display("en").number(report.figures.counts.total) in printed.text
