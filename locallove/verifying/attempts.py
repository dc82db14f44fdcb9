"""Attempts that came to nothing, to settle or close (another overtook them, or they stopped) or to publish (they died): what they
left counts for nothing.

Answers for: telling their files from a statement that was slipped in, altered, or cut off the chain: of the same live or campaign
the chain has another statement in their place, and every statement that it has of these is there. And from a report's file: there
is no manifest beside them, and the pointer names a later folder that has one. A closing stops at a tie, with its ledgers written.
Refuses: checking what is in them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.channels import result_of
from chalicelib.domain.publication import Latest
from chalicelib.domain.statement import NAME
from locallove.verifying.chain_check import Known, Link
from locallove.verifying.forms import decoded
from locallove.verifying.publication_check import Folder

_FILE = re.compile(
    r"(?P<of>(?:.+/)?(?:live-[^/]+|campaign|festival)/settled-)(?P<number>\d{4})"
    r"/(?:statement\.json|award-[^/]+\.json|(?:entries|votes-[^/]+)-\d{4}\.ndjson\.gz|ledger-\d{4}\.ndjson\.gz|sender-[^/]+\.ndjson\.gz)"
)

_CLOSING = re.compile(
    r"(?P<campaign>[^/]+)/festival/settled-(?P<number>\d{4})/(?:award-[^/]+\.json|(?:entries|votes-[^/]+)-\d{4}\.ndjson\.gz)"
)

_REPORT = re.compile(r"(?:(?P<above>.+)/)?(?P<folder>\d{8}T\d{6}Z)/(?P<own>[^/]+)")


def overtaken(names: Iterable[str], known: Sequence[Known], links: Sequence[Link]) -> Iterator[str]:
    """The files that attempts to settle left, among all that is published.

    Such a folder lies before one that the chain has, or its statement follows what another in the chain follows: nothing, or the
    same statement that both correct. A statement that could be the chain's next is none: its entry may have been cut off.
    """
    there = {each.sha256 for each in known}
    lost = {link.subject for link in links if link.entry.statement_sha256 not in there}
    in_chain = {link.entry.statement_sha256 for link in links if link.subject not in lost}
    settled = [(each, place) for each in known if (place := _FILE.fullmatch(each.file))]
    linked = {_folder(place) for each, place in settled if each.sha256 in in_chain}
    newest = {of: max(number for other, number in linked if other == of) for of, _ in linked}
    followed = {(place["of"], each.follows) for each, place in settled if each.sha256 in in_chain}
    beaten = {_folder(place) for each, place in settled if (place["of"], each.follows) in followed}
    for name in names:
        if (place := _FILE.fullmatch(name)) is None or _folder(place) in linked:
            continue
        if place["number"] < newest.get(place["of"], "") or _folder(place) in beaten:
            yield name


def stopped(names: Collection[str], known: Sequence[Known], links: Sequence[Link]) -> Iterator[str]:
    """The files that closings left that stopped before there was a statement, among all that is published.

    There is none of a festival of which the chain has a statement that is lost: the files may be that one's.
    """
    there = {each.sha256 for each in known}
    lost = {link.subject for link in links if link.entry.statement_sha256 not in there}
    for name in names:
        place = _CLOSING.fullmatch(name)
        if place is None or f"{name.rpartition('/')[0]}/{NAME}" in names:
            continue
        if (place["campaign"], result_of(place["campaign"])) not in lost:
            yield name


def unfinished(names: Iterable[str], above: str, pointer: bytes, whole: Mapping[str, Folder]) -> Iterator[str]:
    """The files that such publications left below `above`; `whole` are the folders there that have a manifest, by name.

    Only what one of these manifests names, too, can be a report's file. A folder that has all that one of them names is none of
    these: its own manifest may have been taken away.
    """
    try:
        newest = decoded(pointer, Latest).folder
    except ValueError:
        return
    if newest not in whole:
        return
    named = frozenset[str]().union(*(folder.named for folder in whole.values()))
    left: dict[str, dict[str, str]] = {}
    for name in names:
        place = _REPORT.fullmatch(name)
        if place and (place["above"] or "") == above and place["folder"] < newest and place["folder"] not in whole:
            left.setdefault(place["folder"], {})[place["own"]] = name
    for own in left.values():
        if not any(folder.named <= own.keys() for folder in whole.values()):
            yield from (name for file, name in own.items() if file in named)


def _folder(place: re.Match[str]) -> tuple[str, str]:
    return place["of"], place["number"]
