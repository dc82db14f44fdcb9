"""What may change when: a live's promise is frozen from its start, its end may move until it has closed."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.domain.applied import Applied, Refused, WindowChange, successor, with_closings
from chalicelib.domain.campaigns import Campaign, Live, read
from chalicelib.domain.changes import Change, changes
from chalicelib.domain.payments import Payment

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"
START = datetime(2023, 2, 11, 10, tzinfo=UTC)
"""When kumamoto-2023 begins; it ends two hours later and closes a day after that. sendai-2022 has closed long before."""

HOUR = 3_600_000


def at(hours: float) -> int:
    """So many hours after kumamoto-2023 begins, in ms since the epoch."""
    return int(START.timestamp() * 1000 + hours * HOUR)


def campaign() -> Campaign:
    """The sample file, read."""
    found, problems = read(tomllib.loads(SAMPLE.read_text("utf-8")))
    assert found is not None, problems
    return found


def with_live(live: str, **fields: Any) -> Campaign:
    """The sample with fields of a live replaced."""
    return in_place(live, lambda each: msgspec.structs.replace(each, **fields))


def in_place(live: str, change: Any) -> Campaign:
    """The sample with a live changed."""
    subject = campaign()
    lives: list[Live] = [change(each) if each.id == live else each for each in subject.lives]
    return msgspec.structs.replace(subject, lives=tuple(lives))


def without(live: str) -> Campaign:
    """The sample without a live."""
    subject = campaign()
    return msgspec.structs.replace(subject, lives=tuple(each for each in subject.lives if each.id != live))


def refused(after: Campaign, now_ms: int, reason: str | None = None) -> list[tuple[str, str]]:
    """Why this may not be applied, as a person reads it."""
    with pytest.raises(Refused) as refusal:
        successor(IN_FORCE, after, now_ms, reason)
    return [(problem.key_path, problem.detail) for problem in refusal.value.problems]


IN_FORCE, _ = successor(None, campaign(), at(-9999), None)


def test_a_live_with_payments_on_record_cannot_be_taken_out() -> None:
    """They would be in no report any more."""
    paid = Payment("kumamoto-2023", "JPY", 1_000_000, "2023-02-10", "Fund", "ref-1", None, "2023-02-10T00:00:00Z")
    before = msgspec.structs.replace(IN_FORCE, payments=(paid,))
    with pytest.raises(Refused, match="kumamoto-2023 has payments on record"):
        successor(before, without("kumamoto-2023"), at(-24), None)


def test_a_closing_that_the_operator_moved_outlives_a_file_that_does_not_speak_of_it() -> None:
    moved = with_live("kumamoto-2023", closes_at=START + timedelta(hours=3))
    assert with_closings(moved, campaign()) == moved
    assert with_closings(None, campaign()) == campaign()
    spoken = with_live("kumamoto-2023", closes_at=START + timedelta(hours=4))
    assert with_closings(moved, spoken) == spoken
    elsewhere = with_live("kumamoto-2023", ends_at=START + timedelta(hours=1))
    assert with_closings(moved, elsewhere) == elsewhere, "another window closes anew"


def test_a_closing_before_the_end_is_a_problem() -> None:
    data = msgspec.to_builtins(with_live("kumamoto-2023", closes_at=START))
    _, problems = read(data)
    assert [problem.key_path for problem in problems] == ["lives[1].closes_at"]


def test_the_first_definition_is_revision_one_and_every_epoch_one() -> None:
    assert (IN_FORCE.revision, set(IN_FORCE.epochs.values()), IN_FORCE.changes) == (1, {1}, ())
    assert list(IN_FORCE.epochs) == [live.id for live in campaign().lives]


def test_before_its_start_everything_of_a_live_may_change_if_it_is_uncounted() -> None:
    rule = msgspec.structs.replace(campaign().live("okinawa-2023").donation, cap=3_000_000)
    after, uncounted = successor(IN_FORCE, with_live("okinawa-2023", donation=rule), at(0), None)
    assert uncounted == ["okinawa-2023"]
    assert (after.revision, after.applied_at_ms, after.epochs["okinawa-2023"]) == (2, at(0), 1)


@pytest.mark.parametrize(
    ("fields", "key", "detail"),
    [
        ({"region": "kurume"}, "region", "kumamoto cannot become kurume"),
        (
            {"starts_at": START.replace(minute=1)},
            "starts_at",
            "2023-02-11T19:00:00+09:00 cannot become 2023-02-11T10:01:00Z",
        ),
    ],
)
def test_from_its_start_a_live_is_frozen(fields: dict[str, Any], key: str, detail: str) -> None:
    """A millisecond before the start it may change, at the start it may not."""
    after = with_live("kumamoto-2023", **fields)
    successor(IN_FORCE, after, at(0) - 1, None)
    assert refused(after, at(0)) == [(f"lives[1].{key}", f"is frozen, for kumamoto-2023 has begun: {detail}")]


def test_every_frozen_value_of_a_rule_is_named() -> None:
    rule = campaign().live("kumamoto-2023").donation
    step = msgspec.structs.replace(rule.steps[0], at=90_000)
    after = with_live("kumamoto-2023", donation=msgspec.structs.replace(rule, steps=(step,), cap=3_000_000), title=rule.fund)
    assert refused(after, at(1)) == [
        ("lives[1].donation.cap", "is frozen, for kumamoto-2023 has begun: 2000000 cannot become 3000000"),
        ("lives[1].donation.steps[0].at", "is frozen, for kumamoto-2023 has begun: 100000 cannot become 90000"),
    ]


def test_what_lives_share_is_frozen_once_one_has_begun() -> None:
    subject = campaign()
    after = msgspec.structs.replace(subject, currency="KRW", cap=1, markets=subject.markets[:-1])
    assert refused(after, at(1)) == [
        ("currency", "is frozen, for a live has begun: JPY cannot become KRW"),
        ("markets.US", "is frozen, for a live has begun: (defined) cannot become (none)"),
        ("cap", "is frozen, for a live has begun: 22500000 cannot become 1"),
    ]


def test_a_problem_points_into_the_new_file() -> None:
    subject = with_live("kumamoto-2023", region="kurume")
    assert refused(msgspec.structs.replace(subject, lives=subject.lives[::-1]), at(1))[0][0] == "lives[3].region"


@pytest.mark.parametrize("moment", [-1_000, 1])
def test_the_buckets_of_a_live_that_exists_never_change(moment: int) -> None:
    """A retry finds its batch by them: with others the same batch would be stored and counted again."""
    assert refused(with_live("kumamoto-2023", buckets=64), at(moment)) == [
        ("lives[1].buckets", "kumamoto-2023 exists, and stored batches are found by its buckets: they cannot change")
    ]


def test_a_closing_never_outlives_the_first_batches() -> None:
    """Items expire 45 days after the first closing; a later closing must leave 14 days of them, also in several steps."""
    day = 24 * 60
    once = with_live("kumamoto-2023", settle_after_minutes=20 * day)
    after, _ = successor(IN_FORCE, once, at(3), "late senders")
    twice = with_live("kumamoto-2023", settle_after_minutes=33 * day)
    with pytest.raises(Refused, match="stored batches would expire"):
        successor(after, twice, at(4), "later senders")
    successor(after, with_live("kumamoto-2023", settle_after_minutes=32 * day), at(4), "later senders")


def test_the_end_may_move_with_a_reason_until_the_live_has_closed() -> None:
    """The window of kumamoto-2023 ends 2 hours after its start and closes at hour 26."""
    longer = with_live("kumamoto-2023", ends_at=START.replace(hour=13))
    after, uncounted = successor(IN_FORCE, longer, at(26) - 1, "the host went on")
    old = campaign().live("kumamoto-2023")
    hour_ms, closes = 3_600_000, old.closes_at_ms
    ends = (old.end_minute, old.end_minute + 60, closes, closes + hour_ms)
    assert after.changes == (WindowChange("kumamoto-2023", at(26) - 1, "the host went on", *ends),)
    assert (uncounted, after.epochs["kumamoto-2023"], after.epochs["sendai-2022"]) == ([], 2, 1)
    assert refused(longer, at(26), "too late") == [
        ("lives[1].ends_at", "kumamoto-2023 has closed: its window can no longer change")
    ]


def kept(days: int, settle_after_days: int = 1) -> Campaign:
    """The sample with batches kept for so long after a closing that comes so long after the end of kumamoto-2023."""
    subject = with_live("kumamoto-2023", settle_after_minutes=settle_after_days * 24 * 60)
    return msgspec.structs.replace(subject, keep_days=days)


@pytest.mark.parametrize("steps", [(14,), (14, 60), (60, 14, 60)], ids=["raised now", "raised before", "lowered and raised"])
def test_days_of_keeping_that_were_raised_keep_nothing_that_is_stored_already(steps: tuple[int, ...]) -> None:
    applied = None
    for days in steps:
        applied, _ = successor(applied, kept(days), at(-9999), None)
    with pytest.raises(Refused, match="stored batches would expire"):
        successor(applied, kept(60, settle_after_days=2), at(3), "late senders")
    always, _ = successor(None, kept(60), at(-9999), None)
    successor(always, kept(60, settle_after_days=2), at(3), "late senders")


def test_a_closing_that_was_earlier_for_a_while_made_batches_expire_earlier() -> None:
    """What was stored meanwhile is kept from that closing on."""
    first, _ = successor(None, kept(20, settle_after_days=5), at(-9999), None)
    earlier, _ = successor(first, kept(20, settle_after_days=1), at(3), "senders are quick")
    successor(first, kept(20, settle_after_days=8), at(4), "they are not")
    with pytest.raises(Refused, match="stored batches would expire"):
        successor(earlier, kept(20, settle_after_days=8), at(4), "they are not")


def test_days_of_keeping_that_are_lowered_leave_a_closing_that_was_moved_as_it_is() -> None:
    """What is stored from now on expires that long after the closing as it is now."""
    moved, _ = successor(IN_FORCE, kept(45, settle_after_days=20), at(3), "late senders")
    lowered, _ = successor(moved, kept(14, settle_after_days=20), at(4), None)
    assert lowered.first_expiry_ms(lowered.campaign.live("kumamoto-2023")) == at(26 + 14 * 24 + 19 * 24)


def test_a_definition_stored_by_an_older_form_reckons_from_its_first_closing() -> None:
    older = msgspec.to_builtins(msgspec.structs.replace(IN_FORCE, first_expiries={}))
    older["first_closings"] = {live.id: live.closes_at_ms - HOUR for live in campaign().lives}
    before = msgspec.convert(older, Applied)
    assert before.first_expiry_ms(campaign().live("kumamoto-2023")) == at(26 - 1 + 45 * 24)
    after, _ = successor(before, campaign(), at(3), None)
    assert after.first_expiries["kumamoto-2023"] == at(26 - 1 + 45 * 24)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_change_of_a_window_needs_a_reason(reason: str | None) -> None:
    after = with_live("kumamoto-2023", settle_after_minutes=60)
    assert refused(after, at(1), reason) == [
        ("lives[1].settle_after_minutes", "kumamoto-2023 has begun: a change of its window needs a reason")
    ]


def test_closing_never_moves_behind_now() -> None:
    """A batch may already have been taken after that moment."""
    after = with_live("kumamoto-2023", settle_after_minutes=60)
    assert refused(after, at(3), "early") == [
        ("lives[1].settle_after_minutes", "kumamoto-2023 would already have closed: closing lies ahead, never behind")
    ]


def test_a_window_before_its_start_changes_without_a_reason_and_its_epoch_grows() -> None:
    after, uncounted = successor(IN_FORCE, with_live("kumamoto-2023", ends_at=START.replace(hour=13)), at(-1), None)
    assert (after.epochs["kumamoto-2023"], after.changes, uncounted) == (2, (), [])


def test_a_new_live_may_come_at_any_time() -> None:
    before, _ = successor(None, without("kumamoto-2023"), at(-1), None)
    after, uncounted = successor(before, campaign(), at(1), None)
    assert (after.epochs["kumamoto-2023"], uncounted) == (1, ["kumamoto-2023"])


def test_a_live_may_be_taken_out_before_its_start_only() -> None:
    _, uncounted = successor(IN_FORCE, without("kumamoto-2023"), at(0) - 1, None)
    assert uncounted == ["kumamoto-2023"]
    assert refused(without("kumamoto-2023"), at(0)) == [("lives", "kumamoto-2023 has begun and cannot be taken out")]


def test_no_epoch_ever_falls() -> None:
    """A client keeps the answer of the greatest epoch, so a live that comes back must not begin at one again."""
    history = [campaign(), without("kumamoto-2023"), campaign(), with_live("kumamoto-2023", ends_at=START.replace(hour=13))]
    applied: Applied | None = None
    sums = []
    for definition in history:
        applied, _ = successor(applied, definition, at(-1), None)
        sums.append(sum(applied.epochs.values()))
    assert sums == [5, 6, 6, 7]


def test_changes_are_listed_by_id_and_the_order_by_itself() -> None:
    subject = with_live("kumamoto-2023", buckets=64)
    after = msgspec.structs.replace(subject, regions=subject.regions[::-1], lives=subject.lives[:-1])
    assert changes(campaign(), after) == [
        Change("/regions", "tohoku, kumamoto, okinawa, hiroshima, kurume", "kurume, hiroshima, okinawa, kumamoto, tohoku", None),
        Change("/lives/kumamoto-2023/buckets", "16", "64", "kumamoto-2023"),
        Change("/lives/kurume-2024", "(defined)", "(none)", "kurume-2024"),
    ]
    assert changes(campaign(), campaign()) == []


def test_a_campaign_in_force_survives_being_stored() -> None:
    assert msgspec.json.decode(msgspec.json.encode(IN_FORCE), type=Applied) == IN_FORCE
