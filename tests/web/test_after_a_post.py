"""What is read after something was posted, and posts that cannot be read."""

import time

import pytest
from client import request
from samples import LIVE, batch_text, reaction, signed_headers

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud

READS = (f"/v1/lives/{LIVE}/totals", f"/v1/lives/{LIVE}/totals?series=minute")


@pytest.fixture
def secret(cloud: LocalCloud, campaign: Campaign) -> str:
    cloud.apply(campaign)
    return cloud.add_sender(campaign.id)


def test_another_count_has_another_etag(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    before = request(cloud.url + READS[0])
    text = batch_text(campaign, [reaction(campaign, 1)])
    stored = request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, "b-1", text))
    assert (stored.status, stored.headers["cache-control"]) == (202, "no-store")
    cloud.pump.drain()
    time.sleep(int(before.headers["cache-control"].removeprefix("public, max-age=")))
    after = request(cloud.url + READS[0], headers={"If-None-Match": before.headers["etag"]})
    assert (after.status, after.json["counts"]["total"]) == (200, 1)


def test_the_series_is_zero_filled_minutes_of_the_window(cloud: LocalCloud, campaign: Campaign, secret: str) -> None:
    text = batch_text(campaign, [reaction(campaign, 61, count=3), reaction(campaign, 3600)])
    request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, "b-1", text))
    cloud.pump.drain()
    answer = request(cloud.url + READS[1]).json
    assert [each["counts"]["total"] for each in answer["series"]] == [0, 3, *[0] * 58]
    assert answer["series"][0]["at"] == campaign.lives[0].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "series" not in request(cloud.url + READS[0]).json
