"""The report model: parts sum to wholes, and a region's report keeps to its region."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render import sample, settled

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.domain.standing import Standing, stand
from chalicelib.domain.wording import rule_in_words

LIKES = st.lists(st.integers(0, 10**7), min_size=5, max_size=5)


@pytest.fixture(scope="module")
def standing() -> Standing:
    return sample.shortened()


@pytest.fixture(scope="module")
def report(standing: Standing) -> Report:
    return campaign_report(Sources(standing), sample.NOW_MS)


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
    report = campaign_report(Sources(sample.counted(likes)), sample.NOW_MS)
    shares = [region.share_permille for region in report.regions]
    assert sum(shares) == (1000 if sum(likes) else 0)
    for share, like in zip(shares, likes, strict=True):
        assert abs(share * sum(likes) - 1000 * like) < max(1, sum(likes))


@given(LIKES)
def test_a_donation_can_be_added_up_from_its_lines(likes: list[int]) -> None:
    """Base, passed steps and rates are what is earned; minimum and cap lead from there; the campaign's cap only reduces."""
    report = campaign_report(Sources(sample.counted(likes)), sample.NOW_MS)
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
    report = campaign_report(Sources(sample.counted([0, total, 0, 0, 0])), sample.NOW_MS)
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
    live = live_report(Sources(nothing), "okinawa-2023", sample.NOW_MS).lives[0]
    assert live.peak is None
    assert live.figures.counts.total == 0


def test_a_regions_report_holds_its_own_figures_and_the_public_total_only(standing: Standing, report: Report) -> None:
    own = region_report(Sources(standing), "okinawa", sample.NOW_MS)
    assert own.regions[0].figures == own.figures == report.regions[2].figures
    assert own.campaign_total == report.figures.counts.total
    said = msgspec.json.encode(own).decode()
    for region in sample.RULES:
        assert (sample.NAMES[region][0] in said or region in said) == (region == "okinawa")
    for other in (live for live in report.lives if live.region != "okinawa"):
        assert str(other.figures.counts.total) not in said


def test_a_lives_report_has_its_regions_name(standing: Standing) -> None:
    own = live_report(Sources(standing), "kumamoto-2023", sample.NOW_MS)
    assert [region.name.ja for region in own.regions] == ["熊本"]
    assert own.figures == own.lives[0].figures


def test_a_region_without_lives_has_a_report_of_nothing() -> None:
    data = sample.definition()
    data["lives"] = data["lives"][:1]
    report = region_report(Sources(sample.standing(data)), "kurume", sample.NOW_MS)
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
        make(Sources(standing), "nowhere", sample.NOW_MS)


@pytest.mark.parametrize("lives", [(), settled.LIVES[:4], settled.LIVES[1:]])
def test_a_report_is_provisional_while_a_live_is_not_settled(lives: tuple[str, ...]) -> None:
    """And says after which moment it will be final: that at which the last of those still to be settled closes."""
    standing, statements = settled.settled(lives)
    made = campaign_report(Sources(standing, statements), sample.NOW_MS)
    waiting = [live.closes_at for live in made.lives if live.live not in lives]
    assert (made.provisional, made.final_after) == (True, max(waiting))
    assert made.not_counted is None
    assert made.statement is None


def test_a_report_is_final_once_all_its_lives_are_settled() -> None:
    standing, statements = settled.settled()
    made = campaign_report(Sources(standing, statements), sample.NOW_MS)
    assert (made.provisional, made.final_after, made.status) == (False, None, "settled")
    assert all(live.final for live in made.lives)


@pytest.mark.parametrize(("cap", "final"), [(18_000_000, False), (None, True)])
def test_a_settled_live_waits_for_the_others_where_the_campaigns_cap_may_bind(cap: int | None, final: bool) -> None:
    """Its counts are final, its donation is not; without such a cap both are."""
    standing, statements = settled.settled(["kumamoto-2023"], data=sample.definition() | {"cap": cap})
    made = live_report(Sources(standing, statements), "kumamoto-2023", sample.NOW_MS)
    assert (not made.provisional, made.lives[0].final) == (final, final)
    assert made.final_after == (None if final else "2023-05-11T12:00:00Z")
    assert made.lives[0].statement is not None


