"""The report model: parts sum to wholes, and a region's report keeps to its region."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render import sample

from chalicelib.domain.reports import Report, campaign_report, live_report, region_report
from chalicelib.domain.standing import Standing
from chalicelib.domain.wording import rule_in_words

LIKES = st.lists(st.integers(0, 10**7), min_size=5, max_size=5)


@pytest.fixture(scope="module")
def standing() -> Standing:
    return sample.shortened()


@pytest.fixture(scope="module")
def report(standing: Standing) -> Report:
    return campaign_report(standing, sample.NOW_MS)


def test_every_part_sums_to_its_whole(report: Report) -> None:
    """Regions, markets and lives each add up to the report; a live's minutes and markets to the live."""
    for kind in ("like", "comment", "gift", "total"):
        whole = getattr(report.figures.counts, kind)
        for parts in (report.regions, report.markets, report.lives):
            assert sum(getattr(part.figures.counts, kind) for part in parts) == whole
        for live in report.lives:
            counted = getattr(live.figures.counts, kind)
            assert sum(getattr(each.figures.counts, kind) for each in live.by_market) == counted
            assert sum(getattr(each.counts, kind) for each in live.minutes) == counted
        assert sum(getattr(live.outside_window, kind) for live in report.lives) == getattr(report.outside_window, kind)
        assert sum(getattr(live.rehearsal, kind) for live in report.lives) == getattr(report.rehearsal, kind)
    assert sum(region.figures.gift_value for region in report.regions) == report.figures.gift_value
    assert sum(region.donation_minor for region in report.regions) == report.donation_minor


def test_regions_and_markets_keep_the_campaigns_order(report: Report) -> None:
    assert [region.region for region in report.regions] == list(sample.RULES)
    assert [market.market for market in report.markets] == list(sample.MARKETS)


@given(LIKES)
def test_shares_sum_to_a_thousand_and_none_is_off_by_one(likes: list[int]) -> None:
    """A share is the exact one rounded down or up, and together they are 100.0 %; with nothing counted all are 0."""
    report = campaign_report(sample.counted(likes), sample.NOW_MS)
    shares = [region.share_permille for region in report.regions]
    assert sum(shares) == (1000 if sum(likes) else 0)
    for share, like in zip(shares, likes, strict=True):
        assert abs(share * sum(likes) - 1000 * like) < max(1, sum(likes))


@given(LIKES)
def test_a_donation_can_be_added_up_from_its_lines(likes: list[int]) -> None:
    """Base, passed steps and rates are what is earned; minimum and cap lead from there; the campaign's cap only reduces."""
    report = campaign_report(sample.counted(likes), sample.NOW_MS)
    for live in report.lives:
        lines = live.donation
        steps = sum(step.amount_minor for step in lines.steps if step.passed)
        assert lines.base_minor + steps + sum(rate.full * rate.amount_minor for rate in lines.rates) == lines.earned_minor
        assert min(lines.cap_minor, max(lines.minimum_minor, lines.earned_minor)) == lines.before_campaign_cap_minor
        assert lines.minor <= lines.before_campaign_cap_minor
        for step in lines.steps:
            assert step.passed == (step.reached_at is not None) == (step.remaining == 0)
    assert report.campaign_cap_minor is not None
    assert report.donation_minor <= report.campaign_cap_minor


@pytest.mark.parametrize(("total", "remaining"), [(49_999, 2), (50_000, 1), (50_001, 0)])
def test_a_step_ahead_says_how_many_reactions_are_missing(total: int, remaining: int) -> None:
    """Kumamoto's step of the sample is passed above 50,000."""
    report = campaign_report(sample.counted([0, total, 0, 0, 0]), sample.NOW_MS)
    (step,) = report.lives[1].donation.steps
    assert step.remaining == remaining
    assert step.reached_at == (None if remaining else report.lives[1].starts_at)


def test_the_peak_is_the_busiest_minute_named_by_its_segment(report: Report) -> None:
    for live in report.lives:
        assert live.peak is not None
        totals = {minute.at: minute.counts.total for minute in live.minutes}
        assert live.peak.total == max(totals.values()) == totals[live.peak.at]
        offset = (datetime.fromisoformat(live.peak.at) - datetime.fromisoformat(live.starts_at)).seconds // 60
        names = [segment["title"]["en"] for segment in sample.PROGRAMME if segment["minute"] <= offset]
        assert live.peak.segment is not None
        assert live.peak.segment.en == names[-1]


def test_nothing_counted_has_no_peak() -> None:
    nothing = sample.counted([0, 0, 0, 0, 0])
    live = live_report(nothing, "okinawa-2023", sample.NOW_MS).lives[0]
    assert live.peak is None
    assert live.figures.counts.total == 0


def test_a_regions_report_holds_its_own_figures_and_the_public_total_only(standing: Standing, report: Report) -> None:
    own = region_report(standing, "okinawa", sample.NOW_MS)
    assert own.regions[0].figures == own.figures == report.regions[2].figures
    assert own.campaign_total == report.figures.counts.total
    said = msgspec.json.encode(own).decode()
    for region in sample.RULES:
        assert (sample.NAMES[region][0] in said or region in said) == (region == "okinawa")
    for other in (live for live in report.lives if live.region != "okinawa"):
        assert str(other.figures.counts.total) not in said


def test_a_lives_report_has_its_regions_name(standing: Standing) -> None:
    own = live_report(standing, "kumamoto-2023", sample.NOW_MS)
    assert [region.name.ja for region in own.regions] == ["熊本"]
    assert own.figures == own.lives[0].figures


def test_a_region_without_lives_has_a_report_of_nothing() -> None:
    data = sample.definition()
    data["lives"] = data["lives"][:1]
    report = region_report(sample.standing(data), "kurume", sample.NOW_MS)
    assert report.final_after is None
    assert report.as_of is None
    assert [region.name.en for region in report.regions] == ["Kurume"]
    assert report.figures.counts.total == report.donation_minor == 0


def test_a_change_of_the_window_is_on_record_with_its_reason(report: Report) -> None:
    (change,) = report.lives[0].window_changes
    assert change.ended_before == "2023-01-10T12:00:00Z"
    assert change.ends_now == report.lives[0].ends_at == "2023-01-10T11:50:00Z"
    assert change.reason == "配信が予定より早く終わったため"
    assert not any(live.window_changes for live in report.lives[1:])


def test_a_report_is_final_only_after_the_last_of_its_lives_has_closed(report: Report) -> None:
    assert report.provisional
    assert report.final_after == max(live.closes_at for live in report.lives) == "2023-05-11T12:00:00Z"


def test_the_rule_is_said_whole_however_long_it_is(standing: Standing, report: Report) -> None:
    for subject, live in zip(standing.lives, report.lives, strict=True):
        words = rule_in_words(subject.live.donation, "JPY")
        assert (live.donation.rule.ja, live.donation.rule.en) == (words.ja, words.en)


def test_the_other_currency_is_the_donation_at_the_stated_rate(report: Report) -> None:
    """18,000,000 yen at 15,000 yen for 100 dollars are 120,000.00 dollars."""
    other = report.donation_in_other_currency
    assert other is not None
    assert (report.donation_minor, other.minor, other.exponent) == (18_000_000, 12_000_000, 2)


@pytest.mark.parametrize("make", [region_report, live_report])
def test_an_unknown_name_is_a_key_error(standing: Standing, make: type) -> None:
    with pytest.raises(KeyError):
        make(standing, "nowhere", sample.NOW_MS)
