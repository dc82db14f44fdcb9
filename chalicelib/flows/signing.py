"""Who signed a request: the signature of Standard Webhooks against the senders of one campaign.

Answers for: the checks on the three headers, and finding the sender whose secret verifies.
Refuses: knowing the secrets' home. The library computes signatures; the moment is compared here, because it is handed in.

Source: https://www.standardwebhooks.com (specification of `webhook-id`, `webhook-timestamp`, `webhook-signature`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from chalicelib import telemetry
from chalicelib.domain.senders import SenderSecrets, SigningSecret

TOLERANCE_S = 300
MAX_SIGNATURES = 4

_BATCH_ID = re.compile(r"[A-Za-z0-9_:-]{1,64}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{10}", re.ASCII)


class BadHeaders(Exception):
    """The batch id is not one; no retry can mend it."""


class Unsigned(Exception):
    """Nobody's signature: missing, malformed, wrong, too old or too new."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The sender that signed, and the id of the secret used."""

    name: str
    key_id: str


def batch_id(headers: Mapping[str, str]) -> str:
    """The batch id, which is `webhook-id`. Raises: BadHeaders."""
    found = headers.get("webhook-id", "")
    if not _BATCH_ID.fullmatch(found):
        raise BadHeaders("webhook-id must be 1 to 64 of A-Z a-z 0-9 _ : -")
    return found


def signer(headers: Mapping[str, str], text: str, senders: Iterable[SenderSecrets], now_ms: int) -> Signer | None:
    """The sender whose secret verifies `id.timestamp.text`, or None if it is nobody's; header names in lower case.

    Raises: Unsigned when it could be nobody's, whatever the secrets are.
    """
    stamp = headers.get("webhook-timestamp", "")
    if not _TIMESTAMP.fullmatch(stamp):
        raise Unsigned("webhook-timestamp must be the ten digits of this attempt's Unix time in seconds")
    if abs(int(stamp) - now_ms // 1000) > TOLERANCE_S:
        raise Unsigned("webhook-timestamp is more than 5 minutes from now")
    given = headers.get("webhook-signature", "").split(" ")
    if len(given) > MAX_SIGNATURES:
        raise Unsigned(f"webhook-signature has more than {MAX_SIGNATURES} signatures")
    if not any(each.startswith("v1,") for each in given):
        raise Unsigned("webhook-signature is missing or has no signature of version v1")
    moment = datetime.fromtimestamp(int(stamp), UTC)
    for sender in senders:
        for secret in sender.secrets:
            expected = _sign(secret, headers["webhook-id"], moment, text)
            if expected and any(compare_digest(expected, each.encode("utf-8", "replace")) for each in given):
                return Signer(sender.name, secret.id)
    return None


def _sign(secret: SigningSecret, webhook_id: str, moment: datetime, text: str) -> bytes:
    """The signature under one secret; a stored secret that cannot be one signs nothing, and must not lock out the others."""
    try:
        return Webhook(secret.secret).sign(webhook_id, moment, text).encode()
    except (ValueError, EmptyWebhookSecretError):
        telemetry.log.error("a stored secret cannot be used", extra={"key": secret.id})
        return b""
