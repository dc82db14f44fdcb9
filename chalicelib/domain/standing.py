"""How a campaign stands: totals and donations, folded from the rows of the `totals` table.

Answers for: applying windows to minutes, donations with the minute in which each step was reached, the campaign's cap.
Refuses: reading the table, and the shapes of answers and reports (`domain/answers.py`, `domain/reports.py`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import MINUTE_MS, Live
from chalicelib.domain.channels import Channel
from chalicelib.domain.donations import Donation, Earned, Rule, donate, share_cap
from chalicelib.domain.tally import NOTHING, ByMarket, Counts, Tally, add_markets, add_tallies, add_up, only_markets


class Status(StrEnum):
    """Where a live is in its life. Before `settled` every figure is provisional."""

    SCHEDULED = "scheduled"
    ON = "on"
    ENDED = "ended"
    CLOSED = "closed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of totals: the counts of one minute and stream shard, or (minute None) of a shard's rehearsals."""

    minute: int | None
    markets: ByMarket
    as_of_ms: int

    def __add__(self, other: "Row") -> "Row":
        """Two rows of one minute as one."""
        return Row(self.minute, add_markets((self.markets, other.markets)), max(self.as_of_ms, other.as_of_ms))


@dataclass(frozen=True)
class LiveTotals:
    """Everything counted of a live: minutes inside its window, reactions outside it, rehearsals.

    `as_of_ms` is the newest counted change (ms since the epoch), 0 when nothing has been counted. Sums are added up once,
    however many answers are made of them.
    """

    minutes: Tally
    outside_minutes: Tally
    rehearsal: Counts
    as_of_ms: int

    @cached_property
    def by_market(self) -> ByMarket:
        """What counts, by market."""
        return add_markets(self.minutes.values())

    @cached_property
    def by_minute(self) -> Mapping[int, Counts]:
        """What counts, by minute."""
        return {minute: add_up(markets.values()) for minute, markets in self.minutes.items()}

    @cached_property
    def counts(self) -> Counts:
        """What counts."""
        return add_up(self.by_market.values())

    @cached_property
    def outside(self) -> Counts:
        """What is kept and shown, but does not count."""
        return add_up(add_markets(self.outside_minutes.values()).values())

    def counts_until(self, start: int, end: int) -> Counts:
        """What would count in a window from minute `start` up to, but not including, `end`."""
        everything = (*self.minutes.items(), *self.outside_minutes.items())
        return add_up(counts for minute, markets in everything if start <= minute < end for counts in markets.values())


@dataclass(frozen=True, slots=True)
class LiveStanding:
    """A live's totals and its donation. `minor` is the donation after the campaign's cap; `reached` gives the minute
    (since the epoch) in which each step was passed, None for those ahead. `settled` is there once the totals are final."""

    live: Live
    epoch: int
    totals: LiveTotals
    donation: Donation
    minor: int
    reached: tuple[int | None, ...]
    settled: Settled | None
    paid_minor: int

    def status(self, now_ms: int) -> Status:
        """The status at a moment."""
        return Status.SETTLED if self.settled else status(self.live, now_ms)


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's lives in the order of its file."""

    applied: Applied
    lives: tuple[LiveStanding, ...]

    def live(self, live: str) -> LiveStanding:
        """The live of this id. Raises: KeyError."""
        for each in self.lives:
            if each.live.id == live:
                return each
        raise KeyError(live)

    def final(self, lives: Sequence[LiveStanding]) -> bool:
        """Whether the donations of these lives are final: there are some, and nothing that decides them is unsettled."""
        return bool(lives) and not self.unsettled(lives)

    def unsettled(self, lives: Sequence[LiveStanding]) -> tuple[LiveStanding, ...]:
        """The lives still to be settled that decide the donations of these: all of them where a cap over all lives may bind."""
        decisive = self.lives if self.applied.campaign.cap_may_bind else lives
        return tuple(each for each in decisive if not each.settled)

    def of_region(self, region: str) -> tuple[LiveStanding, ...]:
        """The lives of one region."""
        return tuple(each for each in self.lives if each.live.region == region)


def status(live: Live, now_ms: int) -> Status:
    """The status of a live that is not settled."""
    if now_ms < live.start_minute * MINUTE_MS:
        return Status.SCHEDULED
    if now_ms < live.end_minute * MINUTE_MS:
        return Status.ON
    return Status.ENDED if now_ms < live.closes_at_ms else Status.CLOSED


def added_up(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The same counts with one row for each minute, and one for rehearsals, in place of one for each shard."""
    sums: dict[int | None, Row] = {}
    for row in rows:
        before = sums.get(row.minute)
        sums[row.minute] = before + row if before else row
    return tuple(sums.values())


def fold(live: Channel, rows: Iterable[Row], codes: Collection[str]) -> LiveTotals:
    """A live's totals out of its rows. The window is applied here, so a corrected end needs no recount.

    `codes` are the campaign's markets; what was counted for another, before it was taken out, is `ZZ` like all others. A
    festival's votes are folded by award in place of market.
    """
    rows = [Row(row.minute, only_markets(row.markets, codes), row.as_of_ms) for row in rows]
    counted = [(row.minute, row.markets) for row in rows if row.minute is not None]
    return LiveTotals(
        minutes=add_tallies({minute: markets} for minute, markets in counted if live.covers(minute)),
        outside_minutes=add_tallies({minute: markets} for minute, markets in counted if not live.covers(minute)),
        rehearsal=add_up(counts for row in rows if row.minute is None for counts in row.markets.values()),
        as_of_ms=max((row.as_of_ms for row in rows), default=0),
    )


def stand(applied: Applied, totals: Mapping[str, LiveTotals]) -> Standing:
    """The campaign's standing for the totals of its lives (by id); a live that is missing has nothing counted."""
    nothing = LiveTotals({}, {}, NOTHING, 0)
    lives = [(live, totals.get(live.id, nothing)) for live in applied.campaign.lives]
    donations = [donate(live.donation, each.counts) for live, each in lives]
    earned = [Earned(live.start_minute, live.id, each.minor) for (live, _), each in zip(lives, donations, strict=True)]
    minors = share_cap(applied.campaign.cap, earned)
    return Standing(
        applied,
        tuple(
            LiveStanding(
                live,
                applied.epoch(live.id),
                each,
                donation,
                minor,
                reached(live.donation, each.by_minute),
                applied.settled.get(live.id),
                applied.paid_minor(live.id),
            )
            for (live, each), donation, minor in zip(lives, donations, minors, strict=True)
        ),
    )


def reached(rule: Rule, minutes: Mapping[int, Counts]) -> tuple[int | None, ...]:
    """For each step the minute in which the running sum passed it."""
    found: list[int | None] = [None] * len(rule.steps)
    running = 0
    for minute in sorted(minutes):
        running += minutes[minute].total
        for index, step in enumerate(rule.steps):
            if found[index] is None and step.is_passed_by(running):
                found[index] = minute
    return tuple(found)
