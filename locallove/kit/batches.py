"""Cutting reactions into batches: immutable texts whose ids come from what they say.

Answers for: the limits of a batch (number, minutes, text), and equal batches from equal reactions.
Refuses: what is no reaction by the contract's types; clocks, threads and sending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import msgspec

from chalicelib.domain import reactions
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.tally import Counts
from chalicelib.domain.texts import MAX_ITEMS, MAX_MINUTES, MAX_TEXT_BYTES

_encode = msgspec.json.Encoder().encode
_checked = msgspec.json.Decoder(Reaction).decode
_read = msgspec.json.Decoder(reactions.Batch).decode


@dataclass(frozen=True, slots=True)
class Batch:
    """What is signed once, stored once, counted once. `counts` is what its `reactions` come to if all are accepted.

    The text is all that must be kept to send it again: `Batch.of(text)` is the very same batch, in another process too.
    """

    live: str
    id: str
    text: bytes
    reactions: int
    counts: Counts

    @classmethod
    def of(cls, text: bytes) -> Batch:
        """The batch that has this text. Raises: ValueError when it is not the text of a batch."""
        said = _read(text)
        sums = dict.fromkeys(Counts.__struct_fields__, 0)
        for reaction in said.reactions:
            _count(sums, reaction)
        return cls(said.live, sha256(text).hexdigest()[:32], text, len(said.reactions), Counts(**sums))


class Part(NamedTuple):
    """A reaction as it stands in the text of a batch, and what tells its minute from others."""

    reaction: Reaction
    text: bytes
    minute: str


def part_of(reaction: Reaction) -> Part:
    """The reaction as a part of a batch. Raises: ValueError for what no platform could accept, whatever the campaign."""
    text = _encode(reaction)
    _checked(text)
    return Part(reaction, text, _minute(reaction.at))


class Cutter:
    """A batch being filled: at most `most` reactions, 60 different minutes and 1 MiB of text. Not for several threads at once."""

    def __init__(self, live: str, most: int = 500, *, rehearsal: bool = False) -> None:
        self.most = min(most, MAX_ITEMS)
        self._live = live
        self._head = b'{"live":%s,%s"reactions":[' % (_encode(live), b'"rehearsal":true,' if rehearsal else b"")
        self._room = MAX_TEXT_BYTES - len(self._head) - len(b"]}")
        self._begin()

    def __len__(self) -> int:
        return len(self._parts)

    def fits(self, part: Part) -> bool:
        """Whether the part may be added; what fits nowhere may be added to nothing, and is refused by itself."""
        full = len(self._parts) == self.most or self._size + len(part.text) > self._room
        return not self._parts or not (full or (len(self._minutes) == MAX_MINUTES and part.minute not in self._minutes))

    def add(self, part: Part) -> None:
        """Take a part that fits."""
        self._parts.append(part.text)
        self._minutes.add(part.minute)
        self._size += len(part.text) + 1
        _count(self._sums, part.reaction)

    def cut(self) -> Batch:
        """What has been added, as a batch; the next one begins."""
        text = b"%s%s]}" % (self._head, b",".join(self._parts))
        batch = Batch(self._live, sha256(text).hexdigest()[:32], text, len(self._parts), Counts(**self._sums))
        self._begin()
        return batch

    def _begin(self) -> None:
        self._parts: list[bytes] = []
        self._minutes: set[str] = set()
        self._size = 0
        self._sums = dict.fromkeys(Counts.__struct_fields__, 0)


def batches(reactions: Iterable[Reaction], live: str, most: int = 500, *, rehearsal: bool = False) -> Iterator[Batch]:
    """The reactions in their order, cut where a limit is reached and never by time. Equal input, equal batches.

    Raises: ValueError at a reaction that no platform could accept.
    """
    cutter = Cutter(live, most, rehearsal=rehearsal)
    for reaction in reactions:
        part = part_of(reaction)
        if not cutter.fits(part):
            yield cutter.cut()
        cutter.add(part)
    if len(cutter):
        yield cutter.cut()


def _count(sums: dict[str, int], reaction: Reaction) -> None:
    times = reaction.count or 1
    sums[reaction.kind] += times
    sums["gift_value"] += times * (reaction.value or 0)


def _minute(at: str) -> str:
    """What tells minutes apart in RFC 3339 text; one minute with two offsets is taken for two, which only cuts earlier."""
    return at[:16] if at.endswith("Z") else at[:16] + at[-6:]
