"""Attempts to settle that another overtook: what they left behind is on no record and counts for nothing.

Answers for: telling their files from a statement that was slipped in, altered, or cut off the chain: the chain has a statement in
a later folder of the same live or campaign, and every statement that it has of these is there.
Refuses: checking what is in them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from locallove.verifying.chain_check import Known, Link

_FILE = re.compile(
    r"(?P<of>(?:.+/)?(?:live-[^/]+|campaign)/settled-)(?P<number>\d{4})"
    r"/(?:statement\.json|ledger-\d{4}\.ndjson\.gz|sender-[^/]+\.ndjson\.gz)"
)


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
