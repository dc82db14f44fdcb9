"""What a platform's answers say about a file that was sent, by line.

Answers for: finding the line again that a JSON pointer of an answer means. Refuses: reading files, sending, printing.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.domain.reactions import Reaction
from locallove.sender import Batch, Outcome

_PLACE = re.compile(r"/reactions/(\d{1,9})(/.*|)", re.ASCII | re.DOTALL)

LISTED = 1_000
"""So many complaints are kept; how many more there were is said."""


@dataclass(slots=True)
class Complaints:
    """Which lines of a file each batch is made of, and what is to be said about them; `told` reactions have an outcome."""

    name: str
    said: list[str] = field(default_factory=list)
    more: int = 0
    told: int = 0
    _lines: "array[int]" = field(default_factory=lambda: array("Q"))
    _begins: dict[str, int] = field(default_factory=dict)

    def reactions(self, lines: Iterable[tuple[int, Reaction]]) -> Iterator[Reaction]:
        """The reactions of the good lines; which line each was is remembered."""
        for number, reaction in lines:
            self._lines.append(number)
            yield reaction

    def placed(self, made: Iterable[Batch]) -> Iterator[Batch]:
        """The batches made of these reactions, in their order; where each begins is remembered."""
        begin = 0
        for batch in made:
            self._begins[batch.id] = begin
            begin += batch.reactions
            yield batch

    def note(self, outcome: Outcome) -> None:
        """Take down what is wrong with which lines."""
        begin, size = self._begins[outcome.batch.id], outcome.batch.reactions
        whole = f"{self._lines[begin]}-{self._lines[begin + size - 1]}"
        self.told += size
        if outcome.answer is None:
            self._complain(whole, f"no final answer: {outcome.gave_up}")
        elif outcome.answer.receipt is None:
            title = " ".join(str(outcome.answer.problem.get(part, "")) for part in ("title", "detail"))
            self._complain(whole, f"refused with {outcome.answer.status} {title}".rstrip())
        for pointer, detail in _problems(outcome):
            found = _PLACE.fullmatch(pointer)
            if found and int(found[1]) < size:
                self._complain(str(self._lines[begin + int(found[1])]), f"{found[2]} {detail}")
            else:
                self._complain(whole, f"{pointer} {detail}")

    def _complain(self, place: str, what: str) -> None:
        if len(self.said) < LISTED:
            self.said.append(f"{self.name}:{place}: {what}")
        else:
            self.more += 1


def _problems(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Pointer and detail of each problem that the answer lists."""
    if outcome.answer is None:
        return
    if outcome.answer.receipt is not None:
        yield from ((each.pointer, each.detail) for each in outcome.answer.receipt.problems)
        return
    listed: Any = outcome.answer.problem.get("problems", [])
    try:
        problems = msgspec.convert(listed, list[dict[str, str]])
    except msgspec.ValidationError:
        return
    yield from ((each.get("pointer", ""), each.get("detail", "")) for each in problems)
