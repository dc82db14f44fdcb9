"""A festival in its campaign's report: entries over time, who is eligible and why not, votes, views and likes, awards.

Answers for: one `FestivalReport` out of what was read. Before an award is revealed it has no film, creator or caption of it: only
how many votes were received, and the hash of what is sealed.
Refuses: reading (`flows/festival_reporting.py`), and deciding anything.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, get_args

from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied
from chalicelib.domain.award_result import AwardResult, EntryNumbers, Film, VoteNumbers, way
from chalicelib.domain.campaigns import MINUTE_MS
from chalicelib.domain.entrants import Standing
from chalicelib.domain.entries import REASONS, Reason
from chalicelib.domain.festival import Award, Festival, ms
from chalicelib.domain.festival_figures import (
    AwardFigures,
    AwardVotesChecked,
    EntryDay,
    FestivalEntries,
    FestivalReport,
    FestivalViews,
    FestivalVotes,
    Number,
    PlacedFilm,
    VoteDay,
)
from chalicelib.domain.festival_wording import award_in_words, decision_in_words, entering_in_words
from chalicelib.domain.moments import JST
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.standings import SHOWN_PLACES, AwardVotes, phase, votes_answer
from chalicelib.domain.statement_lines import published


class EntryStands(NamedTuple):
    """Of an entry, what is told of it before anybody has won: when it was posted, why it is not eligible, how it stands."""

    posted_ms: int
    reasons: tuple[Reason, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class FestivalSources:
    """All that a festival's part of a report is made from.

    `snapshots` are the moments of views and likes (UTC ms), None from the seal on. `sealed` has the hash of each award's result,
    `results` are of the awards that are revealed, and of no other. `newest_ms` is when something was last received.
    """

    entries: Sequence[EntryStands]
    entered: EntryNumbers
    votes: LiveTotals | None = None
    snapshots: Sequence[int] | None = ()
    unreadable: int = 0
    newest_ms: int = 0
    sealed: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, AwardResult] = field(default_factory=dict)


def festival_report(applied: Applied, festival: Festival, sources: FestivalSources, now_ms: int) -> FestivalReport:
    """The festival's part of the campaign's report."""
    settled, votes = applied.festival_settled, sources.votes
    moments = (sources.newest_ms, votes.as_of_ms if votes else 0, settled.at_ms if settled else 0, *applied.revealed.values())
    newest = max(moments)
    address = f"/v1/festivals/{applied.campaign.id}/statement"
    return FestivalReport(
        status=phase(applied, festival, now_ms),
        as_of=utc(newest) if newest else None,
        recorded=_recorded(applied, votes),
        entering=entering_in_words(festival),
        entries=_entries(sources, festival),
        votes=None if votes is None else _votes(festival, votes),
        metrics=None if festival.metrics_as_of is None else _views(sources, ms(festival.metrics_as_of)),
        unreadable=sources.unreadable,
        statement=None if settled is None else published(settled, address),
        awards=tuple(_award(festival, each, applied.revealed.get(each.id), sources) for each in festival.awards),
    )


def day(moment_ms: int) -> str:
    """The day in Japan of a moment (UTC ms): `2021-04-12`."""
    return datetime.fromtimestamp(moment_ms // 1000, UTC).astimezone(JST).date().isoformat()


def _recorded(applied: Applied, votes: LiveTotals | None) -> int:
    received = votes.counts.vote + votes.outside.vote + votes.rehearsal.vote if votes else 0
    linked = applied.festival_settled is not None and applied.festival_settled.link is not None
    return received + linked + len(applied.revealed)


def _entries(sources: FestivalSources, festival: Festival) -> FestivalEntries:
    opens_ms, closes_ms = ms(festival.entries.opens_at), ms(festival.entries.closes_at)
    within = [each for each in sources.entries if opens_ms <= each.posted_ms < closes_ms]
    eligible = sum(not each.reasons for each in sources.entries)
    by_day = Counter((day(each.posted_ms), not each.reasons) for each in within)
    reasons = Counter(reason for each in sources.entries for reason in each.reasons)
    standings = Counter(each.standing for each in sources.entries)
    return FestivalEntries(
        numbers=sources.entered,
        eligible=eligible,
        not_eligible=len(sources.entries) - eligible,
        outside_period=len(sources.entries) - len(within),
        by_day=tuple(EntryDay(on, by_day[on, True], by_day[on, False]) for on in sorted({on for on, _ in by_day})),
        by_standing=tuple(Number(each, standings[each]) for each in get_args(Standing)),
        reasons=tuple(Number(each, reasons[each]) for each in REASONS if reasons[each]),
    )


def _votes(festival: Festival, votes: LiveTotals) -> FestivalVotes:
    days: dict[str, Counter[str]] = {}
    for minute, awards in votes.minutes.items():
        days.setdefault(day(minute * MINUTE_MS), Counter()).update({each: counts.vote for each, counts in awards.items()})
    named = [each.id for each in festival.awards if each.votes]
    by_day = (VoteDay(on, tuple(AwardVotes(each, days[on][each]) for each in named)) for on in sorted(days))
    return FestivalVotes(votes_answer(festival, votes), tuple(by_day))


def _views(sources: FestivalSources, as_of_ms: int) -> FestivalViews:
    snapshots = sources.snapshots
    metered = next((each.metered for each in sources.results.values() if each.metered), None)
    seen = next((each.films for each in sources.results.values() if each.by == "metrics"), None)
    until, later = (metered.snapshots, metered.later) if metered else _moments(snapshots, as_of_ms)
    return FestivalViews(
        as_of=utc(as_of_ms),
        snapshots=until,
        later=later,
        newest=utc(max(snapshots)) if snapshots else None,
        views=None if seen is None else sum(each.views or 0 for each in seen),
        likes=None if seen is None else sum(each.likes or 0 for each in seen),
    )


def _moments(snapshots: Sequence[int] | None, as_of_ms: int) -> tuple[int | None, int | None]:
    """How many snapshots there are until the moment that counts, and after it."""
    if snapshots is None:
        return None, None
    until = sum(each <= as_of_ms for each in snapshots)
    return until, len(snapshots) - until


def _award(festival: Festival, award: Award, revealed_ms: int | None, sources: FestivalSources) -> AwardFigures:
    result = None if revealed_ms is None else sources.results.get(award.id)
    views = views_are_told(festival, sources.results)
    return AwardFigures(
        award=award.id,
        name=award.name,
        by=way(award),
        rule=award_in_words(festival, award),
        result_sha256=sources.sealed.get(award.id),
        revealed_at=None if result is None or revealed_ms is None else utc(revealed_ms),
        winner=result.winner if result else None,
        decided=decision_in_words(award, result.by, result.decided_by) if result else None,
        films=len(result.films) if result else None,
        places=tuple(placed(film, views=views) for film in (result.films[:SHOWN_PLACES] if result else ())),
        votes=_checked(result, result.votes) if result and result.votes else None,
    )


def views_are_told(festival: Festival, revealed: Collection[str]) -> bool:
    """Whether each award by views and likes is revealed: until then no film's are shown, though they break another's ties."""
    return all(award.id in revealed for award in festival.awards if award.metrics)


def placed(film: Film, *, views: bool) -> PlacedFilm:
    """A film of a revealed result as reports show it, with its views and likes or without."""
    return PlacedFilm(
        film.place,
        film.entry,
        film.creator,
        film.caption,
        utc(film.posted_ms),
        film.score,
        film.views if views else None,
        film.likes if views else None,
        film.held,
    )


def _checked(result: AwardResult, votes: VoteNumbers) -> AwardVotesChecked:
    def numbers(found: Mapping[str, int]) -> Iterator[Number]:
        return (Number(each, number) for each, number in sorted(found.items()))

    same = votes.with_held.winner == result.winner
    return AwardVotesChecked(votes.counted, tuple(numbers(votes.held)), tuple(numbers(votes.not_counted)), same)
