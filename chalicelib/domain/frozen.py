"""What of a campaign may not change once it has begun, as bytes with one hash.

Answers for: the frozen part of a live, which is published once as `rules/{live}.json`, and that of a festival,
`rules/{campaign}.result.json`.
Refuses: when that is (`domain/applied.py`).
"""

from datetime import UTC

import msgspec

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.festival import Festival


def frozen_part(campaign: Campaign, live: str) -> bytes:
    """What may not change once a live has begun or been counted: rule, region, markets, currency, buckets and start.

    Canonical JSON (sorted keys, markets in alphabetical order), so that equal rules have equal bytes and one SHA-256.
    """
    subject = campaign.live(live)
    return msgspec.json.encode(
        {
            "version": 1,
            "live": subject.id,
            "region": subject.region,
            "markets": sorted(campaign.market_codes),
            "currency": campaign.currency,
            "campaign_cap": campaign.cap,
            "buckets": subject.buckets,
            "starts_at": subject.starts_at.astimezone(UTC),
            "donation": subject.donation,
        },
        order="sorted",
    )


class FestivalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A festival as it is frozen when entries open: all of its definition but the moment to which its closing may be moved."""

    version: int
    campaign: str
    festival: Festival


def frozen_festival(campaign: str, festival: Festival) -> bytes:
    """What may not change once entries have opened: canonical JSON, so that equal rules have equal bytes and one SHA-256."""
    rule = FestivalRule(1, campaign, msgspec.structs.replace(festival, closes_at=None))
    return msgspec.json.encode(rule, order="sorted")
