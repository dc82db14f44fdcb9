"""Samples that tests share: a small campaign and batches for it, all made through the product's own types."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook

from chalicelib.domain import campaigns
from chalicelib.domain.campaigns import Campaign

LIVE = "kumamoto-test"


def words(text: str) -> dict[str, str]:
    """The same text twice."""
    return {"ja": text, "en": text}


def sample_definition(ends_at: datetime | None = None) -> dict[str, Any]:
    """A campaign with one live of an hour, as decoded from a file."""
    end = (ends_at or datetime.now(UTC) - timedelta(minutes=1)).replace(second=0, microsecond=0)
    return {
        "id": "test-campaign",
        "name": words("Test"),
        "currency": "JPY",
        "regions": [{"id": "kumamoto", "name": {"ja": "熊本", "en": "Kumamoto"}}],
        "markets": [{"code": "JP", "name": words("Japan")}, {"code": "TW", "name": words("Taiwan")}],
        "lives": [
            {
                "id": LIVE,
                "region": "kumamoto",
                "title": words("Live"),
                "starts_at": (end - timedelta(hours=1)).isoformat(),
                "ends_at": end.isoformat(),
                "donation": {
                    "fund": words("Fund"),
                    "base": 1000,
                    "cap": 5000,
                    "steps": [{"at": 100, "reached": "at-or-above", "amount": 1000}],
                },
            }
        ],
    }


def sample_campaign(ends_at: datetime | None = None) -> Campaign:
    """The same, read."""
    campaign, problems = campaigns.read(sample_definition(ends_at))
    assert campaign is not None, problems
    return campaign


def reaction(campaign: Campaign, number: int, **fields: Any) -> dict[str, Any]:
    """A like in the campaign's first live, `number` seconds after its start; fields replace or add."""
    at = campaign.lives[0].starts_at + timedelta(seconds=number)
    return {"id": f"r{number}", "kind": "like", "at": at.isoformat(), "market": "JP", "user": f"u{number % 7}", **fields}


def batch_text(campaign: Campaign, reactions: list[dict[str, Any]], **fields: Any) -> bytes:
    """The text of a batch for the campaign's first live."""
    return json.dumps({"live": campaign.lives[0].id, "reactions": reactions, **fields}, ensure_ascii=False).encode()


def signed_headers(secret: str, batch: str, text: bytes, at: datetime | None = None) -> dict[str, str]:
    """The three headers of an attempt made now."""
    moment = at or datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": batch,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(batch, moment, text.decode()),
    }
