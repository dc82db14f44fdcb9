"""Evidence behind a public address: the statement of a live or a campaign, and the files beside it.

Answers for: http and https only, few redirects, time-outs, and no file that the statement or the chain does not name.
Refuses: any other scheme, a redirect from https to http, and credentials of any sort.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage
from typing import IO, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import msgspec

from chalicelib.domain import award_result, chain
from chalicelib.domain.award_result import AwardResult, FestivalStatement
from chalicelib.domain.statement import NAME, RULE, CampaignStatement, Statement
from locallove.verifying.evidence import MAX_BODY, NothingToVerify, Unreadable
from locallove.verifying.forms import decoded

TIMEOUT_S = 30
MAX_ENTRIES = 100_000
_MAX_REDIRECTS = 5
_PART = 1 << 16
_STATEMENT = re.compile(r"(.*)/v1/(lives|campaigns|festivals)/([a-z0-9-]{1,64})/statement/?")
T = TypeVar("T")

_PLAIN_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9]+)+")


class _Redirects(HTTPRedirectHandler):
    """Follows a few redirects, and none to another scheme than the first, but for the safer one."""

    max_redirections = _MAX_REDIRECTS

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The request that follows. Raises: Unreadable."""
        if urlsplit(newurl).scheme not in {"https", req.type}:
            raise Unreadable(f"a redirect to another scheme: {urlsplit(newurl).scheme}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class AddressEvidence:
    """What lies at `…/v1/lives/{live}/statement` or `…/v1/campaigns/{campaign}/statement`, under names as in a folder."""

    def __init__(self, address: str) -> None:
        found = _STATEMENT.fullmatch(address.partition("?")[0])
        if urlsplit(address).scheme not in ("http", "https") or found is None:
            said = "an address ends in /v1/lives/LIVE/statement, or the same of campaigns or festivals"
            raise NothingToVerify(f"{address}: {said}")
        service, sort, subject = found.groups()
        self.shown = address
        self.size = 0
        self.whole = False
        self._opener: OpenerDirector = build_opener(_Redirects)
        self._addresses: dict[str, str] = {}
        self._kept: dict[str, bytes] = {}
        try:
            self._find(service, sort, subject)
        except Unreadable as error:
            raise NothingToVerify(f"{address}: {error}") from error
        self.names = self.asked = frozenset(self._addresses)

    def parts(self, name: str) -> Iterator[bytes]:
        """The file in parts. Raises: Unreadable."""
        if name in self._kept:
            yield self._kept[name]
            return
        with self._open(self._addresses[name]) as answer:
            try:
                while part := answer.read(_PART):
                    yield part
            except (OSError, HTTPException) as error:
                raise Unreadable(str(error)) from error

    def _find(self, service: str, sort: str, subject: str) -> None:
        """Every file that belongs to the statement; those that are not there are left out."""
        base = f"{service}/v1/{sort}/{subject}/statement"
        self._keep(f"{sort}/{subject}/{NAME}", base)
        if sort == "festivals":
            self._find_festival(subject, base)
        campaign = self._decoded(f"{sort}/{subject}/{NAME}", CampaignStatement)
        for live in [subject] if sort == "lives" else [share.live for share in campaign.lives] if campaign else []:
            self._find_live(live, f"{service}/v1/lives/{live}/statement")
        for number in range(1, MAX_ENTRIES):
            if not self._try(f"chain/{chain.name(number)}", f"{base}/chain-{chain.name(number)}"):
                break

    def _find_live(self, live: str, base: str) -> None:
        if f"lives/{live}/{NAME}" in self._kept or self._try(f"lives/{live}/{NAME}", base):
            self._try(f"lives/{live}/{RULE}", f"{base}/{RULE}")
            statement = self._decoded(f"lives/{live}/{NAME}", Statement)
            for file in statement.ledger if statement else ():
                if _PLAIN_NAME.fullmatch(file.name):
                    self._addresses[f"lives/{live}/{file.name}"] = f"{base}/{file.name}"
                    self.size += file.bytes

    def _find_festival(self, campaign: str, base: str) -> None:
        """What is public of a festival: an award's files are there once it is revealed."""
        found = self._decoded(f"festivals/{campaign}/{NAME}", FestivalStatement)
        if found is None:
            return
        self._try(f"festivals/{campaign}/{RULE}", f"{base}/{RULE}")
        revealed: list[AwardResult] = []
        for each in found.awards:
            name = award_result.file_name(each.award)
            if _PLAIN_NAME.fullmatch(name) and self._try(f"festivals/{campaign}/{name}", f"{base}/{name}"):
                revealed += filter(None, [self._decoded(f"festivals/{campaign}/{name}", AwardResult)])
        ledgers = [file for each in revealed if each.votes for file in each.votes.ledger]
        for file in (*(found.entries if revealed else ()), *ledgers):
            if _PLAIN_NAME.fullmatch(file.name):
                self._addresses[f"festivals/{campaign}/{file.name}"] = f"{base}/{file.name}"
                self.size += file.bytes

    def _decoded(self, name: str, kind: type[T]) -> T | None:
        """A statement that was kept; one that is not in its form names no further files."""
        try:
            return decoded(self._kept[name], kind)
        except ValueError:
            return None

    def _try(self, name: str, address: str) -> bool:
        """Keep a file if it is there."""
        try:
            self._keep(name, address)
        except _NotThere:
            return False
        return True

    def _keep(self, name: str, address: str) -> None:
        with self._open(address) as answer:
            try:
                found = answer.read(MAX_BODY + 1)
            except (OSError, HTTPException) as error:
                raise Unreadable(str(error)) from error
        if len(found) > MAX_BODY:
            raise Unreadable(f"{address}: larger than {MAX_BODY} bytes")
        self._addresses[name], self._kept[name] = address, found
        self.size += len(found)

    def _open(self, address: str) -> IO[bytes]:
        try:
            answer: IO[bytes] = self._opener.open(address, timeout=TIMEOUT_S)
        except HTTPError as error:
            with error:
                reason = f"{error.code} {error.reason}{_detail(error)}"
            raise (_NotThere if error.code == HTTPStatus.NOT_FOUND else Unreadable)(reason) from error
        except (URLError, OSError, HTTPException, ValueError) as error:
            raise Unreadable(str(error)) from error
        return answer


class _Problem(msgspec.Struct):
    """What a service says of itself beside a status (RFC 9457)."""

    detail: str = ""


def _detail(error: HTTPError) -> str:
    try:
        said = msgspec.json.decode(error.read(_PART), type=_Problem).detail
    except (ValueError, RecursionError, OSError, HTTPException):
        return ""
    return f", {said}" if said.isprintable() else ""


class _NotThere(Unreadable):
    """There is no such file at the address."""
