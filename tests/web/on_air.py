"""Campaigns whose live is on at this moment, and a crowd for them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from samples import sample_definition, words
from web.posting import Platform

from chalicelib.domain import campaigns
from chalicelib.domain.campaigns import Campaign

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
    """Post so many likes, count them, and give the live's totals."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    counts = [1000] * (reactions // 1000) + ([reactions % 1000] if reactions % 1000 else [])
    likes = [platform.like(id=f"like-{next(_numbers)}", count=each, at=at.isoformat()) for each in counts]
    live = live or platform.live.id
    assert platform.post(platform.text(*likes, live=live), live=live).status == 202
    return platform.totals()
