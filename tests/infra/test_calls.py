"""What each function asks of AWS beside what its role allows: nothing is missing, and nothing is there that it never uses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import refused
from client import request
from festivals import Festival, entry, festival_campaign, vote
from flows.closed import Closed, closed_campaign
from infra.calls import ARNS, BUCKET, ROLES, Call, Recorder, allows, listed, recording, statements
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers
from web.invited import invite

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud

BY_LAMBDA = {"logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:DescribeStream", "dynamodb:GetRecords",
             "dynamodb:GetShardIterator", "dynamodb:ListStreams"}  # fmt: skip
"""What Lambda itself does in a function's name: no client of ours asks for it."""


@pytest.fixture(scope="module")
def needed() -> Iterator[dict[str, set[Call]]]:
    """The rights that each function needed in the life of a campaign, from its first batch to its last download."""
    with recording() as recorder, local_cloud(background=False) as cloud:
        locked_bucket()
        campaign = msgspec.structs.replace(closed_campaign(), keep_text=True)
        cloud.apply(campaign)
        cloud.apply(of_tomorrow())
        while_it_runs(recorder, cloud, Closed(cloud, campaign, {"platform": cloud.add_sender(campaign.id)}))
        after_it(recorder, cloud, campaign.id)
        of_a_festival(recorder, cloud)
        yield recorder.needed


def of_tomorrow() -> Campaign:
    """Another campaign, whose live is yet to begin."""
    campaign = sample_campaign(datetime.now(UTC) + timedelta(days=1))
    return msgspec.structs.replace(campaign, id="of-tomorrow", lives=(msgspec.structs.replace(campaign.lives[0], id="tomorrow"),))


def locked_bucket() -> None:
    """The reports bucket with Object Lock, which moto's CloudFormation ignores."""
    s3: Any = boto3.client("s3")
    s3.delete_bucket(Bucket=BUCKET)
    where = {"LocationConstraint": "ap-northeast-1"}
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True, CreateBucketConfiguration=where)


def while_it_runs(recorder: Recorder, cloud: LocalCloud, closed: Closed) -> None:
    """Batches, totals, a record that is quarantined, a provisional report, and a batch that comes too late."""
    with recorder.at_work("ApiRole"):
        closed.send("b-1", closed.like(1), closed.like(2, kind="comment", text="がんばれ"))
    with recorder.at_work("CounterRole"):
        cloud.pump.drain()
    with recorder.at_work("ApiRole"):
        closed.send("b-2", closed.like(3, count=77))
    with recorder.at_work("CounterRole"), refused(runtime.service()._dynamodb, "UpdateItem", "ValidationException", adds_77):
        cloud.pump.drain()
    with recorder.at_work("ApiRole"):
        text = batch_text(closed.campaign, [reaction(closed.campaign, 4)])
        headers = signed_headers(closed.secrets["platform"], "late", text)
        assert request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, headers).status == 409
        for path, status in (
            (f"/v1/lives/{LIVE}/totals", 200),
            ("/v1/health", 200),
            (f"/v1/lives/{LIVE}/statement", 404),
            (f"/live/{closed.campaign.id}/card.ja.png", 404),
        ):
            assert request(f"{cloud.url}{path}").status == status, path
    with recorder.at_work("PublisherRole"):
        assert cloud.publish()["published"]


