"""Checking statements and the chain: whatever is settled, and that each has its place.

Answers for: finding statements and the chain among the files, and rules of lives that are not settled yet.
Refuses: what follows from a live's rule and ledger (`lives.py`).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

import msgspec

from chalicelib.domain.award_result import FestivalStatement
from chalicelib.domain.channels import result_of
from chalicelib.domain.frozen import FestivalRule
from chalicelib.domain.statement import NAME, CampaignStatement, Statement
from locallove.verifying.attempts import overtaken, stopped
from locallove.verifying.campaign_check import campaign_differences
from locallove.verifying.chain_check import (
    Known,
    Link,
    left_out_differences,
    newest_differences,
    place_differences,
    read_links,
)
from locallove.verifying.checking import Checking
from locallove.verifying.festival_check import check_festival
from locallove.verifying.findings import CHECKS, Check, Difference, compared, differs
from locallove.verifying.forms import decoded
from locallove.verifying.lives import check_live, rule_file
from locallove.verifying.verification import FrozenRule, form_differences

_PLACE = re.compile(r"(?:(.+)/)?(?:live-([^/]+)|campaign|(festival))/settled-\d{4}/statement\.json")
_ADDRESS = re.compile(r"(lives|campaigns|festivals)/([^/]+)/statement\.json")
_ENTRY = re.compile(r"(?:.*/)?chain[-/](\d{6,9})\.json")


class _Sort(msgspec.Struct):
    """What tells a campaign's statement, and a festival's, from a live's."""

    lives: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    awards: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    @property
    def kind(self) -> type[Statement | CampaignStatement | FestivalStatement]:
        if self.awards is not msgspec.UNSET:
            return FestivalStatement
        return Statement if self.lives is msgspec.UNSET else CampaignStatement


def check_statements(checking: Checking) -> None:
    """Read every statement, then check those that were asked for. Of the others only what those need is read."""
    for name in sorted(checking.evidence.names):
        if name.rpartition("/")[2] == NAME:
            checking.check(name, "statement", _read(checking, name))
    if checking.evidence.whole:
        links, _ = _chain(checking)
        beaten = set(overtaken(checking.evidence.names, checking.known, links))
        checking.set_aside(beaten, "overtaken")
        checking.set_aside(set(stopped(checking.evidence.names - beaten, checking.known, links)), "stopped")
    rules: dict[str, FrozenRule] = {}
    for each in checking.asked:
        if isinstance(each.statement, Statement) and (rule := check_live(checking, each, each.statement)):
            rules[each.statement.live] = rule
        elif isinstance(each.statement, FestivalStatement):
            check_festival(checking, each, each.statement)
    lives = {each.sha256: each.statement for each in checking.known if isinstance(each.statement, Statement)}
    for each in checking.asked:
        if isinstance(each.statement, CampaignStatement):
            checking.check(each.file, "campaign", campaign_differences(each.file, each.statement, lives, rules))


def check_chain(checking: Checking) -> None:
    """Check the chain, and the place of each statement in it."""
    if not _entries(checking):
        if checking.asked:
            checking.check("chain", "chain", [differs("chain", "chain_missing", None, None)])
        return
    links, found = _chain(checking)
    checking.check("chain", "chain", [*found, *_places(checking, links)])


def check_unsettled_rules(checking: Checking) -> None:
    """Rules of lives and festivals that are not settled: nothing says yet what they must be."""
    settled = {each.subject[1] for each in checking.known}
    for name in sorted(name for name in checking.uncovered if name.startswith("rules/")):
        unreadable: list[Difference] = []
        body = checking.body(name, unreadable)
        subject = None if body is None else _ruled(body)
        if subject is not None and name == rule_file(subject) and subject not in settled:
            checking.checks.append(Check(name, CHECKS["unsettled"], None))
        else:
            checking.check(name, "unsettled", unreadable or [differs(name, "uncovered", None, None)])


def _ruled(body: bytes) -> str | None:
    """What a rule is of: a live, or what stands for a festival's result; nothing if the file is no rule."""
    with suppress(ValueError):
        return decoded(body, FrozenRule).live
    with suppress(ValueError):
        return result_of(decoded(body, FestivalRule).campaign)
    return None


def _entries(checking: Checking) -> list[str]:
    """The files of the chain, in the order of their numbers."""
    found_at = {name: int(entry[1]) for name in checking.evidence.names if (entry := _ENTRY.fullmatch(name))}
    return sorted(found_at, key=lambda name: found_at[name])


def _chain(checking: Checking) -> tuple[list[Link], list[Difference]]:
    """The entries that can be read, and what is wrong with the chain by itself."""
    unreadable: list[Difference] = []
    links, found = read_links([(name, checking.body(name, unreadable) or b"") for name in _entries(checking)])
    return links, unreadable + found


def _read(checking: Checking, name: str) -> Iterator[Difference]:
    unreadable: list[Difference] = []
    body = checking.body(name, unreadable)
    yield from unreadable
    if body is None:
        return
    try:
        kind = msgspec.json.decode(body, type=_Sort).kind
        each = Known(name, sha256(body).hexdigest(), decoded(body, kind))
    except (ValueError, RecursionError) as error:
        yield differs(name, "form", None, str(error))
        return
    checking.known.append(each)
    yield from form_differences(name, body, each.statement)
    yield from _place_differences(each)


def _place_differences(each: Known) -> Iterator[Difference]:
    """A statement must lie in the folder, or at the address, of what it is about."""
    campaign, live = each.subject
    if (place := _PLACE.fullmatch(each.file)) is not None:
        subject = result_of(campaign) if place[3] else place[2]
        yield from compared(each.file, "place", [campaign, live], [place[1] or campaign, subject])
    elif (address := _ADDRESS.fullmatch(each.file)) is not None:
        yield from compared(each.file, "place", [live] if address[1] == "lives" else [campaign], [address[2]])


def _places(checking: Checking, links: list[Link]) -> Iterator[Difference]:
    evidence = checking.evidence
    campaigns = {name.partition("/")[0] for name in evidence.names} if evidence.whole else set()
    for link in links:
        if evidence.whole and link.entry.campaign not in campaigns:
            checking.checks.append(Check(link.file, CHECKS["elsewhere"], None))
    yield from place_differences(links, checking.asked, campaigns)
    yield from newest_differences(links, checking.asked)
    newest = {each.subject: each for each in checking.asked if each.subject[1] is None}
    for each in newest.values():
        yield from left_out_differences(links, each)
