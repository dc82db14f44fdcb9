"""The page: every figure is the model's, in both languages."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from msgspec.structs import replace
from render import sample
from render.reading import Node, read

from chalicelib.domain.answers import CountsAnswer, counts_answer
from chalicelib.domain.comparison import Before, Counted
from chalicelib.domain.money import Money
from chalicelib.domain.reports import Report, Sources, campaign_report, compared, live_report, region_report
from chalicelib.render.page import page
from chalicelib.render.words import Language

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@pytest.fixture(scope="module")
def report() -> Report:
    return campaign_report(Sources(sample.shortened()), sample.NOW_MS)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def shown(report: Report, language: Language) -> Node:
    return read(page(report, language))


def money(minor: int, language: Language, currency: str = "JPY") -> str:
    amount = Money(currency, minor)
    return amount.in_japanese if language == "ja" else str(amount)


def numbers(counts: CountsAnswer) -> list[str]:
    return [f"{value:,}" for value in (counts.like, counts.comment, counts.gift, counts.total)]


def test_the_headline_figures_are_the_models(shown: Node, report: Report, language: Language) -> None:
    counts = report.figures.counts
    for place, value in (("like", counts.like), ("comment", counts.comment), ("gift", counts.gift), ("total", counts.total)):
        assert shown.first(id=place).text == f"{value:,}"
    assert shown.first(id="gift-value").text == f"{report.figures.gift_value:,}"
    assert shown.first(id="donation").text == money(report.donation_minor, language)
    other = report.donation_in_other_currency
    assert other is not None
    day = {"ja": "2024年4月30日", "en": "30 April 2024"}[language]
    for part in (money(other.minor, language, "USD"), money(other.cost_minor, language), day, other.source):
        assert part in shown.text
    assert other.on not in shown.text


def test_the_regions_table_is_the_models_and_sums_up(shown: Node, report: Report, language: Language) -> None:
    _, *rows, total = shown.first(id="regions").rows
    for row, region in zip(rows, report.regions, strict=True):
        share = f"{region.share_permille // 10}.{region.share_permille % 10}%"
        donation = money(region.donation_minor, language)
        assert row == [getattr(region.name, language), *numbers(region.figures.counts), share, donation]
    assert total[1:] == [*numbers(report.figures.counts), "100.0%", money(report.donation_minor, language)]
    assert sum(int(row[5].removesuffix("%").replace(".", "")) for row in rows) == 1000


def test_the_heat_table_is_the_models_and_sums_up(shown: Node, report: Report, language: Language) -> None:
    head, *rows, total = shown.first(id="heat").rows
    assert head[1:-1] == [getattr(region.name, language) for region in report.regions]
    for place, (row, market) in enumerate(zip(rows, report.markets, strict=True)):
        cells = [region.by_market[place].figures.counts.total for region in report.regions]
        expected = [*cells, market.figures.counts.total]
        assert row == [getattr(market.name, language), *(f"{value:,}" for value in expected)]
        assert sum(cells) == market.figures.counts.total
    assert total[-1] == f"{report.figures.counts.total:,}"


def test_what_was_not_counted_is_shown_with_its_reason(shown: Node, report: Report) -> None:
    _, outside, rehearsal = shown.first(id="not-counted").rows
    assert outside[1:5] == numbers(report.outside_window)
    assert rehearsal[1:5] == numbers(report.rehearsal)
    assert outside[5]
    assert rehearsal[5]


def test_every_live_shows_its_counts_and_its_donation_line_by_line(shown: Node, report: Report, language: Language) -> None:
    for live in report.lives:
        section = shown.first(id=f"live-{live.live}")
        _, counts, donation, *_ = [table.rows for table in section.all("table")]
        assert [row[1:] for row in counts[1:]] == [numbers(c) for c in (live.figures.counts, live.outside_window, live.rehearsal)]
        amounts = [row[-1] for row in donation[1:]]
        lines = live.donation
        parts = [lines.base_minor, *(step.amount_minor * step.passed for step in lines.steps)]
        parts += [rate.earned_minor for rate in lines.rates]
        assert amounts[: len(parts)] == [money(part, language) for part in parts]
        assert amounts[len(parts)] == money(lines.earned_minor, language)
        assert amounts[-1] == money(lines.minor, language)
        assert sum(yen(amount) for amount in amounts[len(parts) : -1]) == yen(amounts[-1])
        assert getattr(lines.rule, language) in section.text


def yen(text: str) -> int:
    """The amount that a cell names."""
    return int(re.sub(r"[^0-9-]", "", text))


def test_every_step_says_when_it_was_reached_or_what_is_missing(shown: Node, report: Report, language: Language) -> None:
    for live in report.lives:
        text = shown.first(id=f"live-{live.live}").text
        for step in live.donation.steps:
            missing = {"ja": f"あと{step.remaining:,}件", "en": f"{step.remaining:,} more reactions needed"}[language]
            assert (missing in text) == (not step.passed)
    reached = {"ja": "達成：2023年1月10日 19:21（日本時間）", "en": "Reached: 10 January 2023, 19:21 JST (UTC+9)"}
    assert report.lives[0].donation.steps[0].reached_at == "2023-01-10T10:21:00Z"
    assert reached[language] in shown.text


def test_the_curve_is_drawn_from_the_minutes_themselves(shown: Node, report: Report) -> None:
    """Each layer's outline has one height a minute, stacked."""
    for live in report.lives:
        for name, kinds in (("gift", "like comment gift"), ("comment", "like comment"), ("like", "like")):
            section = shown.first(id=f"live-{live.live}")
            path = next(node for node in section.all("path") if node.attributes["class"] == name).attributes["d"] or ""
            top = int(path.split("V")[0].removeprefix("M0 "))
            heights = [top - int(height) for height in re.findall(r"V(\d+)H", path)]
            assert heights == [sum(getattr(minute.counts, kind) for kind in kinds.split()) for minute in live.minutes]


