"""The ledger of a live: one line for each accepted reaction, sorted by hash, so that anyone can count again.

Answers for: the form of a line, reading a file of lines, and the names of the files.
Refuses: users, texts, batches and milliseconds: chat is public, and a line must not tell a named viewer's country. For the same
reason markets with fewer than `MIN_CROWD` reactions in the live are `ZZ` here and in all final figures.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, TypeAlias, TypeVar

import msgspec

from chalicelib.domain.reactions import Kind

MIN_CROWD = 20
"""So many different reactions a market needs to be named; with fewer they are counted as `ZZ`."""

LINES_IN_A_FILE = 1_000_000
MEDIA_TYPE = "application/gzip"
_CHUNK = 1 << 20
_AT_ONCE = 10_000
_LEVEL = 6

L = TypeVar("L", bound=msgspec.Struct)

NotCounted: TypeAlias = Literal["duplicate", "outside"]


class Line(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One accepted reaction: keyed hash of its id (20 hexadecimal digits), kind, count, market, minute (`2023-02-11T10:00Z`).

    `not_counted` says why it does not count: another with this id came before it, or it lies outside the window.
    """

    id: str
    kind: Kind
    count: int
    market: str
    minute: str
    not_counted: NotCounted | None = None


def file_name(number: int) -> str:
    """The name of a ledger's file; numbers begin with 1."""
    return f"ledger-{number:04d}.ndjson.gz"


def packed(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines as gzipped files, each with its number of lines. Equal lines make equal bytes: nothing tells when or where."""
    rest = iter(lines)
    while True:
        gzip, parts, number = zlib.compressobj(_LEVEL, wbits=31), [], 0
        while number < LINES_IN_A_FILE and (some := list(islice(rest, min(_AT_ONCE, LINES_IN_A_FILE - number)))):
            parts.append(gzip.compress(b"".join(some)))
            number += len(some)
        if not number:
            return
        yield number, b"".join([*parts, gzip.flush()])


def read(packed: Iterator[bytes], form: type[L]) -> Iterator[L]:
    """The lines, each of this form, of one gzipped file that comes in parts of any size, in bounded memory.

    Raises: ValueError when it is no whole gzip file, or a line is not one.
    """
    gunzip, lines = zlib.decompressobj(31), msgspec.json.Decoder(form)
    rest = b""
    for part in packed:
        while part:
            text, _, rest_of_line = (rest + _some(gunzip, part)).rpartition(b"\n")
            rest, part = rest_of_line, gunzip.unconsumed_tail  # noqa: PLW2901 - what is left of this part
            if len(rest) > _CHUNK:
                raise ValueError(f"a line of more than {_CHUNK} bytes")
            try:
                found: Iterable[L] = lines.decode_lines(text)
            except (ValueError, RecursionError):
                found = map(lines.decode, filter(None, text.split(b"\n")))  # up to the line that is not one
            yield from found
    if not gunzip.eof or gunzip.unused_data or rest:
        raise ValueError("the file is cut off, or something follows its end")


def _some(gunzip: "zlib._Decompress", part: bytes) -> bytes:
    try:
        return gunzip.decompress(part, _CHUNK)
    except zlib.error as error:
        raise ValueError(f"not a gzip file: {error}") from error
