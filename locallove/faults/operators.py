"""What runs by the clock in a world, and what AWS does to it: settlement, publishing, shards that split, items that go.

Answers for: settlement and closing, tried again and again, by two processes at once in some worlds; a last try of each
without faults.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any

from chalicelib.domain import channels
from chalicelib.domain.applied import Refused
from chalicelib.domain.campaigns import Campaign
from chalicelib.flows.decisions import ItemsMissing, NotSettled
from chalicelib.store.clients import StorageRefused
from chalicelib.store.reports import Taken
from locallove.faults import truth
from locallove.faults.chance import Chance
from locallove.faults.checks import Finding
from locallove.faults.network import SKEW_MS
from locallove.faults.parts import FENCE_MS, Service
from locallove.faults.posts import Said
from locallove.faults.scheduler import Crashed, Scheduler
from locallove.faults.stage import close_festival_now, close_now
from locallove.faults.storage import CLOSING, REACTIONS, SETTLEMENT
from locallove.faults.truth import Stored

_SETTLING_MS = (500, 3_000, 20_000, FENCE_MS - 20_000, *(FENCE_MS + 30_000 * number for number in range(8)))
"""After lives have closed: tries to settle."""

_CLOSING_MS = (*range(-4_000, 8_000, 500), *_SETTLING_MS[2:])
"""After the festival's voting has closed: tries to close, the first by clocks that are fast."""

_PUBLISHING_MS = (-240_000, -180_000, -120_000, -60_000, FENCE_MS + 60_000)
_HOUR_MS = 3_600_000


