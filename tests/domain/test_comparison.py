"""A report beside the one before it, and beside earlier lives."""

import msgspec
from render import sample, settled

from chalicelib.domain.comparison import Before, earlier_lives
from chalicelib.domain.reports import Report, Sources, campaign_report, compared, live_report


def before(report: Report) -> Before:
    """The report as a later run reads it back."""
    return msgspec.json.decode(msgspec.json.encode(report), type=Before)


def test_a_report_says_how_far_it_is_from_the_one_before() -> None:
    first = campaign_report(Sources(sample.counted([10, 20, 30, 40, 50])), sample.NOW_MS)
    second = campaign_report(Sources(sample.counted([10, 20, 30, 40, 100_000])), sample.NOW_MS)
    since = compared(second, before(first)).since
    assert since is not None
    assert (since.as_of, since.total, since.total_added) == (first.as_of, 150, 99_950)
    assert since.donation_minor + since.donation_added_minor == second.donation_minor
    assert since.donation_added_minor == second.donation_minor - first.donation_minor


def test_a_correction_may_take_away() -> None:
    more, less = (campaign_report(Sources(sample.counted([each] * 5)), sample.NOW_MS) for each in (120_000, 7))
    since = compared(less, before(more)).since
    assert since is not None
    assert (since.total_added, since.donation_added_minor < 0) == (5 * 7 - 5 * 120_000, True)


def test_without_a_report_before_there_is_nothing_to_compare() -> None:
    report = campaign_report(Sources(sample.counted([1] * 5)), sample.NOW_MS)
    assert compared(report, None) == report


def test_earlier_lives_stand_in_the_order_of_their_time_whatever_the_order_of_the_file() -> None:
    data = sample.definition()
    data["lives"].reverse()
    standing = sample.standing(data)
    found = earlier_lives(standing, standing.live("hiroshima-2023"))
    assert [each.live for each in found] == ["tohoku-2023", "kumamoto-2023", "okinawa-2023"]
    for each in found:
        subject = standing.live(each.live)
        assert (each.counts.total, each.donation_minor) == (subject.totals.counts.total, subject.minor)
        assert each.per_minute == subject.totals.counts.total // 120
    assert earlier_lives(standing, standing.live("tohoku-2023")) == ()


def test_an_earlier_live_says_whether_it_is_final() -> None:
    data = sample.definition()
    del data["cap"]
    standing, statements = settled.settled(("tohoku-2023",), data=data)
    made = live_report(Sources(standing, statements), "okinawa-2023", sample.NOW_MS)
    assert [(each.live, each.final) for each in made.earlier] == [("tohoku-2023", True), ("kumamoto-2023", False)]


def test_a_report_of_an_older_release_can_be_compared_with() -> None:
    """Whatever else it holds, or does not hold yet."""
    counts = {"like": 1, "comment": 0, "gift": 0, "total": 1}
    older = msgspec.json.encode({"as_of": None, "provisional": True, "donation_minor": 5, "figures": {"counts": counts}})
    report = campaign_report(Sources(sample.counted([3] * 5)), sample.NOW_MS)
    since = compared(report, msgspec.json.decode(older, type=Before)).since
    assert since is not None
    assert (since.as_of, since.total_added) == (None, 14)
