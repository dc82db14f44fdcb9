"""`locallove sender`: who may post to a campaign.

Answers for: a new secret, shown once; the names, key ids and ages of those there are; taking one away.
Exit codes: 0 done; 1 refused, or AWS does not answer; 2 the command line asks for what is not there.
Refuses: showing a secret a second time. Who lost it makes a second one and revokes the first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.ids import is_id
from chalicelib.domain.senders import NoSuchSender, SenderRefused, SenderSecrets, SigningSecret, signing_secret
from chalicelib.store.secrets import NoSecrets, Secrets
from locallove.operate.in_force import jst
from locallove.operate.mistake import Mistake
from locallove.operate.stores import reached

CAMPAIGN = click.option("--campaign", required=True, help="The id of a campaign in force.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Added(msgspec.Struct, frozen=True):
    """A sender and the secret to sign with."""

    sender: str
    secret: str

    def __repr__(self) -> str:
        return f"Added({self.sender!r}, …)"


class KeyShown(msgspec.Struct, frozen=True):
    """A key; `made_at` is RFC 3339 in Japan's time, null where it was not kept."""

    key: str
    made_at: str | None


class SenderShown(msgspec.Struct, frozen=True):
    """A sender with its keys."""

    sender: str
    keys: tuple[KeyShown, ...]


class Senders(msgspec.Struct, frozen=True):
    """All senders of a campaign."""

    campaign: str
    senders: tuple[SenderShown, ...]


@click.group()
def sender() -> None:
    """Let senders post to a campaign, list and revoke their secrets."""


@sender.command()
@click.argument("name")
@CAMPAIGN
@AS_JSON
def add(name: str, campaign: str, as_json: bool) -> None:
    """Make a secret for a new sender, or a second one for a sender that is there, and print it once."""
    secret = signing_secret(runtime.new_key())
    with _secrets(campaign) as secrets:
        secrets.add_sender(campaign, name, secret, runtime.now_ms())
    click.echo(msgspec.json.encode(Added(name, secret)) if as_json else secret)


@sender.command(name="list")
@CAMPAIGN
@AS_JSON
def list_(campaign: str, as_json: bool) -> None:
    """List the campaign's senders, with the ids of their keys and when these were made."""
    with _secrets(campaign) as secrets:
        shown = Senders(campaign, tuple(map(_sender, secrets.fetch(campaign).senders)))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
        return
    for each in shown.senders:
        click.echo(each.sender)
        for key in each.keys:
            click.echo(f"  {key.key}, made {_short(key.made_at)}")
    if not shown.senders:
        click.echo("nobody may post")


@sender.command()
@click.argument("name")
@CAMPAIGN
@click.option("--key", help="Only the key of this id (default: all of the sender's).")
def revoke(name: str, campaign: str, key: str | None) -> None:
    """Take a sender's secrets away, or one of them. They stop working within a minute."""
    with _secrets(campaign) as secrets:
        secrets.revoke(campaign, name, key)
    click.echo(f"revoked: {key or name}")


@contextmanager
def _secrets(campaign: str) -> Iterator[Secrets]:
    """The secrets of the service. What is not there or not allowed ends the command in one line."""
    missing = f"no campaign {campaign!r} is in force"
    if not is_id(campaign):
        raise Mistake(missing)
    try:
        with reached() as service:
            yield service.secrets
    except NoSecrets as error:
        raise Mistake(missing) from error
    except NoSuchSender as error:
        raise Mistake(f"{campaign}: {error}") from error
    except SenderRefused as error:
        raise click.ClickException(f"{campaign}: {error}") from error


def _sender(sender: SenderSecrets) -> SenderShown:
    return SenderShown(sender.name, tuple(map(_key, sender.secrets)))


def _key(secret: SigningSecret) -> KeyShown:
    return KeyShown(secret.id, jst(secret.made_at_ms) if secret.made_at_ms else None)


def _short(moment: str | None) -> str:
    return f"{moment[:16].replace('T', ' ')} JST" if moment else "at a moment that was not kept"
