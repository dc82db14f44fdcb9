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
from chalicelib.domain.batches import FestivalReceipt, Made, Receipt, StoredBatch
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.channels import FestivalChannel, Part, closed_at_ms
from chalicelib.domain.festival_batches import Sent
from chalicelib.domain.senders import CampaignSecrets
from chalicelib.domain.texts import NothingValid, NotReadable, TooMuch
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
    """A new batch after the live's `closes_at`."""


class FestivalClosed(Exception):
    """A new batch for a part of a festival that is closed."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came in: the live of the address, headers with lower-case names, the body as received, and when (ms).

    What is posted to a festival has its campaign in place of a live, and the part of it.
    """

    to: str
    headers: Mapping[str, str]
    body: bytes
    received_at_ms: int
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A posted batch whose signer is known."""

    campaign: Campaign
    channel: Live | FestivalChannel
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

    def take(self, posted: Posted) -> Receipt | FestivalReceipt:
        """Store the batch and give its receipt.

        Raises, in this order of checks: TooLarge, NotUnpackable, BadHeaders, UnsupportedType; UnknownLive, UnknownFestival;
        Unsigned; Conflict, LiveClosed, FestivalClosed; NotReadable, TooMuch, NothingValid; StorageRefused at any time, and then
        nothing is half written.
        """
        attempt, key = self._attempt(posted)
        receipt = self._store(attempt, key)
        channel, told = attempt.channel.id, receipt
        telemetry.batch_stored(channel, told.batch, accepted=told.accepted, rejected=told.rejected, replayed=told.replayed)
        return receipt

    def _attempt(self, posted: Posted) -> tuple[_Attempt, bytes]:
        """Who posts what to which channel, and the campaign's pseudonymisation key."""
        now_ms = posted.received_at_ms
        text = unpacked(posted.body)
        said = utf8(text)
        batch = signing.batch_id(posted.headers)
        _check_type(posted.headers.get("content-type", ""))
        campaign, channel = self._channel(posted)
        secrets = self._secrets.of(campaign.id, now_ms)
        try:
            signer = self._signer(posted, said, campaign.id, secrets)
        except signing.Unsigned:
            telemetry.signature_failed(channel.id)
            raise
        return _Attempt(campaign, channel, signer, batch, text, sha256(text).digest(), now_ms), secrets.pseudonym_key

    def _channel(self, posted: Posted) -> tuple[Campaign, Live | FestivalChannel]:
        if posted.part is None:
            return self._definitions.of_live(posted.to, posted.received_at_ms)
        return self._definitions.of_festival(posted.to, posted.part, posted.received_at_ms)

    def _signer(self, posted: Posted, said: str, campaign: str, secrets: CampaignSecrets) -> signing.Signer:
        """Who signed, also with a secret made a moment ago. Raises: Unsigned; StorageRefused while SSM cannot tell."""
        now_ms = posted.received_at_ms
        signer = signing.signer(posted.headers, said, secrets.senders, now_ms)
        if signer is None and (fresh := self._secrets.fresh(campaign, now_ms)) != secrets:
            signer = signing.signer(posted.headers, said, fresh.senders, now_ms)
        if signer is None:
            raise signing.Unsigned("webhook-signature is nobody's that may post to this campaign")
        return signer

    def _store(self, attempt: _Attempt, key: bytes) -> Receipt | FestivalReceipt:
        channel = attempt.channel
        try:
            if attempt.received_at_ms >= channel.closes_at_ms:
                closed = LiveClosed if isinstance(channel, Live) else FestivalClosed
                raise closed(f"{channel.id} closed at {utc(channel.closes_at_ms)}")
            made = self._make(attempt, key)
            stored = _stored(attempt, made)
        except (LiveClosed, FestivalClosed, NotReadable, TooMuch, NothingValid):
            earlier = self._stored.find(channel, attempt.signer.name, attempt.batch)
            if earlier is None:
                raise
        else:
            earlier = self._put(stored, made.comments, channel)
        return _replay(earlier, attempt) if earlier else made.receipt

    def _put(self, stored: StoredBatch, said: bytes | None, channel: Live | FestivalChannel) -> Earlier | None:
        """Store the batch, and before it what its comments say: never again once it is stored, for text may have been erased."""
        if said:
            if earlier := self._stored.find(channel, stored.sender, stored.batch):
                return earlier
            self._texts().put(stored, said)
        return self._stored.put(stored)

    def _make(self, attempt: _Attempt, key: bytes) -> Made:
        """What the text becomes, with the text of its comments where the campaign keeps that."""
        campaign, channel = attempt.campaign, attempt.channel
        if not isinstance(channel, Live):
            return Sent(channel, attempt.batch, attempt.sha256, attempt.text).made(key)
        reading = reactions.read(attempt.text, self._definitions.terms(campaign, channel))
        counted = reactions.tally_of(reading.accepted)
        receipt = batches.receipt(attempt.batch, channel, attempt.sha256, reading, counted)
        said = comments.kept(reading.accepted, key) if campaign.keep_text and not reading.rehearsal else None
        return Made(reading.rehearsal, counted, packing.pack(reading.accepted, key), receipt, said)


def _stored(attempt: _Attempt, made: Made) -> StoredBatch:
    counts, answer = tally.encode(made.tally), msgspec.json.encode(made.receipt)
    size = len(made.packed) + len(counts) + len(answer)
    if size > packing.MAX_STORED_BYTES:
        raise TooMuch(f"{size} bytes in stored form; a batch may have {packing.MAX_STORED_BYTES}")
    campaign, channel = attempt.campaign, attempt.channel
    last_ms = channel.closes_at_ms if isinstance(channel, Live) else closed_at_ms(campaign)
    return StoredBatch(
        live=channel.id,
        buckets=channel.buckets,
        sender=attempt.signer.name,
        key_id=attempt.signer.key_id,
        batch=attempt.batch,
        sha256=attempt.sha256,
        rehearsal=made.rehearsal,
        tally=counts,
        packed=made.packed,
        receipt=answer,
        received_at_ms=attempt.received_at_ms,
        expires_at_s=campaign.expires_ms(last_ms) // 1000,
        of=channel.of,
    )


def _check_type(given: str) -> None:
    if given.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise UnsupportedType(f"the content type must be one of {', '.join(CONTENT_TYPES)}")


def _replay(earlier: Earlier, attempt: _Attempt) -> Receipt | FestivalReceipt:
    if earlier.sha256 != attempt.sha256:
        raise Conflict(f"batch {attempt.batch} was stored with another text")
    if isinstance(attempt.channel, Live):
        return msgspec.structs.replace(msgspec.json.decode(earlier.receipt, type=Receipt), replayed=True)
    return msgspec.structs.replace(msgspec.json.decode(earlier.receipt, type=FestivalReceipt), replayed=True)
