"""What is there before anything happens in a world: a campaign with one live or two, in some worlds with a festival, and
senders that may post to it.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib.domain import campaigns, channels
from chalicelib.domain.campaigns import MINUTE_MS, Campaign
from chalicelib.domain.senders import signing_secret
from chalicelib.flows import applying
from locallove.faults.audience import HASHTAG
from locallove.faults.chance import Chance
from locallove.faults.crowd import BIG
from locallove.faults.parts import Service
from locallove.faults.posts import SENDERS
from locallove.faults.storage import POISON

CAMPAIGN = "faults"
START_MS = 28_000_000 * MINUTE_MS
LONG_BEFORE_MS = START_MS - 600_000
KEY = bytes(range(32))
"""Of pseudonyms."""

_ONE_IN = 5
"""In so many worlds one has a festival: to close it takes as many calls as all else."""

_WORDS = {"ja": "試験", "en": "Trial"}
_MINUTES = 3
_LATE_MINUTES = 2


def secret_of(sender: str) -> str:
    """The sender's signing secret."""
    return signing_secret(sha256(sender.encode()).digest())


def has_festival(chance: Chance) -> bool:
    """Whether the world of this chance has one."""
    return chance.number("festival", 1, _ONE_IN) == 1


def set_stage(chance: Chance, service: Service) -> Campaign:
    """Put the campaign in force, long before its first live, and let its senders in."""
    definition = _definition(chance.number("lives", 1, 2))
    if has_festival(chance):
        definition["festival"] = _festival()
    campaign, problems = campaigns.read(definition)
    assert campaign is not None, problems
    _apply(service, campaign, LONG_BEFORE_MS)
    for sender in SENDERS:
        service.secrets.add_sender(CAMPAIGN, sender, secret_of(sender), LONG_BEFORE_MS)
    return campaign


def stricter(service: Service, now_ms: int) -> None:
    """Put the campaign in force that no longer takes big likes and gifts."""
    applied = service.campaigns.get(CAMPAIGN)
    assert applied is not None
    limits = campaigns.Limits(like=BIG - 1, gift=BIG - 1)
    _apply(service, msgspec.structs.replace(applied.campaign, limits=limits), now_ms)


def close_now(service: Service, live: str, now_ms: int) -> int:
    """Close a live as soon as can be; gives the moment (ms since the epoch)."""
    applied = service.campaigns.get(CAMPAIGN)
    assert applied is not None
    closing = applying.closing_now(service.campaigns, applied.campaign, {live}, now_ms)
    _apply(service, closing, now_ms)
    return closing.live(live).closes_at_ms


def close_festival_now(service: Service, now_ms: int) -> int:
    """Let the festival take nothing more as soon as can be; gives the moment (ms since the epoch)."""
    applied = service.campaigns.get(CAMPAIGN)
    assert applied is not None
    closing = applying.closing_festival_now(service.campaigns, applied.campaign, now_ms)
    _apply(service, closing, now_ms)
    return channels.closed_at_ms(closing)


def _apply(service: Service, campaign: Campaign, now_ms: int) -> None:
    plan = applying.preview(service.campaigns, campaign, now_ms, "a reason")
    applying.apply(service.campaigns, service.secrets, plan, KEY, now_ms)


def _definition(lives: int) -> dict[str, Any]:
    return {
        "id": CAMPAIGN,
        "name": _WORDS,
        "currency": "JPY",
        "regions": [{"id": "kumamoto", "name": _WORDS}],
        "markets": [{"code": code, "name": _WORDS} for code in ("JP", "TW", POISON)],
        "lives": [_live(f"live-{number}") for number in range(lives)],
    }


def _live(name: str) -> dict[str, Any]:
    """All lives run at the same time, so that they are settled at the same time."""
    return {
        "id": name,
        "region": "kumamoto",
        "title": _WORDS,
        "starts_at": _minute(0),
        "ends_at": _minute(_MINUTES),
        "settle_after_minutes": _LATE_MINUTES,
        "buckets": 3,
        "donation": {
            "fund": _WORDS,
            "base": 1000,
            "cap": 2000,
            "steps": [{"at": at, "reached": "at-or-above", "amount": 300} for at in (20, 100, 300, 600)],
        },
    }


def _festival() -> dict[str, Any]:
    """Its voting is while the lives are on, so that it is closed when they are settled."""
    award = {"name": _WORDS, "votes": {"tie_breaks": ["posted"]}}
    return {
        "hashtags": [HASHTAG],
        "entries": {"opens_at": _minute(-5), "closes_at": _minute(1)},
        "voting": {"opens_at": _minute(0), "closes_at": _minute(_MINUTES)},
        "late_minutes": _LATE_MINUTES,
        "awards": [{"id": "favourite", **award}, {"id": "sound", **award}],
    }


def _minute(number: int) -> str:
    """A moment so many minutes after the lives begin."""
    return datetime.fromtimestamp(START_MS // 1000 + number * 60, UTC).isoformat()
