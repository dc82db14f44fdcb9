"""Who signed: the three headers, secrets being replaced, leaked and revoked, and SSM being down."""

import base64
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import asked, refused
from client import Answer, request
from samples import LIVE, batch_text, reaction, signed_headers

from chalicelib import runtime, telemetry
from chalicelib.domain.batches import FestivalReceipt, Receipt
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.senders import SenderSecrets, SigningSecret, signing_secret
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.intake import Intake, Posted
from chalicelib.flows.signing import Signer, Unsigned, signer
from chalicelib.store import clients
from chalicelib.store.clients import StorageRefused
from chalicelib.store.secrets import Secrets
from locallove.cloud.local import LocalCloud

SECRET = signing_secret(bytes(range(32)))
PLATFORM = SenderSecrets("platform", (SigningSecret("platform-1", SECRET),))
BATCH = "b-1"
TEXT = '{"text": "がんばれ東北"}'
NOW_S = 1_700_000_000


def headers(**changed: str) -> dict[str, str]:
    """Headers of a stranger's making, right but for what is changed."""
    signed = f"{BATCH}.{NOW_S}.{TEXT}".encode()
    code = base64.b64encode(hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), signed, "sha256")).decode()
    right = {"webhook-id": BATCH, "webhook-timestamp": str(NOW_S), "webhook-signature": f"v1,{code}"}
    return {**right, **{f"webhook-{name}": value for name, value in changed.items()}}


def signed_by(headers: dict[str, str], text: str = TEXT, now_s: float = NOW_S, *senders: SenderSecrets) -> Signer | None:
    return signer(headers, text, senders or (PLATFORM,), int(now_s * 1000))


def test_a_strangers_signature_verifies_and_tells_sender_and_key() -> None:
    second = SenderSecrets("studio", (SigningSecret("studio-1", signing_secret(bytes(32))), SigningSecret("studio-2", SECRET)))
    assert signed_by(headers()) == Signer("platform", "platform-1")
    assert signed_by(headers(), TEXT, NOW_S, second) == Signer("studio", "studio-2")
    assert signed_by(headers(), TEXT + " ") is None
    assert signed_by(headers(id="b-2")) is None


@pytest.mark.needs("data")
def test_the_vectors_of_standard_webhooks_hold(data: Path) -> None:
    vectors = json.loads((data / "standard-webhooks" / "vectors.json").read_text("utf-8"))["symmetric"]
    assert len(vectors) == 3
    for vector in vectors:
        sender = SenderSecrets("platform", (SigningSecret("platform-1", vector["secret"]),))
        found = signed_by(vector, vector["body"], int(vector["webhook-timestamp"]), sender)
        assert (found is not None) == vector["expect"].startswith("valid"), vector["name"]


@pytest.mark.parametrize("seconds", [-300.999, -300, 0, 300, 300.999])
def test_300_seconds_old_or_early_is_in_time(seconds: float) -> None:
    assert signed_by(headers(), TEXT, NOW_S + seconds if seconds > 0 else NOW_S + int(seconds)) is not None


@pytest.mark.parametrize("seconds", [-301, 301])
def test_301_seconds_old_or_early_is_too_far(seconds: int) -> None:
    with pytest.raises(Unsigned, match="5 minutes"):
        signed_by(headers(), TEXT, NOW_S + seconds)


@pytest.mark.parametrize(
    "stamp", ["", "1e9", "１７００００００００", "170000000", "17000000000", "-700000000", "1700000000 ", "1700000000\n"]
)
def test_a_timestamp_is_ten_digits(stamp: str) -> None:
    with pytest.raises(Unsigned, match="ten digits"):
        signed_by(headers(timestamp=stamp))
    without = headers()
    del without["webhook-timestamp"]
    with pytest.raises(Unsigned, match="ten digits"):
        signed_by(without)


@pytest.mark.parametrize("given", ["", " ", "garbage", "v1", "v2,abc", "V1,abc", "v1a,abc", "署名", "\udcff"])
def test_a_signature_that_is_missing_or_of_no_known_version_is_said_to_be(given: str) -> None:
    with pytest.raises(Unsigned, match="missing or has no"):
        signed_by(headers(signature=given))
    without = headers()
    del without["webhook-signature"]
    with pytest.raises(Unsigned, match="missing or has no"):
        signed_by(without)