def test_promised_earned_paid_and_open_sum_up_from_lives_to_regions_to_the_campaign() -> None:
    standing, statements = settled.settled()
    made = campaign_report(Sources(standing, statements), sample.NOW_MS)
    for name in ("earned_minor", "paid_minor", "open_minor", "overpaid_minor"):
        for parts in (made.lives, made.regions):
            assert sum(getattr(part.balance, name) for part in parts) == getattr(made.balance, name)
    assert made.balance.paid_minor == 3_300_000
    assert made.balance.earned_minor == made.donation_minor
    assert made.balance.promised_minor == made.campaign_cap_minor
    assert made.lives[1].balance.overpaid_minor == 1_500_000 - made.lives[1].donation.minor > 0


def test_payments_are_shown_before_a_live_is_settled_too() -> None:
    standing, _ = settled.settled(lives=())
    first = campaign_report(Sources(standing), sample.NOW_MS).lives[0]
    assert [(each.on, each.minor) for each in first.payments] == [("2023-01-09", 1_000_000), ("2023-02-20", 500_000)]
    assert first.balance.paid_minor == 1_500_000


@pytest.mark.parametrize("make", [region_report, live_report])
def test_a_part_holds_its_own_payments_only(make: type) -> None:
    standing, statements = settled.settled()
    name = "okinawa" if make is region_report else "okinawa-2023"
    made: Report = make(Sources(standing, statements), name, sample.NOW_MS)
    assert [each.live for live in made.lives for each in live.payments] == ["okinawa-2023"]
    said = msgspec.json.encode(made).decode()
    assert not any(str(amount) in said for amount in (1_500_000, made.campaign_total + 1))
    assert made.balance.paid_minor == 300_000


def test_a_settled_live_says_how_to_find_its_statement_and_what_was_not_counted() -> None:
    standing, statements = settled.settled()
    made = campaign_report(Sources(standing, statements), sample.NOW_MS)
    for live in made.lives:
        subject, source = standing.live(live.live), statements[live.live]
        assert subject.settled is not None
        assert live.statement is not None
        assert live.statement.published.sha256 == subject.settled.statement_sha256
        assert live.statement.published.link == subject.settled.link
        assert live.statement.published.address == f"/v1/lives/{live.live}/statement"
        assert (live.statement.not_counted, live.statement.receipts) == (source.not_counted, source.receipts)
        assert live.donation.before_campaign_cap_minor == source.donation.minor
    first = made.lives[0].statement
    assert first is not None
    assert first.published.number == 2
    assert first.corrects is not None
    assert (first.corrects.reason, first.check.differing, first.check.accepted_because) == (settled.SAID[4], 1, settled.SAID[2])
    assert made.statement is not None
    assert made.statement.address == "/v1/campaigns/local-love/statement"


def test_what_was_not_counted_sums_up() -> None:
    standing, statements = settled.settled()
    made = campaign_report(Sources(standing, statements), sample.NOW_MS)
    assert made.not_counted is not None
    for name in made.not_counted.__struct_fields__:
        parts = [getattr(source.not_counted, name) for source in statements.values()]
        assert getattr(made.not_counted, name) == sum(parts) > 0


def test_a_settled_live_without_its_statement_makes_no_report() -> None:
    standing, _ = settled.settled()
    with pytest.raises(KeyError):
        campaign_report(Sources(standing), sample.NOW_MS)


def test_whatever_goes_on_record_makes_a_report_newer() -> None:
    """A payment, a statement, its place in the chain, and a correction that has none yet."""
    standing, statements = settled.settled(lives=(), paid=())
    steps = [standing]
    steps.append(settled.settled(lives=(), paid=settled.payments())[0])
    done, statements = settled.settled(["kumamoto-2023"])
    record = done.applied.settled["kumamoto-2023"]
    changed = [
        msgspec.structs.replace(record, number=number, link=link) for number, link in ((1, None), (1, 1), (2, None), (2, 2))
    ]
    for each in changed:
        applied = msgspec.structs.replace(done.applied, settled={each.live or "": each})
        steps.append(stand(applied, {live.live.id: live.totals for live in done.lives}))
    recorded = [live_report(Sources(each, statements), "kumamoto-2023", sample.NOW_MS).recorded for each in steps]
    assert recorded == sorted(set(recorded))
