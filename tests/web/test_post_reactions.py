"""Posting a batch over HTTP to the running service."""

import base64
import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any
from zlib import crc32

import boto3
import msgspec
import pytest
from aws_faults import refused
from client import Answer, request
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain import packing, tally
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.tally import Counts
from locallove.cloud.local import LocalCloud


@pytest.fixture
def secret(cloud: LocalCloud, campaign: Campaign) -> str:
    cloud.apply(campaign)
    return cloud.add_sender(campaign.id)


def post(cloud: LocalCloud, headers: dict[str, str], body: bytes, live: str = LIVE) -> Answer:
    return request(f"{cloud.url}/v1/lives/{live}/reactions", body, headers)


def stored() -> list[dict[str, Any]]:
    return boto3.client("dynamodb").scan(TableName="locallove-local-reactions")["Items"]


def totals(cloud: LocalCloud) -> Any:
    cloud.pump.drain()
    return request(f"{cloud.url}/v1/lives/{LIVE}/totals").json


def test_a_signed_batch_is_stored_answered_and_counted(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(
        campaign,
        [
            reaction(campaign, 1, count=15),
            reaction(campaign, 2, kind="comment", text="がんばれ", market="TW"),
            reaction(campaign, 3, kind="gift", gift="rose", count=3, value=5, market="XX"),
        ],
    )
    answer = post(cloud, signed_headers(secret, "b-1", text), text)
    assert answer.status == 202
    assert answer.json["accepted"] == 3
    assert answer.json["counts"] == {"like": 15, "comment": 1, "gift": 3, "total": 19}
    assert answer.json["gift_value"] == 15
    counted = totals(cloud)
    assert counted["counts"] == {"like": 15, "comment": 1, "gift": 3, "total": 19}
    assert {each["market"]: each["counts"]["total"] for each in counted["by_market"]} == {"JP": 15, "TW": 1, "ZZ": 3}
    assert counted["donation"]["minor"] == 1000
    assert counted["donation"]["next_step"] == {"at": 100, "remaining": 81, "minor": 1000}


def test_a_retry_gets_the_stored_receipt_and_counts_once(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1)])
    first = post(cloud, signed_headers(secret, "b-1", text), text)
    later = signed_headers(secret, "b-1", text, datetime.now(UTC) + timedelta(seconds=2))
    again = post(cloud, {**later, "content-type": "application/gzip"}, gzip.compress(text))
    assert (first.status, again.status) == (202, 200)
    assert again.json == {**first.json, "replayed": True}
    assert totals(cloud)["counts"]["total"] == 1


def test_one_bad_reaction_does_not_lose_the_good_ones(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    good = [reaction(campaign, number) for number in range(5)]
    bad = reaction(campaign, 9, count=1001, value=3)
    text = batch_text(campaign, [*good, bad])
    answer = post(cloud, signed_headers(secret, "b-1", text), text)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 5, 1)
    assert [each["pointer"] for each in answer.json["problems"]] == ["/reactions/5/count", "/reactions/5/value"]
    assert totals(cloud)["counts"]["total"] == 5


def test_reactions_outside_the_window_are_kept_apart(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1), reaction(campaign, 3600), reaction(campaign, -1)])
    answer = post(cloud, signed_headers(secret, "b-1", text), text)
    assert answer.json["outside_window"] == 2
    counted = totals(cloud)
    assert (counted["counts"]["total"], counted["outside_window"]["total"]) == (1, 2)


def test_rehearsals_are_never_in_the_totals(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1, count=7)], rehearsal=True)
    assert post(cloud, signed_headers(secret, "b-1", text), text).status == 202
    counted = totals(cloud)
    assert (counted["counts"]["total"], counted["rehearsal"]["total"]) == (0, 7)


def test_who_reacted_is_stored_only_as_keyed_hashes(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1, user="somebody", kind="comment", text="秘密")])
    post(cloud, signed_headers(secret, "b-1", text), text)
    (item,) = stored()
    whole = repr(item)
    assert "somebody" not in whole
    assert "秘密" not in whole
    (packed,) = packing.unpack(item["packed"]["B"])
    parameter = boto3.client("ssm").get_parameter(Name=f"/locallove/local/{campaign.id}/secrets", WithDecryption=True)
    key = base64.b64decode(json.loads(parameter["Parameter"]["Value"])["pseudonym_key"])
    assert len(key) == 32
    assert packed.id_hash == blake2b(b"r1", key=key, digest_size=10, person=b"id").digest()
    assert packed.user_hash == blake2b(b"somebody", key=key, digest_size=8, person=b"user").digest()


