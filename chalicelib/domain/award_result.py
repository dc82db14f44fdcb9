"""The result of an award: what is sealed when a festival is closed, and published when the award is revealed.

Answers for: the form of a result and of the festival's statement, which numbers and hashes can be in it, what belongs to each way
of deciding an award, and the names of the files.
Refuses: deciding (`domain/awarding.py`), and hashes that could be guessed from a few finalists: each result has a random nonce.
"""

from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Award
from chalicelib.domain.ids import Digest
from chalicelib.domain.jury import Reason, Score
from chalicelib.domain.metrics import Backwards, Number
from chalicelib.domain.moments import Ms
from chalicelib.domain.statement import Correction, Exclusion, File

VERSION = 1
RULE = "rule.json"
NONCE_BYTES = 32

Way: TypeAlias = Literal["jury", "metrics", "votes"]


class Film(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A film in its place, with all that its place depends on: what is not asked for an award is left out.

    `score` is exact: a whole number, or a fraction such as `169/20`; `means` are those of the criteria. `held` are votes apart.
    """

    place: Number
    entry: str
    creator: str
    caption: str
    posted_ms: Ms
    score: str
    views: Number | None = None
    likes: Number | None = None
    held: Number | None = None
    means: tuple[str, ...] = ()


class WithHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who would win if the votes that are held apart counted; nobody where films would be equal after all tie-breaks."""

    winner: str | None
    decided_by: str


class VoteNumbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The votes for an award: counted, held apart by the platform's reasons, and set aside by ours. `ledger` has them all."""

    counted: Number
    held: dict[str, Number]
    not_counted: dict[str, Number]
    with_held: WithHeld
    ledger: tuple[File, ...]


class MetricNumbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Snapshots of views and likes until the moment that counts, and after it; readings of unknown entries, and what fell."""

    as_of_ms: Ms
    snapshots: Number
    later: Number
    unknown_entries: Number
    backwards: tuple[Backwards, ...]


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The jury's scores, jurors by number, in the order of the award's criteria; and the SHA-256 of its sheet."""

    scores: tuple[Score, ...]
    sheet_sha256: Digest


class Tie(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the jury decided a tie, between which films, why, and the SHA-256 of its file."""

    entries: tuple[str, ...]
    reason: Reason
    sha256: Digest


class AwardResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole result of one award. `decided_by` is `score`, the name of a tie-break, `jury` or `nobody`."""

    version: int
    campaign: str
    award: str
    name: Words
    by: Way
    nonce: Digest
    winner: str | None
    decided_by: str
    tie: Tie | None
    films: tuple[Film, ...]
    metered: MetricNumbers | None
    votes: VoteNumbers | None
    judged: Judged | None


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An award's result by its SHA-256, which tells nothing of it."""

    award: str
    name: Words
    sha256: Digest


class EntryNumbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many entries there are. `rejected` could not be kept, `duplicates` came again, some otherwise (`conflicts`)."""

    batches: Number
    entries: Number
    competing: Number
    rejected: Number
    duplicates: Number
    conflicts: Number


class Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came in of votes until they closed: batches, votes accepted and rejected, and those that came too late.

    `counted` and `quarantined` is what the live count says, `recounted` what is stored; where they differ, the operator said why.
    """

    batches: Number
    accepted: Number
    rejected: Number
    late: Number
    counted: Number
    quarantined: Number
    recounted: Number
    accepted_because: str | None


class FestivalStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The closed result of a festival: what it was decided from, and each award's result by its hash.

    It is public from its closing on; the results follow as they are revealed. `rule_sha256` is of the public file `rule.json`,
    `entries` is published with the first award.
    """

    version: int
    campaign: str
    campaign_name: Words
    rule_sha256: Digest
    closed_at: str
    entered: EntryNumbers
    entries: tuple[File, ...]
    received: Received | None
    exclusion: Exclusion | None
    awards: tuple[Sealed, ...]
    corrects: Correction | None
    software: str


def way(award: Award) -> Way:
    """How an award is decided."""
    return "jury" if award.jury else "metrics" if award.metrics else "votes"


def uses_metrics(award: Award) -> bool:
    """Whether an award's result has views and likes: it is decided by them, or they break its ties."""
    return award.metrics is not None or (award.jury is None and bool({"views", "likes"} & {*award.tie_breaks}))


def file_name(award: str) -> str:
    """The name of an award's result."""
    return f"award-{award}.json"


def entries_name(number: int) -> str:
    """The name of a file of the entries' ledger; numbers begin with 1."""
    return f"entries-{number:04d}.ndjson.gz"


def votes_name(award: str, number: int) -> str:
    """The name of a file of an award's votes; numbers begin with 1."""
    return f"votes-{award}-{number:04d}.ndjson.gz"


def nonce(key: bytes, award: str, number: int) -> str:
    """The nonce of an award's result in the festival's statement of this number, out of 32 random bytes that nobody else knows.

    The same for every attempt at one closing, so that an interrupted one leaves nothing that the next would contradict.
    """
    return blake2b(f"{number} {award}".encode(), key=key, digest_size=NONCE_BYTES).hexdigest()
