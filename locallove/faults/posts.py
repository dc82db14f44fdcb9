"""What is posted in one world: batches, by whom and from when on, and what their texts say.

Answers for: other texts that may come under a batch's id. Refuses: chance, and sending.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from chalicelib.domain.channels import PARTS, Part
from chalicelib.domain.entries import Entry
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.votes import Vote

SENDERS = ("alpha", "beta")

Act: TypeAlias = Reaction | Entry | Vote

_WHO = {"reactions": "user", "entries": "creator", "votes": "voter"}


@dataclass(frozen=True, slots=True)
class Post:
    """A batch that a sender posts from a moment on (ms since the epoch) until it is answered. `live` is the id of its channel."""

    name: str
    sender: str
    live: str
    batch: str
    text: bytes
    at_ms: int

    @property
    def to(self) -> str:
        """The live, or the campaign of the festival."""
        return self.live.partition(".")[0]

    @property
    def part(self) -> Part | None:
        """The part of the festival, unless it is for a live."""
        return part_of(self.live.partition(".")[2])


def part_of(name: str) -> Part | None:
    """The part of a festival that is called so."""
    return next((part for part in PARTS if part == name), None)


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says. `live` is the id of its channel: of a live, or of a part of a festival."""

    live: str
    rehearsal: bool
    acts: tuple[Act, ...]

    @property
    def of(self) -> str:
        """What the acts are, as texts name their list."""
        return self.live.partition(".")[2] or "reactions"

    @property
    def text(self) -> bytes:
        """A text that says so."""
        to, dot, _ = self.live.partition(".")
        return msgspec.json.encode({"festival" if dot else "live": to, "rehearsal": self.rehearsal, self.of: self.acts})

    def in_other_words(self, text: bytes) -> bytes:
        """A text that says the same as this one."""
        return text.replace(b'"%s":[' % self.of.encode(), b'"%s": [' % self.of.encode())

    @property
    def otherwise(self) -> "Said":
        """The same but for the first act, which is somebody else's, and the last, which is missing."""
        first = msgspec.structs.replace(self.acts[0], **{_WHO[self.of]: "somebody else"})
        return replace(self, acts=(first, *self.acts[1:-1]))
