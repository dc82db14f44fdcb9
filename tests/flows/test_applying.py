"""Applying against the real tables: all or nothing, and nothing that is frozen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import dated, refused
from client import request
from publishing import publish
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain.applied import Refused
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.flows import applying
from locallove.cloud.local import LocalCloud


def upcoming() -> Campaign:
    """The sample, its live beginning in an hour."""
    campaign = sample_campaign()
    later = 2 * (campaign.lives[0].ends_at - campaign.lives[0].starts_at)
    live = campaign.lives[0]
    return with_live(campaign, starts_at=live.starts_at + later, ends_at=live.ends_at + later)


def with_live(campaign: Campaign, **fields: Any) -> Campaign:
    live: Live = msgspec.structs.replace(campaign.lives[0], **fields)
    return msgspec.structs.replace(campaign, lives=(live,))


def with_base(campaign: Campaign, base: int) -> Campaign:
    return with_live(campaign, donation=msgspec.structs.replace(campaign.lives[0].donation, base=base))


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def count_one(cloud: LocalCloud, campaign: Campaign, **fields: Any) -> None:
    secret = cloud.add_sender(campaign.id)
    text = batch_text(campaign, [reaction(campaign, -60)], **fields)
    answer = request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, "b-1", text))
    assert answer.status == 202
    cloud.pump.drain()


def test_a_live_is_frozen_by_its_first_count_even_before_its_start(cloud: LocalCloud) -> None:
    cloud.apply(upcoming())
    cloud.apply(with_base(upcoming(), 1100))
    count_one(cloud, upcoming())
    with pytest.raises(Refused, match="already been counted"):
        cloud.apply(with_base(upcoming(), 1200))
    applied = runtime.service().campaigns.get("test-campaign")
    assert applied is not None
    assert (applied.revision, applied.campaign.lives[0].donation.base) == (2, 1100)


def test_a_rehearsal_freezes_nothing(cloud: LocalCloud) -> None:
    """Neither in the table nor in the bucket."""
    cloud.apply(upcoming())
    count_one(cloud, upcoming(), rehearsal=True)
    publish()
    service = runtime.service()
    assert not service.totals.is_counted(LIVE)
    assert service.reports.read(f"rules/{LIVE}.json") is None
    assert cloud.apply(with_base(upcoming(), 1200)).campaign.lives[0].donation.base == 1200
    publish()


def test_a_rule_that_changed_under_a_publishing_run_is_not_the_one_that_is_frozen(cloud: LocalCloud) -> None:
    """The run reads the definition, then the rule changes and the live is counted, then the run sees the count."""
    cloud.apply(upcoming())
    service = runtime.service()
    totals = service.totals
    rows = totals.rows

    def changed_meanwhile(live: str, *, since: int = 0, consistent: bool = False) -> Any:
        totals.rows = rows  # type: ignore[method-assign]
        cloud.apply(with_base(upcoming(), 1300))
        count_one(cloud, upcoming())
        return rows(live, since=since, consistent=consistent)

    totals.rows = changed_meanwhile  # type: ignore[method-assign]
    publish()
    frozen = service.reports.read(f"rules/{LIVE}.json")
    assert frozen is not None
    assert msgspec.json.decode(frozen.body)["donation"]["base"] == 1300


def test_an_id_that_was_a_live_never_becomes_another_campaigns(cloud: LocalCloud) -> None:
    """Its late counts would become the other campaign's too."""
    first = upcoming()
    cloud.apply(first)
    other = msgspec.structs.replace(first.lives[0], id="another-live")
    cloud.apply(msgspec.structs.replace(first, lives=(other,)))
    with pytest.raises(Refused, match="belongs to another campaign"):
        cloud.apply(msgspec.structs.replace(first, id="second-campaign"))


def test_a_live_taken_out_and_counted_late_does_not_come_back_with_another_rule(cloud: LocalCloud) -> None:
    first = upcoming()
    cloud.apply(first)
    secret = cloud.add_sender(first.id)
    text = batch_text(first, [reaction(first, -60)])
    assert request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, "b-1", text)).status == 202
    cloud.apply(msgspec.structs.replace(first, lives=(msgspec.structs.replace(first.lives[0], id="another-live"),)))
    cloud.pump.drain()
    with pytest.raises(Refused, match="already been counted"):
        cloud.apply(with_base(first, 4000))


