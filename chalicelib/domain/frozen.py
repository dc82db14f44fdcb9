"""What of a campaign may not change once it has begun, as bytes with one hash.

Answers for: the frozen part of a live, which is published once as `rules/{live}.json`.
Refuses: when that is (`domain/applied.py`).
"""

from datetime import UTC

import msgspec

from chalicelib.domain.campaigns import Campaign


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
