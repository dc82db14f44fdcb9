"""Campaigns whose live is on at this moment, and a crowd for them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic, sleep
from typing import Any

from samples import sample_definition, words
from web.posting import Platform

from chalicelib import runtime
from chalicelib.domain import campaigns
from chalicelib.domain.campaigns import Campaign
from chalicelib.flows import reading

KNOWN_WITHIN_S = 20
"""A public read is a second old at most, and fifteen where only a late batch changes it."""

STEPS = (100, 1_000, 50_000)
_numbers: Iterator[int] = count()


def on_air(name: str, steps: tuple[int, ...] = STEPS, *, title: str = "Live", regions: dict[str, str] | None = None) -> Campaign:
    """Two regions: the second with a live since 20 minutes (`NAME-now`), the first with one in two hours (`NAME-next`).

    Each of the steps, which are totals, adds 1,000 yen.
    """
    regions = regions or {"tohoku": "Tohoku", "kumamoto": "Kumamoto"}
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    data = sample_definition()
    (live,) = data["lives"]
    rule = live["donation"] | {"cap": 100_000, "steps": [{"at": at, "reached": "at-or-above", "amount": 1000} for at in steps]}
    programme = [{"minute": minute, "title": words(f"{title} {minute}")} for minute in (0, 10, 50)]
    shared = live | {"title": words(title), "donation": rule, "programme": programme}
    first, second = regions
    data |= {
        "id": name,
        "regions": [{"id": each, "name": words(said)} for each, said in regions.items()],
        "lives": [
            shared | {"id": f"{name}-now", "region": second} | window(now - timedelta(minutes=20)),
            shared | {"id": f"{name}-next", "region": first} | window(now + timedelta(hours=2)),
        ],
    }
    campaign, problems = campaigns.read(data)
    assert campaign is not None, problems
    return campaign


def window(start: datetime) -> dict[str, Any]:
    """An hour from then on."""
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}


def cheer(platform: Platform, reactions: int, minutes_ago: int = 0, live: str | None = None) -> Any:
    """Post so many likes, count them, and give the live's totals as they are read once the API says so."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    counts = [1000] * (reactions // 1000) + ([reactions % 1000] if reactions % 1000 else [])
    likes = [platform.like(id=f"like-{next(_numbers)}", count=each, at=at.isoformat()) for each in counts]
    live = live or platform.live.id
    assert platform.post(platform.text(*likes, live=live), live=live).status == 202
    platform.cloud.pump.drain()
    counted, until = _counted(platform.campaign.id, live), monotonic() + KNOWN_WITHIN_S
    while (totals := platform.totals(live))["counts"]["total"] != counted:
        assert monotonic() < until
        sleep(0.05)
    return totals


def _counted(campaign: str, live: str) -> int:
    """What of the live counts."""
    service = runtime.service()
    applied = service.campaigns.get(campaign)
    assert applied is not None
    return reading.consistently(service.totals)(applied.campaign, applied.campaign.live(live)).counts.total
