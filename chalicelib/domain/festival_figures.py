"""What a campaign's report says of its festival: the form of it, figures only.

Answers for: entries by day, standing and reason; votes received; views and likes; each award, sealed or revealed.
Refuses: making it (`domain/festival_report.py`).
"""

from typing import Literal

import msgspec

from chalicelib.domain.award_result import EntryNumbers
from chalicelib.domain.donations import Words
from chalicelib.domain.standings import AwardVotes, Phase, VotesAnswer
from chalicelib.domain.statement_lines import Published


class EntryDay(msgspec.Struct, frozen=True):
    """Entries posted on a day in Japan (`2021-04-12`)."""

    on: str
    eligible: int
    not_eligible: int


class Number(msgspec.Struct, frozen=True):
    """How many there are of something: a standing, or a reason."""

    of: str
    number: int


class FestivalEntries(msgspec.Struct, frozen=True):
    """Entries as they stand. `by_day` has those posted while entries were open; `reasons` may be several of one entry."""

    numbers: EntryNumbers
    eligible: int
    not_eligible: int
    outside_period: int
    by_day: tuple[EntryDay, ...]
    by_standing: tuple[Number, ...]
    reasons: tuple[Number, ...]


class VoteDay(msgspec.Struct, frozen=True):
    """Votes received that were cast on a day in Japan within the hours of voting."""

    on: str
    by_award: tuple[AwardVotes, ...]


class FestivalVotes(msgspec.Struct, frozen=True):
    """Votes as they came in, before anybody looked at them; what became of them stands with each award that is revealed."""

    received: VotesAnswer
    by_day: tuple[VoteDay, ...]


class FestivalViews(msgspec.Struct, frozen=True):
    """Snapshots of views and likes: how many until the moment that counts, how many after it, and the newest one's moment.

    From the seal on the numbers are those of a revealed award that needs them. `views` and `likes` are the sums of the films of a
    revealed award by views and likes.
    """

    as_of: str
    snapshots: int | None
    later: int | None
    newest: str | None
    views: int | None
    likes: int | None


class PlacedFilm(msgspec.Struct, frozen=True):
    """A film in its place; `creator` and `caption` are the creator's own words, `score` is exact (`169/20`)."""

    place: int
    entry: str
    creator: str
    caption: str
    posted_at: str
    score: str
    views: int | None
    likes: int | None
    held: int | None


class AwardVotesChecked(msgspec.Struct, frozen=True):
    """The votes of an award that is revealed: counted, held apart by the platform's reasons, set aside by ours.

    `same_with_held` says whether the winner would be the same if those that are held counted.
    """

    counted: int
    held: tuple[Number, ...]
    not_counted: tuple[Number, ...]
    same_with_held: bool


class AwardFigures(msgspec.Struct, frozen=True):
    """An award: its rule in words, the hash of its result once that is sealed, and all of it once it is revealed."""

    award: str
    name: Words
    by: Literal["jury", "metrics", "votes"]
    rule: Words
    result_sha256: str | None
    revealed_at: str | None
    winner: str | None
    decided: Words | None
    films: int | None
    places: tuple[PlacedFilm, ...]
    votes: AwardVotesChecked | None


class FestivalReport(msgspec.Struct, frozen=True):
    """A festival as its campaign's report has it. `unreadable` are stored batches that stop the closing until they are left out.

    `recorded` grows with every vote, place in the chain and award revealed: within an epoch it tells which report is newer.
    """

    status: Phase
    as_of: str | None
    recorded: int
    entering: Words
    entries: FestivalEntries
    votes: FestivalVotes | None
    metrics: FestivalViews | None
    unreadable: int
    statement: Published | None
    awards: tuple[AwardFigures, ...]
