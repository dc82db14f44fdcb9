"""A live's statement as a report shows it: how to find and check it, what was not counted and why, the recount beside the totals.

Answers for: the lines of one live, what was not counted of several together, and where the campaign's own statement is.
Refuses: the statement itself (`domain/statement.py`), of which this is a part.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.domain.answers import CountsAnswer, utc
from chalicelib.domain.applied import Settled
from chalicelib.domain.statement import Correction, Exclusion, NotCounted, Receipts, Statement


class Published(msgspec.Struct, frozen=True):
    """A statement: its SHA-256, its number (from 1; a later one corrects the one before), and where it is.

    `link` is its place in the chain, null until it has one; `address` is a path of the public API.
    """

    sha256: str
    number: int
    link: int | None
    settled_at: str
    address: str


class Check(msgspec.Struct, frozen=True):
    """The live totals, and what was quarantined of them, beside the recount before copies were dropped.

    `differing` is in how many places (minute, market, measure) they differ, `accepted_because` why the operator accepted that.
    """

    totals: CountsAnswer
    quarantined: CountsAnswer
    recounted: CountsAnswer
    differing: int
    accepted_because: str | None


class StatementLines(msgspec.Struct, frozen=True):
    """What a report says of a settled live's statement. `receipts` and `not_counted` are numbers of reactions, not of `count`."""

    published: Published
    corrects: Correction | None
    receipts: Receipts
    not_counted: NotCounted
    exclusion: Exclusion | None
    check: Check
    software: str


def statement_lines(settled: Settled, statement: Statement) -> StatementLines:
    """The lines of a settled live."""
    reconciled = statement.reconciled
    return StatementLines(
        published=published(settled, f"/v1/lives/{statement.live}/statement"),
        corrects=statement.corrects,
        receipts=statement.receipts,
        not_counted=statement.not_counted,
        exclusion=statement.exclusion,
        check=Check(
            totals=reconciled.totals,
            quarantined=reconciled.quarantined,
            recounted=reconciled.recounted,
            differing=len(reconciled.differences),
            accepted_because=reconciled.accepted_because,
        ),
        software=statement.software,
    )


def published(settled: Settled, address: str) -> Published:
    """Where the newest statement is."""
    return Published(settled.statement_sha256, settled.number, settled.link, utc(settled.at_ms), address)


def not_counted_together(parts: Sequence[NotCounted]) -> NotCounted:
    """What was not counted of several lives."""
    return NotCounted(*(sum(getattr(part, name) for part in parts) for name in NotCounted.__struct_fields__))
