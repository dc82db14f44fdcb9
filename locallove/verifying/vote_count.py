"""Counting an award's votes again, line by line, by the rule that decides which of them count.

Answers for: the order of the lines, one vote of each voter, and every reason for which a vote is set aside; and the sums.
Refuses: files (`ledger_file.py`), and knowing whether a vote is suspect. Nothing here grows with the number of votes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.domain.packing import ID_BYTES, USER_BYTES
from chalicelib.domain.poll import Ballot, Line
from chalicelib.domain.statement import File
from locallove.verifying.findings import Difference, differs, few
from locallove.verifying.ledger_file import LedgerFile


@dataclass(slots=True)
class VoteCount:
    """What the votes for an award come to; it grows file by file, in their order.

    `suspected` are held votes by the platform's reason, of those that the result has: it begins with 0 of each.
    """

    ballot: Ballot
    suspected: dict[str, int]
    lines: int = 0
    counted: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    not_counted: dict[str, int] = field(default_factory=dict)
    _before: tuple[str, int, str] = ("", 0, "")
    _voter: bytes = b""
    _voted: bytes = b""

    def add(self, name: str, listed: File, parts: Iterable[bytes], by: str) -> list[Difference]:
        """Count one file, of which `by` lists lines, bytes and hash; gives what is wrong with it."""
        file = LedgerFile(name, listed, by)
        found = list(few(name, self._count(name, file.lines(parts, Line))))
        self.lines += file.number
        return [*file.differences(), *found]

    def _count(self, name: str, lines: Iterable[tuple[int, Line]]) -> Iterator[Difference]:
        for number, line in lines:
            place = line.voter, line.at_ms, line.id
            if place < self._before:
                yield differs(name, "order", line.id, f"> {self._before[2]}", place=number)
            if line.voter != self._before[0]:
                self._voter = _hash(line.voter, USER_BYTES)
            if not self._voter or not _hash(line.id, ID_BYTES):
                yield differs(name, "line", f"{line.voter} {line.id}", None, place=number)
            self._before = place
            why = self.ballot.why_not(self._voter, line.entry, line.at_ms)
            if why is None:
                why, self._voted = ("repeated" if self._voted == self._voter else None), self._voter
            if why != line.not_counted:
                yield differs(name, "vote", line.not_counted, why, place=number)
            if why is not None:
                self.not_counted[why] = self.not_counted.get(why, 0) + 1
            elif line.suspect is None:
                self.counted[line.entry] = self.counted.get(line.entry, 0) + 1
            else:
                self.held[line.entry] = self.held.get(line.entry, 0) + 1
                if line.suspect not in self.suspected:
                    yield differs(name, "suspect", line.suspect, None, place=number)
                else:
                    self.suspected[line.suspect] += 1


def _hash(text: str, size: int) -> bytes:
    """A hash as it is written in a ledger, or nothing where it is not one."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return b""
    return found if len(found) == size and found.hex() == text else b""
