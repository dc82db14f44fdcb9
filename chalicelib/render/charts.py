"""The geometry of the report's small drawings, in whole numbers.

Answers for: axes with round numbers, the stacked area of a live's minutes, the depth of a heat table's cell.
Refuses: colours (the style sheet has them) and text beyond numbers and times.

Drawings carry the counts themselves as coordinates (`viewBox` scales them), so nothing is rounded on the way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.render.display import Display

KINDS = ("like", "comment", "gift")

HEAT_LEVELS = 8

PLOT_HEIGHT = 200
"""Height in pixels of a curve; its labels are placed beside it, so that they keep their size on a phone."""

TICK_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)


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
    """The minutes of a live: `minutes` wide and `top` high, as SVG paths from the highest layer to the lowest."""

    minutes: int
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
    greatest = max(1, *(minute.counts.total for minute in minutes))
    step = round_step(greatest)
    rows = range(0, greatest + step, step)
    top = rows[-1]
    every = next((size for size in TICK_MINUTES if len(minutes) <= 5 * size), len(minutes))
    return Curve(
        minutes=len(minutes),
        top=top,
        layers=(
            ("gift", _outline([minute.counts.total for minute in minutes], top)),
            ("comment", _outline([minute.counts.like + minute.counts.comment for minute in minutes], top)),
            ("like", _outline([minute.counts.like for minute in minutes], top)),
        ),
        rows=tuple(Tick(str(PLOT_HEIGHT - PLOT_HEIGHT * row // top), display.in_chart(row)) for row in rows),
        columns=tuple(
            Tick(display.share(1000 * index // len(minutes)), display.clock(minutes[index].at))
            for index in range(0, len(minutes), every)
        ),
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
