"""A campaign to watch: a live that is ended early, by the demo's own means, loses nothing that was sent."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from client import request
from samples import LIVE, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain.campaigns import MINUTE_MS, Campaign
from chalicelib.domain.laying import laid_on_air
from locallove.cloud.local import LocalCloud
from locallove.cloud.watching import end_on_air


@pytest.fixture
def on_air(cloud: LocalCloud) -> Campaign:
    """A campaign in force whose only live is on for at least three minutes."""
    laid = laid_on_air(sample_campaign(), datetime.now(UTC), 3)
    cloud.apply(laid)
    return laid


def test_a_live_that_is_ended_early_has_everything_that_was_sent(cloud: LocalCloud, on_air: Campaign) -> None:
    """Its end is this minute's, so that the last reaction before it counts; the correction is on record, with its reason."""
    before_ms = runtime.now_ms()
    secret = cloud.add_sender(on_air.id)
    now = datetime.now(UTC)
    moments = [(now - timedelta(milliseconds=number)).isoformat() for number in range(5)]
    likes = [{"id": f"r{number}", "kind": "like", "at": at, "user": "u"} for number, at in enumerate(moments)]
    text = json.dumps({"live": LIVE, "reactions": likes}).encode()
    assert request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, "b-1", text)).status == 202
    cloud.pump.drain()
    end_ms = end_on_air(runtime.service(), on_air)
    assert end_ms % MINUTE_MS == 0
    assert 0 < end_ms - before_ms <= 2 * MINUTE_MS
    applied = runtime.service().campaigns.get(on_air.id)
    assert applied is not None
    assert applied.campaign.live(LIVE).end_minute * MINUTE_MS == end_ms
    (change,) = applied.changes
    assert (change.live, change.reason) == (LIVE, "the demo was ended early")
    service = runtime.service()
    service.settler.settle(on_air.id, LIVE, applied.campaign.live(LIVE).closes_at_ms + service.settings.fence_ms)
    assert request(f"{cloud.url}/v1/lives/{LIVE}/totals").json["counts"]["total"] == 5


def test_a_live_that_is_over_or_in_its_last_minute_is_left_as_it_is(cloud: LocalCloud) -> None:
    now = datetime.now(UTC)
    last = msgspec.structs.replace(laid_on_air(sample_campaign(now - timedelta(hours=1)), now, 1), id="last-minute")
    ending = last.lives[0].starts_at + timedelta(minutes=1)
    last = msgspec.structs.replace(last, lives=(msgspec.structs.replace(last.lives[0], ends_at=ending),))
    cloud.apply(last)
    assert end_on_air(runtime.service(), last) == int(ending.timestamp() * 1000)
    applied = runtime.service().campaigns.get(last.id)
    assert applied is not None
    assert (applied.revision, applied.changes) == (1, ())
