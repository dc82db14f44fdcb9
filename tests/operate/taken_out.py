"""A campaign in force from which a live was taken out before it began: its id stays the campaign's, and its epoch is kept."""

from datetime import UTC, datetime, timedelta

import msgspec
from samples import sample_campaign

from chalicelib import runtime
from locallove.cloud.local import LocalCloud

LATER = "later-test"


def taken_out(cloud: LocalCloud) -> None:
    """Put the sample campaign in force with a live of tomorrow, and then without it."""
    campaign = sample_campaign()
    (tomorrow,) = sample_campaign(datetime.now(UTC) + timedelta(days=1)).lives
    both = (*campaign.lives, msgspec.structs.replace(tomorrow, id=LATER))
    cloud.apply(msgspec.structs.replace(campaign, lives=both))
    cloud.apply(campaign)
    applied = runtime.service().campaigns.get(campaign.id)
    assert applied is not None
    assert LATER in applied.epochs
    assert LATER not in [live.id for live in applied.campaign.lives]
