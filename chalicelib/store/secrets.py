"""Secrets of a campaign: one SSM SecureString with the senders' signing secrets and the pseudonymisation key.

Access patterns: fetch (intake; kept for a minute per instance); create with a new key (applying a campaign); add a sender.
Never logged. The pseudonymisation key is made once and never rotated: hashes of ids must stay comparable.
"""

from typing import TYPE_CHECKING

import msgspec

from chalicelib.store.clients import refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_ssm import SSMClient

KEPT_MS = 60_000


class SigningSecret(msgspec.Struct, frozen=True):
    """One signing secret: `secret` is `whsec_` and base64 (Standard Webhooks), `id` names it without telling it."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"SigningSecret({self.id!r}, …)"


class SenderSecrets(msgspec.Struct, frozen=True):
    """A sender: who may post, under one or two secrets."""

    name: str
    secrets: tuple[SigningSecret, ...]


class CampaignSecrets(msgspec.Struct, frozen=True):
    """All secrets of a campaign."""

    version: int
    pseudonym_key: bytes
    senders: tuple[SenderSecrets, ...]

    def __repr__(self) -> str:
        return f"CampaignSecrets({len(self.senders)} senders)"


class Secrets:
    """Secrets by campaign."""

    def __init__(self, client: "SSMClient", parameter: "Callable[[str], str]") -> None:
        self._client = client
        self._parameter = parameter
        self._kept: dict[str, tuple[int, CampaignSecrets]] = {}

    def of(self, campaign: str, now_ms: int) -> CampaignSecrets:
        """The secrets of a campaign, at most a minute old. Raises: StorageRefused, KeyError when it has none."""
        kept = self._kept.get(campaign)
        if kept and now_ms - kept[0] < KEPT_MS:
            return kept[1]
        secrets = self.fetch(campaign)
        self._kept[campaign] = (now_ms, secrets)
        return secrets

    def fetch(self, campaign: str) -> CampaignSecrets:
        """The secrets as they are now. Raises: StorageRefused, KeyError when the campaign has none."""
        try:
            with refusals():
                found = self._client.get_parameter(Name=self._parameter(campaign), WithDecryption=True)
        except self._client.exceptions.ParameterNotFound as error:
            raise KeyError(campaign) from error
        return msgspec.json.decode(found["Parameter"]["Value"], type=CampaignSecrets)

    def create(self, campaign: str, pseudonym_key: bytes) -> None:
        """Make the campaign's secrets with this key (32 bytes) unless there are some. Raises: StorageRefused."""
        secrets = CampaignSecrets(1, pseudonym_key, ())
        try:
            self._put(campaign, secrets, replace=False)
        except self._client.exceptions.ParameterAlreadyExists:
            return

    def add_sender(self, campaign: str, sender: SenderSecrets) -> None:
        """Let one more sender post. Raises: StorageRefused, KeyError, ValueError when the name is taken."""
        secrets = self.fetch(campaign)
        if any(each.name == sender.name for each in secrets.senders):
            raise ValueError(f"{campaign} already has a sender {sender.name}")
        self._put(campaign, msgspec.structs.replace(secrets, senders=(*secrets.senders, sender)), replace=True)

    def _put(self, campaign: str, secrets: CampaignSecrets, *, replace: bool) -> None:
        with refusals():
            self._client.put_parameter(
                Name=self._parameter(campaign),
                Value=msgspec.json.encode(secrets).decode(),
                Type="SecureString",
                Overwrite=replace,
            )
        self._kept.pop(campaign, None)
