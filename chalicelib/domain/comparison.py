"""A report beside others: the one published before it, and earlier lives of the campaign.

Answers for: since when and by how much the figures have moved, and what earlier lives came to.
Refuses: rankings. Lives stand in the order of their time.
"""

from collections.abc import Iterator

import msgspec

from chalicelib.domain.answers import CountsAnswer, counts_answer, utc_minute
from chalicelib.domain.donations import Words
from chalicelib.domain.standing import LiveStanding, Standing


class Since(msgspec.Struct, frozen=True):
    """The report that was published before this one, and how far the figures have moved; a correction may take away.

    `as_of` is the moment of that report's newest counted change, None if nothing had been counted.
    """

    as_of: str | None
    provisional: bool
    total: int
    total_added: int
    donation_minor: int
    donation_added_minor: int


class EarlierLive(msgspec.Struct, frozen=True):
    """A live of the campaign that began before the one of the report. `per_minute` is rounded down."""

    live: str
    title: Words
    starts_at: str
    minutes: int
    counts: CountsAnswer
    per_minute: int
    donation_minor: int
    final: bool


class Counted(msgspec.Struct):
    """The counts of an earlier report."""

    counts: CountsAnswer


class Before(msgspec.Struct):
    """What is compared of an earlier report, read from a `report.json` of any release."""

    as_of: str | None
    provisional: bool
    donation_minor: int
    figures: Counted
    since: Since | None = None


def since(before: Before, total: int, donation_minor: int) -> Since:
    """How far these figures are from an earlier report's."""
    was = before.figures.counts.total
    added = donation_minor - before.donation_minor
    return Since(before.as_of, before.provisional, was, total - was, before.donation_minor, added)


def earlier_lives(standing: Standing, subject: LiveStanding) -> tuple[EarlierLive, ...]:
    """The campaign's lives that began before this one, the first first."""
    return tuple(sorted(_earlier(standing, subject), key=lambda each: (each.starts_at, each.live)))


def _earlier(standing: Standing, subject: LiveStanding) -> Iterator[EarlierLive]:
    for each in standing.lives:
        live, counts = each.live, each.totals.counts
        if live.start_minute < subject.live.start_minute:
            minutes = live.end_minute - live.start_minute
            yield EarlierLive(
                live=live.id,
                title=live.title,
                starts_at=utc_minute(live.start_minute),
                minutes=minutes,
                counts=counts_answer(counts),
                per_minute=counts.total // minutes,
                donation_minor=each.minor,
                final=standing.final([each]),
            )
