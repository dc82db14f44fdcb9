"""A campaign of two regions whose reports are published, and invitations to them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign, Region
from chalicelib.domain.donations import Words
from chalicelib.domain.invitations import Invitation, token_sha256

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()
LONG_AGO = date(2020, 1, 1)


def two_regions() -> Campaign:
    """The sample campaign with a second region and a live there."""
    campaign = sample_campaign()
    (live,) = campaign.lives
    tohoku = Region("tohoku", Words(ja="東北", en="Tohoku"))
    lives = (live, msgspec.structs.replace(live, id="tohoku-test", region=tohoku.id))
    return msgspec.structs.replace(campaign, regions=(*campaign.regions, tohoku), lives=lives)


def invite(campaign: str = "test-campaign", **fields: Any) -> str:
    """The token of a new invitation, to the campaign's reports and until tomorrow unless told otherwise."""
    token = runtime.new_token()
    digest = token_sha256(token)
    assert digest is not None
    made = Invitation(digest, campaign, None, "宮城県", "ja", TOMORROW, runtime.now_ms())
    runtime.service().invitations.put(msgspec.structs.replace(made, **fields))
    return token


def downloads(campaign: str = "test-campaign") -> int:
    """All downloads by invitations to a campaign's reports."""
    return sum(downloads for _, downloads in runtime.service().invitations.of_campaign(campaign))