@pytest.mark.parametrize(
    "given", ["v1,", "v1,garbage", "v1,署名", "v1,\udcff", "v1,a,b,c", "v1," + "A" * 43 + "=", "v1,x" * 9000]
)
def test_a_signature_that_is_garbage_is_nobodys(given: str) -> None:
    assert signed_by(headers(signature=given)) is None


def test_a_part_of_the_signature_or_something_around_it_is_not_the_signature() -> None:
    right = headers()["webhook-signature"]
    for given in (right[:-1], right + "=", right + "\n", right.lower(), right.replace(",", ", "), right.replace("v1,", "v1,v1,")):
        assert signed_by(headers(signature=given)) is None


def test_one_of_four_may_be_right_but_five_are_too_many() -> None:
    right = headers()["webhook-signature"]
    assert signed_by(headers(signature=f"v2,a v1,a  {right}")) is not None
    with pytest.raises(Unsigned, match="more than 4"):
        signed_by(headers(signature=f"{right} v1,a v1,a v1,a v1,a"))


@pytest.mark.parametrize("broken", ["whsec_!", "whsec_", "whsec_A", "whsec_秘密", ""])
def test_a_stored_secret_that_cannot_be_one_locks_out_nobody_else(broken: str) -> None:
    """Nor does it let anybody in: nothing is the signature of nothing."""
    sender = SenderSecrets("broken", (SigningSecret("broken-1", broken),))
    assert signed_by(headers(), TEXT, NOW_S, sender, PLATFORM) == Signer("platform", "platform-1")
    for given in (headers(), headers(signature="v1, "), headers(signature="v1,a  ")):
        assert signed_by(given, TEXT, NOW_S, sender) is None


# From here on through the whole of intake, with the imitated AWS.


def instance() -> Intake:
    """A Lambda instance that knows nothing yet."""
    service = runtime.service()
    secrets = Secrets(clients.ssm(None), service.settings.secrets_parameter)
    return Intake(Definitions(service.campaigns, service.settings.kept_ms), secrets, service.reactions, lambda: service.comments)


def take(by: Intake, secret: str, batch: str, campaign: Campaign, seconds: float = 0) -> Receipt | FestivalReceipt:
    """What the instance says to a batch that comes in so many seconds after the live's end."""
    at = campaign.lives[0].ends_at + timedelta(seconds=seconds)
    text = batch_text(campaign, [reaction(campaign, 1)])
    return by.take(Posted(campaign.lives[0].id, signed_headers(secret, batch, text, at), text, int(at.timestamp() * 1000)))


def post(cloud: LocalCloud, secret: str, batch: str, campaign: Campaign) -> Answer:
    text = batch_text(campaign, [reaction(campaign, 1)])
    return request(f"{cloud.url}/v1/lives/{campaign.lives[0].id}/reactions", text, signed_headers(secret, batch, text))


def stored() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=runtime.service().settings.reactions_table)["Items"]
    return items


def test_the_stored_item_names_sender_and_key(cloud: LocalCloud, campaign: Campaign) -> None:
    """So that what was forged after a leak can be told from the rest, by the key."""
    cloud.apply(campaign)
    secrets = [cloud.add_sender(campaign.id, name) for name in ("platform", "platform", "studio")]
    for number, secret in enumerate(secrets):
        assert post(cloud, secret, f"b-{number}", campaign).status == 202
    assert sorted((item["sender"]["S"], item["key"]["S"], item["sk"]["S"]) for item in stored()) == [
        ("platform", "platform-1", "platform#b-0"),
        ("platform", "platform-2", "platform#b-1"),
        ("studio", "studio-1", "studio#b-2"),
    ]


def test_a_batch_that_was_signed_with_the_old_secret_is_the_same_batch_under_the_new_one(
    cloud: LocalCloud, campaign: Campaign
) -> None:
    """A sender that rotates in the middle of its retries is counted once."""
    cloud.apply(campaign)
    old = cloud.add_sender(campaign.id)
    assert post(cloud, old, "b-1", campaign).status == 202
    new = cloud.add_sender(campaign.id)
    runtime.service().secrets.revoke(campaign.id, "platform", "platform-1")
    answer = post(cloud, new, "b-1", campaign)
    assert (answer.status, answer.json["replayed"]) == (200, True)
    assert post(cloud, old, "b-2", campaign).status == 401
    assert len(stored()) == 1