def test_the_stored_item_says_what_was_sent_by_whom_and_what_was_answered(cloud: LocalCloud) -> None:
    """Every attribute, for settlement and ledger know nothing else."""
    campaign = sample_campaign()
    lives = (msgspec.structs.replace(campaign.lives[0], buckets=64),)
    campaign = msgspec.structs.replace(campaign, keep_days=20, lives=lives)
    cloud.apply(campaign)
    text = batch_text(campaign, [reaction(campaign, 61, count=3), reaction(campaign, 62, count=0)])
    before_ms = runtime.now_ms()
    answer = post(cloud, signed_headers(cloud.add_sender(campaign.id, "studio"), "b-1", text), text)
    after_ms = runtime.now_ms()
    assert answer.status == 202
    (item,) = stored()
    live = campaign.lives[0]
    minute = int(live.starts_at.timestamp()) // 60 + 1
    expires = live.ends_at + timedelta(hours=24, days=20)
    assert tally.decode(item.pop("tally")["B"]) == {minute: {"JP": Counts(like=3)}}
    assert [(each.kind, each.count) for each in packing.unpack(item.pop("packed")["B"])] == [("like", 3)]
    assert json.loads(item.pop("receipt")["B"]) == answer.json
    assert before_ms <= int(item.pop("received_at")["N"]) <= after_ms
    assert item == {
        "pk": {"S": f"{LIVE}#{crc32(b'studio#b-1') % 64}"},
        "sk": {"S": "studio#b-1"},
        "v": {"N": "1"},
        "of": {"S": "reactions"},
        "live": {"S": LIVE},
        "sender": {"S": "studio"},
        "key": {"S": "studio-1"},
        "sha256": {"B": sha256(text).digest()},
        "rehearsal": {"BOOL": False},
        "ttl": {"N": str(int(expires.timestamp()))},
    }


def test_a_rehearsal_is_stored_as_one(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1)], rehearsal=True)
    post(cloud, signed_headers(secret, "b-1", text), text)
    assert [item["rehearsal"] for item in stored()] == [{"BOOL": True}]


def test_two_senders_may_use_one_batch_id_and_each_has_a_receipt(cloud: LocalCloud, campaign: Campaign) -> None:
    """An id is unique per sender and live, even for the same text."""
    cloud.apply(campaign)
    secrets = {name: cloud.add_sender(campaign.id, name) for name in ("platform", "studio")}
    text = batch_text(campaign, [reaction(campaign, 1)])
    for status in (202, 200):
        answers = [post(cloud, signed_headers(secret, "b-1", text), text) for secret in secrets.values()]
        assert [answer.status for answer in answers] == [status, status]
    assert sorted((item["sender"]["S"], item["key"]["S"], item["sk"]["S"]) for item in stored()) == [
        ("platform", "platform-1", "platform#b-1"),
        ("studio", "studio-1", "studio#b-1"),
    ]
    other = batch_text(campaign, [reaction(campaign, 2)])
    assert post(cloud, signed_headers(secrets["studio"], "b-1", other), other).status == 409
    assert totals(cloud)["counts"]["total"] == 2