class Operators:
    """Sets everything going that is not a sender's. `gone` are items that were missing before settlement, with their channel."""

    def __init__(self, chance: Chance, scheduler: Scheduler, service: Service, campaign: Campaign) -> None:
        self.gone: list[tuple[str, Mapping[str, Any]]] = []
        self._chance = chance
        self._scheduler = scheduler
        self._service = service
        self._campaign = campaign
        self._closes_ms = max(live.closes_at_ms for live in campaign.lives)
        self._votes = channels.of_festival(campaign, "votes")

    def begin(self) -> None:
        """Plan all of it."""
        self._at(f"{SETTLEMENT} A", 0, lambda: self._again(self._settle_all, _SETTLING_MS))
        if self._chance.strikes("two settlements at once", "settlement", 30):
            one_by_one = self._chance.number("second settlement", 0, 1)
            self._at(
                f"{SETTLEMENT} B", 0, lambda: self._again(self._settle_each if one_by_one else self._settle_all, _SETTLING_MS)
            )
        if self._chance.strikes("two publishing runs at once", "publishing", 8):
            for number, moment in enumerate(_PUBLISHING_MS):
                for name in ("A", "B"):
                    self._at(f"publishing {name} {number}", moment, self._publish)
        for number in range(3):
            self._at(f"shard operator {number}", self._chance.number(f"shard|{number}", -290_000, 0), self._divide)
        for live in self._campaign.lives:
            if self._chance.strikes("closing moved ahead", live.id, 15):
                moment = self._chance.number(f"ahead|{live.id}", -20_000, -3_000)
                close = partial(close_now, self._service, live.id)
                self._at(f"end of {live.id}", moment, partial(self._close, SETTLEMENT, live.id, close, self._settle_each))
            elif self._chance.strikes("items gone before settlement", live.id, 5):
                self._at(f"items of {live.id} go", FENCE_MS - 30_000, partial(self._take_away, live.id))
        if self._votes is not None:
            self._begin_closing(self._votes.id)

    def _begin_closing(self, votes: str) -> None:
        self._at(f"{CLOSING} A", _CLOSING_MS[0], lambda: self._again(self._close_festival, _CLOSING_MS))
        if self._chance.strikes("two closings at once", "closing", 30):
            self._at(f"{CLOSING} B", _CLOSING_MS[0], lambda: self._again(self._close_festival, _CLOSING_MS))
        if self._chance.strikes("closing moved ahead", votes, 15):
            moment, close = self._chance.number(f"ahead|{votes}", -20_000, -3_000), partial(close_festival_now, self._service)
            self._at(f"end of {votes}", moment, partial(self._close, CLOSING, votes, close, self._close_festival))
        elif self._chance.strikes("items gone before settlement", votes, 5):
            self._at(f"items of {votes} go", -10_000, partial(self._take_away, votes))

    def finish(self, findings: list[Finding]) -> None:
        """Settle and close without a fault what could not be yet; an hour later count again, and close what is closed."""
        now_ms = max(self._scheduler.now_ms, self._closes_ms + FENCE_MS)
        for later_ms in (0, _HOUR_MS):
            self._scheduler.now_ms = now_ms + later_ms
            for promise, deed in (("settlement", self._settle_all), ("closing", self._close_festival)):
                for error in _errors(deed, self._scheduler.now_ms):
                    if not (self.gone and isinstance(error, ItemsMissing)):
                        findings.append(Finding(promise, f"{type(error).__name__}: {error}"))

    def gone_batches(self, said: Mapping[str, Said]) -> list[Stored]:
        """What was stored, and counted, and is gone."""
        return [truth.stored(item, said) for _, item in self.gone]

    def _at(self, name: str, after_closing_ms: int, deed: Callable[[], None]) -> None:
        self._scheduler.begin(name, deed, self._closes_ms + after_closing_ms - self._scheduler.now_ms)

    def _again(self, deed: Callable[[int], None], moments: Sequence[int]) -> None:
        """Try at every moment that the schedule has; a process that dies is followed by another."""
        task = self._scheduler.task
        assert task is not None
        skew_ms = self._chance.number(f"skew|{task.name}", -SKEW_MS, SKEW_MS)
        for moment in moments:
            self._scheduler.sleep(self._closes_ms + moment - self._scheduler.now_ms)
            self._try(deed, skew_ms)

    def _try(self, deed: Callable[[int], None], skew_ms: int = 0) -> None:
        with suppress(Crashed, ExceptionGroup, NotSettled, StorageRefused, Taken):
            deed(self._scheduler.now_ms + skew_ms)

    def _close(self, kind: str, name: str, close: Callable[[int], int], deed: Callable[[int], None]) -> None:
        """The operator closes a live or the festival now, and settles it as soon as can be."""
        task = self._scheduler.task
        assert task is not None
        task.immune = True
        closes_ms = None
        while closes_ms is None:
            with suppress(Refused):  # a second has passed meanwhile: the operator says it again
                closes_ms = close(self._scheduler.now_ms)
        for moment in _SETTLING_MS:
            self._at(
                f"{kind} of {name} after {moment}",
                closes_ms + moment - self._closes_ms,
                lambda: self._try(deed),
            )

    def _settle_all(self, now_ms: int) -> None:
        self._service.settler().settle_all(now_ms)

    def _settle_each(self, now_ms: int) -> None:
        for live in reversed(self._campaign.lives):
            with suppress(NotSettled):
                self._service.settler().settle(self._campaign.id, live.id, now_ms)

    def _close_festival(self, now_ms: int) -> None:
        """Close it, with a secret for the seal that nobody else has."""
        if self._votes is not None:
            task = self._scheduler.task
            key = sha256(f"{task.name if task else ''} {now_ms}".encode()).digest()
            self._service.closer().close(self._campaign.id, now_ms, key)

    def _publish(self) -> None:
        with suppress(Crashed, ExceptionGroup, StorageRefused):
            self._service.publisher().publish_all(self._scheduler.now_ms, "publishing")

    def _divide(self) -> None:
        """A shard ends, with two children or one."""
        task = self._scheduler.task
        assert task is not None
        stream = self._service.storage.stream
        shard = next(each for each in stream.shards if not each.closed)
        if self._chance.strikes("shard split", task.name, 12):
            stream.split(shard)
        elif self._chance.strikes("shard rolled", task.name, 12):
            stream.split(shard, children=1)
        self._scheduler.rouse()

    def _take_away(self, live: str) -> None:
        """TTL takes a batch before its time."""
        tables = self._service.storage.tables
        counting = [item for item in tables.items(REACTIONS) if item["live"]["S"] == live and not item["rehearsal"]["BOOL"]]
        if counting:
            item = counting[0]
            tables.expire(REACTIONS, item["pk"]["S"], item["sk"]["S"])
            self.gone.append((live, item))
            self._scheduler.rouse()


def _errors(deed: Callable[[int], None], now_ms: int) -> Sequence[Exception]:
    """What stops a deed that no fault strikes."""
    try:
        deed(now_ms)
    except ExceptionGroup as group:
        return group.exceptions
    except Exception as error:
        return (error,)
    return ()
