"""Planted bugs: parts of the service with the mistakes that one might make, which the simulation must notice.

Answers for: thirteen of them, by name. Refuses: being imported by the service, or by anything but the simulation.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec

from chalicelib.domain import stream
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.batches import FestivalReceipt, Made, Receipt
from chalicelib.domain.campaigns import Live
from chalicelib.domain.packing import ID_BYTES, USER_BYTES
from chalicelib.domain.poll import Poll
from chalicelib.flows import intake
from chalicelib.flows.closing import Closer
from chalicelib.flows.counting import Counter, Entry, by_row, sum_of
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.gathering import Polled
from chalicelib.flows.intake import Intake
from chalicelib.flows.records import Records
from chalicelib.flows.settling import Settler
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.comments import Comments
from chalicelib.store.reactions import Reactions
from chalicelib.store.secrets import Secrets
from chalicelib.store.totals import Addition, RowKey
from locallove.faults.parts import Links, Parts, said_software, settled_statements

_AFTER = "local-love after "
_ARRIVAL = USER_BYTES + 8 + ID_BYTES
"""In a vote's record, where its batch begins."""


class _Plainly(Counter):
    """Can add to a row wherever it stands."""

    def _plainly(self, row: RowKey, addition: Addition) -> None:
        self._totals._add(row, addition, "attribute_not_exists(q) OR q <> :guard", "nowhere")


class PlainAdd(_Plainly):
    """Every delivery is added."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Wrong: see the class."""
        self._plainly(row, sum_of(entries))


class MarkThenAdd(_Plainly):
    """The position is moved first, exactly, and then the counts are added by a write of their own."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Wrong: see the class."""
        before = self._totals.position(row)
        remaining = [entry for entry in entries if entry.position > before]
        if remaining:
            whole = sum_of(remaining)
            mark = replace(whole, counts={})
            refused = self._totals.add_if_at(row, mark, before) if before else self._totals.add_if_before(row, mark, whole.last)
            if refused is None:
                self._plainly(row, whole)


class AddThenMark(_Plainly):
    """The counts are added first, and then the position is moved by a write of its own."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Wrong: see the class."""
        before = self._totals.position(row)
        remaining = [entry for entry in entries if entry.position > before]
        if remaining:
            whole = sum_of(remaining)
            self._plainly(row, replace(whole, last=before))
            self._plainly(row, replace(whole, counts={}))


class SkipTheBatch(Counter):
    """A batch that begins at or below the row's position is skipped whole."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Wrong: see the class."""
        self._totals.add_if_before(row, sum_of(entries), entries[0].position)


