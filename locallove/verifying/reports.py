"""Checking the report folders of a published tree.

Answers for: every folder with a manifest, older ones too, the pointer above them, and what a publication that died left there.
Refuses: folders of settlements, which have no manifest.
"""

from hashlib import sha256

from chalicelib.domain.award_result import FestivalStatement
from chalicelib.domain.publication import LATEST, MANIFEST, REPORT
from locallove.verifying.attempts import unfinished
from locallove.verifying.checking import Checking
from locallove.verifying.evidence import Unreadable
from locallove.verifying.findings import Difference, differs
from locallove.verifying.publication_check import Folder, latest_differences, manifest_differences, settled_differences


def check_reports(checking: Checking) -> None:
    """Check every report that was asked for."""
    asked = checking.evidence.asked
    known = {each.sha256: each.statement for each in checking.known if not isinstance(each.statement, FestivalStatement)}
    folders: dict[str, dict[str, Folder]] = {}
    for name in sorted(each for each in asked if each.rpartition("/")[2] == MANIFEST):
        path = name.rpartition("/")[0]
        unreadable: list[Difference] = []
        folder = _folder(checking, path, unreadable)
        found = unreadable or list(manifest_differences(folder))
        checking.check(path, "report", found)
        if not found and checking.evidence.whole:
            checking.check(path, "settled", settled_differences(folder, known))
        above, _, own = path.rpartition("/")
        folders.setdefault(above, {})[own] = folder
    expected = {f"{above}/{LATEST}".lstrip("/") for above in folders} if checking.evidence.whole else set()
    for name in sorted({each for each in asked if each.rpartition("/")[2] == LATEST} | expected):
        above = name.rpartition("/")[0]
        if name not in asked:
            checking.check(name, "latest", [differs(name, "missing", None, None, by=above)])
            continue
        lost: list[Difference] = []
        pointer = checking.body(name, lost)
        beside = folders.get(above, {})
        checking.check(name, "latest", lost if pointer is None else latest_differences(name, pointer, beside))
        if pointer is not None:
            checking.set_aside(set(unfinished(asked, above, pointer, beside)), "unfinished")


def _folder(checking: Checking, path: str, unreadable: list[Difference]) -> Folder:
    """The folder as it lies there; only files that its manifest lists are covered."""
    manifest = checking.body(f"{path}/{MANIFEST}", unreadable) or b""
    files: dict[str, tuple[int, str]] = {}
    inside = f"{path}/"
    for name in sorted(each for each in checking.evidence.asked if each.startswith(inside)):
        own = name.removeprefix(inside)
        if "/" in own or own == MANIFEST:
            continue
        size, digest = 0, sha256()
        try:
            for part in checking.evidence.parts(name):
                size += len(part)
                digest.update(part)
        except Unreadable as error:
            checking.cover(name)
            unreadable.append(differs(name, "unreadable", None, str(error)))
            continue
        files[own] = (size, digest.hexdigest())
    report = checking.body(f"{inside}{REPORT}", unreadable) if REPORT in files else None
    folder = Folder(path, manifest, report, files)
    for own in folder.listed:
        checking.cover(f"{inside}{own}")
    return folder