def test_the_busiest_minute_is_said_once_with_its_zone(shown: Node, report: Report, language: Language) -> None:
    """The heading names the zone, so that no bracket follows a bracket."""
    live = report.lives[2]
    assert live.peak is not None
    assert (live.peak.at, getattr(live.peak.segment, language)) == (
        "2023-03-10T11:57:00Z",
        {"ja": "フィナーレ", "en": "Finale"}[language],
    )
    said = {
        "ja": f"最も多かった1分 2023年3月10日 20:57（{live.peak.total:,}件）、「フィナーレ」のとき",
        "en": f"Busiest minute 10 March 2023, 20:57 ({live.peak.total:,} reactions) during “Finale”",
    }
    assert "".join(said[language].split()) in "".join(shown.first(id=f"live-{live.live}").text.split())


def test_a_regions_bar_is_as_long_as_its_counts(shown: Node, report: Report) -> None:
    bars = [node for node in shown.all("svg") if node.attributes.get("class") == "bar"]
    for bar, region in zip(bars, report.regions, strict=True):
        counts = region.figures.counts
        assert [rect.attributes["width"] for rect in bar.all("rect")] == [
            str(getattr(counts, kind)) for kind in ("like", "comment", "gift")
        ]


def test_a_change_of_the_window_is_shown_with_its_reason(shown: Node, report: Report) -> None:
    (change,) = report.lives[0].window_changes
    assert change.reason in shown.text


def test_it_says_in_plain_sight_that_figures_are_provisional(shown: Node, language: Language) -> None:
    said = {"ja": "速報値 この数値は、2023年5月11日 21:00（日本時間）", "en": "after 11 May 2023, 21:00 JST (UTC+9)"}
    header = next(shown.all("header")).text
    assert said[language] in header
    assert {"ja": "速報値", "en": "Provisional"}[language] in header


def test_names_are_shown_and_never_codes(shown: Node, report: Report) -> None:
    words = set(re.findall(r"[A-Za-z]+", next(shown.all("main")).text))
    assert words.isdisjoint({market.market for market in report.markets} | set(sample.RULES))


def test_it_never_claims_what_nobody_can_show(shown: Node) -> None:
    assert "verified" not in shown.text.lower()
    assert "検証済" not in shown.text


