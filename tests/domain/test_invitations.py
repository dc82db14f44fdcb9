"""Invitations by themselves: how long one holds, what a new one may say, and which tokens there can be."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.invitations import Invitation, end_ms, invited_to, problems, token_sha256
from chalicelib.domain.publication import File, Manifest, MissingFile

JST = timezone(timedelta(hours=9))
NOW_MS = 1_700_000_000_000
SAMPLE = Invitation("ab" * 32, "test-campaign", None, "宮城県", "ja", date(2024, 3, 31), NOW_MS)


def but(**fields: Any) -> Invitation:
    return msgspec.structs.replace(SAMPLE, **fields)


def ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_it_holds_to_the_last_millisecond_of_its_last_day_in_japan() -> None:
    last = ms(datetime(2024, 3, 31, 23, 59, 59, 999_000, JST))
    assert last == ms(datetime(2024, 3, 31, 14, 59, 59, 999_000, UTC))
    assert SAMPLE.holds(last)
    assert not SAMPLE.holds(last + 1)


def test_a_revoked_one_holds_no_more_whatever_its_day() -> None:
    assert not but(revoked_at_ms=NOW_MS).holds(NOW_MS)


@pytest.mark.parametrize("day", [date.min, date(2024, 2, 29), date.max])
def test_every_day_of_the_calendar_ends(day: date) -> None:
    assert end_ms(day) % 86_400_000 == 15 * 3_600_000


def test_a_good_one_has_no_problem() -> None:
    campaign = sample_campaign()
    last = ms(datetime(2024, 3, 31, 23, 59, 59, 999_000, JST))
    for each in (SAMPLE, but(region="kumamoto"), but(for_whom="宮城県　復興支援課"), but(for_whom="あ" * 100)):
        assert list(problems(each, campaign, last)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"region": "tohoku"}, "test-campaign has no region 'tohoku': there is kumamoto"),
        ({"region": "../campaign"}, "test-campaign has no region '../campaign': there is kumamoto"),
        ({"for_whom": ""}, "it must say for whom it is"),
        ({"for_whom": " 　"}, "it must say for whom it is"),
        ({"for_whom": "あ" * 101}, "for whom it is must be said in 100 characters"),
        ({"for_whom": "a\nb"}, "for whom it is must be one line of text"),
        ({"for_whom": "\udc80"}, "for whom it is must be one line of text"),
        ({"expires_on": date(2024, 3, 30)}, "2024-03-30 is over in Japan"),
    ],
)
def test_what_is_wrong_is_said(fields: dict[str, Any], said: str) -> None:
    """Half past midnight in Japan, when it is still the day before in London."""
    now_ms = ms(datetime(2024, 3, 31, 0, 30, tzinfo=JST))
    assert list(problems(but(**fields), sample_campaign(), now_ms)) == [said]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = but(region="nowhere", for_whom="\n", expires_on=date(2020, 1, 1))
    assert len(list(problems(wrong, sample_campaign(), NOW_MS))) == 4


def test_tokens_are_128_bits_and_all_different() -> None:
    tokens = {runtime.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(bytes.fromhex(token)) * 8 for token in tokens} == {128}


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "０" * 32, "0" * 32 + "\n", "\udc80" * 32])
def test_what_can_be_no_token_has_no_hash(text: str) -> None:
    assert token_sha256(text) is None
    assert token_sha256("0" * 32) is not None


def test_the_title_names_campaign_and_region_in_the_invitations_language() -> None:
    campaign = sample_campaign()
    titles = {
        (region, language): invited_to(but(region=region, language=language), campaign, None).title
        for region in (None, "kumamoto", "gone")
        for language in ("ja", "en")
    }
    assert [titles[None, language] for language in ("ja", "en")] == ["Test", "Test"]
    assert [titles["kumamoto", language] for language in ("ja", "en")] == ["Test 熊本", "Test Kumamoto"]
    assert titles["gone", "ja"] == "Test gone"


def test_missing_formats_are_shown_with_their_reason() -> None:
    file, missing = File("totals.csv", 3, "cd" * 32, "text/csv"), MissingFile("report.xlsx", "MemoryError")
    manifest = Manifest(1, "campaign", "test-campaign", "2024-02-15T10:30:00Z", (file,), (missing,))
    shown = invited_to(SAMPLE, sample_campaign(), manifest)
    assert (shown.published, shown.as_of, shown.files, shown.missing) == (True, "2024-02-15T10:30:00Z", (file,), (missing,))