def test_four_signatures_may_be_sent_and_any_may_be_the_right_one(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    """As while a secret is being replaced; a fifth is refused, whichever is right, for each costs an attempt."""
    text = batch_text(campaign, [reaction(campaign, 1)])
    headers = signed_headers(secret, "b-1", text)
    right = headers["webhook-signature"]
    wrong = [signed_headers("whsec_" + letter * 32, "b-1", text)["webhook-signature"] for letter in "ABCD"]
    for five in ([right, *wrong], [*wrong, right]):
        assert post(cloud, {**headers, "webhook-signature": " ".join(five)}, text).status == 401
    assert stored() == []
    four = " ".join([*wrong[:3], right])
    assert post(cloud, {**headers, "webhook-signature": four}, text).status == 202


def test_storage_throttled_is_503_with_retry_after_and_nothing_half_written(
    cloud: LocalCloud, campaign: Campaign, secret: str
) -> None:
    text = batch_text(campaign, [reaction(campaign, 1)])
    with refused(runtime.service()._dynamodb, "PutItem", "ProvisionedThroughputExceededException") as refusals:
        answer = post(cloud, signed_headers(secret, "b-1", text), text)
    assert (answer.status, answer.json["type"]) == (503, "urn:locallove:storage-refused")
    assert int(answer.headers["retry-after"]) > 0
    assert refusals == ["PutItem"]
    assert stored() == []
    assert post(cloud, signed_headers(secret, "b-1", text), text).status == 202
    assert totals(cloud)["counts"]["total"] == 1


def test_the_stored_form_is_measured_whole(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    """A receipt with a hundred long pointers must not make an item that DynamoDB refuses for ever."""
    bad = [{f"{number}" + "n" * 10_000: 1, **reaction(campaign, number)} for number in range(90)]
    text = batch_text(campaign, [reaction(campaign, 100), *bad])
    answer = post(cloud, signed_headers(secret, "b-1", text), text)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 1, 90)
    (item,) = stored()
    assert len(repr(item)) < 60_000


def test_a_batch_over_350_kb_in_stored_form_is_413(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    """DynamoDB ends an item at 400 KB. Gifts whose names do not compress come near it within the 1 MiB of text."""
    draw = random.Random(1)
    names = ["".join(chr(draw.randrange(0x4E00, 0x9FFF)) for _ in range(64)) for _ in range(2_300)]
    gifts = [reaction(campaign, 0, id=f"r{number}", kind="gift", gift=name) for number, name in enumerate(names)]
    fits, over = (batch_text(campaign, gifts[:number]) for number in (2_100, 2_300))
    assert len(over) < 1024 * 1024
    answer = post(cloud, signed_headers(secret, "b-1", over), over)
    assert (answer.status, answer.json["type"]) == (413, "urn:locallove:too-much")
    assert "stored form" in answer.json["detail"]
    assert stored() == []
    assert post(cloud, signed_headers(secret, "b-2", fits), fits).status == 202
    (item,) = stored()
    assert 300_000 < len(item["packed"]["B"]) < 350 * 1024


@pytest.mark.parametrize("name", ["x" * 65, "x" * 2100, "Live", "a%00b"])
def test_an_id_that_cannot_be_one_asks_no_table(cloud: LocalCloud, name: str) -> None:
    """DynamoDB refuses keys over 2 KB; a stranger must not be able to make that a 500."""
    with refused(runtime.service()._dynamodb, "GetItem", "ValidationException") as refusals:
        for path in (f"lives/{name}/totals", f"campaigns/{name}/totals", f"campaigns/{name}"):
            answer = request(f"{cloud.url}/v1/{path}")
            assert answer.status == 404
            assert name[:65] not in answer.body.decode()
    assert refusals == []


BROKEN = ("whsec_!", "whsec_", "whsec_é")


def test_a_stored_secret_that_cannot_be_used_does_not_lock_out_the_others(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    ssm, name = boto3.client("ssm"), runtime.service().settings.secrets_parameter(campaign.id)
    stored_now = json.loads(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    broken = [{"name": f"broken-{n}", "secrets": [{"id": f"broken-{n}-1", "secret": text}]} for n, text in enumerate(BROKEN)]
    by_hand = {**stored_now, "senders": broken, "after": None}
    ssm.put_parameter(Name=name, Value=json.dumps(by_hand), Type="SecureString", Overwrite=True)
    secret = cloud.add_sender(campaign.id)
    text = batch_text(campaign, [reaction(campaign, 1)])
    assert post(cloud, signed_headers(secret, "b-1", text), text).status == 202
    assert post(cloud, signed_headers("whsec_" + "A" * 32, "b-2", text), text).status == 401


@pytest.mark.parametrize("error", ["InternalFailure", "503", "TransactionConflictException", "RequestTimeout"])
def test_whatever_passes_by_itself_is_503(cloud: LocalCloud, campaign: Campaign, secret: str, error: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 1)])
    status = 503 if error == "503" else 400
    with refused(runtime.service()._dynamodb, "PutItem", error, status=status):
        assert post(cloud, signed_headers(secret, "b-1", text), text).status == 503


def test_a_new_batch_after_closing_is_refused_but_an_old_one_replayed(cloud: LocalCloud, secret: str) -> None:
    """`closes_at` is a moment that everybody knows beforehand; a receipt outlives it."""
    service = runtime.service()
    ended = sample_campaign()
    text = batch_text(ended, [reaction(ended, 1)])
    first = post(cloud, signed_headers(secret, "b-1", text), text)
    closing = ended.live(LIVE).closes_at_ms
    from chalicelib.flows.intake import LiveClosed, Posted  # noqa: PLC0415

    def at_closing(batch: str) -> Posted:
        headers = signed_headers(secret, batch, text, datetime.fromtimestamp(closing / 1000, UTC))
        return Posted(LIVE, headers, text, closing)

    assert first.status == 202
    assert service.intake.take(at_closing("b-1")).replayed
    with pytest.raises(LiveClosed):
        service.intake.take(at_closing("b-2"))
