"""Signing as in Standard Webhooks, symmetric.

Answers for: the key in a secret, and one signature. Refuses: saying a secret, in an error too.
"""

import base64
import binascii
import hmac


def key_of(secret: str) -> bytes:
    """The signing key in a secret: `whsec_` and base64. Raises: ValueError, without the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a signing secret is whsec_ followed by base64")
    return key


def signature(key: bytes, batch_id: str, timestamp_s: int, text: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.text` (Standard Webhooks, symmetric)."""
    signed = hmac.digest(key, f"{batch_id}.{timestamp_s}.".encode() + text, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
