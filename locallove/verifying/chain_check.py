"""Checking the chain: that its entries hold together, and that each statement has its place in it.

Answers for: numbers, hashes, forms; each statement once, described as what it is; corrections; and which statement is newest.
Refuses: files and addresses.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.domain.award_result import FestivalStatement
from chalicelib.domain.chain import Entry, encode
from chalicelib.domain.channels import result_of
from chalicelib.domain.statement import NAME, CampaignStatement, Statement, folder
from locallove.verifying.findings import Difference, differs
from locallove.verifying.forms import decoded


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that was found in a file."""

    file: str
    sha256: str
    statement: Statement | CampaignStatement | FestivalStatement

    @property
    def subject(self) -> tuple[str, str | None]:
        """Its campaign, and its live (or what stands for a festival's result) unless it is the campaign's own."""
        found = self.statement
        if isinstance(found, FestivalStatement):
            return found.campaign, result_of(found.campaign)
        return found.campaign, found.live if isinstance(found, Statement) else None

    @property
    def follows(self) -> str | None:
        """The SHA-256 of the statement that it corrects; the first of a subject corrects none."""
        return self.statement.corrects.replaces if self.statement.corrects else None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the chain that could be read, and its file."""

    file: str
    entry: Entry

    @property
    def subject(self) -> tuple[str, str | None]:
        """What the entry says it is of."""
        return self.entry.campaign, self.entry.live


def read_links(files: Sequence[tuple[str, bytes]]) -> tuple[list[Link], list[Difference]]:
    """The entries in the order of their files, and what is wrong with each of them or between them."""
    links: list[Link] = []
    found: list[Difference] = []
    for number, (file, body) in enumerate(files, start=1):
        try:
            entry = decoded(body, Entry)
        except ValueError as error:
            found.append(differs(file, "form", None, str(error)))
            continue
        if (entry.version, encode(entry)) != (1, body):
            found.append(differs(file, "form", None, None))
        if entry.number != number:
            found.append(differs(file, "number", entry.number, number))
        before, previous = files[number - 2] if number > 1 else ("", b"")
        computed = sha256(previous).hexdigest() if number > 1 else None
        if entry.previous_sha256 != computed:
            found.append(differs(before or file, "previous", entry.previous_sha256, computed, by=file))
        links.append(Link(file, entry))
    return links, found


def place_differences(links: Sequence[Link], known: Sequence[Known], whole: Collection[str]) -> Iterator[Difference]:
    """Each statement against its entry; and each entry of the campaigns in `whole` against its statement."""
    for each in known:
        own = [link for link in links if link.entry.statement_sha256 == each.sha256]
        if len(own) > 1:
            yield differs(each.file, "twice", len(own), 1, by=own[1].file)
        if own and own[0].subject != each.subject:
            yield differs(own[0].file, "entry", _said(own[0].subject), _said(each.subject), place="live")
        if not own:
            yield _astray(each, links, known)
        else:
            yield from _correction(each, own[0], links)
    hashes = {each.sha256 for each in known}
    lost = {each.subject for each in known if each.sha256 not in {link.entry.statement_sha256 for link in links}}
    for link in links:
        if link.entry.campaign in whole and link.entry.statement_sha256 not in hashes and link.subject not in lost:
            number = sum(each.subject == link.subject and each.entry.number <= link.entry.number for each in links)
            file = f"{folder(*link.subject, number)}/{NAME}"
            yield differs(file, "missing", link.entry.statement_sha256, None, by=link.file)


def newest_differences(links: Sequence[Link], known: Sequence[Known]) -> Iterator[Difference]:
    """Of each subject the newest statement in the chain must be among those that are known."""
    newest = {link.subject: link for link in links}
    hashes = {each.sha256 for each in known}
    for each in known:
        link = newest.get(each.subject)
        in_chain = any(other.entry.statement_sha256 == each.sha256 for other in links)
        if link is not None and in_chain and link.entry.statement_sha256 not in hashes:
            yield differs(each.file, "replaced", each.sha256, link.entry.statement_sha256, by=link.file)


def left_out_differences(links: Sequence[Link], each: Known) -> Iterator[Difference]:
    """A campaign's statement must take in the newest statement of every live that stands before it in the chain."""
    own = [link.entry.number for link in links if link.entry.statement_sha256 == each.sha256]
    if not own or not isinstance(each.statement, CampaignStatement):
        return
    before = [link for link in links if link.entry.number < own[0] and link.entry.campaign == each.statement.campaign]
    result = result_of(each.statement.campaign)
    newest = {link.entry.live: link for link in before if link.entry.live not in (None, result)}
    shares = {share.live: share.statement_sha256 for share in each.statement.lives}
    for live, link in newest.items():
        if shares.get(live) != link.entry.statement_sha256:
            yield differs(each.file, "share", shares.get(live), link.entry.statement_sha256, place=live)


def _astray(each: Known, links: Sequence[Link], known: Sequence[Known]) -> Difference:
    """A statement that no entry names: if an entry of the same subject names one that is not here, that is what was altered."""
    hashes = {other.sha256 for other in known}
    for link in links:
        if link.subject == each.subject and link.entry.statement_sha256 not in hashes:
            return differs(each.file, "sha256", link.entry.statement_sha256, each.sha256, by=link.file)
    return differs(each.file, "not_in_chain", None, each.sha256)


def _correction(each: Known, own: Link, links: Sequence[Link]) -> Iterator[Difference]:
    """The first statement of a subject corrects none, each later one names the one before it."""
    before = [link for link in links if link.subject == own.subject and link.entry.number < own.entry.number]
    expected = before[-1].entry.statement_sha256 if before else None
    if each.follows != expected:
        yield differs(each.file, "corrects", each.follows, expected)


def _said(subject: tuple[str, str | None]) -> str:
    return "/".join(part for part in subject if part is not None)
