"""Attempts that came to nothing, to settle (another overtook them) or to publish (they died): what they left counts for nothing.

Answers for: telling their files from a statement that was slipped in, altered, or cut off the chain: the chain has a statement in
a later folder of the same live or campaign, and every statement that it has of these is there. And from a report's file: there is
no manifest beside them, and the pointer names a later folder that has one.
Refuses: checking what is in them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from chalicelib.domain.publication import Latest
from locallove.verifying.chain_check import Known, Link
from locallove.verifying.publication_check import Folder

_FILE = re.compile(
    r"(?P<of>(?:.+/)?(?:live-[^/]+|campaign)/settled-)(?P<number>\d{4})"
    r"/(?:statement\.json|ledger-\d{4}\.ndjson\.gz|sender-[^/]+\.ndjson\.gz)"
)

_REPORT = re.compile(r"(?:(?P<above>.+)/)?(?P<folder>\d{8}T\d{6}Z)/(?P<own>[^/]+)")


def overtaken(names: Iterable[str], known: Sequence[Known], links: Sequence[Link]) -> Iterator[str]:
    """The files that such attempts left, among all that is published."""
    there = {each.sha256 for each in known}
    lost = {link.subject for link in links if link.entry.statement_sha256 not in there}
    subjects = {link.entry.statement_sha256: link.subject for link in links if link.subject not in lost}
    places = [place for each in known if each.sha256 in subjects and (place := _FILE.fullmatch(each.file))]
    linked = {(place["of"], place["number"]) for place in places}
    newest = {of: max(number for other, number in linked if other == of) for of, _ in linked}
    for name in names:
        place = _FILE.fullmatch(name)
        if place and (place["of"], place["number"]) not in linked and place["number"] < newest.get(place["of"], ""):
            yield name


def unfinished(names: Iterable[str], above: str, pointer: bytes, whole: Mapping[str, Folder]) -> Iterator[str]:
    """The files that such publications left below `above`; `whole` are the folders there that have a manifest, by name.

    Only what one of these manifests names, too, can be a report's file.
    """
    try:
        newest = msgspec.json.decode(pointer, type=Latest).folder
    except (ValueError, RecursionError):
        return
    if newest not in whole:
        return
    named = frozenset[str]().union(*(folder.named for folder in whole.values()))
    for name in names:
        place = _REPORT.fullmatch(name)
        if place is None or (place["above"] or "") != above or place["folder"] in whole:
            continue
        if place["folder"] < newest and place["own"] in named:
            yield name
