"""Counting: stream records become totals, each exactly once, however often and however cut Lambda delivers them.

The rule, for each row of totals by itself: records are applied by one conditional update that adds the counts and moves the
row's position. If the row stands elsewhere, the records at or below its position are dropped (never the whole batch: a
redelivery may be longer than what was applied) and the rest is tried again. Dying between two rows is harmless.

Refuses: losing a record. One that cannot be read, or whose update DynamoDB refuses as invalid, is put into the quarantine
first; throttling, time-outs and denied access raise, and Lambda delivers again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import telemetry
from chalicelib.domain import stream
from chalicelib.domain.stream import Delivery, Record
from chalicelib.domain.tally import ByMarket, add_markets
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.totals import Addition, RowKey, Totals, UpdateInvalid

MAX_TRIES = 100


class NoProgress(Exception):
    """A row moved under us again and again; Lambda will deliver the records once more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one record adds to one row."""

    position: str
    markets: ByMarket
    record: Record


class Counter:
    """Counts deliveries into totals."""

    def __init__(self, totals: Totals, quarantine: Quarantine) -> None:
        self._totals = totals
        self._quarantine = quarantine

    def count(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Count the records of one Lambda event and give the reply, which always has `state`.

        Any redelivery of any part, at any time, twice at once too, leaves the totals the same.
        Raises: NoShard, RowVanished, NoProgress, StorageRefused; then nothing is lost, for Lambda delivers again.
        """
        self.add(stream.read(event), request_id)
        return {"state": event.get("state") or {}}

    def add(self, delivery: Delivery, request_id: str) -> None:
        """Count what was delivered of a shard: once, whatever of it was counted before. Raises as above, but for NoShard."""
        for each in delivery.unreadable:
            self._quarantine.keep(delivery.shard, each.position, each.reason, each.raw)
        for live in sorted({record.live for record in delivery.records if not record.rehearsal}):
            self._totals.mark_counted(live)
        rows = by_row(delivery)
        refused = sum(self._add(delivery.shard, row, entries) for row, entries in rows.items())
        telemetry.records_counted(
            request_id,
            delivery.shard,
            records=len(delivery.records),
            rows=len(rows),
            quarantined=len(delivery.unreadable) + refused,
        )

    def _add(self, shard: str, row: RowKey, entries: Sequence[Entry]) -> int:
        """Add the entries to their row; gives how many had to be quarantined."""
        try:
            self.add_exactly_once(row, entries)
        except UpdateInvalid as error:
            if len(entries) > 1:
                return sum(self._add(shard, row, [entry]) for entry in entries)
            (entry,) = entries
            if self._totals.position(row) >= entry.position:
                return 0  # counted by an earlier delivery: only this update of it was refused
            self._quarantine.keep(shard, entry.position, str(error), entry.record.raw, row.sort_key)
            self.add_exactly_once(row, [Entry(entry.position, {}, entry.record)])
            return 1
        return 0

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        """Add to a row what of the entries (in the order of their positions) it does not have yet."""
        remaining = list(entries)
        observed: str | None = None
        for _ in range(MAX_TRIES):
            addition = sum_of(remaining)
            if observed is None:
                observed = self._totals.add_if_before(row, addition, remaining[0].position)
            else:
                observed = self._totals.add_if_at(row, addition, observed)
            if observed is None:
                return
            remaining = [entry for entry in remaining if entry.position > observed]
            if not remaining:
                return
        raise NoProgress(f"{row.live} {row.sort_key}")


def sum_of(entries: Sequence[Entry]) -> Addition:
    """What the entries (in the order of their positions) add together."""
    newest = max(entry.record.received_at_ms for entry in entries)
    return Addition(add_markets(entry.markets for entry in entries), entries[-1].position, newest)


def by_row(delivery: Delivery) -> dict[RowKey, list[Entry]]:
    """What each row of totals gets, in the order of positions. Rehearsals have one row per shard, without minutes."""
    rows: dict[RowKey, list[Entry]] = {}
    for record in delivery.records:
        parts: Mapping[int | None, ByMarket] = (
            {None: add_markets(record.minutes.values())} if record.rehearsal else dict(record.minutes.items())
        )
        for minute, markets in parts.items():
            row = RowKey(record.live, minute, delivery.shard_hash)
            rows.setdefault(row, []).append(Entry(record.position, markets, record))
    return rows
