"""Entrants: which of a festival's stored entries compete for its awards.

Answers for: one entry for each post (that of the batch with the smallest moment of receipt, then sender, then batch id), why it
is eligible or not, what the operator decided about it, and the form of the published line.
Refuses: storage, and letting anybody compete whose age the platform does not attest, whatever is decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec

from chalicelib.domain import entries
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.entries import Duration, Entered, Hashtags, Reason
from chalicelib.domain.festival import Festival
from chalicelib.domain.ids import Pseudonym
from chalicelib.domain.moments import Ms
from chalicelib.domain.texts import Name

Verdict: TypeAlias = Literal["approve", "reject", "withdraw"]
Standing: TypeAlias = Literal["eligible", "ineligible", "approved", "rejected", "withdrawn"]

_STANDING: Mapping[Verdict, Standing] = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn"}


class EntryDecision(msgspec.Struct, frozen=True):
    """What the operator decided about an entry, and why; the newest one of an entry is in force. `at` is RFC 3339 in UTC."""

    entry: str
    verdict: Verdict
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    at: str


class Entrant(msgspec.Struct, frozen=True):
    """An entry, how it stands, and every reason for which it is not eligible."""

    entered: Entered
    reasons: tuple[Reason, ...]
    standing: Standing

    @property
    def competes(self) -> bool:
        """Whether it can win."""
        return self.standing in ("eligible", "approved")


class EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry in the ledger of entries: what decides whether it competes. `creator` is a keyed hash, as voters are."""

    id: Name
    creator: Pseudonym
    hashtags: Hashtags
    posted_ms: Ms
    duration: Duration
    attested: bool
    reasons: tuple[Reason, ...]
    verdict: Verdict | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Entrants:
    """A festival's entries by id, in the order of their posts; `duplicates` came again, some otherwise (`conflicts`)."""

    by_id: Mapping[str, Entrant]
    duplicates: int
    conflicts: int

    @property
    def competing(self) -> dict[str, Entrant]:
        """Those that can win."""
        return {name: each for name, each in self.by_id.items() if each.competes}


def standing(reasons: Sequence[Reason], verdict: Verdict | None) -> Standing:
    """How an entry stands. An approval mends every reason but that nobody attests the creator's age."""
    if verdict == "approve" and "not-attested" in reasons:
        return "ineligible"
    if verdict is not None:
        return _STANDING[verdict]
    return "ineligible" if reasons else "eligible"


def entrants(batches: Iterable[StoredBatch], festival: Festival, decisions: Iterable[EntryDecision]) -> Entrants:
    """The entrants out of batches of entries. Raises: ValueError for a batch that cannot be read."""
    verdicts = {each.entry: each.verdict for each in decisions}
    first: dict[str, Entered] = {}
    duplicates = conflicts = 0
    for batch in sorted(batches, key=lambda each: (each.received_at_ms, each.sort_key)):
        for entered in entries.unpack(batch.packed):
            before = first.setdefault(entered.id, entered)
            duplicates += before is not entered
            conflicts += before != entered
    found: dict[str, Entrant] = {}
    for entered in sorted(first.values(), key=lambda each: (each.posted_ms, each.id)):
        why = entries.reasons(entered, festival)
        found[entered.id] = Entrant(entered, why, standing(why, verdicts.get(entered.id)))
    return Entrants(found, duplicates, conflicts)
