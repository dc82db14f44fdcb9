"""The drawings: nothing in them is lost on paper, and each can be heard."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from render import crowded, sample
from render.crowded import Size

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.domain.reports import Sources, campaign_report, live_report, region_report
from chalicelib.render import plots
from chalicelib.render.display import Display

SHOW = Display("en")


def minutes(totals: Sequence[int]) -> list[MinuteAnswer]:
    return [
        MinuteAnswer(f"2023-01-01T00:{place:02}:00Z", CountsAnswer(total, 0, 0, total), 0) for place, total in enumerate(totals)
    ]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 60))
def test_thinning_keeps_the_order_and_the_peak(totals: list[int], most: int) -> None:
    whole = minutes(totals)
    kept = plots.thinned(whole, most)
    assert 1 <= len(kept) <= most
    assert [each.at for each in kept] == sorted({each.at for each in kept})
    assert max(each.counts.total for each in kept) == max(totals)


def test_minutes_that_have_room_are_all_drawn() -> None:
    whole = minutes(range(60))
    assert plots.thinned(whole, 60) == whole
    assert [each.counts.total for each in plots.thinned(whole, 20)] == list(range(2, 60, 3))


def drawn(value: Any) -> Any:
    """What a template reads."""
    return msgspec.json.decode(msgspec.json.encode(value))


def test_a_campaign_has_a_bar_for_each_region_in_its_order() -> None:
    report = campaign_report(Sources(sample.standing()), sample.NOW_MS)
    bars = drawn(plots.bars(report, SHOW))
    assert [row["name"] for row in bars["rows"]] == [region.name.en for region in report.regions]
    assert [sum(row["parts"]) for row in bars["rows"]] == [region.figures.counts.total for region in report.regions]
    assert bars["greatest"] == max(region.figures.counts.total for region in report.regions)


def test_a_region_has_a_bar_for_each_live_and_a_live_one_for_each_kind() -> None:
    sources = Sources(crowded.standing(Size(regions=2, lives=4, markets=2, reactions=12_000)))
    region = drawn(plots.bars(region_report(sources, "region-0", sample.NOW_MS), SHOW))
    assert [row["name"] for row in region["rows"]] == ["Live 0", "Live 2"]
    live = drawn(plots.bars(live_report(sources, "live-0", sample.NOW_MS), SHOW))
    assert [(row["name"], row["parts"]) for row in live["rows"]] == [
        ("Likes", [10_800, 0, 0]),
        ("Comments", [0, 600, 0]),
        ("Gifts", [0, 0, 600]),
    ]


def test_bars_are_read_aloud_with_all_digits() -> None:
    report = campaign_report(Sources(sample.standing()), sample.NOW_MS)
    alt = plots.bars(report, Display("ja"))["alt"]
    assert isinstance(alt, str)
    for region in report.regions:
        assert f"{region.name.ja} {region.figures.counts.total:,}" in alt


def test_bars_that_are_not_drawn_are_counted() -> None:
    report = campaign_report(Sources(crowded.standing(Size(reactions=0))), sample.NOW_MS)
    bars = plots.bars(report, SHOW)
    assert bars["more"] == "and 29 more"
    assert str(bars["alt"]).endswith("and 29 more")
    assert bars["greatest"] == 1


def test_a_curve_has_a_step_for_each_minute_and_stands_below_its_top() -> None:
    report = campaign_report(Sources(sample.standing()), sample.NOW_MS)
    for curve, live in zip(drawn(plots.curves(report, SHOW)), report.lives, strict=True):
        assert live.peak is not None
        assert [step[-1] for step in curve["steps"]] == [minute.counts.total for minute in live.minutes]
        assert all(like <= comment <= gift <= curve["top"] for like, comment, gift in curve["steps"])
        assert live.minutes[curve["highest"]].at == live.peak.at
        assert SHOW.number(live.peak.total) in curve["alt"]


def test_of_many_lives_none_is_singled_out() -> None:
    report = campaign_report(Sources(crowded.standing(Size(regions=1, lives=7, reactions=0))), sample.NOW_MS)
    assert plots.curves(report, SHOW) == []
