"""Invitations: unguessable links by which stakeholders read reports. For whom, of what, until when, and whether one still holds.

Answers for: what an invitation may say, every problem of a new one, when it ends, and what its holder is shown.
Refuses: the link's own secret. It is shown once and known by its SHA-256 only, so that nobody who reads the table can use it.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

import msgspec

from chalicelib.domain import publication
from chalicelib.domain.campaigns import DAY_MS, Campaign
from chalicelib.domain.languages import Language
from chalicelib.domain.moments import JST
from chalicelib.domain.publication import File, Manifest, MissingFile

MAX_FOR_WHOM = 100

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ID_DIGITS = 12
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, halves of pairs, and separators of lines."""


class Invitation(msgspec.Struct, frozen=True):
    """An invitation: `region` is None for the campaign's own reports; it holds to the end of `expires_on` in Japan (JST).

    `sha256` is that of the token in the link, in hex digits.
    """

    sha256: str
    campaign: str
    region: str | None
    for_whom: str
    language: Language
    expires_on: date
    made_at_ms: int
    revoked_at_ms: int | None = None

    @property
    def id(self) -> str:
        """What names it to the operator. It opens nothing."""
        return self.sha256[:_ID_DIGITS]

    @property
    def prefix(self) -> str:
        """The prefix of the reports that it is for."""
        return publication.of_region(self.campaign, self.region) if self.region else publication.of_campaign(self.campaign)

    def holds(self, now_ms: int) -> bool:
        """Whether it is neither revoked nor past the last millisecond of its last day."""
        return self.revoked_at_ms is None and now_ms < end_ms(self.expires_on)


class InvitedTo(msgspec.Struct, frozen=True):
    """What a link leads to: the files of the newest report, and the formats that it lacks.

    `title` is in the invitation's language. Until something is published, `published` is false and there are no files.
    """

    for_whom: str
    title: str
    language: Language
    expires_on: date
    published: bool
    as_of: str | None
    files: tuple[File, ...]
    missing: tuple[MissingFile, ...]


def token_sha256(token: str) -> str | None:
    """The SHA-256 by which a token is known, in hex digits; None for what can be no token: 128 bits in 32 hex digits."""
    return sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None


def end_ms(day: date) -> int:
    """The first millisecond after a day in Japan."""
    return int(datetime(day.year, day.month, day.day, tzinfo=JST).timestamp()) * 1000 + DAY_MS


def problems(invitation: Invitation, campaign: Campaign, now_ms: int) -> Iterator[str]:
    """Everything that is wrong with a new invitation to this campaign's reports."""
    regions = [region.id for region in campaign.regions]
    if invitation.region is not None and invitation.region not in regions:
        yield f"{campaign.id} has no region {invitation.region!r}: there is {', '.join(regions)}"
    if not invitation.for_whom.strip():
        yield "it must say for whom it is"
    if len(invitation.for_whom) > MAX_FOR_WHOM:
        yield f"for whom it is must be said in {MAX_FOR_WHOM} characters"
    if any(unicodedata.category(each) in _UNPRINTABLE for each in invitation.for_whom):
        yield "for whom it is must be one line of text"
    if end_ms(invitation.expires_on) <= now_ms:
        yield f"{invitation.expires_on} is over in Japan"


def invited_to(invitation: Invitation, campaign: Campaign, newest: Manifest | None) -> InvitedTo:
    """What the holder of an invitation is shown, with the manifest of the newest report if there is one."""
    return InvitedTo(
        for_whom=invitation.for_whom,
        title=_title(invitation, campaign),
        language=invitation.language,
        expires_on=invitation.expires_on,
        published=newest is not None,
        as_of=newest.as_of if newest else None,
        files=newest.files if newest else (),
        missing=newest.missing if newest else (),
    )


def _title(invitation: Invitation, campaign: Campaign) -> str:
    """The campaign, and the region if it is one's; a region that is no longer in the campaign is named by its id."""
    name = getattr(campaign.name, invitation.language)
    if invitation.region is None:
        return str(name)
    region = next((each.name for each in campaign.regions if each.id == invitation.region), None)
    return f"{name} {getattr(region, invitation.language, invitation.region)}"
