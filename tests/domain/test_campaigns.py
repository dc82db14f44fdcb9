"""Campaigns: every problem of a file, windows, and what is frozen; the sample file is the one that is mangled."""

import copy
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import MAX_LIVES, MAX_MARKETS, Campaign, read
from chalicelib.domain.frozen import frozen_part

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"


def sample() -> dict[str, Any]:
    """The sample file, decoded."""
    return tomllib.loads(SAMPLE.read_text("utf-8"))


def campaign() -> Campaign:
    """The sample file, read."""
    found, problems = read(sample())
    assert found is not None, problems
    return found


def listed(data: Any) -> list[tuple[str, str]]:
    """The problems of a campaign, as a person reads them."""
    found, problems = read(data)
    assert (found is None) == bool(problems)
    return [(problem.key_path, problem.detail) for problem in problems]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sample with one value replaced."""
    data = sample()
    place: Any = data
    *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    for key in parents:
        place = place[key]
    place[last] = value
    return data


MISTAKES: list[tuple[str, Any, str, str]] = [
    *(
        ("id", name, "id", f"must not be {name!r}: the service keeps files of its own under that name")
        for name in ("chain", "comments", "quarantine", "rules")
    ),
    ("regions/1/id", "tohoku", "regions[1].id", "'tohoku' is already there"),
    ("markets/1/code", "JP", "markets[1].code", "'JP' is already there"),
    ("lives/1/id", "sendai-2022", "lives[1].id", "'sendai-2022' is already there"),
    ("currency", "XXX", "currency", "must be one of JPY, KRW, VND, USD, EUR, GBP, TWD, THB, IDR, PHP, MYR"),
    ("regions", [], "regions", "needs at least one region"),
    ("markets", [], "markets", f"needs 1 to {MAX_MARKETS} markets, not 0"),
    ("markets/0/code", "ZZ", "markets[0].code", "ZZ stands for unknown markets and is always there"),
    ("exchange/currency", "XXX", "exchange.currency", "must be one of JPY, KRW, VND, USD, EUR, GBP, TWD, THB, IDR, PHP, MYR"),
    ("lives/0/region", "atlantis", "lives[0].region", "is not a region of this campaign"),
    ("lives/0/starts_at", "2022-07-10T19:00:01+09:00", "lives[0].starts_at", "must be on a whole minute"),
    ("lives/0/ends_at", "2022-07-10T21:00:00.5+09:00", "lives[0].ends_at", "must be on a whole minute"),
    ("lives/0/starts_at", "1970-07-10T19:00:00+09:00", "lives[0].starts_at", "must be a year from 1971 to 9998"),
    ("lives/0/ends_at", "9999-12-31T23:59:00-23:59", "lives[0].ends_at", "must be a year from 1971 to 9998"),
    ("lives/0/ends_at", "2022-07-10T19:00:00+09:00", "lives[0].ends_at", "must be at least a minute after starts_at"),
    ("lives/0/programme/2/minute", 120, "lives[0].programme[2].minute", "is not within the live's 120 minutes"),
    ("lives/0/programme/1/minute", 0, "lives[0].programme[1].minute", "must be later than the segment before it"),
    ("lives/0/donation/minimum", 1000001, "lives[0].donation.minimum", "1000001 is more than the cap of 1000000"),
    ("lives/0/donation/base", 1000001, "lives[0].donation.base", "1000001 is more than the cap of 1000000"),
    (
        "lives/0/donation/steps",
        [{"at": 5, "reached": "above", "amount": 1}, {"at": 6, "reached": "at-or-above", "amount": 1}],
        "lives[0].donation.steps[1].at",
        "6 is not passed later than the step before it (5)",
    ),
    (
        "lives/0/donation/rates",
        [{"kind": "like", "per": 1, "amount": 1}, {"kind": "like", "per": 2, "amount": 1}],
        "lives[0].donation.rates[1].kind",
        "there is already a rate for like",
    ),
]


@pytest.mark.parametrize(("path", "value", "key_path", "detail"), MISTAKES)
def test_a_mistake_is_listed_at_its_place(path: str, value: Any, key_path: str, detail: str) -> None:
    found = listed(changed(path, value))
    assert (key_path, detail) in found
    only_consequence = path in ("regions", "regions/1/id")  # lives then name a region that is not there
    assert len(found) == 1 or only_consequence


@pytest.mark.parametrize(("path", "value", "key_path", "detail"), MISTAKES)
def test_a_wrong_type_elsewhere_hides_no_mistake(path: str, value: Any, key_path: str, detail: str) -> None:
    data = changed(path, value)
    data["keep_text"] = "perhaps"
    data["lives"][4]["donation"]["cap"] = "all"
    data["lives"][3].pop("starts_at")
    found = listed(data)
    assert {(key_path, detail), ("lives[4].donation.cap", "Expected `int`, got `str`")} <= set(found)
    assert ("lives[3].starts_at", "is required") in found
    assert ("keep_text", "Expected `bool`, got `str`") in found


def test_a_campaign_keeps_the_text_of_comments_only_if_it_says_so() -> None:
    data = sample()
    data.pop("keep_text", None)
    for said, kept in (({}, False), ({"keep_text": False}, False), ({"keep_text": True}, True)):
        found, problems = read({**data, **said})
        assert found is not None, problems
        assert found.keep_text is kept


def test_too_many_markets_and_lives_are_problems() -> None:
    data = sample()
    data["markets"] = [{"code": f"{a}{b}", "name": data["name"]} for a in "ABCDE" for b in "ABCDEFGHI"][: MAX_MARKETS + 1]
    data["lives"] = [{**data["lives"][0], "id": f"l{number}"} for number in range(MAX_LIVES + 1)]
    assert listed(data) == [
        ("markets", f"needs 1 to {MAX_MARKETS} markets, not {MAX_MARKETS + 1}"),
        ("lives", f"may be {MAX_LIVES} at most, not {MAX_LIVES + 1}"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("regions", None, [("regions", "Expected `array`, got `null`")]),
        ("regions/0/id", "Tohoku", [("regions[0].id", "must be 1 to 64 of the characters a-z, 0-9 and -")]),
        ("lives/0/donation", 5, [("lives[0].donation", "Expected `object`, got `int`")]),
        ("exchange", {"currency": 5}, [("exchange.currency", "Expected `str`, got `int`")]),
        ("lives/0/ends_at", "2022-07-10T18:00:00+09:00", [("lives[0].ends_at", "must be at least a minute after starts_at")]),
        ("currency", 5, [("currency", "Expected `str`, got `int`")]),
    ],
)
def test_one_mistake_is_not_reported_again_as_its_consequences(path: str, value: Any, expected: list[tuple[str, str]]) -> None:
    found = listed(changed(path, value))
    assert [each for each in found if not each[1].endswith("is required")] == expected


@pytest.mark.parametrize(
    "value",
    ["2022-07-10T19:00:00", *tomllib.loads("at = [2022-07-10T19:00:00, 2022-07-10, 19:00:00]")["at"], 5],
    ids=["text", "local", "day", "time", "number"],
)
def test_a_moment_needs_its_offset(value: Any) -> None:
    """A time without a zone would mean another moment on another machine."""
    ((key_path, detail),) = listed(changed("lives/0/starts_at", value))
    assert (key_path, detail[:32]) == ("lives[0].starts_at", "must be a date and time with its")


paths = st.sampled_from(
    [
        "id",
        "cap",
        "regions",
        "regions/0/id",
        "markets/0/code",
        "lives",
        "lives/0",
        "lives/0/ends_at",
        "lives/0/programme/0/minute",
    ]
    + [f"lives/1/donation/{field}" for field in ("cap", "base", "steps", "steps/0/at", "steps/0/reached", "minimum")]
    + ["exchange", "exchange/minor", "limits", "keep_days", "lives/0/settle_after_minutes"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(st.lists(st.tuples(paths, values), min_size=1, max_size=3))
def test_a_mangled_file_is_a_campaign_or_has_problems(mangled: list[tuple[str, Any]]) -> None:
    """Nothing is raised, whatever stands where."""
    data = sample()
    for path, value in mangled:
        place: Any = data
        *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        try:
            for key in parents:
                place = place[key]
            place[last] = copy.copy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took that place away
    found, problems = read(data)
    assert (found is None) == bool(problems)


def test_a_window_begins_with_its_first_minute_and_ends_before_its_last() -> None:
    live = campaign().live("sendai-2022")
    first = int(datetime(2022, 7, 10, 10, 0, tzinfo=UTC).timestamp()) // 60
    assert [live.covers(minute) for minute in (first - 1, first, first + 119, first + 120)] == [False, True, True, False]
    assert live.closes_at_ms == (first + 120 + 24 * 60) * 60_000


@pytest.mark.parametrize(
    ("path", "value", "frozen"),
    [
        ("lives/0/donation/cap", 1000001, True),
        ("lives/0/donation/fund/ja", "別の基金", True),
        ("lives/0/region", "kurume", True),
        ("lives/0/buckets", 64, True),
        ("lives/0/starts_at", "2022-07-10T19:01:00+09:00", True),
        ("markets/8/code", "GB", True),
        ("currency", "KRW", True),
        ("cap", 22500001, True),
        ("lives/0/starts_at", "2022-07-10T10:00:00Z", False),
        ("lives/0/ends_at", "2022-07-10T21:30:00+09:00", False),
        ("lives/0/settle_after_minutes", 60, False),
        ("lives/0/title/en", "Another title", False),
        ("lives/1/donation/cap", 5000000, False),
        ("markets/8/name/en", "USA", False),
        ("exchange/minor", 151, False),
    ],
)
def test_the_frozen_part_is_the_promise_and_nothing_else(path: str, value: Any, frozen: bool) -> None:
    after, problems = read(changed(path, value))
    assert after is not None, problems
    assert (frozen_part(campaign(), "sendai-2022") != frozen_part(after, "sendai-2022")) is frozen


def test_the_order_of_markets_in_the_file_is_not_frozen() -> None:
    subject = campaign()
    turned = msgspec.structs.replace(subject, markets=subject.markets[::-1])
    assert frozen_part(subject, "sendai-2022") == frozen_part(turned, "sendai-2022")


def test_what_a_campaign_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        campaign().live("atlantis-2024")
    with pytest.raises(KeyError):
        campaign().region("atlantis")
