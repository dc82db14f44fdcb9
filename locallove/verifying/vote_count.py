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

_DIGITS = "0123456789abcdef"


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
        before, voter, voted = self._before, self._voter, self._voted
        counted, held, suspected, why_not = self.counted, self.held, self.suspected, self.ballot.why_not
        for number, line in lines:
            place = line.voter, line.at_ms, line.id
            if place < before:
                yield differs(name, "order", line.id, f"> {before[2]}", place=number)
            if line.voter != before[0]:
                is_hash = len(line.voter) == 2 * USER_BYTES and not line.voter.strip(_DIGITS)
                voter = bytes.fromhex(line.voter) if is_hash else b""
            if not voter or len(line.id) != 2 * ID_BYTES or line.id.strip(_DIGITS):
                yield differs(name, "line", f"{line.voter} {line.id}", None, place=number)
            before = place
            why = why_not(voter, line.entry, line.at_ms)
            if why is None:
                why, voted = ("repeated" if voted == voter else None), voter
            if why != line.not_counted:
                yield differs(name, "vote", line.not_counted, why, place=number)
            if why is not None:
                self.not_counted[why] = self.not_counted.get(why, 0) + 1
            elif line.suspect is None:
                counted[line.entry] = counted.get(line.entry, 0) + 1
            else:
                held[line.entry] = held.get(line.entry, 0) + 1
                if line.suspect in suspected:
                    suspected[line.suspect] += 1
                else:
                    yield differs(name, "suspect", line.suspect, None, place=number)
        self._before, self._voter, self._voted = before, voter, voted
