"""Standings: how a festival stands, for anyone.

Answers for: the JSON of `GET /v1/festivals/{campaign}/standings`. Before the result is sealed it has only how many votes were
received, by award; from then on the seal; of each award the result once it is revealed, and not a word before.
Refuses: deciding awards (`domain/awarding.py`) and reading tables.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from chalicelib.domain import channels
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied
from chalicelib.domain.award_result import AwardResult, way
from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Award, Festival, ms
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.tally import NOTHING

SHOWN_PLACES = 100


class Phase(StrEnum):
    """Where a festival is in its life; while voting is open it is `voting`, whether entries are or not."""

    SCHEDULED = "scheduled"
    ENTERING = "entering"
    ENTERED = "entered"
    VOTING = "voting"
    ENDED = "ended"
    CLOSED = "closed"
    SEALED = "sealed"
    REVEALED = "revealed"


class AwardVotes(msgspec.Struct, frozen=True):
    """How many votes were received for an award within the hours of voting, copies and suspect ones included."""

    award: str
    received: int


class VotesAnswer(msgspec.Struct, frozen=True):
    """Votes as they came in, before anybody has looked at them; `outside` the hours of voting, and of `rehearsals`."""

    received: int
    by_award: tuple[AwardVotes, ...]
    outside: int
    rehearsal: int


class Seal(msgspec.Struct, frozen=True):
    """That the result is decided: its statement's SHA-256 and place in the chain; the statement has each result's SHA-256."""

    at: str
    number: int
    statement_sha256: str
    link: int | None


class FilmAnswer(msgspec.Struct, frozen=True):
    """A film in its place: `score` as it is published, `creator` and `caption` as they were posted."""

    place: int
    entry: str
    creator: str
    caption: str
    score: str


class AwardStanding(msgspec.Struct, frozen=True):
    """An award, and once it is revealed its winner, how it was decided, and the first places.

    `same_with_held` says of an award by votes whether the votes that are held apart would change the winner.
    """

    award: str
    name: Words
    by: str
    revealed_at: str | None
    winner: str | None
    decided_by: str | None
    places: tuple[FilmAnswer, ...]
    same_with_held: bool | None


class StandingsAnswer(msgspec.Struct, frozen=True):
    """How a festival stands. `as_of` is the newest vote that is counted."""

    festival: str
    name: Words
    status: Phase
    as_of: str | None
    votes: VotesAnswer | None
    seal: Seal | None
    awards: tuple[AwardStanding, ...]


def standings(
    applied: Applied, festival: Festival, votes: LiveTotals | None, results: Mapping[str, AwardResult], now_ms: int
) -> StandingsAnswer:
    """How the campaign's festival stands; `votes` are those received, `results` of the awards that are revealed, and no other."""
    campaign, settled = applied.campaign, applied.festival_settled
    seal = None
    if settled is not None:
        seal = Seal(utc(settled.at_ms), settled.number, settled.statement_sha256, settled.link)
    return StandingsAnswer(
        festival=campaign.id,
        name=campaign.name,
        status=phase(applied, festival, now_ms),
        as_of=utc(votes.as_of_ms) if votes is not None and votes.as_of_ms else None,
        votes=None if votes is None else votes_answer(festival, votes),
        seal=seal,
        awards=tuple(_award(each, applied.revealed.get(each.id), results.get(each.id)) for each in festival.awards),
    )


def phase(applied: Applied, festival: Festival, now_ms: int) -> Phase:
    """Where the festival is at this moment."""
    if applied.festival_settled is not None:
        return Phase.REVEALED if all(each.id in applied.revealed for each in festival.awards) else Phase.SEALED
    if festival.voting is not None and now_ms in festival.voting.hours:
        return Phase.VOTING
    if now_ms < ms(festival.entries.opens_at):
        return Phase.SCHEDULED
    if now_ms < ms(festival.entries.closes_at):
        return Phase.ENTERING
    if festival.voting is not None and now_ms < ms(festival.voting.opens_at):
        return Phase.ENTERED
    return Phase.ENDED if now_ms < channels.closed_at_ms(applied.campaign) else Phase.CLOSED


def votes_answer(festival: Festival, votes: LiveTotals) -> VotesAnswer:
    """How many votes were received."""
    by_award = [AwardVotes(each.id, votes.by_market.get(each.id, NOTHING).vote) for each in festival.awards if each.votes]
    return VotesAnswer(votes.counts.vote, tuple(by_award), votes.outside.vote, votes.rehearsal.vote)


def _award(award: Award, revealed_ms: int | None, result: AwardResult | None) -> AwardStanding:
    shown = None if revealed_ms is None else result
    return AwardStanding(
        award=award.id,
        name=award.name,
        by=way(award),
        revealed_at=None if shown is None or revealed_ms is None else utc(revealed_ms),
        winner=shown.winner if shown else None,
        decided_by=shown.decided_by if shown else None,
        places=tuple(
            FilmAnswer(film.place, film.entry, film.creator, film.caption, film.score)
            for film in (shown.films[:SHOWN_PLACES] if shown else ())
        ),
        same_with_held=None if shown is None or shown.votes is None else shown.votes.with_held.winner == shown.winner,
    )
