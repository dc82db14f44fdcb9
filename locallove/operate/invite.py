"""`locallove invite`: links by which stakeholders read reports.

Answers for: a new link, shown once; who was invited to what, until when, and how much was downloaded; taking a link back.
Exit codes: 0 done; 1 AWS does not answer; 2 the command line asks for what is not there or cannot be.
Refuses: showing a link a second time, for only its hash is kept. Who lost it is given a new one, and the old one is revoked.
"""

import re
from collections.abc import Iterator
from datetime import date

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.ids import is_id
from chalicelib.domain.invitations import Invitation, problems, token_sha256
from chalicelib.domain.languages import Language
from chalicelib.runtime import Service
from locallove.operate.in_force import jst
from locallove.operate.mistake import Mistake
from locallove.operate.stores import reached

CAMPAIGN = click.option("--campaign", required=True, help="The id of a campaign in force.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
ENDS = "The last day, such as 2024-03-31: the link holds to the end of that day in Japan (JST, UTC+9)."
URL = "Address of the API, its stage included, to print a whole link; without it the path alone is printed."
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class InvitationShown(msgspec.Struct, frozen=True):
    """An invitation; moments are RFC 3339 in Japan's time, `region` is null for the whole campaign."""

    id: str
    for_whom: str
    region: str | None
    language: Language
    expires_on: str
    made_at: str
    revoked_at: str | None
    holds: bool
    downloads: int


class InvitationsShown(msgspec.Struct, frozen=True):
    """All invitations of a campaign, the oldest first."""

    campaign: str
    invitations: tuple[InvitationShown, ...]


class Created(msgspec.Struct, frozen=True):
    """A new invitation and its link."""

    id: str
    link: str

    def __repr__(self) -> str:
        return f"Created({self.id!r}, …)"


@click.group()
def invite() -> None:
    """Invite stakeholders to read reports by a link, list and revoke such links."""


@invite.command()
@CAMPAIGN
@click.option("--region", help="Only the reports of this region (default: those of the whole campaign).")
@click.option("--for", "for_whom", required=True, help="Who is invited, as the page shows it, such as 宮城県.")
@click.option("--expires", required=True, metavar="YYYY-MM-DD", help=ENDS)
@click.option("--lang", "language", type=click.Choice(("ja", "en")), default="ja", show_default=True, help="Of the page.")
@click.option("--url", envvar="LOCALLOVE_URL", show_envvar=True, help=URL)
@AS_JSON
def create(*, campaign: str, url: str | None, as_json: bool, expires: str, **said: str) -> None:
    """Make a link and print it once: to the newest reports of a campaign or a region, until the end of a day in Japan (JST).

    Whoever has the link can read the reports. Only its hash is kept.
    """
    if url is not None and not re.match(r"https?://[^/]", url):
        raise Mistake(f"--url: {url!r} is no address, such as https://example.org/api")
    token = runtime.new_token()
    with reached() as service:
        invitation = _new(_in_force(service, campaign), token, expires, said)
        service.invitations.put(invitation)
    created = Created(invitation.id, f"{(url or '').rstrip('/')}/i/{token}")
    click.echo(msgspec.json.encode(created) if as_json else created.link)


@invite.command(name="list")
@CAMPAIGN
@AS_JSON
def list_(campaign: str, as_json: bool) -> None:
    """List a campaign's invitations: for whom, of what, until when, revoked or not, and how often a file was downloaded."""
    with reached() as service:
        _in_force(service, campaign)
        now_ms = runtime.now_ms()
        found = tuple(_shown(each, downloads, now_ms) for each, downloads in service.invitations.of_campaign(campaign))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(InvitationsShown(campaign, found)), indent=2))
        return
    for each in found:
        click.echo(f"{each.id}  {each.for_whom}")
        for line in _lines(each):
            click.echo(f"  {line}")
    if not found:
        click.echo("nobody is invited")


@invite.command()
@click.argument("id")
@CAMPAIGN
def revoke(id: str, campaign: str) -> None:
    """Take a link back by the id that `list` shows. It stops working at once; a file that is being opened, within a minute."""
    with reached() as service:
        _in_force(service, campaign)
        named = [each for each, _ in service.invitations.of_campaign(campaign) if each.id == id]
        if not named:
            raise Mistake(f"{campaign} has no invitation {id!r}")
        for each in named:
            service.invitations.revoke(each.sha256, runtime.now_ms())
    click.echo(f"revoked: {id}")


def _in_force(service: Service, campaign: str) -> Campaign:
    applied = service.campaigns.get(campaign) if is_id(campaign) else None
    if applied is None:
        raise Mistake(f"no campaign {campaign!r} is in force")
    return applied.campaign


def _new(campaign: Campaign, token: str, expires: str, said: dict[str, str]) -> Invitation:
    """The invitation that was asked for. Raises: Mistake with everything that is wrong with it."""
    day, now_ms = _day(expires), runtime.now_ms()
    digest = str(token_sha256(token))
    made = msgspec.convert(
        {**said, "sha256": digest, "campaign": campaign.id, "expires_on": day or date.max, "made_at_ms": now_ms}, Invitation
    )
    found = [*problems(made, campaign, now_ms), *([] if day else [f"{expires!r} is no day, such as 2024-03-31"])]
    if found:
        raise Mistake("; ".join(found))
    return made


def _day(written: str) -> date | None:
    """A day as a person writes it, if the calendar has it."""
    try:
        return date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


def _shown(invitation: Invitation, downloads: int, now_ms: int) -> InvitationShown:
    return InvitationShown(
        invitation.id,
        invitation.for_whom,
        invitation.region,
        invitation.language,
        f"{invitation.expires_on}",
        jst(invitation.made_at_ms),
        None if invitation.revoked_at_ms is None else jst(invitation.revoked_at_ms),
        holds=invitation.holds(now_ms),
        downloads=downloads,
    )


def _lines(shown: InvitationShown) -> Iterator[str]:
    whose = f"region {shown.region}" if shown.region else "the whole campaign"
    yield f"reports of {whose}, page in {'Japanese' if shown.language == 'ja' else 'English'}"
    if shown.revoked_at:
        yield f"revoked {shown.revoked_at[:16].replace('T', ' ')} JST"
    else:
        yield f"{'holds' if shown.holds else 'expired: it held'} to the end of {shown.expires_on} JST"
    yield f"downloads: {shown.downloads}"
