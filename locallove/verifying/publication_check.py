"""Checking published reports: a folder's manifest against its files, and the pointer against the folder that it names.

Answers for: every byte of manifest and pointer, for both follow from the files; and a report's counts of lives that are settled.
Refuses: rendering again. That a page shows what `report.json` says is for its reader to compare.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.publication import (
    MANIFEST,
    MEDIA_TYPES,
    REPORT,
    File,
    Head,
    Latest,
    Manifest,
    encode,
    head,
    pointer,
)
from chalicelib.domain.statement import CampaignStatement, Statement
from locallove.verifying.findings import Difference, compared, differs
from locallove.verifying.forms import decoded


class _Published(msgspec.Struct):
    sha256: str


class _Statement(msgspec.Struct):
    published: _Published


class _Figures(msgspec.Struct):
    counts: CountsAnswer


class _Live(msgspec.Struct):
    live: str
    status: str
    figures: _Figures
    statement: _Statement | None = None


class _Settled(msgspec.Struct):
    """What a report says of statements."""

    lives: tuple[_Live, ...]
    statement: _Published | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A report's folder as it lies there: the path, the bytes of manifest and report, and each file's size and SHA-256."""

    path: str
    manifest: bytes
    report: bytes | None
    files: Mapping[str, tuple[int, str]]

    @property
    def listed(self) -> frozenset[str]:
        """The names that the manifest lists; none if it cannot be read."""
        return frozenset(file.name for file in self._said().files)

    @property
    def named(self) -> frozenset[str]:
        """The names that the manifest lists, or says are missing; none if it cannot be read."""
        return self.listed.union(each.name for each in self._said().missing)

    def _said(self) -> Manifest:
        try:
            return decoded(self.manifest, Manifest)
        except ValueError:
            return Manifest(0, "", "", None, (), ())


def manifest_differences(folder: Folder) -> Iterator[Difference]:
    """The files against the manifest, and the manifest's bytes against what they would be for these files."""
    name = f"{folder.path}/{MANIFEST}"
    try:
        listed = decoded(folder.manifest, Manifest)
    except ValueError as error:
        yield differs(name, "form", None, str(error))
        return
    for file in listed.files:
        yield from _file_differences(folder, file, name)
    try:
        about = head(folder.report or b"")
    except (ValueError, RecursionError) as error:
        yield differs(f"{folder.path}/{REPORT}", "form", None, str(error))
        return
    own = _prefix(about)
    if folder.path.rpartition("/")[0] not in (own, own.partition("/")[2]):
        yield differs(f"{folder.path}/{REPORT}", "place", own, folder.path, place=own)
    made = tuple(File(file.name, *folder.files.get(file.name, (0, "")), _media_type(file.name)) for file in listed.files)
    expected = encode(Manifest(1, about.scope, about.id, about.as_of, made, listed.missing, listed.mark))
    if expected != folder.manifest:
        yield differs(name, "manifest", sha256(folder.manifest).hexdigest(), sha256(expected).hexdigest())


def latest_differences(name: str, body: bytes, folders: Mapping[str, Folder]) -> Iterator[Difference]:
    """The pointer's bytes against what they would be for the folder that it names; `folders` are those beside it, by name."""
    try:
        latest, says = decoded(body, Latest), decoded(body, dict[str, Any])
    except ValueError as error:
        yield differs(name, "form", None, str(error))
        return
    folder = folders.get(latest.folder)
    if folder is None or folder.report is None:
        yield differs(name, "latest", latest.folder, None, place="folder")
        return
    try:
        made = pointer(latest.folder, folder.report, folder.manifest)
    except (ValueError, RecursionError) as error:
        yield differs(f"{folder.path}/{REPORT if folder.listed else MANIFEST}", "form", None, str(error))
        return
    # A release may have written a pointer before one of its fields was there, but none has ever written another field.
    computed = {key: value for key, value in msgspec.to_builtins(made).items() if key in says or key not in _LATER}
    yield from compared(name, "latest", says, computed)
    if msgspec.json.format(msgspec.json.encode(says), indent=1) != body:
        yield differs(name, "form", None, None)


def settled_differences(folder: Folder, known: Mapping[str, Statement | CampaignStatement]) -> Iterator[Difference]:
    """What a report says of settled lives against their statements, which are known by their SHA-256."""
    file = f"{folder.path}/{REPORT}"
    try:
        about = decoded(folder.report or b"", _Settled)
    except ValueError as error:
        yield differs(file, "form", None, str(error))
        return
    for each in about.lives:
        digest = each.statement.published.sha256 if each.statement else None
        found = known.get(digest or "")
        if each.status == "settled" and not (isinstance(found, Statement) and found.live == each.live):
            yield differs(file, "settled", digest, None, place=each.live)
        elif found is not None:
            yield from compared(file, "settled", each.figures.counts, found.counts, f"{each.live}.counts")
    if about.statement is not None and about.statement.sha256 not in known:
        yield differs(file, "settled", about.statement.sha256, None, place="statement")


_LATER = frozenset(field.name for field in msgspec.structs.fields(Latest) if not field.required)


def _file_differences(folder: Folder, file: File, by: str) -> Iterator[Difference]:
    size, digest = folder.files.get(file.name, (None, None))
    if digest is None:
        yield differs(f"{folder.path}/{file.name}", "missing", file.sha256, None, by=by)
    elif size != file.bytes:
        yield differs(f"{folder.path}/{file.name}", "bytes", file.bytes, size, by=by)
    elif digest != file.sha256:
        yield differs(f"{folder.path}/{file.name}", "sha256", file.sha256, digest, by=by)


def _prefix(about: Head) -> str:
    """Where the folders of this report lie."""
    return f"{about.campaign}/{about.scope}" + ("" if about.scope == "campaign" else f"-{about.id}")


def _media_type(name: str) -> str:
    return next((kind for end, kind in MEDIA_TYPES.items() if name.endswith(end)), "")
