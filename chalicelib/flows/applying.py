"""Applying: a reviewed campaign file becomes the campaign in force, all of it or nothing.

Answers for: what would change, refusing what is frozen, comparing clocks, and the secrets that a new campaign needs.
Under a retry: applying the same file again changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.applied import Applied, Refused, successor, with_closings
from chalicelib.domain.campaigns import Campaign, Live, read
from chalicelib.domain.changes import Change, changes
from chalicelib.domain.problems import Problem
from chalicelib.store.campaigns import Campaigns, NotApplied
from chalicelib.store.secrets import Secrets

MAX_CLOCK_SKEW_MS = 30_000
CLOSES_AHEAD_MS = 3_000
"""DynamoDB's clock is cut to seconds and asked again when the closing is put in force; it must lie ahead then, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying will do: from `before` to `after`; none of the lives in `uncounted` may have been counted."""

    before: Applied | None
    after: Applied
    uncounted: list[str]
    changes: list[Change]
    reason: str | None


def preview(campaigns: Campaigns, campaign: Campaign, now_ms: int, reason: str | None) -> Plan:
    """What applying this campaign would do. Raises: Refused with every reason, StorageRefused.

    Whoever built the campaign, it is checked here again: what could not be read back must never be stored.
    """
    _, problems = read(msgspec.to_builtins(campaign))
    if problems:
        raise Refused(problems)
    before = campaigns.get(campaign.id)
    campaign = with_closings(before.campaign if before else None, campaign)
    after, uncounted = successor(before, campaign, _latest_ms(campaigns, now_ms), reason)
    return Plan(before, after, uncounted, changes(before.campaign, campaign) if before else [], reason)


def apply(campaigns: Campaigns, secrets: Secrets, plan: Plan, pseudonym_key: bytes, now_ms: int) -> Applied:
    """Put the plan in force; a new campaign gets this pseudonymisation key (32 bytes) unless it has one.

    What is frozen is asked again here: a live may have begun since the preview.
    Raises: Refused when something moved meanwhile, StorageRefused.
    """
    secrets.create(plan.after.campaign.id, pseudonym_key)
    if plan.before is not None and not plan.changes:
        return plan.before
    after, uncounted = successor(plan.before, plan.after.campaign, _latest_ms(campaigns, now_ms), plan.reason)
    try:
        campaigns.put(plan.before, after, uncounted)
    except NotApplied as error:
        raise Refused([Problem("", str(error))]) from error
    return after


def closing_now(campaigns: Campaigns, campaign: Campaign, lives: Collection[str], now_ms: int) -> Campaign:
    """The campaign with these lives closing as soon as can be. Raises: Refused."""
    at = _closes_next(campaigns, now_ms)

    def closing(live: Live) -> Live:
        return msgspec.structs.replace(live, closes_at=at) if live.id in lives else live

    return msgspec.structs.replace(campaign, lives=tuple(closing(live) for live in campaign.lives))


def closing_festival_now(campaigns: Campaigns, campaign: Campaign, now_ms: int) -> Campaign:
    """The campaign with its festival taking nothing any more as soon as can be. Raises: Refused."""
    if campaign.festival is None:
        raise Refused([Problem("/festival", "is required")])
    festival = msgspec.structs.replace(campaign.festival, closes_at=_closes_next(campaigns, now_ms))
    return msgspec.structs.replace(campaign, festival=festival)


def _closes_next(campaigns: Campaigns, now_ms: int) -> datetime:
    """The next moment at which something may close: a closing lies ahead, by whichever clock. Raises: Refused."""
    return datetime.fromtimestamp((_latest_ms(campaigns, now_ms) + CLOSES_AHEAD_MS) / 1000, UTC)


def _latest_ms(campaigns: Campaigns, now_ms: int) -> int:
    """The later of this machine's clock and DynamoDB's (which is cut to seconds). Raises: Refused when they are far apart."""
    theirs = campaigns.clock_ms()
    if abs(now_ms - theirs) > MAX_CLOCK_SKEW_MS:
        raise Refused([Problem("", f"this machine's clock is {(now_ms - theirs) / 1000:+.0f} s from DynamoDB's: set it first")])
    return max(now_ms, theirs + 1000)
