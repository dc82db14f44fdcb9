"""Secrets of a campaign: one SSM SecureString with the senders' signing secrets and the pseudonymisation key.

Access patterns: those an instance knows (intake); those in force now; create with a new key (applying a campaign); add a sender
or its second secret; revoke. Never logged, and in no error: AWS may quote a value that it refuses.
The pseudonymisation key is made once and never rotated: hashes of ids must stay comparable.

SSM puts without a condition, but it numbers what is put and keeps the newest 100. So a version says from which one it was made
(`after`), and **counts only if that is the one right before it**. Of two changes at once both are put and one counts; who made
the other sees by its number that it does not, and makes it again from what counts. Readers step over what does not count. So no
change is lost, not even for a moment or when its maker dies, however many there are. What is put by hand must leave out `after`.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
"""

from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import telemetry
from chalicelib.domain import senders
from chalicelib.domain.senders import CampaignSecrets, SenderRefused
from chalicelib.store.clients import StorageRefused, code, refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_ssm import SSMClient

KEPT_MS = 60_000
PAUSE_MS = 5_000
SERVES_MS = 15 * 60_000
MAX_BYTES = 4096
VERSION = 1

_TRIES = 5
_LONG_AGO_MS = -SERVES_MS


class NoSecrets(Exception):
    """The campaign has no secrets: it was never applied."""


class Secrets:
    """Secrets by campaign, and what this instance knows of them."""

    def __init__(self, client: "SSMClient", parameter: "Callable[[str], str]") -> None:
        self._client = client
        self._parameter = parameter
        self._kept: dict[str, tuple[int, CampaignSecrets]] = {}
        self._failed: dict[str, int] = {}

    def of(self, campaign: str, now_ms: int) -> CampaignSecrets:
        """The secrets of a campaign, at most a minute old; while SSM fails, the last good ones, at most 15 minutes old.

        Asks SSM at most once a minute as long as there are any to give. Raises: StorageRefused, NoSecrets.
        """
        kept_ms, kept = self._kept.get(campaign, (_LONG_AGO_MS, None))
        if kept is None or now_ms - kept_ms >= SERVES_MS:
            return self._ask(campaign, now_ms)
        if now_ms - max(kept_ms, self._failed.get(campaign, _LONG_AGO_MS)) < KEPT_MS:
            return kept
        try:
            return self._ask(campaign, now_ms)
        except StorageRefused:
            return kept

    def fresh(self, campaign: str, now_ms: int) -> CampaignSecrets:
        """The secrets, at most 5 s old: whose signature is nobody's may have a secret that was made a moment ago.

        Asks SSM at most once in 5 s, however often it is called. Raises: NoSecrets; StorageRefused, also for 5 s after it failed.
        """
        kept_ms, kept = self._kept.get(campaign, (_LONG_AGO_MS, None))
        return kept if kept and now_ms - kept_ms < PAUSE_MS else self._ask(campaign, now_ms)

    def fetch(self, campaign: str) -> CampaignSecrets:
        """The secrets as they are now. Raises: StorageRefused, NoSecrets."""
        return self._read(campaign)[1]

    def create(self, campaign: str, pseudonym_key: bytes) -> None:
        """Make the campaign's secrets with this key (32 bytes) unless there are some. Raises: StorageRefused."""
        try:
            self._put(campaign, CampaignSecrets(VERSION, pseudonym_key, (), after=0), replace=False)
        except self._client.exceptions.ParameterAlreadyExists:
            return

    def add_sender(self, campaign: str, name: str, secret: str, now_ms: int) -> None:
        """Let a sender post under this secret, a new sender or one that has one secret only.

        Raises: SenderRefused, NoSecrets; StorageRefused, and then it may have been added or not.
        """
        self._change(campaign, lambda secrets: senders.added(secrets, name, secret, now_ms))

    def revoke(self, campaign: str, name: str, key_id: str | None) -> None:
        """Take one key from a sender, or all of them; it stops working everywhere within a minute.

        Raises: NoSuchSender, NoSecrets; StorageRefused, and then it may have been taken or not.
        """
        self._change(campaign, lambda secrets: senders.revoked(secrets, name, key_id))

    def _ask(self, campaign: str, now_ms: int) -> CampaignSecrets:
        """The secrets from SSM, kept from now on. However SSM fails, it is StorageRefused, and for 5 s SSM is not asked again."""
        if now_ms - self._failed.get(campaign, _LONG_AGO_MS) < PAUSE_MS:
            raise StorageRefused("SSM failed less than 5 s ago")
        try:
            secrets = self.fetch(campaign)
        except (StorageRefused, ClientError, BotoCoreError) as error:
            self._failed[campaign] = now_ms
            reason = code(error) if isinstance(error, ClientError) else str(error)
            telemetry.log.warning("secrets not renewed", extra={"campaign": campaign, "reason": reason})
            raise StorageRefused(reason) from error
        self._kept[campaign] = (now_ms, secrets)
        return secrets

    def _change(self, campaign: str, change: "Callable[[CampaignSecrets], CampaignSecrets]") -> None:
        for _ in range(_TRIES):
            newest, counts = self._read(campaign)
            ours = msgspec.structs.replace(change(counts), after=newest)
            number = self._put(campaign, ours, replace=True)
            # Another version right after `newest` may be ours too: the SDK repeats a put whose answer was lost.
            if number == newest + 1 or self._get(campaign, newest + 1)[1] == ours:
                return
        raise StorageRefused("others are changing the senders at the same time")

    def _read(self, campaign: str) -> tuple[int, CampaignSecrets]:
        """The number of the newest version, and the secrets of the newest version that counts."""
        newest, secrets = number, _ = self._get(campaign)
        while number > 1 and secrets.after not in (None, number - 1):
            number, secrets = self._get(campaign, number - 1)
        return newest, secrets

    def _get(self, campaign: str, number: int | None = None) -> tuple[int, CampaignSecrets]:
        """A version of the parameter, the newest unless told otherwise, and its number."""
        name = self._parameter(campaign)
        try:
            with refusals():
                found = self._client.get_parameter(Name=f"{name}:{number}" if number else name, WithDecryption=True)["Parameter"]
        except self._client.exceptions.ParameterNotFound as error:
            raise NoSecrets(f"campaign {campaign} has no secrets") from error
        try:
            secrets = msgspec.json.decode(found["Value"], type=CampaignSecrets)
        except (msgspec.MsgspecError, ValueError):
            raise StorageRefused(f"the secrets of {campaign} cannot be read") from None
        if secrets.version != VERSION:
            raise StorageRefused(f"the secrets of {campaign} are of a version that this release cannot read")
        return found["Version"], secrets

    def _put(self, campaign: str, secrets: CampaignSecrets, *, replace: bool) -> int:
        """Put a version; gives its number."""
        value = msgspec.json.encode(secrets).decode()
        if len(value) > MAX_BYTES:
            raise SenderRefused(f"all secrets of {campaign} together would take more than {MAX_BYTES} bytes")
        try:
            with refusals():
                done = self._client.put_parameter(
                    Name=self._parameter(campaign), Value=value, Type="SecureString", Overwrite=replace
                )
        except ClientError as error:
            if code(error) == "ValidationException":
                raise StorageRefused("SSM refuses the value") from None
            raise
        self._kept.pop(campaign, None)
        return done["Version"]