def of_a_festival(recorder: Recorder, cloud: LocalCloud) -> None:
    """Entries, votes and views; closed by the operator, whose rights are none of these; read once an award is revealed.

    Reports of it are published while people vote, and by an instance that has read nothing yet, once an award is revealed.
    """
    by_votes = {"id": "favourite", "name": {"ja": "投票", "en": "Favourite"}, "votes": {}}
    definition = msgspec.structs.replace(festival_campaign(awards=[by_votes]), id="of-films", lives=())
    cloud.apply(definition)
    festival = Festival(cloud, definition, {"platform": cloud.add_sender(definition.id)})
    with recorder.at_work("ApiRole"):
        festival.send("entries", "e-1", entry("a"))
        festival.send("votes", "v-1", vote(1, "a"))
        festival.snapshot("m-1", {"a": (1, 1)})
    with recorder.at_work("CounterRole"):
        cloud.pump.drain()
    with recorder.at_work("PublisherRole"):
        assert cloud.publish()["published"] == 1
    festival.close()
    runtime.service().campaigns.reveal(definition.id, Revealed("favourite", runtime.now_ms()))
    runtime.service.cache_clear()
    with recorder.at_work("PublisherRole"):
        assert cloud.publish()["published"] == 1
    runtime.service.cache_clear()
    with recorder.at_work("ApiRole"):
        for path, status in (("standings", 200), ("statement", 302), ("statement/award-favourite.json", 302)):
            assert request(f"{cloud.url}/v1/festivals/{definition.id}/{path}").status == status, path


def adds_77(request: dict[str, Any]) -> bool:
    return {"N": "77"} in json.loads(request["body"])["ExpressionAttributeValues"].values()


def after_it(recorder: Recorder, cloud: LocalCloud, campaign: str) -> None:
    """The settlement, the final reports with their notices, and what the public and the invited then read."""
    runtime.service.cache_clear()  # an instance of another function: it knows nothing of what publishing has read
    with recorder.at_work("SettlerRole"):
        assert cloud.scheduler.invoke("settle_lives")["settled"] == 1
    with recorder.at_work("PublisherRole"):
        assert cloud.publish()["published"]
    token = invite(campaign)
    runtime.service.cache_clear()  # another instance, which has read nothing yet
    with recorder.at_work("ApiRole"):
        for path, status in (
            (f"/v1/campaigns/{campaign}/totals", 200),
            (f"/v1/lives/{LIVE}/statement", 302),
            (f"/v1/lives/{LIVE}/statement/rule.json", 302),
            (f"/v1/lives/{LIVE}/statement/chain-000001.json", 302),
            (f"/i/{token}/files.json", 200),
            (f"/i/{token}/report.xlsx", 302),
            (f"/live/{campaign}/card.ja.png", 302),
        ):
            answer = request(f"{cloud.url}{path}")
            assert answer.status == status, (path, answer.body)


@pytest.mark.parametrize("role", ROLES)
def test_no_right_is_missing(needed: dict[str, set[Call]], role: str) -> None:
    missing = [call for call in needed[role] if not any(allows(statement, call) for statement in statements(role))]
    assert missing == []


@pytest.mark.parametrize("role", ROLES)
def test_no_right_is_never_used(needed: dict[str, set[Call]], role: str) -> None:
    unused = [
        (statement["Sid"], action)
        for statement in statements(role)
        for action in listed(statement["Action"])
        if action not in BY_LAMBDA
        if not any(call.action == action and allows(statement, call) for call in needed[role])
    ]
    assert unused == []


def test_what_a_role_does_not_allow_is_seen() -> None:
    """The reading of policies is itself worth a look: a right on other keys, on another table, by another way."""
    (counts,) = (each for each in statements("ApiRole") if each["Sid"] == "CountDownloads")
    (links,) = (each for each in statements("ApiRole") if each["Sid"] == "SignLinks")
    campaigns = ARNS["Campaigns"]
    assert allows(counts, Call("dynamodb:UpdateItem", campaigns, (("dynamodb:LeadingKeys", "access#1"),)))
    assert not allows(counts, Call("dynamodb:UpdateItem", campaigns, (("dynamodb:LeadingKeys", "campaign#1"),)))
    assert not allows(counts, Call("dynamodb:UpdateItem", ARNS["Totals"], (("dynamodb:LeadingKeys", "access#1"),)))
    assert not allows(counts, Call("dynamodb:PutItem", campaigns, (("dynamodb:LeadingKeys", "access#1"),)))
    report = f"{ARNS['Reports']}/c/campaign/20240215T103000Z/report.xlsx"
    assert allows(links, Call("s3:GetObject", report, (("s3:authType", "REST-QUERY-STRING"),)))
    assert not allows(links, Call("s3:GetObject", report, (("s3:authType", "REST-HEADER"),)))
