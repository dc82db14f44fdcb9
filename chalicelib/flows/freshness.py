"""Freshness: the totals that everybody watches, read from the table once a second however many ask.

Answers for: one read at a time for each live and instance, whose outcome all get who come meanwhile, and whose rows all who come
within `KEPT_MS`; older minutes, which only late batches reach, added up and read again after `OLDER_KEPT_MS`.
Refuses: keeping a window or a rule (rows are kept, and a definition that has changed is applied to them at once), keeping a
refusal, and reports and settlement, which read consistently (`flows/reading.py`). Reads here are eventually consistent: a later
one may come from a replica that is behind, and a total be smaller than a moment ago. Who shows it keeps the greatest
(epoch, total), as with answers of several instances.
"""

from collections.abc import Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock

from chalicelib.domain.campaigns import MINUTE_MS, Campaign
from chalicelib.domain.channels import Channel, FestivalChannel
from chalicelib.domain.standing import LiveTotals, Row, added_up, fold
from chalicelib.flows.reading import CountedTotals
from chalicelib.store.totals import Totals

KEPT_MS = 1_000
OLDER_KEPT_MS = 15_000

RECENT_MINUTES = 10
"""Minutes before the newest one that are read anew each time."""

MOST_LIVES = 64


@dataclass(slots=True)
class _Seen:
    """What was read of a live, a row for each minute: those from `since` on at `read_ms`, all others at `older_read_ms`."""

    rows: tuple[Row, ...]
    since: int
    read_ms: int
    older_read_ms: int
    folded: tuple[Campaign, LiveTotals] | None = None

    def is_fresh(self, now_ms: int) -> bool:
        """Whether it may be answered with."""
        return abs(now_ms - self.read_ms) < KEPT_MS and self.has_fresh_older(now_ms)

    def has_fresh_older(self, now_ms: int) -> bool:
        """Whether its older minutes need not be read. A clock that has been set back makes nothing last."""
        return abs(now_ms - self.older_read_ms) < OLDER_KEPT_MS


class FreshTotals:
    """What is counted of lives that are not settled, a second old at most; any number of threads may ask."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._lock = Lock()
        self._seen: dict[str, _Seen] = {}
        self._under_way: dict[str, Future[_Seen]] = {}

    def at(self, now_ms: int) -> CountedTotals:
        """Gives lives' totals for somebody who asks at this moment. It raises StorageRefused where the table does."""
        return lambda campaign, live: self._totals_of(campaign, live, campaign.market_codes, now_ms)

    def votes(self, campaign: Campaign, votes: FestivalChannel, now_ms: int) -> LiveTotals:
        """How many votes of a festival are received, by award. Raises: StorageRefused."""
        return self._totals_of(campaign, votes, votes.awards, now_ms)

    def _totals_of(self, campaign: Campaign, channel: Channel, codes: Collection[str], now_ms: int) -> LiveTotals:
        seen = self._see(channel.id, now_ms)
        folded = seen.folded
        if folded is None or folded[0] is not campaign:
            folded = seen.folded = campaign, fold(channel, seen.rows, codes)
        return folded[1]

    def _see(self, live: str, now_ms: int) -> _Seen:
        mine: Future[_Seen] = Future()
        with self._lock:
            seen = self._seen.get(live)
            if seen is not None and seen.is_fresh(now_ms):
                return seen
            reading = self._under_way.setdefault(live, mine)
        if reading is mine:
            self._read(live, seen, now_ms, mine)
        return reading.result()

    def _read(self, live: str, seen: _Seen | None, now_ms: int, reading: "Future[_Seen]") -> None:
        """Read, and give the outcome to all who wait for it, whichever it is: nobody waits for ever."""
        try:
            found = self._found(live, seen, now_ms)
        except BaseException as error:
            self._settle(live, None)
            reading.set_exception(error)
        else:
            self._settle(live, found)
            reading.set_result(found)

    def _found(self, live: str, seen: _Seen | None, now_ms: int) -> _Seen:
        if seen is None or not seen.has_fresh_older(now_ms):
            rows = added_up(self._totals.rows(live))
            return _Seen(rows, _recent(rows, now_ms), now_ms, now_ms)
        older = (row for row in seen.rows if row.minute is not None and row.minute < seen.since)
        rows = (*older, *added_up(self._totals.rows(live, since=seen.since)))
        return _Seen(rows, seen.since, now_ms, seen.older_read_ms)

    def _settle(self, live: str, found: _Seen | None) -> None:
        with self._lock:
            del self._under_way[live]
            if found is not None:
                self._seen.pop(live, None)
                self._seen[live] = found
                if len(self._seen) > MOST_LIVES:
                    del self._seen[next(iter(self._seen))]


def _recent(rows: Iterable[Row], now_ms: int) -> int:
    """From which minute on rows are recent.

    It counts back from the newest minute that has any, for a recording that is sent today lies in the past; but not from one
    that is still to come: a sender whose clock is wrong would make the whole live old.
    """
    newest = max((row.minute for row in rows if row.minute is not None), default=0)
    return max(0, min(newest, now_ms // MINUTE_MS) - RECENT_MINUTES)
