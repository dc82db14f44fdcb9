"""The poll: which votes of a festival count, once voting is over.

Answers for: one vote of each voter for an award (the first by `at`, then by the hash of its id); votes that are set aside, each
with its reason; votes that the platform suspects, held apart; the ledger's lines.
Refuses: holding all votes in memory. It works range by range of voters' hashes, as the recount of a live does by ids
(`domain/recount.py`): all votes of a voter lie in one range.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain import votes
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.entrants import Entrant, Standing
from chalicelib.domain.packing import ID_BYTES, USER_BYTES
from chalicelib.domain.recount import Range

NotCounted: TypeAlias = Literal["outside", "unknown", "ineligible", "rejected", "withdrawn", "own", "repeated"]
"""Why a vote does not count; the first that is so. `repeated`: the voter has another vote for this award that comes first."""

_BY_STANDING: Mapping[Standing, NotCounted] = {"ineligible": "ineligible", "rejected": "rejected", "withdrawn": "withdrawn"}
_END = struct.Struct(">II")
_AT = struct.Struct(">Q")
_BEFORE_ID = USER_BYTES + _AT.size


class Line(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One vote in the ledger: keyed hashes of its voter and its id, entry, moment (UTC ms), and why it is held or not counted."""

    voter: str
    id: str
    entry: str
    at_ms: int
    suspect: str | None = None
    not_counted: NotCounted | None = None


@dataclass(slots=True)
class Names:
    """Names by number, so that a record of a vote has a fixed length but for its batch."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def number(self, name: str) -> int:
        """The number of a name, a new one for a new name."""
        number = self.numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number


@dataclass(frozen=True, slots=True)
class Ballot:
    """An award's votes: when they count (ms since the Unix epoch), who competes, and entries' creators, hashed as voters."""

    award: str
    hours: range
    entrants: Mapping[str, Entrant]
    creators: Mapping[str, bytes]

    def why_not(self, voter: bytes, entry: str, at_ms: int) -> NotCounted | None:
        """Why a vote is set aside whatever else its voter has voted, or None."""
        if at_ms not in self.hours:
            return "outside"
        entrant = self.entrants.get(entry)
        if entrant is None:
            return "unknown"
        if not entrant.competes:
            return _BY_STANDING[entrant.standing]
        return "own" if self.creators.get(entry) == voter else None


@dataclass(slots=True)
class Poll:
    """What the votes for an award come to; it grows as ledger lines are drawn from it."""

    ballot: Ballot
    counted: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    not_counted: dict[NotCounted, int] = field(default_factory=dict)
    suspected: dict[str, int] = field(default_factory=dict)
    """Held votes, by the platform's reason."""

    _entries: Names = field(default_factory=Names)
    _suspects: Names = field(default_factory=Names)

    def records(self, batch: StoredBatch, within: Range) -> Iterator[bytes]:
        """A batch's votes for the award by voters in this range. Sorted as bytes, a voter's stand together, what counts first.

        A record is the hash of the voter, the moment, the hash of the id, the moment of receipt, `sender#batch id`, a zero byte,
        and the numbers of entry and suspicion. Raises: ValueError.
        """
        ballots = votes.ballots(batch.packed)
        received = _AT.pack(batch.received_at_ms) + batch.sort_key.encode() + b"\0"
        chosen = zip(ballots.awards, ballots.entries, ballots.times, ballots.suspects, strict=True)
        for place, (award, entry, at_ms, suspect) in enumerate(chosen):
            voter = ballots.voters[place * USER_BYTES : (place + 1) * USER_BYTES]
            if award == self.ballot.award and within.has(voter):
                hashed = ballots.ids[place * ID_BYTES : (place + 1) * ID_BYTES]
                said = _END.pack(self._entries.number(entry), self._suspects.number(suspect or ""))
                yield voter + _AT.pack(at_ms) + hashed + received + said

    def lines(self, sorted_records: Iterable[bytes]) -> Iterator[bytes]:
        """The ledger lines of one range's records; all votes of a voter must be in it."""
        before = b""
        for record in sorted_records:
            voter, hashed = record[:USER_BYTES], record[_BEFORE_ID : _BEFORE_ID + ID_BYTES]
            (at_ms,) = _AT.unpack_from(record, USER_BYTES)
            entry_number, suspect_number = _END.unpack_from(record, len(record) - _END.size)
            entry, suspect = self._entries.names[entry_number], self._suspects.names[suspect_number] or None
            why = self.ballot.why_not(voter, entry, at_ms)
            if why is None and voter == before:
                why = "repeated"
            elif why is None:
                before = voter
            self._count(entry, suspect, why)
            yield msgspec.json.encode(Line(voter.hex(), hashed.hex(), entry, at_ms, suspect, why)) + b"\n"

    def _count(self, entry: str, suspect: str | None, why: NotCounted | None) -> None:
        if why is not None:
            self.not_counted[why] = self.not_counted.get(why, 0) + 1
        elif suspect is None:
            self.counted[entry] = self.counted.get(entry, 0) + 1
        else:
            self.held[entry] = self.held.get(entry, 0) + 1
            self.suspected[suspect] = self.suspected.get(suspect, 0) + 1
