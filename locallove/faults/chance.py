"""Chance from a seed: each question has its own answer, whatever else was asked before.

Answers for: faults by kind and place, counted; a run again with some of its faults only; numbers for everything else.
So a fault stays where it was when another is taken away, which is what makes a list of faults shrink.
"""

from collections import Counter
from collections.abc import Collection
from hashlib import blake2b
from random import Random

KINDS = (
    "request lost",
    "response lost",
    "duplicate send",
    "same id, other body",
    "request outlives its sender's patience",
    "release between lost answer and retry",
    "copies under a new batch id",
    "throttling",
    "crash before a write",
    "crash after a write",
    "answer of a write lost",
    "applied write retried by the SDK",
    "batch redelivered whole",
    "batch redelivered overlapping",
    "batch cut differently",
    "batch redelivered late",
    "batch delivered twice at once",
    "zombie invocation",
    "shard split",
    "shard rolled",
    "restart at TRIM_HORIZON",
    "empty final window",
    "unreadable record",
    "poison record",
    "clock skew",
    "batch around the closing",
    "batch during settlement",
    "closing moved ahead",
    "items gone before settlement",
    "settlement killed",
    "two settlements at once",
    "closing killed",
    "two closings at once",
    "two publishing runs at once",
    "removal by TTL",
)

Fault = tuple[str, str]
"""A kind, and the place where it strikes."""


class Chance:
    """The chance of one world. `only` are the faults that may strike; None stands for all."""

    def __init__(self, seed: int, only: Collection[Fault] | None = None) -> None:
        self.seed = seed
        self.drawn: list[Fault] = []
        self.counted: Counter[str] = Counter()
        self._only = None if only is None else frozenset(only)

    def strikes(self, kind: str, place: str, percent: float) -> bool:
        """Whether this fault strikes here."""
        assert kind in KINDS, kind
        if self.number(f"{kind}|{place}", 0, 9999) >= percent * 100 or (
            self._only is not None and (kind, place) not in self._only
        ):
            return False
        self.drawn.append((kind, place))
        self.counted[kind] += 1
        return True

    def number(self, question: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both of them possible."""
        digest = blake2b(f"{self.seed}|{question}".encode(), digest_size=8).digest()
        return low + int.from_bytes(digest) % (high - low + 1)

    def generator(self, question: str) -> Random:
        """Many numbers, for what is drawn in one go."""
        return Random(f"{self.seed}|{question}")