def test_a_sender_of_one_campaign_cannot_post_to_another(cloud: LocalCloud, campaign: Campaign) -> None:
    """Not even when both call their sender the same."""
    (live,) = campaign.lives
    other = msgspec.structs.replace(campaign, id="other", lives=(msgspec.structs.replace(live, id="other-live"),))
    for each in (campaign, other):
        cloud.apply(each)
    ours, theirs = cloud.add_sender(campaign.id), cloud.add_sender(other.id)
    assert post(cloud, ours, "b-1", other).status == 401
    assert post(cloud, theirs, "b-1", campaign).status == 401
    assert stored() == []
    assert post(cloud, theirs, "b-1", other).status == 202


def test_a_new_secret_works_within_5_seconds_and_a_revoked_one_stops_within_a_minute(
    cloud: LocalCloud, campaign: Campaign
) -> None:
    cloud.apply(campaign)
    old = cloud.add_sender(campaign.id)
    lambda_ = instance()
    take(lambda_, old, "b-1", campaign)
    new = cloud.add_sender(campaign.id)
    with pytest.raises(Unsigned, match="nobody's"):
        take(lambda_, new, "b-2", campaign, 3)
    take(lambda_, new, "b-2", campaign, 5)
    runtime.service().secrets.revoke(campaign.id, "platform", "platform-1")
    take(lambda_, old, "b-3", campaign, 64)
    with pytest.raises(Unsigned, match="nobody's"):
        take(lambda_, old, "b-4", campaign, 65)


def test_strangers_cannot_hammer_ssm(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    lambda_ = instance()
    with asked(lambda_._secrets._client, "GetParameter") as requests:
        for tenth in range(300):
            with pytest.raises(Unsigned):
                take(lambda_, SECRET, "b-1", campaign, tenth / 10)
    assert len(requests) == 6
    assert stored() == []


def test_what_no_secret_could_mend_asks_ssm_no_second_time(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    lambda_ = instance()
    with pytest.raises(Unsigned):
        take(lambda_, SECRET, "b-1", campaign)
    with refused(lambda_._secrets._client, "GetParameter", "ThrottlingException") as refusals, pytest.raises(Unsigned):
        lambda_.take(
            Posted(
                LIVE,
                {"webhook-id": "b-1", "content-type": "application/json"},
                b"{}",
                int(campaign.lives[0].ends_at.timestamp() + 10) * 1000,
            )
        )
    assert refusals == []


def test_ssm_down_is_not_noticed_for_15_minutes_and_then_503_but_never_401(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    lambda_ = instance()
    take(lambda_, secret, "b-0", campaign)
    with refused(lambda_._secrets._client, "GetParameter", "InternalServerError", status=500):
        for minute in range(1, 15):
            assert not take(lambda_, secret, f"b-{minute}", campaign, 60 * minute).replayed
        with pytest.raises(StorageRefused):
            take(lambda_, signing_secret(bytes(32)), "b-15", campaign, 60 * 14 + 10)
        with pytest.raises(StorageRefused):
            take(lambda_, secret, "b-15", campaign, 60 * 15 + 10)
    assert not take(lambda_, secret, "b-15", campaign, 60 * 15 + 20).replayed
    assert len(stored()) == 16


def test_a_wrong_signature_while_ssm_is_down_is_503_over_http(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    service = runtime.service()
    service.secrets.of(campaign.id, runtime.now_ms() - 10_000)
    with refused(service.secrets._client, "GetParameter", "ThrottlingException"):
        assert post(cloud, SECRET, "b-1", campaign).status == 503
        assert post(cloud, secret, "b-1", campaign).status == 202


def test_no_secret_is_logged_whatever_happens(cloud: LocalCloud, campaign: Campaign, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", telemetry.SERVICE)
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    secrets, parameter = runtime.service().secrets, runtime.service().settings.secrets_parameter(campaign.id)
    post(cloud, secret, "b-1", campaign)
    post(cloud, SECRET, "b-1", campaign)
    broken = json.dumps(
        {"version": 1, "pseudonym_key": secret, "senders": [{"name": "a", "secrets": [{"id": "a-1", "secret": SECRET}]}]}
    )
    boto3.client("ssm").put_parameter(Name=parameter, Value=broken, Type="SecureString", Overwrite=True)
    secrets._kept.clear()
    assert post(cloud, secret, "b-2", campaign).status == 503
    assert {"batch stored", "signature failed", "secrets not renewed"} <= {record.message for record in caplog.records}
    said = caplog.text + repr([vars(record) for record in caplog.records])
    for hidden in (secret, SECRET):
        assert hidden.removeprefix("whsec_") not in said