def test_it_is_one_file_without_script_and_says_so_to_the_browser(shown: Node, report: Report, language: Language) -> None:
    """The policy allows the page's own style sheet by its hash, and nothing else."""
    tags = {node.tag for node in shown.all()}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "a", "base"})
    assert not any(name.startswith("on") or name in ("style", "src", "href") for node in shown.all() for name in node.attributes)
    (style,) = shown.all("style")
    (content,) = style.children
    assert isinstance(content, str)
    digest = b64encode(sha256(content.encode()).digest()).decode()
    policy = shown.first(**{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert "url(" not in content
    assert "<script" not in page(report, language).decode().lower()
    assert next(shown.all("html")).attributes["lang"] == language


@pytest.mark.parametrize("scope", ["region", "live"])
def test_a_part_shows_its_own_figures_and_the_campaigns_public_total(scope: str, report: Report, language: Language) -> None:
    standing = sample.shortened()
    made = {
        "region": region_report(Sources(standing), "okinawa", sample.NOW_MS),
        "live": live_report(Sources(standing), "okinawa-2023", sample.NOW_MS),
    }
    part = read(page(made[scope], language))
    assert part.first(id="campaign-total").text == f"{report.figures.counts.total:,}"
    assert part.first(id="total").text == f"{report.regions[2].figures.counts.total:,}"
    shown = part.text if scope == "region" else part.text.replace(part.first(id="earlier").text, "")
    for region in report.regions[:2] + report.regions[3:]:
        assert getattr(region.name, language) not in shown
        assert f"{region.figures.counts.total:,}" not in shown
    later = [f"{region.figures.counts.total:,}" for region in report.regions[3:]]
    assert not any(figure in part.text for figure in later)


def test_every_segment_shows_what_came_in_during_it_and_they_sum_up_to_the_live(
    shown: Node, report: Report, language: Language
) -> None:
    for live in report.lives:
        tables = shown.first(id=f"live-{live.live}").all("table")
        _, *rows, total = next(table.rows for table in tables if table.attributes["class"] == "segments")
        assert [row[0] for row in rows] == [getattr(each.title, language) for each in live.programme]
        assert [row[1] for row in rows] == ["19:00", "19:25", "20:10", "20:45"]
        assert [row[2:6] for row in rows] == [numbers(each.counts) for each in live.segments]
        assert total[1:] == [*numbers(live.figures.counts), "100.0%"]
        assert sum(yen(row[5]) for row in rows) == live.figures.counts.total


def test_a_live_stands_beside_the_lives_before_it_in_the_order_of_their_time(language: Language) -> None:
    standing = sample.shortened()
    made = live_report(Sources(standing), "okinawa-2023", sample.NOW_MS)
    _, *rows, own = read(page(made, language)).first(id="earlier").rows
    lives = standing.lives[:2]
    assert [row[0] for row in rows] == [getattr(each.live.title, language) for each in lives]
    assert [row[3:7] for row in rows] == [numbers(counts_answer(each.totals.counts)) for each in lives]
    assert [row[8] for row in rows] == [money(each.minor, language) for each in lives]
    assert own[3:7] == numbers(made.figures.counts)


@pytest.mark.parametrize(("total", "donation", "said"), [(120, 1_000, ("+120", "+")), (-7, 0, ("-7", "±")), (0, 0, ("±0", "±"))])
def test_it_says_since_when_and_by_how_much_it_has_moved(
    report: Report, language: Language, total: int, donation: int, said: tuple[str, str]
) -> None:
    """A correction may take away."""
    before = Before("2023-05-10T11:00:00Z", True, report.donation_minor - donation, Counted(report.figures.counts))
    before.figures.counts = replace(report.figures.counts, total=report.figures.counts.total - total)
    text = read(page(compared(report, before), language)).first(id="since").text
    assert {"ja": "2023年5月10日 20:00:00（日本時間）", "en": "10 May 2023, 20:00:00 JST (UTC+9)"}[language] in text
    assert f" {said[0]}" in text
    assert {"ja": f"、寄付額 {said[1]}{donation:,}円", "en": f", donation {said[1]}¥{donation:,}"}[language] in text


def test_the_first_report_compares_with_nothing(shown: Node) -> None:
    assert not [node for node in shown.all() if node.attributes.get("id") == "since"]


def test_a_report_of_nothing_is_a_page_too(language: Language) -> None:
    """No live, or nothing counted: zeros and words instead of an empty drawing."""
    data = sample.definition() | {"lives": []}
    assert read(page(campaign_report(Sources(sample.standing(data)), sample.NOW_MS), language)).first(id="total").text == "0"
    nothing = read(page(campaign_report(Sources(sample.counted([0] * 5)), sample.NOW_MS), language))
    assert not list(nothing.all("path"))


def test_every_depth_of_the_heat_table_can_be_read(shown: Node) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    (style,) = shown.all("style")
    depths = re.findall(r"\.heat-\d \{ background: #(\w{6}); color: #(\w{6}); \}", style.text)
    assert len(depths) == 9
    for background, colour in depths:
        lighter, darker = sorted((luminance(background), luminance(colour)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
