"""The report of one film of a festival: its place in each award that is revealed, and how its votes came in.

Answers for: who the finalists are, and all that may be told of one of them.
Refuses: awards that are still sealed, of which only the name is said; reading.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult, Film, Way
from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_report import day, views_are_told
from chalicelib.domain.festival_wording import award_in_words, decision_in_words
from chalicelib.domain.poll import Line
from chalicelib.domain.statement_lines import Published, published

VERSION = 1
FIRST_PLACES = 3


class FilmDay(msgspec.Struct, frozen=True):
    """A film's votes of a day in Japan: those that count, and those held apart."""

    on: str
    counted: int
    held: int


class FilmAward(msgspec.Struct, frozen=True):
    """A film in an award that is revealed: `place` among `films`, its exact score, and how the award was decided."""

    award: str
    name: Words
    by: Way
    rule: Words
    revealed_at: str
    place: int
    films: int
    score: str
    won: bool
    decided: Words
    held: int | None
    by_day: tuple[FilmDay, ...]


class FilmReport(msgspec.Struct, frozen=True):
    """A film; `creator` and `caption` are the creator's own words. `sealed` are awards that are not revealed yet.

    `views` and `likes` are those that count, told once every award that they decide is revealed.
    """

    version: int
    campaign: str
    campaign_name: Words
    entry: str
    creator: str
    caption: str
    posted_at: str
    views: int | None
    likes: int | None
    awards: tuple[FilmAward, ...]
    sealed: tuple[Words, ...]
    statement: Published


Days = Mapping[str, Mapping[str, Sequence[FilmDay]]]
"""Votes by day, by award and entry."""


def finalists(results: Iterable[AwardResult]) -> tuple[str, ...]:
    """The films in the first three places of any of these awards, each once."""
    return tuple(dict.fromkeys(film.entry for each in results for film in each.films if film.place <= FIRST_PLACES))


def votes_by_day(lines: Iterable[Line], entries: Collection[str]) -> dict[str, tuple[FilmDay, ...]]:
    """The votes of these films by day, out of an award's ledger."""
    days: dict[str, dict[str, list[int]]] = {entry: {} for entry in entries}
    for line in lines:
        if line.not_counted is None and line.entry in days:
            days[line.entry].setdefault(day(line.at_ms), [0, 0])[line.suspect is not None] += 1
    return {entry: tuple(FilmDay(on, *found[on]) for on in sorted(found)) for entry, found in days.items()}


def film_report(
    applied: Applied, festival: Festival, settled: Settled, results: Mapping[str, AwardResult], entry: str, days: Days
) -> FilmReport:
    """The report of a film that is in one of the revealed `results` (by award). Raises: KeyError for any other."""
    found = {award: film for award, each in results.items() for film in each.films if film.entry == entry}
    if not found:
        raise KeyError(entry)
    film = next(iter(found.values()))
    seen = next((each for each in found.values() if each.views is not None), film)
    told = views_are_told(festival, results)
    awards = (_award(applied, festival, results[each.id], found[each.id], days) for each in festival.awards if each.id in found)
    return FilmReport(
        version=VERSION,
        campaign=applied.campaign.id,
        campaign_name=applied.campaign.name,
        entry=entry,
        creator=film.creator,
        caption=film.caption,
        posted_at=utc(film.posted_ms),
        views=seen.views if told else None,
        likes=seen.likes if told else None,
        awards=tuple(awards),
        sealed=tuple(each.name for each in festival.awards if each.id not in results),
        statement=published(settled, f"/v1/festivals/{applied.campaign.id}/statement"),
    )


def _award(applied: Applied, festival: Festival, result: AwardResult, film: Film, days: Days) -> FilmAward:
    award = next(each for each in festival.awards if each.id == result.award)
    return FilmAward(
        award=result.award,
        name=result.name,
        by=result.by,
        rule=award_in_words(festival, award),
        revealed_at=utc(applied.revealed[result.award]),
        place=film.place,
        films=len(result.films),
        score=film.score,
        won=film.entry == result.winner,
        decided=decision_in_words(award, result.by, result.decided_by),
        held=film.held,
        by_day=tuple(days.get(result.award, {}).get(film.entry, ())),
    )