class OnePosition(_Plainly):
    """One position for all rows of a live and shard, written last."""

    def count(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Wrong: see the class."""
        reply = super().count(event, request_id)
        for row, entries in by_row(stream.read(event)).items():
            if entries[-1].position > self._totals.position(_mark_of(row)):
                self._plainly(_mark_of(row), replace(sum_of(entries), counts={}))
        return reply

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Wrong: see the class."""
        before = self._totals.position(_mark_of(row))
        if remaining := [entry for entry in entries if entry.position > before]:
            self._plainly(row, sum_of(remaining))


class UnpaddedPosition(Counter):
    """Positions are compared as the text in which they came."""

    def _add(self, shard: str, row: RowKey, entries: Sequence[Entry]) -> int:
        return super()._add(shard, row, [replace(entry, position=entry.position.lstrip("0")) for entry in entries])


class HashOfMeaning(Intake):
    """A batch is told from another by its JSON written again, in a form that each release has for itself."""

    def __init__(
        self, definitions: Definitions, secrets: Secrets, stored: Reactions, texts: Callable[[], Comments], release: int
    ) -> None:
        super().__init__(definitions, secrets, stored, texts)
        self._separators = (",", ":") if release % 2 else (", ", ": ")

    def _store(self, attempt: intake._Attempt, key: bytes) -> Receipt | FestivalReceipt:
        return super()._store(replace(attempt, sha256=self._hash(attempt.text)), key)

    def _make(self, attempt: intake._Attempt, key: bytes) -> Made:
        return super()._make(replace(attempt, sha256=sha256(attempt.text).digest()), key)

    def _hash(self, text: bytes) -> bytes:
        return sha256(json.dumps(json.loads(text), sort_keys=True, separators=self._separators).encode()).digest()


class Unchained(Records):
    """Records of statements that no chain has."""

    def link(self, campaign: str, settled: Settled) -> Settled:
        """Wrong: see the class."""
        linked = msgspec.structs.replace(settled, link=1)
        self.campaigns.settle(campaign, linked, settled)
        return linked


class ChainInside(Settler):
    """A statement names the one before it itself; there is no chain beside the statements."""

    def __init__(self, campaigns: Campaigns, *parts: Any) -> None:
        super().__init__(campaigns, *parts)
        self._records = Unchained(campaigns, self._records.statements)

    def _publish(self, applied: Applied, live: Live, folder: str, case: Any) -> str:
        self._software = _AFTER + self._newest()
        return super()._publish(applied, live, folder, case)

    def _settle_campaign(self, campaign: str, now_ms: int) -> None:
        self._software = _AFTER + self._newest()
        super()._settle_campaign(campaign, now_ms)

    def _newest(self) -> str:
        """The statement that none names yet; nothing before the first."""
        found = {key: self._published.read(key) for key in self._published.keys("")}
        links = chain_inside({key: each.body for key, each in found.items() if each})
        return min({statement for statement, _ in links} - {before for _, before in links}, default="")


def chain_inside(objects: Mapping[str, bytes]) -> Links:
    """The chain as the statements themselves tell it."""
    found = [(sha256(body).hexdigest(), said_software(body)) for _, body in settled_statements(objects)]
    return [(statement, software.removeprefix(_AFTER) or None) for statement, software in found]


class OncePerBatch(Poll):
    """Of a voter's votes in one batch the first counts; those in others count again."""

    def lines(self, sorted_records: Iterable[bytes]) -> Iterator[bytes]:
        """Wrong: see the class."""
        for _, of_batch in groupby(sorted(sorted_records, key=_arrival), key=_arrival):
            yield from super().lines(of_batch)


class LastByArrival(Poll):
    """Of a voter's votes the one counts that came last."""

    def lines(self, sorted_records: Iterable[bytes]) -> Iterator[bytes]:
        """Wrong: see the class."""
        return super().lines(sorted(sorted(sorted_records, key=_arrival, reverse=True), key=lambda each: each[:USER_BYTES]))


class ByBatch(Closer):
    """Counts votes wrongly, each batch by itself."""

    _poll: type[Poll] = OncePerBatch

    def _lines(self, polled: Polled, poll: Poll) -> Iterator[bytes]:
        wrong = self._poll(poll.ballot, poll.counted, poll.held, poll.not_counted, poll.suspected)
        return super()._lines(polled, wrong)


class ByArrival(ByBatch):
    """Counts votes wrongly, by when they came."""

    _poll = LastByArrival


def _arrival(record: bytes) -> bytes:
    """When a vote's batch came, and which it is."""
    return record[_ARRIVAL:-8]


def _mark_of(row: RowKey) -> RowKey:
    return RowKey(row.live, 0, row.shard_hash)


BUGS = {
    "plain ADD": Parts(counter=PlainAdd),
    "mark, then add": Parts(counter=MarkThenAdd),
    "add, then mark": Parts(counter=AddThenMark),
    "skip the batch": Parts(counter=SkipTheBatch),
    "one position for all rows": Parts(counter=OnePosition),
    "unpadded position": Parts(counter=UnpaddedPosition),
    "LATEST start": Parts(latest=True),
    "settle without fence": Parts(fence_ms=0),
    "hash of the canonical form": Parts(intake=HashOfMeaning),
    "chain inside the statement": Parts(settler=ChainInside, links=chain_inside),
    "vote counted twice on retry": Parts(closer=ByBatch),
    "last vote by arrival": Parts(closer=ByArrival),
    "close without fence": Parts(closing_fence_ms=0),
}
