"""What a batch may say, and what becomes of the rest."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import LIVE, reaction, sample_campaign

from chalicelib.domain import reactions
from chalicelib.domain.campaigns import Limits
from chalicelib.domain.reactions import Accepted, Terms
from chalicelib.domain.tally import Counts
from chalicelib.domain.texts import NothingValid, NotReadable, Reading, TooMuch

CAMPAIGN = sample_campaign()
TERMS = Terms(CAMPAIGN, CAMPAIGN.live(LIVE))


def read(*sent: Any, **fields: Any) -> Reading[Accepted]:
    return reactions.read(json.dumps({"live": LIVE, "reactions": list(sent), **fields}).encode(), TERMS)


def refused(wrong: dict[str, Any]) -> list[str]:
    """The pointers of what is wrong with one reaction, sent beside a good one."""
    reading = read(reaction(CAMPAIGN, 0), wrong)
    assert (len(reading.accepted), reading.rejected) == (1, 1)
    return [problem.pointer.removeprefix("/reactions/1") for problem in reading.problems]


def like(**fields: Any) -> dict[str, Any]:
    return reaction(CAMPAIGN, 1, **fields)


@pytest.mark.parametrize(
    ("wrong", "pointers"),
    [
        (like(count=0), ["/count"]),
        (like(count=-1), ["/count"]),
        (like(count=1.5), ["/count"]),
        (like(count=1001), ["/count"]),
        (like(count="3"), ["/count"]),
        (like(kind="comment", count=1), ["/count"]),
        (like(kind="wave"), ["/kind"]),
        (like(value=1), ["/value"]),
        (like(gift="rose"), ["/gift"]),
        (like(text="hello"), ["/text"]),
        (like(kind="comment", text="あ" * 342), ["/text"]),
        (like(kind="gift", value=-1), ["/value"]),
        (like(id="r0"), ["/id"]),
        (like(id=""), ["/id"]),
        (like(id="x" * 65), ["/id"]),
        (like(id="a\n"), ["/id"]),
        (like(user="だれか"), ["/user"]),
        (like(market=5), ["/market"]),
        (like(nickname="x"), ["/nickname"]),
        ({"id": "r1"}, ["/kind", "/at", "/user"]),
        ("not an object", [""]),
    ],
)
def test_what_is_wrong_is_named_by_its_pointer_and_only_it_is_lost(wrong: Any, pointers: list[str]) -> None:
    assert refused(wrong) == pointers


@pytest.mark.parametrize(
    "at",
    [
        "2023-02-11T19:00:03",
        "2023-02-11T19:00:03+0900",
        "2023-02-11 19:00:03+09:00",
        "2023-02-11T24:00:00Z",
        "2023-02-11T19:00:60Z",
        "2023-02-30T19:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2023-02-11T19:00:03+24:00",
        "2023-02-11T19:00:03.Z",
        "２０２３-02-11T19:00:03Z",
        "",
    ],
)
def test_a_moment_that_is_not_rfc_3339_with_an_offset_is_refused(at: str) -> None:
    assert refused(like(at=at)) == ["/at"]


def test_milliseconds_are_cut_never_rounded() -> None:
    assert TERMS.moments.at_ms("2023-02-11T20:59:59.9999999+09:00") == TERMS.moments.at_ms("2023-02-11T20:59:59.999+09:00")
    assert TERMS.moments.at_ms("2023-02-11T12:00:00.1Z") - TERMS.moments.at_ms("2023-02-11T21:00:00+09:00") == 100


def test_a_moment_more_than_a_day_outside_the_window_is_refused_but_for_rehearsals() -> None:
    far = like(at="2001-01-01T00:00:00Z")
    assert refused(far) == ["/at"]
    assert read(far, rehearsal=True).accepted[0].at_ms == 978307200000


def test_a_day_outside_the_window_ends_at_a_millisecond() -> None:
    """24 hours before the start counts as within, 24 hours after the end does not, as the window itself has it."""
    live, millisecond, day = CAMPAIGN.live(LIVE), timedelta(milliseconds=1), timedelta(hours=24)
    first, end = live.starts_at - day, live.ends_at + day
    assert len(read(like(at=first.isoformat()), reaction(CAMPAIGN, 2, at=(end - millisecond).isoformat())).accepted) == 2
    assert refused(like(at=(first - millisecond).isoformat())) == ["/at"]
    assert refused(like(at=end.isoformat())) == ["/at"]


def test_an_integer_may_come_as_1_0() -> None:
    (only,) = read(like(count=3.0)).accepted
    assert only.count == 3


def test_a_market_that_is_missing_or_not_the_campaigns_is_zz() -> None:
    reading = read(like(market=None), reaction(CAMPAIGN, 2, market="FR"), reaction(CAMPAIGN, 3, market="TW"))
    assert [each.market for each in reading.accepted] == ["ZZ", "ZZ", "TW"]


def test_half_an_emoji_in_one_comment_does_not_cost_the_other_reactions() -> None:
    """`JSON.stringify` writes text that was cut in the middle of a pair as a lone surrogate; the text is never stored."""
    cut = reaction(CAMPAIGN, 1, kind="comment", text="yay \ud83d")
    text = json.dumps({"live": LIVE, "reactions": [reaction(CAMPAIGN, 0), cut]}).encode()
    reading = reactions.read(text, TERMS)
    assert (len(reading.accepted), reading.rejected) == (2, 0)


@pytest.mark.parametrize(("name", "kind"), [("id", "like"), ("user", "like"), ("gift", "gift")])
def test_half_an_emoji_in_a_name_is_a_problem_of_that_reaction(name: str, kind: str) -> None:
    assert refused(like(kind=kind, **{name: "x\ud83d"})) == [f"/{name}"]


@pytest.mark.parametrize("depth", range(300, 1100, 50))
def test_deep_nesting_is_a_problem_never_a_crash(depth: int) -> None:
    deep = json.dumps({"live": LIVE, "reactions": [like()], "x": "DEEP"}).replace('"DEEP"', "[" * depth + "]" * depth)
    with pytest.raises((NotReadable, NothingValid)):
        reactions.read(deep.encode(), TERMS)


def test_a_long_name_is_cut_in_its_pointer() -> None:
    (pointer,) = refused(like(**{"n" * 500_000: 1}))
    assert len(pointer) < 100


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"NaN", b'{"live": NaN}'])
def test_what_is_not_json_is_not_readable(text: bytes) -> None:
    with pytest.raises(NotReadable):
        reactions.read(text, TERMS)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"live": "another", "reactions": [like()]}, "/live"),
        ({"live": LIVE, "reactions": []}, "/reactions"),
        ({"live": LIVE}, "/reactions"),
        ({"live": LIVE, "reactions": [like(count=0)]}, "/reactions/0/count"),
        ({"live": LIVE, "reactions": [like()], "sender": "me"}, "/sender"),
        ([], ""),
    ],
)
def test_a_batch_with_nothing_valid_says_why(document: Any, pointer: str) -> None:
    with pytest.raises(NothingValid) as caught:
        reactions.read(json.dumps(document).encode(), TERMS)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


@pytest.mark.parametrize("last", [{}, {"count": 0}])
def test_5001_reactions_are_too_much_on_either_path(last: dict[str, Any]) -> None:
    sent = [reaction(CAMPAIGN, number) for number in range(5000)]
    with pytest.raises(TooMuch):
        read(*sent, reaction(CAMPAIGN, 5000, **last))


def test_61_different_minutes_are_too_much() -> None:
    accepted = read(*[reaction(CAMPAIGN, 60 * number) for number in range(61)]).accepted
    with pytest.raises(TooMuch):
        reactions.tally_of(accepted)
    assert len(reactions.tally_of(accepted[:60])) == 60


def test_gift_value_is_count_times_value() -> None:
    accepted = read(like(kind="gift", gift="rose", count=3, value=5), reaction(CAMPAIGN, 2, kind="gift", value=7)).accepted
    (markets,) = reactions.tally_of(accepted).values()
    assert markets["JP"] == Counts(gift=4, gift_value=22)


WIRE = st.fixed_dictionaries(
    {
        "id": st.text("abc1", min_size=1, max_size=3),
        "kind": st.sampled_from(["like", "comment", "gift"]),
        "at": st.integers(0, 3599).map(lambda second: reaction(CAMPAIGN, second)["at"]),
        "user": st.sampled_from(["u1", "", "ん"]),
    },
    optional={
        "market": st.sampled_from(["JP", "FR", None]),
        "count": st.sampled_from([1, 7, 1000, 1001, 0, 2.0, 2.5]),
        "value": st.integers(-1, 3),
    },
)


@given(st.lists(WIRE, min_size=1, max_size=8))
def test_what_is_accepted_is_counted_and_what_is_rejected_has_a_pointer(sent: list[dict[str, Any]]) -> None:
    good = reaction(CAMPAIGN, 0, id="good")
    reading = read(good, *sent)
    sent = [good, *sent]
    named = {problem.pointer.split("/")[2] for problem in reading.problems}
    assert len(reading.accepted) + reading.rejected == len(sent)
    assert len(named) == reading.rejected
    counted = sum(counts.total for markets in reactions.tally_of(reading.accepted).values() for counts in markets.values())
    assert counted == sum(each.count for each in reading.accepted)


def test_the_order_of_reactions_does_not_change_the_tally() -> None:
    sent = [reaction(CAMPAIGN, number * 40, count=number + 1) for number in range(9)]

    def tally(accepted: tuple[Accepted, ...]) -> Any:
        return reactions.tally_of(accepted)

    assert tally(read(*sent).accepted) == tally(read(*reversed(sent)).accepted)


@pytest.mark.parametrize(
    ("limits", "kind", "most"),
    [
        (Limits(), "like", 1000),
        (Limits(), "gift", 10_000),
        (Limits(like=5, gift=7), "like", 5),
        (Limits(like=5, gift=7), "gift", 7),
    ],
)
def test_a_count_goes_up_to_what_the_campaign_allows(limits: Limits, kind: str, most: int) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, limits=limits)
    sent = [reaction(CAMPAIGN, number, kind=kind, count=count) for number, count in enumerate((most, most + 1))]
    text = json.dumps({"live": LIVE, "reactions": sent}).encode()
    reading = reactions.read(text, Terms(campaign, campaign.live(LIVE)))
    assert [each.count for each in reading.accepted] == [most]
    assert [each.pointer for each in reading.problems] == ["/reactions/1/count"]
    assert str(most) in reading.problems[0].detail
