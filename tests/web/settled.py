"""A campaign that is settled, for tests of what anyone may read from then on."""

from datetime import UTC, datetime, timedelta

import msgspec
from samples import sample_campaign, signed_headers
from web.posting import Platform

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.flows.intake import Posted
from locallove.cloud.local import LocalCloud


def settled_campaign(cloud: LocalCloud, name: str) -> Campaign:
    """A campaign in force whose only live, of the same name, has closed with thirty reactions and is settled; and so is it."""
    campaign = sample_campaign(datetime.now(UTC) - timedelta(hours=2))
    live = msgspec.structs.replace(campaign.lives[0], id=name, settle_after_minutes=100)
    platform = Platform.of(cloud, msgspec.structs.replace(campaign, id=name, lives=(live,)))
    text, at_ms = platform.text(*(platform.like(number) for number in range(30))), live.closes_at_ms - 60_000
    headers = signed_headers(platform.secret, "b-1", text, datetime.fromtimestamp(at_ms / 1000, UTC))
    runtime.service().intake.take(Posted(name, headers, text, at_ms))
    cloud.pump.drain()
    runtime.service().settler.settle(name, name, runtime.now_ms())
    return platform.campaign
