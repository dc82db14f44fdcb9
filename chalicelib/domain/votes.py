"""Votes of a film festival's audience: what a batch of them may say, their tally, and their packed form.

Answers for: every problem of a vote that cannot be counted; how many were received, by minute and award.
Refuses: deciding which of them count (`domain/poll.py`): while voting is open nobody knows more than how many there are.
"""

import re
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib.domain import packing
from chalicelib.domain.campaigns import DAY_MS, MINUTE_MS
from chalicelib.domain.festival import Festival, ms
from chalicelib.domain.ids import Id
from chalicelib.domain.moments import Moments
from chalicelib.domain.packing import ID_BYTES, USER_BYTES
from chalicelib.domain.problems import Problem
from chalicelib.domain.tally import Counts, Tally
from chalicelib.domain.texts import MAX_MINUTES, Form, Name, NothingValid, Reading, TooMuch, is_printable

SLACK_MS = DAY_MS
_NUMBER = re.compile("[1-9][0-9]{0,17}|[1-8][0-9]{18}", re.ASCII)
"""What fits into 63 bits and is written in one way only."""


class Vote(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One vote as it comes over the wire. `suspect` is the platform's reason to hold it; ids of voters are those of creators."""

    id: Name
    voter: Name
    award: Id
    entry: Name
    at: str
    suspect: Name | None = None


class VotesBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON document that is signed. `festival` repeats the campaign of the address, for the signature does not cover it."""

    festival: str
    votes: tuple[Vote, ...]
    rehearsal: bool = False


class Cast(NamedTuple):
    """A vote as it is counted: `at_ms` in UTC milliseconds, cut, never rounded."""

    id: str
    voter: str
    award: str
    entry: str
    at_ms: int
    suspect: str | None


class Ballots(NamedTuple):
    """A batch's votes, column by column, in the order in which they were sent; ids and voters as keyed hashes, end to end."""

    ids: bytes
    voters: bytes
    awards: Sequence[str]
    entries: Sequence[str]
    times: Sequence[int]
    suspects: Sequence[str | None]


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    awards: tuple[str, ...]
    award_of: bytes
    entry_steps: bytes
    entry_names: tuple[str, ...]
    entry_of: bytes
    first_ms: int
    later_ms: bytes
    suspects: tuple[str | None, ...]
    suspect_of: bytes


_FORM = Form(VotesBatch, Vote, "festival", "votes")


class Poll:
    """What a festival's voting takes: its awards by vote, and moments not further than a day from its hours."""

    def __init__(self, campaign: str, festival: Festival) -> None:
        self.campaign = campaign
        self.awards = frozenset(award.id for award in festival.awards if award.votes is not None)
        self.earliest_ms = self.latest_ms = 0
        if festival.voting is not None:
            self.earliest_ms = ms(festival.voting.opens_at) - SLACK_MS
            self.latest_ms = ms(festival.voting.closes_at) + SLACK_MS
        self.moments = Moments()


def read(text: bytes, poll: Poll) -> Reading[Cast]:
    """The votes in this text: good ones accepted, bad ones listed. Raises: NotReadable, TooMuch, NothingValid."""
    document = _FORM.read(text, poll.campaign)
    problems, bad = document.problems, document.rejected
    accepted: list[Cast] = []
    seen: set[str] = set()
    rehearsal: bool = document.fields.rehearsal
    for index, vote in document.items:
        at_ms, wrong = _check(vote, poll, seen, anytime=rehearsal)
        if wrong:
            problems.extend(Problem(f"/votes/{index}/{name}", detail) for name, detail in wrong)
            bad.add(str(index))
            continue
        seen.add(vote.id)
        accepted.append(Cast(vote.id, vote.voter, vote.award, vote.entry, at_ms, vote.suspect))
    if not accepted:
        raise NothingValid(problems or [Problem("/votes", "has no vote")])
    return Reading(rehearsal, tuple(accepted), len(bad), tuple(problems))


def tally_of(votes: Sequence[tuple[str, int]]) -> Tally:
    """How many votes there are by minute and award, of awards and moments (UTC ms). Raises: TooMuch over 60 minutes."""
    numbers: dict[tuple[int, str], int] = {}
    for award, at_ms in votes:
        place = at_ms // MINUTE_MS, award
        numbers[place] = numbers.get(place, 0) + 1
    tally: dict[int, dict[str, Counts]] = {}
    for (minute, award), number in numbers.items():
        tally.setdefault(minute, {})[award] = Counts(vote=number)
    if len(tally) > MAX_MINUTES:
        raise TooMuch(f"{len(tally)} different minutes; a batch may hold {MAX_MINUTES}")
    return tally


def pack(accepted: Sequence[Cast], key: bytes) -> bytes:
    """The votes in their order, under the campaign's pseudonymisation key; version 1 of `domain/packing.py`.

    Of the entries those that are numbers are stored as the sorted numbers' differences, the first one's from 0.
    """
    awards, award_of = _indexed([each.award for each in accepted])
    numbered, named = _apart({each.entry for each in accepted})
    _, steps = packing.differences((0, *numbered))
    entry_of = _places([each.entry for each in accepted], [*map(str, numbered), *named])
    suspects, suspect_of = _indexed([each.suspect for each in accepted])
    first_ms, later_ms = packing.differences([each.at_ms for each in accepted])
    return packing.pack_columns(
        _Columns(awards, award_of, steps, named, entry_of, first_ms, later_ms, suspects, suspect_of),
        packing.id_hashes([each.id for each in accepted], key),
        packing.user_hashes([each.voter for each in accepted], key),
    )


def ballots(stored: bytes) -> Ballots:
    """The votes of a stored batch, of any released version. Raises: ValueError."""
    ids, voters, found = packing.unpack_columns(stored, _Columns)
    try:
        read = Ballots(
            ids,
            voters,
            _named(found.awards, found.award_of),
            _named([*map(str, packing.summed(0, found.entry_steps)[1:]), *found.entry_names], found.entry_of),
            packing.summed(found.first_ms, found.later_ms) if found.award_of else (),
            _named(found.suspects, found.suspect_of),
        )
    except (struct.error, LookupError) as error:
        raise ValueError(f"not a packed batch of votes: {error}") from error
    if {len(ids) / ID_BYTES, len(voters) / USER_BYTES, *map(len, read[2:])} != {len(read.awards)}:
        raise ValueError("not a packed batch of votes: its columns are not equally long")
    return read


def _indexed(names: Sequence[Any]) -> tuple[tuple[Any, ...], bytes]:
    """The different names, and of each vote which of them it has."""
    different = tuple(dict.fromkeys(names))
    return different, _places(names, different)


def _places(names: Sequence[Any], different: Sequence[Any]) -> bytes:
    place = {name: index for index, name in enumerate(different)}
    return packing.shuffled([place[name] for name in names])


def _apart(entries: set[str]) -> tuple[list[int], tuple[str, ...]]:
    """Entries whose ids are numbers, as those of posts are, and the other ones by name, each in their order."""
    numbered = {name for name in entries if _NUMBER.fullmatch(name)}
    return sorted(map(int, numbered)), tuple(sorted(entries - numbered))


def _named(names: Sequence[Any], index_of: bytes) -> list[Any]:
    return [names[index] for index in packing.unshuffled(index_of)]


def _check(vote: Vote, poll: Poll, seen: set[str], *, anytime: bool) -> tuple[int, list[tuple[str, str]]]:
    """The moment of a vote (UTC ms), and what is wrong with it: names of fields with a reason each."""
    at_ms = 0
    wrong: list[tuple[str, str]] = []
    try:
        at_ms = poll.moments.at_ms(vote.at)
    except ValueError as error:
        wrong.append(("at", str(error)))
    else:
        if not anytime and not poll.earliest_ms <= at_ms < poll.latest_ms:
            wrong.append(("at", "is more than 24 hours outside the hours of voting"))
    for name in ("id", "voter", "entry", "suspect"):
        if not is_printable(getattr(vote, name) or ""):
            wrong.append((name, "must be printable ASCII"))
    if vote.award not in poll.awards:
        wrong.append(("award", "is no award of this festival that is decided by votes"))
    if vote.id in seen:
        wrong.append(("id", "is the id of an earlier vote in this batch"))
    return at_ms, wrong
