"""Metrics of a film festival: how often each entry was viewed and liked at a moment, as the platform says it in snapshots.

Answers for: every problem of a reading that cannot be kept, the stored form, and which reading of an entry is the last one at or
before a moment.
Refuses: knowing entries. What is said of an unknown one is kept, and the result says how much there is of it.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from chalicelib.domain import packing
from chalicelib.domain.moments import Moments, Ms
from chalicelib.domain.problems import Problem
from chalicelib.domain.texts import Form, Name, NothingValid, Reading, is_printable

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class Metric(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What the platform counts of one entry so far."""

    entry: Name
    views: Number
    likes: Number


class MetricsBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON document that is signed: one snapshot, or a part of one, of the moment `at`."""

    festival: str
    at: str
    metrics: tuple[Metric, ...]
    rehearsal: bool = False


class Seen(NamedTuple):
    """What was counted of an entry at a moment (UTC ms)."""

    at_ms: int
    views: int
    likes: int


class Snapshot(NamedTuple):
    """The readings of a batch, by entry."""

    at_ms: int
    entries: tuple[str, ...]
    views: Sequence[int]
    likes: Sequence[int]


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    at_ms: int
    entries: tuple[str, ...]
    views: bytes
    likes: bytes


_FORM = Form(MetricsBatch, Metric, "festival", "metrics")


def read(text: bytes, campaign: str) -> tuple[Reading[Metric], int]:
    """The readings in this text, and their moment (UTC ms). Raises: NotReadable, TooMuch, NothingValid."""
    document = _FORM.read(text, campaign)
    problems, bad = document.problems, document.rejected
    try:
        at_ms = Moments().at_ms(document.fields.at)
    except ValueError as error:
        raise NothingValid([Problem("/at", str(error)), *problems]) from error
    accepted: dict[str, Metric] = {}
    for index, metric in document.items:
        wrong = "" if is_printable(metric.entry) else "must be printable ASCII"
        if metric.entry in accepted:
            wrong = "is the entry of an earlier reading in this batch"
        if wrong:
            problems.append(Problem(f"/metrics/{index}/entry", wrong))
            bad.add(str(index))
        else:
            accepted[metric.entry] = metric
    if not accepted:
        raise NothingValid(problems or [Problem("/metrics", "has no reading")])
    return Reading(document.fields.rehearsal, tuple(accepted.values()), len(bad), tuple(problems)), at_ms


def pack(accepted: Sequence[Metric], at_ms: int) -> bytes:
    """The stored form, version 1 of `domain/packing.py`."""
    return packing.pack_columns(
        _Columns(
            at_ms,
            tuple(each.entry for each in accepted),
            packing.shuffled([each.views for each in accepted]),
            packing.shuffled([each.likes for each in accepted]),
        )
    )


def unpack(stored: bytes) -> Snapshot:
    """The readings of a stored batch, of any released version. Raises: ValueError."""
    found = packing.unpack_columns(stored, _Columns)[2]
    try:
        read = Snapshot(found.at_ms, found.entries, packing.unshuffled(found.views), packing.unshuffled(found.likes))
    except struct.error as error:
        raise ValueError(f"not a packed batch of metrics: {error}") from error
    if not len(read.entries) == len(read.views) == len(read.likes):
        raise ValueError("not a packed batch of metrics: its columns are not equally long")
    return read


class Backwards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reading of an entry that is lower than the one before it, although nothing that is counted grows less."""

    entry: str
    at_ms: Ms
    views_before: Number
    views: Number
    likes_before: Number
    likes: Number


@dataclass(slots=True)
class Metered:
    """The last reading of each entry at or before a moment, how many snapshots there are until then, and what went backwards."""

    seen: dict[str, Seen] = field(default_factory=dict)
    backwards: list[Backwards] = field(default_factory=list)
    snapshots: int = 0
    later: int = 0


def metered(snapshots: Iterable[Snapshot], as_of_ms: int) -> Metered:
    """What counts as of a moment (UTC ms), out of snapshots in the order of their moments, then of their batches' ids."""
    found = Metered()
    for snapshot in snapshots:
        if snapshot.at_ms > as_of_ms:
            found.later += 1
            continue
        found.snapshots += 1
        for entry, views, likes in zip(snapshot.entries, snapshot.views, snapshot.likes, strict=True):
            before = found.seen.get(entry)
            if before is not None and (views < before.views or likes < before.likes):
                found.backwards.append(Backwards(entry, snapshot.at_ms, before.views, views, before.likes, likes))
            found.seen[entry] = Seen(snapshot.at_ms, views, likes)
    return found
