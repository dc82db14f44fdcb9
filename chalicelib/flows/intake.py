"""Intake: a signed batch becomes one stored item and a receipt, once, whatever is retried.

Answers for: the order of checks (size, headers and type, live, signature, earlier receipt, content), and one conditional put.
Where a campaign keeps the text of comments, that is put before it: nothing acknowledged lacks it.
Refuses: HTTP (`web/`), and counting: totals grow from the table's stream.

Under a retry: the same id with the same text gets the stored receipt, whatever has changed since; with another text, Conflict.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import batches, comments, packing, reactions, tally
from chalicelib.domain.answers import utc
from chalicelib.domain.batches import Receipt, StoredBatch
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.reactions import NothingValid, NotReadable, TooMuch
from chalicelib.domain.senders import CampaignSecrets
from chalicelib.flows import signing
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.unpacking import unpacked, utf8
from chalicelib.store.comments import Comments
from chalicelib.store.reactions import Earlier, Reactions
from chalicelib.store.secrets import Secrets

CONTENT_TYPES = ("application/json", "application/gzip", "application/x-gzip")


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
    """Takes batches: definitions and secrets in, one stored item out. `texts` is called where the text of comments is kept."""

    def __init__(self, definitions: Definitions, secrets: Secrets, stored: Reactions, texts: Callable[[], Comments]) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._stored = stored
        self._texts = texts

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
        said = utf8(text)
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
            made, receipt, said = self._make(attempt, key)
        except (LiveClosed, NotReadable, TooMuch, NothingValid):
            earlier = self._stored.find(live, attempt.signer.name, attempt.batch)
            if earlier is None:
                raise
        else:
            earlier = self._put(made, said, live)
        return _replay(earlier, attempt) if earlier else receipt

    def _put(self, made: StoredBatch, said: bytes | None, live: Live) -> Earlier | None:
        """Store the batch, and before it what its comments say: never again once it is stored, for text may have been erased."""
        if said:
            if earlier := self._stored.find(live, made.sender, made.batch):
                return earlier
            self._texts().put(made, said)
        return self._stored.put(made)

    def _make(self, attempt: _Attempt, key: bytes) -> tuple[StoredBatch, Receipt, bytes | None]:
        """The batch, its receipt, and the text of its comments where the campaign keeps that."""
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
        keeps = attempt.campaign.keep_text and not reading.rehearsal
        return stored, receipt, comments.kept(reading.accepted, key) if keeps else None


def _check_type(given: str) -> None:
    if given.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise UnsupportedType(f"the content type must be one of {', '.join(CONTENT_TYPES)}")


def _replay(earlier: Earlier, attempt: _Attempt) -> Receipt:
    if earlier.sha256 != attempt.sha256:
        raise Conflict(f"batch {attempt.batch} was stored with another text")
    receipt = msgspec.json.decode(earlier.receipt, type=Receipt)
    return msgspec.structs.replace(receipt, replayed=True)
