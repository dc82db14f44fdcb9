"""What is published of a report: the manifest of its folder and the pointer to the newest folder, as they are written and read.

Answers for: their forms and bytes, and what decides whether a report has moved, worked out from the bytes of `report.json` too.
Refuses: making reports, and storage (`flows/publishing.py`).
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.standing import Standing

FOLDER = "%Y%m%dT%H%M%SZ"
"""The name of a report's folder, a moment in UTC."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a folder in which nothing is counted."""

MANIFEST = "manifest.json"
LATEST = "latest.json"
REPORT = "report.json"


class File(msgspec.Struct, frozen=True):
    """A file of a report as the manifest lists it."""

    name: str
    bytes: int
    sha256: str
    media_type: str


class CannotBeMade(Exception):
    """A format can never hold this report, so that trying again does not help; the message says why."""


class MissingFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A format that could not be made, and why. `lasting`: it can never be, so no later run tries again."""

    name: str
    reason: str
    lasting: bool = False


class Mark(msgspec.Struct, frozen=True):
    """How far a whole campaign was when a report was made: `reactions` are all that were counted, outside the window and in
    rehearsals too, `recorded` counts payments, statements, places in the chain and imports. Within an epoch both only grow.
    """

    epoch: int = 0
    reactions: int = 0
    recorded: int = 0

    def is_behind(self, other: "Mark") -> bool:
        """Whether the other is further on: in a later epoch, or in the same with more of what only grows."""
        if self.epoch != other.epoch:
            return self.epoch < other.epoch
        return self.reactions < other.reactions or self.recorded < other.recorded


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a folder holds; it is written last, so a folder with one is whole."""

    version: int
    scope: str
    id: str
    as_of: str | None
    files: tuple[File, ...]
    missing: tuple[MissingFile, ...]
    mark: Mark = Mark()


class Latest(msgspec.Struct, frozen=True):
    """The pointer above the folders: which is the newest, and what it was made of.

    `reactions` and `recorded` are the report's own; `mark` is the whole campaign's, for what a report says hangs on other lives
    too (the share of a cap, whether it is final). `missing` are the formats that the next run tries again.
    """

    version: int
    folder: str
    as_of: str | None
    epoch: int
    reactions: int
    content_sha256: str
    manifest_sha256: str
    recorded: int = 0
    missing: tuple[str, ...] = ()
    mark: Mark = Mark()


def of_campaign(campaign: str) -> str:
    """The prefix of the folders of a campaign's own reports."""
    return f"{campaign}/campaign"


def of_region(campaign: str, region: str) -> str:
    """The prefix of the folders of a region's reports."""
    return f"{campaign}/region-{region}"


MEDIA_TYPES = {
    ".schema.json": "application/schema+json",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media types by the end of a file's name, the longer end first."""


def encode(value: Manifest | Latest) -> bytes:
    """The bytes that are published and hashed."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


class _Figures(msgspec.Struct):
    counts: CountsAnswer


class Head(msgspec.Struct):
    """What manifest and pointer say of a report, read from a `report.json` of any release."""

    scope: str
    id: str
    campaign: str
    as_of: str | None
    epoch: int
    figures: _Figures
    outside_window: CountsAnswer
    rehearsal: CountsAnswer
    recorded: int = 0

    @property
    def reactions(self) -> int:
        """All reactions counted."""
        return self.figures.counts.total + self.outside_window.total + self.rehearsal.total

    def is_behind(self, latest: Latest, mark: Mark) -> bool:
        """Whether the pointer is further on than this report, by its own figures or by the campaign's `mark`."""
        own = Mark(self.epoch, self.reactions, self.recorded)
        return own.is_behind(Mark(latest.epoch, latest.reactions, latest.recorded)) or mark.is_behind(latest.mark)


def head(report: bytes) -> Head:
    """The head of a report's JSON. Raises: ValueError."""
    return msgspec.json.decode(report, type=Head)


def mark(standing: Standing, imports: int) -> Mark:
    """How far a campaign is; `imports` is the revision of its registers."""
    applied, lives = standing.applied, [each.totals for each in standing.lives]
    statements = [*applied.settled.values(), *([applied.campaign_settled] if applied.campaign_settled else [])]
    return Mark(
        epoch=applied.campaign_epoch,
        reactions=sum(each.counts.total + each.outside.total + each.rehearsal.total for each in lives),
        recorded=imports + len(applied.payments) + sum(2 * each.number + (each.link is not None) for each in statements),
    )


def content_sha256(report: bytes) -> str:
    """The SHA-256 of what must move for a new report, of its JSON, indented or not. Raises: ValueError.

    Some things alone make no new one: the campaign's total in the report of a region or a live, the comparison with the report
    before, and earlier lives whose figures still move.
    """
    content = msgspec.json.decode(report, type=dict[str, msgspec.Raw])
    content.pop("since", None)
    earlier = msgspec.json.decode(content.get("earlier", b"[]"), type=list[dict[str, msgspec.Raw]])
    content["earlier"] = msgspec.Raw(msgspec.json.encode([each for each in earlier if bytes(each["final"]) == b"true"]))
    if head(report).scope != "campaign":
        content["campaign_total"] = msgspec.Raw(b"0")
    return sha256(msgspec.json.format(msgspec.json.encode(content), indent=-1)).hexdigest()


def pointer(folder: str, report: bytes, manifest: bytes) -> Latest:
    """The pointer to a folder with this `report.json` and this manifest. Raises: ValueError."""
    of = head(report)
    digest = sha256(manifest).hexdigest()
    whole = msgspec.json.decode(manifest, type=Manifest)
    missing = tuple(each.name for each in whole.missing if not each.lasting)
    content = content_sha256(report)
    return Latest(1, folder, of.as_of, of.epoch, of.reactions, content, digest, of.recorded, missing, whole.mark)


def moment(as_of: str | None, latest: Latest | None) -> datetime:
    """The folder's moment: that of the newest counted change, but always after the latest folder's."""
    counted = datetime.fromisoformat(as_of) if as_of else EARLIEST
    if latest is not None:
        before = datetime.strptime(latest.folder, FOLDER).replace(tzinfo=UTC)
        counted = max(counted, before + timedelta(seconds=1))
    return counted
