"""How a campaign stands: windows, steps, caps and statuses."""

import msgspec
import pytest
from samples import LIVE, sample_campaign

from chalicelib.domain import answers, standing
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.standing import Row, Status
from chalicelib.domain.tally import Counts

CAMPAIGN = sample_campaign()
SUBJECT = CAMPAIGN.live(LIVE)
START, END = SUBJECT.start_minute, SUBJECT.end_minute


def row(minute: int | None, likes: int, market: str = "JP", as_of_ms: int = 1) -> Row:
    return Row(minute, {market: Counts(like=likes)}, as_of_ms)


def stand(*rows: Row, campaign: Campaign = CAMPAIGN) -> standing.Standing:
    applied = Applied(campaign, 1, 0, {live.id: 1 for live in campaign.lives})
    return standing.stand(applied, {LIVE: standing.fold(campaign.live(LIVE), rows, campaign.market_codes)})


def test_the_window_takes_its_first_minute_and_not_its_end() -> None:
    totals = stand(row(START - 1, 1), row(START, 10), row(END - 1, 100), row(END, 1000)).live(LIVE).totals
    assert (totals.counts.like, totals.outside.like) == (110, 1001)


def test_rows_of_one_minute_from_several_shards_add_up() -> None:
    totals = stand(row(START, 1), row(START, 2), row(START, 4, "TW", as_of_ms=9)).live(LIVE).totals
    assert totals.by_market == {"JP": Counts(like=3), "TW": Counts(like=4)}
    assert totals.as_of_ms == 9


def test_rows_added_up_by_minute_give_the_same_totals() -> None:
    """Minutes in and outside the window, several shards, rehearsals, a market that is none of the campaign's."""
    rows = [
        row(START, 1),
        row(None, 7),
        row(START, 2, "TW"),
        row(END, 5),
        row(START, 4, as_of_ms=9),
        row(None, 8),
        row(END, 6, "KR"),
    ]
    added = standing.added_up(rows)
    assert sorted((each.minute or 0, each.as_of_ms) for each in added) == [(0, 1), (START, 9), (END, 1)]
    assert stand(*added) == stand(*rows)


def test_what_was_counted_for_a_market_that_was_taken_out_is_zz() -> None:
    """Parts still sum to the whole."""
    totals = stand(row(START, 2), row(START, 3, "KR"), row(START, 4, "ZZ")).live(LIVE).totals
    assert totals.by_market == {"JP": Counts(like=2), "ZZ": Counts(like=7)}


def test_rehearsals_are_apart() -> None:
    totals = stand(row(None, 5), row(START, 1)).live(LIVE).totals
    assert (totals.rehearsal.like, totals.counts.like) == (5, 1)


def test_a_step_is_reached_in_the_minute_in_which_the_running_sum_passes_it() -> None:
    subject = stand(row(START + 9, 1), row(START, 60), row(START + 5, 40)).live(LIVE)
    assert subject.reached == (START + 5,)
    assert stand(row(START, 99)).live(LIVE).reached == (None,)


def test_a_corrected_end_needs_no_recount() -> None:
    """The window is applied when reading, so the same rows give the new totals."""
    rows = [row(START, 60), row(END - 1, 40)]
    shorter = msgspec.structs.replace(SUBJECT, ends_at=SUBJECT.starts_at + (SUBJECT.ends_at - SUBJECT.starts_at) / 2)
    cut = msgspec.structs.replace(CAMPAIGN, lives=(shorter,))
    assert stand(*rows).live(LIVE).minor == 2000
    assert stand(*rows, campaign=cut).live(LIVE).minor == 1000


def test_a_campaigns_cap_reduces_its_lives_and_parts_sum_to_it() -> None:
    second = msgspec.structs.replace(SUBJECT, id="second")
    capped = msgspec.structs.replace(CAMPAIGN, lives=(SUBJECT, second), cap=1001)
    assert [each.minor for each in stand(campaign=capped).lives] == [501, 500]


@pytest.mark.parametrize(
    ("minutes", "status"),
    [
        (-1, Status.SCHEDULED),
        (0, Status.ON),
        (59, Status.ON),
        (60, Status.ENDED),
        (60 + 1439, Status.ENDED),
        (60 + 1440, Status.CLOSED),
    ],
)
def test_the_status_follows_the_clock(minutes: int, status: Status) -> None:
    assert standing.status(SUBJECT, (START + minutes) * 60_000) == status


def test_equal_content_has_equal_bytes_and_the_series_is_zero_filled() -> None:
    one, two = stand(row(START, 1), row(START + 1, 2)), stand(row(START + 1, 2), row(START, 1))
    now_ms = END * 60_000
    first, second = (msgspec.json.encode(answers.live_totals(each, LIVE, now_ms, series=True)) for each in (one, two))
    assert first == second
    series = answers.minutes_of(one.live(LIVE))
    assert len(series) == END - START
    assert [each.counts.total for each in series[:3]] == [1, 2, 0]
    assert sum(each.counts.total for each in series) == 3


def test_a_campaigns_totals_are_the_sum_of_its_lives_in_its_own_order() -> None:
    answer = answers.campaign_totals(stand(row(START, 5), row(START, 7, "ZZ")), END * 60_000)
    assert answer.counts.total == 12
    assert [each.market for each in answer.by_market] == ["JP", "TW", "ZZ"]
    assert [each.counts.total for each in answer.by_market] == [5, 0, 7]
    assert answer.donation.minor == sum(each.donation.minor for each in answer.by_region)


def test_counts_of_another_window_are_known_too() -> None:
    """So a report can say what the donation was before a window was corrected."""
    totals = stand(row(START - 1, 1), row(START, 10), row(END - 1, 100), row(END, 1000)).live(LIVE).totals
    assert totals.counts_until(START, END) == totals.counts
    assert totals.counts_until(START, END - 1).like == 10
    assert totals.counts_until(START, END + 1).like == 1110


def settled(*lives: str, campaign: Campaign) -> standing.Standing:
    """Nothing counted, and these lives settled."""
    records = {live: Settled(live, 1, "folder", "a" * 64, 0) for live in lives}
    return standing.stand(Applied(campaign, 1, 0, {live.id: 1 for live in campaign.lives}, settled=records), {})


def test_a_donation_is_final_when_its_live_is_settled() -> None:
    assert settled(LIVE, campaign=CAMPAIGN).final(settled(LIVE, campaign=CAMPAIGN).lives)
    assert not stand().final(stand().lives)


def test_nothing_is_final_without_a_live() -> None:
    """A region may still get one."""
    assert not settled(LIVE, campaign=CAMPAIGN).final(())


@pytest.mark.parametrize(("cap", "final"), [(None, True), (10_000, True), (9_999, False)])
def test_where_a_cap_over_all_lives_may_bind_a_donation_waits_for_all_of_them(cap: int | None, final: bool) -> None:
    """Both lives may give 5,000: with 10,000 the cap takes nothing from either."""
    second = msgspec.structs.replace(SUBJECT, id="second")
    subject = settled(LIVE, campaign=msgspec.structs.replace(CAMPAIGN, lives=(SUBJECT, second), cap=cap))
    assert subject.final([subject.live(LIVE)]) == final
    assert [each.live.id for each in subject.unsettled([subject.live(LIVE)])] == ([] if final else ["second"])
