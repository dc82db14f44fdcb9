"""One verification as it goes on: what was read, what was checked, and what was found.

Answers for: that every file which was asked for is covered by a check, or named.
Refuses: the checks themselves (`statements.py`, `lives.py`, `reports.py`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias, TypeVar

import msgspec

from chalicelib.domain.statement import File
from locallove.verifying.chain_check import Known
from locallove.verifying.evidence import Evidence, NothingToVerify, Unreadable, body
from locallove.verifying.findings import CHECKS, Check, Difference, differs
from locallove.verifying.forms import decoded

PRIVATE = ("quarantine/", "comments/")
"""Folders of the bucket that are the operator's alone."""

T = TypeVar("T", bound=msgspec.Struct)
Add: TypeAlias = Callable[[str, File, Iterator[bytes], str], Iterable[Difference]]
"""Counts one file of a ledger: its name, how it is listed, its parts, and which file lists it."""


@dataclass(slots=True)
class Checking:
    """One verification; `checks` and `differences` grow in the order in which things are checked."""

    evidence: Evidence
    checks: list[Check] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    _covered: set[str] = field(default_factory=set)

    @property
    def asked(self) -> list[Known]:
        """The statements that were asked for."""
        return [each for each in self.known if each.file in self.evidence.asked]

    @property
    def uncovered(self) -> frozenset[str]:
        """What was asked for, and no check has read."""
        return self.evidence.asked - self._covered

    def left_over(self) -> None:
        """Every file must be covered by a check, or whoever put it there is believed."""
        if not self.checks:
            raise NothingToVerify(f"{self.evidence.shown}: nothing to verify, there is no statement and no report")
        rest = sorted(self.uncovered)
        private = [name for name in rest if name.startswith(PRIVATE)]
        self.checks.extend(Check(name, CHECKS["private"], None) for name in private)
        self.check(self.evidence.shown, "covered", [self._uncovered(name) for name in rest if name not in private])

    def set_aside(self, names: Collection[str], why: str) -> None:
        """These files are of attempts that came to nothing: whatever they say, it is neither checked nor believed."""
        self._covered.update(names)
        self.known = [each for each in self.known if each.file not in names]
        self.checks.extend(Check(name, CHECKS[why], None) for name in sorted(names))

    def expect(self, expected: str) -> None:
        """A statement must have this hash, whole or its first characters."""
        hashes = [each.sha256 for each in self.asked]
        fits = any(each.startswith(expected.lower()) for each in hashes)
        shown = ", ".join(each[: len(expected)] for each in hashes)
        found = [] if fits else [differs(self.evidence.shown, "expect", expected, shown)]
        self.check(self.evidence.shown, "expect", found)

    def check(self, of: str, what: str, found: Iterable[Difference]) -> None:
        """Put a check and what it found on record."""
        before = len(self.differences)
        self.differences.extend(found)
        self.checks.append(Check(of, CHECKS[what], len(self.differences) == before))

    def body(self, name: str, unreadable: list[Difference], by: str = "") -> bytes | None:
        """A whole file, which is so covered; or None, and why it could not be read."""
        if name not in self.evidence.names:
            unreadable.append(differs(name, "missing", None, None, by=by))
            return None
        self._covered.add(name)
        try:
            return body(self.evidence, name)
        except Unreadable as error:
            unreadable.append(differs(name, "unreadable", None, str(error)))
            return None

    def read(self, name: str, digest: str, form: type[T], wrong: list[Difference], by: str) -> T | None:
        """A file of this form, of which `by` names the SHA-256; or None, and why it could not be read."""
        body = self.body(name, wrong, by)
        if body is None:
            return None
        if sha256(body).hexdigest() != digest:
            wrong.append(differs(name, "sha256", digest, sha256(body).hexdigest(), by=by))
        try:
            return decoded(body, form)
        except ValueError as error:
            wrong.append(differs(name, "form", None, str(error)))
            return None

    def ledger(self, folder: str, files: Iterable[File], by: str, add: Add) -> Iterator[Difference]:
        """What is wrong with the files of a ledger, which `by` lists; `add` counts each, in their order."""
        for listed in files:
            name = f"{folder}{listed.name}"
            if name not in self.evidence.names:
                yield differs(name, "missing", listed.sha256, None, by=by)
                continue
            self.cover(name)
            try:
                yield from add(name, listed, self.evidence.parts(name), by)
            except Unreadable as error:
                yield differs(name, "unreadable", None, str(error))

    def cover(self, name: str) -> None:
        """Another check has read this file."""
        self._covered.add(name)

    def _uncovered(self, name: str) -> Difference:
        try:
            next(self.evidence.parts(name), None)
        except Unreadable as error:
            return differs(name, "unreadable", None, str(error))
        return differs(name, "uncovered", None, None)
