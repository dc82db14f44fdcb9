"""The first pass of a recount: every stored batch of a live, or of a part of a festival, is unpacked and added up once.

Answers for: which batches are taken (no rehearsal, received before the closing, not excluded by name), what each part comes to,
what cannot be unpacked, and which markets are too small to be named. Nothing here grows with the number of reactions.
Refuses: dropping copies (`domain/recount.py`), and comparing with totals (`domain/reconciliation.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from chalicelib.domain import entries, metrics, packing, tally, votes
from chalicelib.domain.batches import StoredBatch, Told
from chalicelib.domain.campaigns import Limits
from chalicelib.domain.ledger import MIN_CROWD
from chalicelib.domain.packing import ID_BYTES, Columns
from chalicelib.domain.tally import UNKNOWN_MARKET, Counts, Tally, add_tallies, add_to, in_markets
from chalicelib.domain.unaccounted import Most, most


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken of a channel's batches: those received before `closes_at_ms`, but for those excluded by name.

    `batches` are excluded by `sender#batch id`, `keys` by the id of the secret that signed them. `limits` are the campaign's:
    they say how much can have been in a batch that cannot be read. A festival's votes have awards in place of `markets`.
    """

    closes_at_ms: int
    markets: frozenset[str]
    limits: Limits
    batches: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def excludes(self, batch: StoredBatch) -> bool:
        """Whether the operator leaves this batch out."""
        return batch.sort_key in self.batches or batch.key_id in self.keys

    def takes(self, batch: StoredBatch) -> bool:
        """Whether the reactions of this batch are recounted."""
        return not batch.rehearsal and batch.received_at_ms < self.closes_at_ms and not self.excludes(batch)

    def market(self, market: str) -> str:
        """The market, or `ZZ` for one that is not the campaign's (any more)."""
        return market if market in self.markets else UNKNOWN_MARKET


@dataclass(slots=True)
class Part:
    """Some of the batches: how many, their reactions by the receipts, and what these come to."""

    batches: int = 0
    accepted: int = 0
    rejected: int = 0
    tally: dict[int, dict[str, Counts]] = field(default_factory=dict)

    def add(self, receipt: Told, counted: Tally) -> None:
        """One batch more."""
        self.batches += 1
        self.accepted += receipt.accepted
        self.rejected += receipt.rejected
        add_to(self.tally, counted)


class Survey:
    """What is stored of a live, batch by batch. `watched` are sort keys whose tallies are kept (the quarantined ones).

    `unreadable` are batches that cannot be unpacked. `unaccounted` is the most that can have been counted of those excluded of
    which nobody can say it.
    """

    def __init__(self, taking: Taking, watched: Collection[str] = ()) -> None:
        self.taking = taking
        self.taken, self.late, self.excluded, self.rehearsal = Part(), Part(), Part(), Part()
        self.excluded_batches: list[str] = []
        self.excluded_keys: set[str] = set()
        self.unreadable: list[str] = []
        self.unaccounted = Most()
        self.watched: dict[str, Tally] = {}
        self.newest_ms = 0
        self._watching = frozenset(watched)
        self._crowds: dict[str, set[bytes]] = {}

    def add(self, batch: StoredBatch) -> None:
        """One stored batch more; each exactly once."""
        if self.taking.excludes(batch):
            self._leave_out(batch)
            return
        try:
            receipt, columns, counted = self._read(batch)
        except ValueError:
            self.unreadable.append(batch.sort_key)
            return
        if batch.sort_key in self._watching:
            self.watched[batch.sort_key] = {} if batch.rehearsal else counted
        self._part(batch).add(receipt, counted)
        if self.taking.takes(batch):
            self.newest_ms = max(self.newest_ms, batch.received_at_ms)
            self._meet(columns)

    @property
    def stored(self) -> Tally:
        """Everything that the totals should have: taken, late and excluded alike, rehearsals apart."""
        return add_tallies([self.taken.tally, self.late.tally, self.excluded.tally])

    @property
    def named_markets(self) -> frozenset[str]:
        """The markets with enough different reactions to be named."""
        return frozenset(market for market, crowd in self._crowds.items() if len(crowd) >= MIN_CROWD)

    def _part(self, batch: StoredBatch) -> Part:
        if batch.rehearsal:
            return self.rehearsal
        return self.taken if batch.received_at_ms < self.taking.closes_at_ms else self.late

    def _leave_out(self, batch: StoredBatch) -> None:
        """An excluded batch: by what was counted of it, for it may be one that cannot be unpacked."""
        self.excluded_batches.append(batch.sort_key)
        self.excluded_keys.add(batch.key_id)
        if batch.sort_key in self._watching:
            self.watched[batch.sort_key] = {}
        try:
            receipt, counted = msgspec.json.decode(batch.receipt, type=Told), tally.decode(batch.tally)
        except ValueError:
            self.unaccounted += most(batch, self.taking.limits)
            return
        if not batch.rehearsal:
            part = in_markets(counted, self.taking.markets)
            self.excluded.add(receipt, part)
            if batch.sort_key in self._watching:
                self.watched[batch.sort_key] = part

    def _read(self, batch: StoredBatch) -> tuple[Told, Columns | None, Tally]:
        """A batch's parts, which must agree with each other. Raises: ValueError."""
        accepted, counted, columns = _held(batch)
        receipt = msgspec.json.decode(batch.receipt, type=Told)
        if counted != tally.decode(batch.tally) or receipt.accepted != accepted:
            raise ValueError("a batch that does not hold what was counted of it")
        return receipt, columns, in_markets(counted, self.taking.markets)

    def _meet(self, columns: Columns | None) -> None:
        """Remember up to `MIN_CROWD` different reactions of each market; a festival's batches have none."""
        for place, market in enumerate(columns.markets if columns else ()):
            crowd = self._crowds.setdefault(self.taking.market(market), set())
            if columns and len(crowd) < MIN_CROWD:
                crowd.add(columns.ids[place * ID_BYTES : (place + 1) * ID_BYTES])


def _held(batch: StoredBatch) -> tuple[int, Tally, Columns | None]:
    """How many items a batch holds, what was to be counted of them, and reactions in columns. Raises: ValueError, TooMuch."""
    if batch.of == "entries":
        return len(entries.unpack(batch.packed)), {}, None
    if batch.of == "metrics":
        return len(metrics.unpack(batch.packed).entries), {}, None
    if batch.of == "votes":
        cast = votes.ballots(batch.packed)
        return len(cast.awards), votes.tally_of(list(zip(cast.awards, cast.times, strict=True))), None
    columns = packing.columns(batch.packed)
    return len(columns.kinds), counted_again(columns), columns


def counted_again(columns: Columns) -> dict[int, dict[str, Counts]]:
    """The tally of a batch, from its reactions."""
    cells: dict[tuple[int, str], list[int]] = {}
    for kind, count, at_ms, market, value in zip(
        columns.kinds, columns.counts, columns.times, columns.markets, columns.values, strict=True
    ):
        cell = cells.setdefault((at_ms // 60_000, market), [0, 0, 0, 0])
        cell[kind] += count
        cell[3] += count * value
    counted: dict[int, dict[str, Counts]] = {}
    for (minute, market), counts in cells.items():
        counted.setdefault(minute, {})[market] = Counts(*counts)
    return counted
