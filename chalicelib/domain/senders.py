"""Who may post to a campaign: senders, their signing secrets, and how these come and go.

Answers for: at most 8 senders with two secrets each, no secret twice, and ids of keys that are never used again.
Refuses: where secrets are kept (`store/secrets`), making them up, and showing them: a printed one names its keys only.
"""

from base64 import b64decode, b64encode
from itertools import chain

import msgspec

from chalicelib.domain.ids import is_id

MAX_SENDERS = 8
MAX_SECRETS = 2

_PREFIX = "whsec_"


class SenderRefused(Exception):
    """The rules for senders do not allow it; the message says why, and no secret."""


class NoSuchSender(Exception):
    """The campaign has no sender of this name, or the sender no key of this id."""


class SigningSecret(msgspec.Struct, frozen=True):
    """One signing secret: `secret` is `whsec_` and base64 (Standard Webhooks), `id` names it without telling it.

    `made_at_ms` is 0 where it was not kept.
    """

    id: str
    secret: str
    made_at_ms: int = 0

    def __repr__(self) -> str:
        return f"SigningSecret({self.id!r}, …)"


class SenderSecrets(msgspec.Struct, frozen=True):
    """A sender: who may post, under one or two secrets."""

    name: str
    secrets: tuple[SigningSecret, ...]


class CampaignSecrets(msgspec.Struct, frozen=True):
    """All secrets of a campaign.

    `revoked_up_to` is the greatest number that a revoked key had; `after` the version of the parameter from which this one was
    made, by which `store/secrets` knows what counts.
    """

    version: int
    pseudonym_key: bytes
    senders: tuple[SenderSecrets, ...]
    revoked_up_to: int = 0
    after: int | None = None

    def __repr__(self) -> str:
        return f"CampaignSecrets({len(self.senders)} senders)"

    def sender(self, name: str) -> SenderSecrets:
        """The sender of this name. Raises: NoSuchSender."""
        for sender in self.senders:
            if sender.name == name:
                return sender
        raise NoSuchSender(f"there is no sender {name!r}")


def signing_secret(key: bytes) -> str:
    """These random bytes as a signing secret. Source: Standard Webhooks, which wants 24 to 64 of them."""
    return _PREFIX + b64encode(key).decode()


def added(secrets: CampaignSecrets, name: str, secret: str, now_ms: int) -> CampaignSecrets:
    """With one more secret, for a new sender or as the second of one that is there. Raises: SenderRefused.

    The key's id is `{name}-{number}`. A number is greater than those of the sender's keys and of all keys that were ever revoked.
    """
    if not is_id(name):
        raise SenderRefused("a sender's name must be 1 to 64 of the characters a-z, 0-9 and -")
    if not _is_secret(secret):
        raise SenderRefused("a secret must be whsec_ and the base64 of 24 to 64 bytes")
    if any(secret == each.secret for each in chain.from_iterable(sender.secrets for sender in secrets.senders)):
        raise SenderRefused("this secret is already in use")
    others = tuple(sender for sender in secrets.senders if sender.name != name)
    if len(others) >= MAX_SENDERS:
        raise SenderRefused(f"there are {MAX_SENDERS} senders already: revoke one first")
    held = secrets.sender(name).secrets if len(others) < len(secrets.senders) else ()
    if len(held) >= MAX_SECRETS:
        keys = " and ".join(each.id for each in held)
        raise SenderRefused(f"{name} has {MAX_SECRETS} secrets already, {keys}: revoke one first")
    number = max([secrets.revoked_up_to, *map(_number, held)]) + 1
    sender = SenderSecrets(name, (*held, SigningSecret(f"{name}-{number}", secret, now_ms)))
    return _with(secrets, sender)


def revoked(secrets: CampaignSecrets, name: str, key_id: str | None) -> CampaignSecrets:
    """Without one key of a sender, or without the sender when none is named or none is left. Raises: NoSuchSender."""
    sender = secrets.sender(name)
    gone = [each for each in sender.secrets if key_id in (None, each.id)]
    if key_id is not None and not gone:
        raise NoSuchSender(f"{name} has no key {key_id!r}")
    left = tuple(each for each in sender.secrets if key_id not in (None, each.id))
    up_to = max([secrets.revoked_up_to, *map(_number, gone)])
    return msgspec.structs.replace(_with(secrets, SenderSecrets(name, left)), revoked_up_to=up_to)


def _with(secrets: CampaignSecrets, sender: SenderSecrets) -> CampaignSecrets:
    """The sender in its place, or at the end if it is new; one without secrets is no sender any more."""
    by_name = {each.name: each for each in secrets.senders} | {sender.name: sender}
    return msgspec.structs.replace(secrets, senders=tuple(each for each in by_name.values() if each.secrets))


def _number(secret: SigningSecret) -> int:
    return int(secret.id.rpartition("-")[2])


def _is_secret(secret: str) -> bool:
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:
        return False
    return signing_secret(key) == secret and 24 <= len(key) <= 64
