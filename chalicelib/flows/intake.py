"""Intake: a signed batch becomes one stored item and a receipt, once, whatever is retried.

Answers for: the order of checks (size, headers and type, live, signature, earlier receipt, content), and one conditional put.
Refuses: HTTP (`web/`), and counting: totals grow from the table's stream.

Under a retry: the same id with the same text gets the stored receipt, whatever has changed since; with another text, Conflict.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import batches, packing, reactions, tally
from chalicelib.domain.answers import utc
from chalicelib.domain.batches import Receipt, StoredBatch
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.reactions import MAX_TEXT_BYTES, NothingValid, NotReadable, TooMuch
from chalicelib.domain.senders import CampaignSecrets
from chalicelib.flows import signing
from chalicelib.flows.definitions import Definitions
from chalicelib.store.reactions import Earlier, Reactions
from chalicelib.store.secrets import Secrets

CONTENT_TYPES = ("application/json", "application/gzip", "application/x-gzip")
GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(Exception):
    """The body is over 1 MiB of text, on the wire or unpacked."""


class NotUnpackable(Exception):
    """The body begins like gzip but is not one whole gzip member, or is not UTF-8."""


class UnsupportedType(Exception):
    """The body is of a content type that no batch has."""


class Conflict(Exception):
    """The batch id is taken by another text."""


class LiveClosed(Exception):
    """A new batch after `closes_at`."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came in: the live of the address, headers with lower-case names, the body as received, and when (ms)."""

    live: str
    headers: Mapping[str, str]
    body: bytes
    received_at_ms: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A posted batch whose signer is known."""

    campaign: Campaign
    live: Live
    signer: signing.Signer
    batch: str
    text: bytes
    sha256: bytes
    received_at_ms: int


class Intake:
    """Takes batches: definitions and secrets in, one stored item out."""

    def __init__(self, definitions: Definitions, secrets: Secrets, stored: Reactions) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._stored = stored

    def take(self, posted: Posted) -> Receipt:
        """Store the batch and give its receipt.

        Raises, in this order of checks: TooLarge, NotUnpackable, BadHeaders, UnsupportedType; UnknownLive; Unsigned;
        Conflict, LiveClosed; NotReadable, TooMuch, NothingValid; StorageRefused at any time, and then nothing is half written.
        """
        attempt, key = self._attempt(posted)
        receipt = self._store(attempt, key)
        telemetry.batch_stored(
            receipt.live, receipt.batch, accepted=receipt.accepted, rejected=receipt.rejected, replayed=receipt.replayed
        )
        return receipt

    def _attempt(self, posted: Posted) -> tuple[_Attempt, bytes]:
        """Who posts what to which live, and the campaign's pseudonymisation key."""
        now_ms = posted.received_at_ms
        text = unpacked(posted.body)
        said = _utf8(text)
        batch = signing.batch_id(posted.headers)
        _check_type(posted.headers.get("content-type", ""))
        campaign, live = self._definitions.of_live(posted.live, now_ms)
        secrets = self._secrets.of(campaign.id, now_ms)
        try:
            signer = self._signer(posted, said, campaign.id, secrets)
        except signing.Unsigned:
            telemetry.signature_failed(live.id)
            raise
        return _Attempt(campaign, live, signer, batch, text, sha256(text).digest(), now_ms), secrets.pseudonym_key

    def _signer(self, posted: Posted, said: str, campaign: str, secrets: CampaignSecrets) -> signing.Signer:
        """Who signed, also with a secret made a moment ago. Raises: Unsigned; StorageRefused while SSM cannot tell."""
        now_ms = posted.received_at_ms
        signer = signing.signer(posted.headers, said, secrets.senders, now_ms)
        if signer is None and (fresh := self._secrets.fresh(campaign, now_ms)) != secrets:
            signer = signing.signer(posted.headers, said, fresh.senders, now_ms)
        if signer is None:
            raise signing.Unsigned("webhook-signature is nobody's that may post to this campaign")
        return signer

    def _store(self, attempt: _Attempt, key: bytes) -> Receipt:
        live = attempt.live
        try:
            if attempt.received_at_ms >= live.closes_at_ms:
                raise LiveClosed(f"{live.id} closed at {utc(live.closes_at_ms)}")
            made, receipt = self._make(attempt, key)
        except (LiveClosed, NotReadable, TooMuch, NothingValid):
            earlier = self._stored.find(live, attempt.signer.name, attempt.batch)
            if earlier is None:
                raise
        else:
            earlier = self._stored.put(made)
        return _replay(earlier, attempt) if earlier else receipt

    def _make(self, attempt: _Attempt, key: bytes) -> tuple[StoredBatch, Receipt]:
        reading = reactions.read(attempt.text, self._definitions.terms(attempt.campaign, attempt.live))
        counted = reactions.tally_of(reading.accepted)
        receipt = batches.receipt(attempt.batch, attempt.live, attempt.sha256, reading, counted)
        packed, counts, answer = packing.pack(reading.accepted, key), tally.encode(counted), msgspec.json.encode(receipt)
        size = len(packed) + len(counts) + len(answer)
        if size > packing.MAX_STORED_BYTES:
            raise TooMuch(f"{size} bytes in stored form; a batch may have {packing.MAX_STORED_BYTES}")
        stored = StoredBatch(
            live=attempt.live.id,
            buckets=attempt.live.buckets,
            sender=attempt.signer.name,
            key_id=attempt.signer.key_id,
            batch=attempt.batch,
            sha256=attempt.sha256,
            rehearsal=reading.rehearsal,
            tally=counts,
            packed=packed,
            receipt=answer,
            received_at_ms=attempt.received_at_ms,
            expires_at_s=attempt.campaign.expires_ms(attempt.live) // 1000,
        )
        return stored, receipt


def unpacked(body: bytes) -> bytes:
    """The text of a body, gzipped (one member, told by its magic bytes) or plain; unpacking stops at the limit.

    Raises: TooLarge, NotUnpackable.
    """
    if len(body) > MAX_TEXT_BYTES:
        raise TooLarge(f"{len(body)} bytes; a batch may have {MAX_TEXT_BYTES}")
    if not body.startswith(GZIP_MAGIC):
        return body
    gunzip = zlib.decompressobj(31)
    try:
        text = gunzip.decompress(body, MAX_TEXT_BYTES + 1)
    except zlib.error as error:
        raise NotUnpackable(f"the body is broken gzip: {error}") from error
    if len(text) > MAX_TEXT_BYTES:
        raise TooLarge(f"more than {MAX_TEXT_BYTES} bytes of text once unpacked")
    if not gunzip.eof:
        raise NotUnpackable("the gzip body is cut off")
    if gunzip.unused_data:
        raise NotUnpackable("the body has something after its one gzip member")
    return text


def _check_type(given: str) -> None:
    if given.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise UnsupportedType(f"the content type must be one of {', '.join(CONTENT_TYPES)}")


def _utf8(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise NotUnpackable(f"the text is not UTF-8 at byte {error.start}") from error


def _replay(earlier: Earlier, attempt: _Attempt) -> Receipt:
    if earlier.sha256 != attempt.sha256:
        raise Conflict(f"batch {attempt.batch} was stored with another text")
    receipt = msgspec.json.decode(earlier.receipt, type=Receipt)
    return msgspec.structs.replace(receipt, replayed=True)
