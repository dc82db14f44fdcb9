"""Counting a festival's entries again, line by line: who competes.

Answers for: the order of the lines; of each entry every reason for which it is not eligible, and how it stands.
Refuses: keeping more of an entry than what votes and awards ask of it; the operator's verdicts, which are taken as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.domain.entrants import Entrant, EntryLine, standing
from chalicelib.domain.entries import Entered, reasons
from chalicelib.domain.festival import Festival
from chalicelib.domain.statement import File
from locallove.verifying.findings import Difference, compared, differs, few
from locallove.verifying.ledger_file import LedgerFile


@dataclass(slots=True)
class EntryCount:
    """What the ledger of entries comes to; it grows file by file, in their order. `creators` are the keyed hashes, by entry."""

    festival: Festival
    lines: int = 0
    entrants: dict[str, Entrant] = field(default_factory=dict)
    creators: dict[str, bytes] = field(default_factory=dict)
    _before: str = ""

    @property
    def competing(self) -> int:
        """How many entries can win."""
        return sum(each.competes for each in self.entrants.values())

    def add(self, name: str, listed: File, parts: Iterable[bytes], by: str) -> list[Difference]:
        """Count one file, of which `by` lists lines, bytes and hash; gives what is wrong with it."""
        file = LedgerFile(name, listed, by)
        found = list(few(name, self._count(name, file.lines(parts, EntryLine))))
        self.lines += file.number
        return [*file.differences(), *found]

    def _count(self, name: str, lines: Iterable[tuple[int, EntryLine]]) -> Iterator[Difference]:
        for number, line in lines:
            if line.id <= self._before:
                yield differs(name, "order", line.id, f"> {self._before}", place=number)
            self._before = line.id
            entered = Entered(line.id, "", line.hashtags, line.posted_ms, line.duration, line.attested, "")
            why = reasons(entered, self.festival)
            stands = standing(why, line.verdict)
            yield from compared(name, "entry_line", [line.reasons, line.standing], [why, stands], line.id)
            self.entrants[line.id] = Entrant(Entered(line.id, "", (), line.posted_ms, 0, line.attested, ""), why, stands)
            self.creators[line.id] = bytes.fromhex(line.creator)
