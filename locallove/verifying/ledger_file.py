"""Reading a file of a ledger, once, against what a statement or a result lists of it.

Answers for: its lines in bounded memory, never more than are listed, and what is wrong with the file as a whole.
Refuses: what a line means (`ledger_count.py`, `entry_count.py`, `vote_count.py`).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from chalicelib.domain import ledger
from chalicelib.domain.statement import File
from locallove.verifying.findings import Difference, differs

L = TypeVar("L", bound=msgspec.Struct)


@dataclass(slots=True)
class Weighed:
    """A file that is read once, up to `most` bytes and one more: how many there are, and their SHA-256."""

    most: int
    size: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def through(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The same parts, weighed. It ends early when they are more than `most`."""
        for part in parts:
            self.size += len(part)
            self._digest.update(part)
            yield part
            if self.size > self.most:
                return

    @property
    def sha256(self) -> str:
        """The hash of what came through."""
        return self._digest.hexdigest()

    def differences(self, name: str, listed: File, by: str) -> Iterator[Difference]:
        """The file against what `by` lists of it."""
        if self.size != listed.bytes:
            yield differs(name, "bytes", listed.bytes, self.size if self.size < listed.bytes else f"> {listed.bytes}", by)
        elif self.sha256 != listed.sha256:
            yield differs(name, "sha256", listed.sha256, self.sha256, by)


@dataclass(slots=True)
class LedgerFile:
    """A file of which `by` lists lines, bytes and hash. `number` is how many of its lines were read, none beyond those listed."""

    name: str
    listed: File
    by: str
    number: int = 0
    _more: bool = False
    _broken: Difference | None = None
    _weighed: Weighed = field(init=False)

    def __post_init__(self) -> None:
        self._weighed = Weighed(self.listed.bytes)

    def lines(self, parts: Iterable[bytes], form: type[L]) -> Iterator[tuple[int, L]]:
        """Each line with its number. What cannot be read ends it, and is among the differences. Raises: Unreadable."""
        parts, number, most = iter(parts), 0, self.listed.lines
        try:
            for number, line in enumerate(ledger.read(self._weighed.through(parts), form), start=1):
                if number > most:
                    self._more = True  # a few bytes of gzip may hold any number of lines
                    break
                yield number, line
        except (ValueError, RecursionError) as error:
            self._broken = differs(self.name, "line", None, str(error), place=number + 1)
        for _ in self._weighed.through(parts):
            pass  # only to know the hash
        self.number = most if self._more else number

    def differences(self) -> Iterator[Difference]:
        """What is wrong with the file, once its lines were read."""
        yield from self._weighed.differences(self.name, self.listed, self.by)
        if self._more or (self.number != self.listed.lines and self._broken is None):
            number = f"> {self.listed.lines}" if self._more else self.number
            yield differs(self.name, "lines", self.listed.lines, number, self.by)
        if self._broken is not None:
            yield self._broken
