"""The geometry of the report's small drawings, in whole numbers.

Answers for: axes with round numbers, stacked areas of a live's minutes and a festival's days, the depth of a heat table's cell.
Refuses: colours (the style sheet has them) and text beyond numbers and times.

Drawings carry the counts themselves as coordinates (`viewBox` scales them), so nothing is rounded on the way.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isqrt

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.domain.festival_figures import FestivalEntries, FestivalVotes
from chalicelib.domain.film_report import FilmAward
from chalicelib.render.display import Display

KINDS = ("like", "comment", "gift")

HEAT_LEVELS = 8

PLOT_HEIGHT = 200
"""Height in pixels of a curve; its labels are placed beside it, so that they keep their size on a phone."""

TICK_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
TICK_DAYS = (1, 2, 7, 14, 28, 56, 112)

MOST_DAYS = 400
"""More would be thinner than a pixel on a phone."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a stacked bar, in counts."""

    kind: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis: `at` in pixels from the top, or as a percentage from the left (`25.0%`)."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Minutes or days: so many wide (`width`) and `top` high, as SVG paths from the highest layer to the lowest."""

    width: int
    top: int
    layers: tuple[tuple[str, str], ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


def blocks(counts: CountsAnswer) -> tuple[Block, ...]:
    """A bar of the three kinds, one after the other."""
    return (
        Block("like", 0, counts.like),
        Block("comment", counts.like, counts.comment),
        Block("gift", counts.like + counts.comment, counts.gift),
    )


def heat(value: int, greatest: int) -> int:
    """The depth of a cell, 0 (nothing) to `HEAT_LEVELS`; by the square root, so that small markets can be told apart."""
    return isqrt(HEAT_LEVELS**2 * value // greatest) if greatest else 0


def curve(minutes: Sequence[MinuteAnswer], display: Display) -> Curve:
    """The stacked area of a live, minute by minute."""
    layers = (
        ("gift", [minute.counts.total for minute in minutes]),
        ("comment", [minute.counts.like + minute.counts.comment for minute in minutes]),
        ("like", [minute.counts.like for minute in minutes]),
    )
    return _plot(layers, TICK_MINUTES, lambda index: display.clock(minutes[index].at), display)


def entries_by_day(entries: FestivalEntries, display: Display) -> Curve | None:
    """Entries by day, those that are not eligible upon those that are."""
    return days({each.on: (each.eligible, each.not_eligible) for each in entries.by_day}, display)


def votes_by_day(votes: FestivalVotes, display: Display) -> Curve | None:
    """Votes received by day, for all awards."""
    return days({each.on: (sum(award.received for award in each.by_award), 0) for each in votes.by_day}, display)


def votes_of_film(award: FilmAward, display: Display) -> Curve | None:
    """A film's votes by day, those held apart upon those that count."""
    return days({each.on: (each.counted, each.held) for each in award.by_day}, display)


def days(found: Mapping[str, tuple[int, int]], display: Display) -> Curve | None:
    """Two stacked numbers by day (`2021-04-12`); None without a day, or with too many to draw."""
    known = sorted(map(date.fromisoformat, found))
    if not known or (width := (known[-1] - known[0]).days + 1) > MOST_DAYS:
        return None
    every = [(known[0] + timedelta(days=offset)).isoformat() for offset in range(width)]
    heights = [found.get(on, (0, 0)) for on in every]
    layers = (("gift", [lower + upper for lower, upper in heights]), ("comment", [lower for lower, _ in heights]))
    return _plot(layers, TICK_DAYS, lambda index: display.day_in_chart(every[index]), display)


def _plot(
    layers: Sequence[tuple[str, Sequence[int]]], ticks: Sequence[int], label: Callable[[int], str], display: Display
) -> Curve:
    """Layers from the highest to the lowest, each with its heights from the left to the right."""
    width = len(layers[0][1])
    greatest = max(1, *layers[0][1])
    step = round_step(greatest)
    rows = range(0, greatest + step, step)
    top = rows[-1]
    every = next((size for size in ticks if width <= 5 * size), width)
    return Curve(
        width=width,
        top=top,
        layers=tuple((kind, _outline(heights, top)) for kind, heights in layers),
        rows=tuple(Tick(str(PLOT_HEIGHT - PLOT_HEIGHT * row // top), display.in_chart(row)) for row in rows),
        columns=tuple(Tick(display.share(1000 * index // width), label(index)) for index in range(0, width, every)),
    )


def round_step(greatest: int) -> int:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, at most five to reach `greatest`."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if greatest <= 5 * step:
                return step
        power *= 10


def _outline(heights: Iterable[int], top: int) -> str:
    steps = "".join(f"V{top - height}H{minute}" for minute, height in enumerate(heights, start=1))
    return f"M0 {top}{steps}V{top}Z"
