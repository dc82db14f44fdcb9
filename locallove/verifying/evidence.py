"""What is to be checked, by name, wherever it lies.

Answers for: a folder's files: links to folders are not followed, and nothing but regular files is opened.
Refuses: judging. What cannot be read is an `Unreadable`, and a path at which there is nothing a `NothingToVerify`.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

MAX_BODY = 64 << 20
"""No statement, rule or report is larger; ledgers are streamed."""

_PART = 1 << 16


class NothingToVerify(Exception):
    """The path or address cannot be read, or holds nothing that could be checked; the message says why."""


class Unreadable(Exception):
    """One file cannot be read; the message says why."""


class Evidence(Protocol):
    """Files by name, a name being a path with slashes as in the reports bucket.

    `asked` are the names that were asked for, among others that only serve to check them; `whole` says that this is a published
    tree with its chain. `size` is about how many bytes will be read.
    """

    shown: str
    size: int
    names: frozenset[str]
    asked: frozenset[str]
    whole: bool

    def parts(self, name: str) -> Iterator[bytes]:
        """The file in parts. Raises: Unreadable."""
        ...


def body(evidence: Evidence, name: str) -> bytes:
    """A whole file that is not a ledger. Raises: Unreadable."""
    found, size = [], 0
    for part in evidence.parts(name):
        size += len(part)
        if size > MAX_BODY:
            raise Unreadable(f"larger than {MAX_BODY} bytes")
        found.append(part)
    return b"".join(found)


class FolderEvidence:
    """The files of a folder. For a part of a published tree, the chain, the rules and all else above it serve to check it."""

    def __init__(self, path: Path) -> None:
        if path.name == "statement.json" and path.is_file():
            path = path.parent
        try:
            if not path.is_dir():
                raise NothingToVerify(f"{path}: no such folder")
            base = _tree(path)
        except OSError as error:
            raise NothingToVerify(f"{path}: {error.strerror}") from error
        self.shown = str(path)
        self._base = base
        self._odd: dict[str, str] = {}
        self.names = frozenset(self._walk(base))
        inside = "" if base == path else f"{path.resolve().relative_to(base).as_posix()}/"
        self.asked = frozenset(name for name in self.names if name.startswith(inside))
        self.whole = not inside and (base / "chain").is_dir()
        self.size = sum(self._size(name) for name in self.asked)
        if not self.asked:
            raise NothingToVerify(f"{path}: nothing to verify, the folder is empty")

    def parts(self, name: str) -> Iterator[bytes]:
        """The file in parts. Raises: Unreadable."""
        if name in self._odd:
            raise Unreadable(self._odd[name])
        path = self._base / name
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise Unreadable("not a regular file")
            with path.open("rb") as file:
                while part := file.read(_PART):
                    yield part
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error

    def _size(self, name: str) -> int:
        try:
            return (self._base / name).stat().st_size
        except OSError:
            return 0

    def _walk(self, base: Path) -> Iterator[str]:
        def refused(error: OSError) -> None:
            self._odd[Path(error.filename).relative_to(base).as_posix()] = error.strerror or str(error)

        for folder, inner, files in os.walk(base, onerror=refused):
            for name in inner:
                if (Path(folder) / name).is_symlink():
                    self._odd[(Path(folder) / name).relative_to(base).as_posix()] = "a link to a folder, which is not followed"
            for name in files:
                yield (Path(folder) / name).relative_to(base).as_posix()
        if "." in self._odd:
            raise NothingToVerify(f"{base}: {self._odd['.']}")
        yield from self._odd


def _tree(path: Path) -> Path:
    """The published tree that this folder is a part of: the nearest with a chain, not more than three levels up."""
    if any(path.glob("chain-*.json")):
        return path
    real = path.resolve()
    for above in (real, *list(real.parents)[:3]):
        if (above / "chain").is_dir():
            return path if above == real else above
    return path


class Counting:
    """Evidence that tells how many bytes of it have been read."""

    def __init__(self, evidence: Evidence, read: Callable[[int], None]) -> None:
        self.shown, self.size = evidence.shown, evidence.size
        self.names, self.asked, self.whole = evidence.names, evidence.asked, evidence.whole
        self._evidence = evidence
        self._read = read

    def parts(self, name: str) -> Iterator[bytes]:
        """The file in parts. Raises: Unreadable."""
        for part in self._evidence.parts(name):
            self._read(len(part))
            yield part
