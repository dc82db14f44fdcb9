"""A festival in its campaign's report: what is told when, counted by hand."""

from datetime import timedelta

import msgspec
import pytest
from festivals import ENDED_AT, ENTRIES_CLOSE, ENTRIES_OPEN, VOTING_OPENS, festival_campaign

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult, EntryNumbers, Film, MetricNumbers
from chalicelib.domain.donations import Words
from chalicelib.domain.entries import Reason
from chalicelib.domain.festival import ms
from chalicelib.domain.festival_figures import EntryDay, FestivalReport, Number
from chalicelib.domain.festival_report import EntryStands, FestivalSources, day, festival_report
from chalicelib.domain.festival_wording import decision_in_words
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.tally import Counts

CAMPAIGN = festival_campaign()
NUMBERS = EntryNumbers(1, 4, 2, 0, 0, 0)
NONE = FestivalSources((), NUMBERS)


def reported(
    sources: FestivalSources = NONE, *, sealed: bool = False, now_ms: int = ms(ENDED_AT), **revealed: int
) -> FestivalReport:
    settled = Settled("x", 2, "folder", "5" * 64, ms(ENDED_AT) + 1_000, 9) if sealed else None
    applied = Applied(CAMPAIGN, 1, 0, {}, festival_settled=settled, revealed=revealed)
    assert CAMPAIGN.festival is not None
    return festival_report(applied, CAMPAIGN.festival, sources, now_ms)


def posted(after: timedelta, *reasons: Reason) -> EntryStands:
    return EntryStands(ms(ENTRIES_OPEN + after), reasons, "ineligible" if reasons else "eligible")


def award(name: str, by: str = "metrics") -> AwardResult:
    """A result of two films, whose views and likes are known."""
    films = (Film(1, "a", "c", "caption of a", 0, "12", 10, 1, None), Film(2, "b", "d", "caption of b", 0, "9", 7, 1, None))
    metered = MetricNumbers(0, 4, 1, 0, ())
    named = Words("賞", "Award")
    return AwardResult(1, "test-campaign", name, named, by, "0", "a", "score", None, films, metered, None, None)  # type: ignore[arg-type]


def test_a_day_is_japans() -> None:
    assert [day(ms(ENTRIES_OPEN.replace(year=2021, month=4, day=11, hour=hour, minute=0))) for hour in (14, 15)] == [
        "2021-04-11",
        "2021-04-12",
    ]


def test_entries_are_counted_once_by_day_and_once_for_each_reason() -> None:
    """Those posted outside the period are in no day."""
    entries = (
        posted(timedelta(0)),
        posted(timedelta(days=1), "too-short", "no-hashtag"),
        posted(timedelta(days=1, minutes=1)),
        posted(ENTRIES_CLOSE - ENTRIES_OPEN, "too-late"),
        posted(timedelta(seconds=-1), "too-early", "too-short"),
    )
    found = reported(FestivalSources(entries, NUMBERS)).entries
    first, second = (day(ms(ENTRIES_OPEN + timedelta(days=each))) for each in (0, 1))
    assert found.by_day == (EntryDay(first, 1, 0), EntryDay(second, 1, 1))
    assert (found.eligible, found.not_eligible, found.outside_period) == (2, 3, 2)
    assert {each.of: each.number for each in found.reasons} == {"no-hashtag": 1, "too-early": 1, "too-late": 1, "too-short": 2}
    assert [each for each in found.by_standing if each.number] == [Number("eligible", 2), Number("ineligible", 3)]


def test_an_entry_that_was_approved_is_not_eligible_and_stands_approved() -> None:
    found = reported(FestivalSources((EntryStands(ms(ENTRIES_OPEN), ("too-long",), "approved"),), NUMBERS)).entries
    assert (found.eligible, found.not_eligible) == (0, 1)
    assert [each for each in found.by_standing if each.number] == [Number("approved", 1)]


def test_votes_are_counted_by_day_and_award() -> None:
    first = ms(VOTING_OPENS) // 60_000
    minutes = {first + offset: {"favourite": Counts(vote=number)} for offset, number in ((0, 3), (1, 4), (24 * 60, 5))}
    votes = LiveTotals(minutes, {first - 1: {"favourite": Counts(vote=2)}}, Counts(vote=1), 77_000)
    found = reported(FestivalSources((), NUMBERS, votes))
    assert found.votes is not None
    assert [[each.received for each in one.by_award] for one in found.votes.by_day] == [[7], [5]]
    assert (found.votes.received.received, found.votes.received.outside, found.votes.received.rehearsal) == (12, 2, 1)
    assert (found.as_of, found.recorded) == ("1970-01-01T00:01:17Z", 15)


def test_a_result_that_is_there_is_told_only_if_its_award_is_revealed() -> None:
    """Nobody hands one over before; if somebody did, it would still not be told."""
    given = FestivalSources((), NUMBERS, results={"audience": award("audience")}, sealed={"audience": "a" * 64})
    found = reported(given, sealed=True)
    assert [each.winner for each in found.awards] == [None] * 3
    assert "caption" not in msgspec.json.encode(found.awards).decode()
    told = reported(given, sealed=True, audience=5)
    assert [each.winner for each in told.awards] == [None, "a", None]
    assert (told.awards[1].result_sha256, told.awards[1].revealed_at) == ("a" * 64, "1970-01-01T00:00:00Z")


def test_views_by_film_wait_for_the_award_that_they_decide() -> None:
    """Another award whose ties they broke is revealed without them."""
    given = FestivalSources((), NUMBERS, snapshots=None, results={"favourite": award("favourite", "votes")})
    found = reported(given, sealed=True, favourite=5)
    assert [(film.views, film.likes) for film in found.awards[2].places] == [(None, None)] * 2
    assert found.metrics is not None
    assert (found.metrics.snapshots, found.metrics.later, found.metrics.views, found.metrics.likes) == (4, 1, None, None)
    both = FestivalSources((), NUMBERS, snapshots=None, results={**given.results, "audience": award("audience")})
    found = reported(both, sealed=True, favourite=5, audience=6)
    assert [(film.views, film.likes) for film in found.awards[2].places] == [(10, 1), (7, 1)]
    assert found.metrics is not None
    assert (found.metrics.views, found.metrics.likes) == (17, 2)


def test_the_newest_change_is_the_last_award_that_was_revealed() -> None:
    at_ms = ms(ENDED_AT) + 60_000
    found = reported(FestivalSources((), NUMBERS, results={"audience": award("audience")}), sealed=True, audience=at_ms)
    assert found.as_of == (ENDED_AT + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found.recorded == 2, "its place in the chain, and the award"


@pytest.mark.parametrize(
    ("place", "by", "decided_by", "ja", "en"),
    [
        (0, "jury", "score", "点数が最も高い作品です。", "It has the highest score."),
        (0, "jury", "story", "同点のため、Storyの点数の高さで決めました。", "A tie, decided by the better mean of story."),
        (1, "metrics", "likes", "同点のため、いいねの数の多さで決めました。", "A tie, decided by more likes."),
        (2, "votes", "score", "票数が最も多い作品です。", "It has the most votes."),
        (2, "votes", "jury", "同点のため、審査員が決めました。", "A tie, decided by the jury."),
        (2, "votes", "nobody", "該当する作品はありません。", "No film was given it."),
    ],
)
def test_what_decided_is_said_in_words(place: int, by: str, decided_by: str, ja: str, en: str) -> None:
    assert CAMPAIGN.festival is not None
    assert decision_in_words(CAMPAIGN.festival.awards[place], by, decided_by) == Words(ja, en)
