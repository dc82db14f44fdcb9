"""What is published of a report: the manifest of its folder and the pointer to the newest folder, as they are written and read.

Answers for: their forms and bytes, and what decides whether a report has moved, worked out from the bytes of `report.json` too.
Refuses: making reports, and storage (`flows/publishing.py`).
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from chalicelib.domain.answers import CountsAnswer

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


class MissingFile(msgspec.Struct, frozen=True):
    """A format that could not be made, and why."""

    name: str
    reason: str


class Manifest(msgspec.Struct, frozen=True):
    """What a folder holds; it is written last, so a folder with one is whole."""

    version: int
    scope: str
    id: str
    as_of: str | None
    files: tuple[File, ...]
    missing: tuple[MissingFile, ...]


class Latest(msgspec.Struct, frozen=True):
    """The pointer above the folders: which is the newest, and what it was made of.

    `reactions` are all that were counted, outside the window and in rehearsals too, `recorded` is the report's own figure of what
    is on record (payments, statements, registers): within an epoch both only grow. `missing` are the formats that could not be
    made.
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

    def is_behind(self, latest: Latest) -> bool:
        """Whether the pointer is further on: in a later epoch, or in the same with more of what only grows."""
        if self.epoch != latest.epoch:
            return self.epoch < latest.epoch
        return self.reactions < latest.reactions or self.recorded < latest.recorded


def head(report: bytes) -> Head:
    """The head of a report's JSON. Raises: ValueError."""
    return msgspec.json.decode(report, type=Head)


def content_sha256(report: bytes) -> str:
    """The SHA-256 of what must move for a new report, of its JSON, indented or not. Raises: ValueError.

    The campaign's total alone does not make a new report of a region or a live, nor does the comparison with the report before.
    """
    content = msgspec.json.decode(report, type=dict[str, msgspec.Raw])
    content.pop("since", None)
    if head(report).scope != "campaign":
        content["campaign_total"] = msgspec.Raw(b"0")
    return sha256(msgspec.json.format(msgspec.json.encode(content), indent=-1)).hexdigest()


def pointer(folder: str, report: bytes, manifest: bytes) -> Latest:
    """The pointer to a folder with this `report.json` and this manifest. Raises: ValueError."""
    of = head(report)
    digest = sha256(manifest).hexdigest()
    missing = tuple(each.name for each in msgspec.json.decode(manifest, type=Manifest).missing)
    return Latest(1, folder, of.as_of, of.epoch, of.reactions, content_sha256(report), digest, of.recorded, missing)


def moment(as_of: str | None, latest: Latest | None) -> datetime:
    """The folder's moment: that of the newest counted change, but always after the latest folder's."""
    counted = datetime.fromisoformat(as_of) if as_of else EARLIEST
    if latest is not None:
        before = datetime.strptime(latest.folder, FOLDER).replace(tzinfo=UTC)
        counted = max(counted, before + timedelta(seconds=1))
    return counted
