"""Totals against the table: do the counters say what is stored?

Answers for: every cell (minute, market, measure) in which they differ, with both numbers.
Refuses: deciding what follows from a difference (`flows/settling.py`).
"""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from chalicelib.domain.answers import utc_minute
from chalicelib.domain.tally import MEASURES, NOTHING, UNKNOWN_MARKET, Tally


class Difference(msgspec.Struct, frozen=True):
    """A cell in which the recount (before copies are dropped) is not what totals and quarantine say together."""

    at: str
    market: str
    measure: str
    recounted: int
    expected: int

    @property
    def missing(self) -> bool:
        """Whether less is stored than was counted."""
        return self.recounted < self.expected


def in_named(found: Iterable[Difference], named: Collection[str]) -> tuple[Difference, ...]:
    """The differences as they may be published: those of markets that are not named are `ZZ` together, as in all final tables."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for each in found:
        market = each.market if each.market in named else UNKNOWN_MARKET
        cell = sums.setdefault((each.at, market, each.measure), [0, 0])
        cell[0] += each.recounted
        cell[1] += each.expected
    return tuple(Difference(*place, *cell) for place, cell in sums.items())


def differences(stored: Tally, expected: Tally) -> Iterator[Difference]:
    """Every cell that differs, by minute and market. Both sides know the same markets."""
    for minute in sorted(stored.keys() | expected.keys()):
        ours, theirs = stored.get(minute, {}), expected.get(minute, {})
        for market in sorted(ours.keys() | theirs.keys()):
            one, other = ours.get(market, NOTHING), theirs.get(market, NOTHING)
            for measure in MEASURES:
                if getattr(one, measure) != getattr(other, measure):
                    yield Difference(utc_minute(minute), market, measure, getattr(one, measure), getattr(other, measure))
