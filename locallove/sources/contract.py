"""NDJSON in the contract's own form: each line a reaction as it stands in a batch.

Answers for: every bad line with its number and all its reasons, and the good ones in their order. A file is read twice; only the
ids are held, for two lines with one id would be one act counted twice.
Refuses: what only the campaign can say (its limits, its window): the platform's answer says that. Never shows what a line says.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from chalicelib.domain import reactions
from chalicelib.domain.moments import Moments
from chalicelib.domain.problems import Problem, convert, json_number
from chalicelib.domain.reactions import Reaction, Terms
from chalicelib.domain.texts import NothingValid

_BOM = b"\xef\xbb\xbf"
_decode = msgspec.json.Decoder(Reaction).decode


class _AnyLive(Terms):
    """The terms of no live in particular: what is refused by these is refused by every live."""

    def __init__(self) -> None:
        self.live = "any"
        self.markets = frozenset()
        self.max_count = dict.fromkeys(("like", "comment", "gift"), 1_000_000)
        self.earliest_ms = self.latest_ms = 0
        self.moments = Moments()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no reaction; `reasons` name fields, never their values."""

    number: int
    reasons: str


class Lines:
    """The lines of a file that can be read twice. Blank lines are passed over."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.bad: list[BadLine] = []
        self.good = 0
        self._check()

    def __iter__(self) -> Iterator[tuple[int, Reaction]]:
        """The number and the reaction of each good line. Raises: ValueError when the file has changed since it was checked."""
        bad = {line.number for line in self.bad}
        for number, line in self._numbered():
            if number not in bad:
                try:
                    yield number, _reaction(line)
                except NothingValid as error:
                    raise ValueError(f"line {number} has changed while the file was being read") from error

    def _check(self) -> None:
        terms = _AnyLive()
        first: dict[str, int] = {}
        for number, line in self._numbered():
            try:
                reaction = _reaction(line)
                _accept(reaction, terms)
                earlier = first.setdefault(reaction.id, number)
                if earlier != number:
                    raise NothingValid([Problem("/id", f"is the id of line {earlier}")])
            except NothingValid as error:
                self.bad.append(BadLine(number, "; ".join(f"{each.pointer} {each.detail}".strip() for each in error.problems)))
            else:
                self.good += 1

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            content = line.removeprefix(_BOM) if number == 1 else line
            if content.strip():
                yield number, content


def _reaction(line: bytes) -> Reaction:
    """The reaction of a line, `1.0` as an integer. Raises: NothingValid with every problem of its form."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        found, problems = convert(json.loads(line, parse_float=json_number), Reaction)
    except (ValueError, RecursionError) as error:
        raise NothingValid([Problem("", f"is not JSON ({type(error).__name__})")]) from error
    if found is None:
        raise NothingValid(problems)
    return found


def _accept(reaction: Reaction, terms: Terms) -> None:
    """Read a batch of this reaction as the service would, as a rehearsal, for that has no window. Raises: NothingValid."""
    try:
        text = b'{"live":"any","rehearsal":true,"reactions":[%s]}' % msgspec.json.encode(reaction)
    except UnicodeEncodeError as error:
        raise NothingValid([Problem("", "has half of a surrogate pair")]) from error
    try:
        reactions.read(text, terms)
    except NothingValid as error:
        of_line = [Problem(each.pointer.removeprefix("/reactions/0"), each.detail) for each in error.problems]
        raise NothingValid(of_line) from error