def test_what_begins_between_preview_and_apply_is_frozen(cloud: LocalCloud) -> None:
    """Whoever looks at the plan for an hour applies an hour later."""
    cloud.apply(upcoming())
    service = runtime.service()
    plan = applying.preview(service.campaigns, with_base(upcoming(), 1200), runtime.now_ms(), None)
    start = plan.after.campaign.lives[0].starts_at
    with dated(service._dynamodb, "GetItem", start), pytest.raises(Refused, match="has begun"):
        applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), ms(start) - 500)
    with dated(service._dynamodb, "GetItem", start - timedelta(seconds=2)):
        applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), ms(start) - 2000)


@pytest.mark.parametrize("seconds", [-31, 31])
def test_a_clock_31_seconds_from_dynamodbs_applies_nothing(cloud: LocalCloud, seconds: int) -> None:
    service = runtime.service()
    now = datetime.now(UTC).replace(microsecond=0)
    plan = applying.preview(service.campaigns, upcoming(), runtime.now_ms(), None)
    with dated(service._dynamodb, "GetItem", now + timedelta(seconds=seconds)):
        with pytest.raises(Refused, match=rf"clock is \{-seconds:+} s from"):
            applying.preview(service.campaigns, upcoming(), ms(now), None)
        with pytest.raises(Refused, match=rf"clock is \{-seconds:+} s from"):
            applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), ms(now))
    assert service.campaigns.get("test-campaign") is None


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_clock_30_seconds_from_dynamodbs_is_good_enough(cloud: LocalCloud, seconds: int) -> None:
    service = runtime.service()
    now = datetime.now(UTC).replace(microsecond=0)
    with dated(service._dynamodb, "GetItem", now + timedelta(seconds=seconds)):
        plan = applying.preview(service.campaigns, upcoming(), ms(now), None)
    assert plan.after.applied_at_ms == max(ms(now), ms(now) + (seconds + 1) * 1000)


def test_two_appliers_at_once_do_not_overwrite_each_other(cloud: LocalCloud) -> None:
    cloud.apply(upcoming())
    service = runtime.service()
    plan = applying.preview(service.campaigns, with_base(upcoming(), 1100), runtime.now_ms(), None)
    cloud.apply(with_base(upcoming(), 1200))
    with pytest.raises(Refused, match="somebody else"):
        applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), runtime.now_ms())


def test_applying_again_changes_nothing_and_keeps_the_key(cloud: LocalCloud) -> None:
    cloud.apply(upcoming())
    key = runtime.service().secrets.fetch("test-campaign").pseudonym_key
    assert cloud.apply(upcoming()).revision == 1
    assert runtime.service().secrets.fetch("test-campaign").pseudonym_key == key


def test_a_campaign_that_could_not_be_read_back_is_never_stored(cloud: LocalCloud) -> None:
    with pytest.raises(Refused, match="settle_after_minutes"):
        cloud.apply(with_live(upcoming(), settle_after_minutes=10**9))
    assert boto3.client("dynamodb").scan(TableName="locallove-local-campaigns")["Count"] == 0


def test_one_unreadable_campaign_does_not_stop_the_others(cloud: LocalCloud) -> None:
    """Its reports fail, and are raised at the end; the others are published."""
    cloud.apply(sample_campaign())
    boto3.client("dynamodb").put_item(
        TableName="locallove-local-campaigns",
        Item={"pk": {"S": "campaign#aaa"}, "sk": {"S": "definition"}, "v": {"N": "1"}, "body": {"B": b"{}"}},
    )
    with pytest.raises(ExceptionGroup):
        publish()
    assert runtime.service().reports.read("test-campaign/campaign/latest.json") is not None


def test_a_throttled_apply_leaves_nothing_behind(cloud: LocalCloud) -> None:
    error = "ThrottlingException"
    with refused(runtime.service()._dynamodb, "TransactWriteItems", error), pytest.raises(Exception, match=error):
        cloud.apply(upcoming())
    assert runtime.service().campaigns.get("test-campaign") is None
    assert runtime.service().campaigns.campaign_of(LIVE) is None
