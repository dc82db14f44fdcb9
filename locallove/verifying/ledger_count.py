"""Counting a ledger again, line by line, as anyone can who has its files.

Answers for: the order of the lines, copies, window, markets and counts; and the sums that the statement must show.
Nothing here grows with the number of lines.
Refuses: files (`ledger_file.py`), and knowing what the statement says (`verification.py` compares).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.ledger import MIN_CROWD, Line
from chalicelib.domain.packing import KINDS
from chalicelib.domain.recount import minute_text
from chalicelib.domain.statement import File
from chalicelib.domain.tally import UNKNOWN_MARKET, Counts
from locallove.verifying.findings import Difference, differs
from locallove.verifying.ledger_file import LedgerFile

_Key = tuple[str, str, str, str | None]
"""Minute, market, kind, and why it does not count: what lines are added up by."""


@dataclass(slots=True)
class LedgerCount:
    """What a ledger comes to; it grows file by file, in their order. The window runs from minute `start` up to `end`."""

    start: int
    end: int
    markets: frozenset[str]
    lines: int = 0
    _cells: dict[_Key, list[int]] = field(default_factory=dict)
    _minutes: dict[str, int | None] = field(default_factory=dict)
    _before: str = ""
    _met_in: set[str] = field(default_factory=set)
    _copies_elsewhere: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, listed: File, parts: Iterable[bytes], by: str) -> list[Difference]:
        """Count one file, of which `by` lists lines, bytes and hash; gives what is wrong with it."""
        file = LedgerFile(name, listed, by)
        odd: dict[str, Difference] = {}
        for number, line in file.lines(parts, Line):
            self._count(name, line, number, odd)
        self.lines += file.number
        return [*file.differences(), *odd.values()]

    def tally(self, why: str | None) -> dict[int, dict[str, Counts]]:
        """Counts by minute and market, of lines that count (None) or do not because of `why`. Gift values are not there."""
        found: dict[int, dict[str, Counts]] = {}
        for (text, market, kind, reason), (_, count) in self._cells.items():
            minute = self._minutes[text]
            if reason == why and minute is not None:
                row = found.setdefault(minute, {})
                row[market] = row.get(market, Counts()) + Counts(**{kind: count})
        return found

    def number(self, why: str | None) -> int:
        """How many lines count (None) or do not because of `why`."""
        return sum(lines for (_, _, _, reason), (lines, _) in self._cells.items() if reason == why)

    def sum_of_all(self) -> dict[str, int]:
        """Sums of `count` by kind over all lines, copies too."""
        return {kind: sum(count for key, (_, count) in self._cells.items() if key[2] == kind) for kind in KINDS}

    def crowd_differences(self, name: str) -> Iterator[Difference]:
        """Markets that are named although fewer than `MIN_CROWD` different reactions came from them."""
        crowds = dict(self._copies_elsewhere)
        for (_, market, _, reason), (lines, _) in self._cells.items():
            crowds[market] = crowds.get(market, 0) + (lines if reason != "duplicate" else 0)
        for market, crowd in sorted(crowds.items()):
            if market != UNKNOWN_MARKET and crowd < MIN_CROWD:
                yield differs(name, "crowd", market, f"{crowd} < {MIN_CROWD}", place=market)

    def _count(self, name: str, line: Line, number: int, odd: dict[str, Difference]) -> None:
        key = (line.minute, line.market, line.kind, line.not_counted)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = [0, 0]
            self._meet(name, line, number, odd)
        cell[0] += 1
        cell[1] += line.count
        if line.count < 1 or (line.kind == "comment" and line.count != 1):
            odd.setdefault("count", differs(name, "count", line.count, 1, place=number))
        if line.id > self._before:
            self._before = line.id
            self._met_in = {line.market}
            if line.not_counted == "duplicate":
                odd.setdefault("copy", differs(name, "copy", "duplicate", None, place=number))
        elif line.id < self._before:
            odd.setdefault("order", differs(name, "order", line.id, f"> {self._before}", place=number))
        else:
            self._copy(name, line, number, odd)

    def _copy(self, name: str, line: Line, number: int, odd: dict[str, Difference]) -> None:
        """A line whose reaction has come before. In another market it still is one more reaction of that market's crowd."""
        if line.not_counted != "duplicate":
            odd.setdefault("copy", differs(name, "copy", line.not_counted, "duplicate", place=number))
        if line.market not in self._met_in:
            self._met_in.add(line.market)
            self._copies_elsewhere[line.market] = self._copies_elsewhere.get(line.market, 0) + 1

    def _meet(self, name: str, line: Line, number: int, odd: dict[str, Difference]) -> None:
        """The first line of its cell: whether market, minute and window agree is the same for all of them."""
        if line.market not in self.markets:
            odd.setdefault("market", differs(name, "market", line.market, sorted(self.markets), place=number))
        minute = self._minutes.setdefault(line.minute, _minute(line.minute))
        if minute is None:
            odd.setdefault("line", differs(name, "line", line.minute, None, place=number))
        elif line.not_counted != "duplicate":
            inside = self.start <= minute < self.end
            if inside == (line.not_counted == "outside"):
                says = f"{line.minute} {line.not_counted or 'counted'}"
                odd.setdefault("window", differs(name, "window", says, "counted" if inside else "outside", place=number))


def _minute(text: str) -> int | None:
    try:
        minute = int(datetime.fromisoformat(text).timestamp()) // 60
        return minute if minute_text(minute) == text else None
    except (ValueError, OverflowError):
        return None
