"""Applying: a reviewed campaign file becomes the campaign in force, all of it or nothing.

Answers for: what would change, refusing what is frozen, comparing clocks, and the secrets that a new campaign needs.
Under a retry: applying the same file again changes nothing.
"""

from dataclasses import dataclass

import msgspec

from chalicelib.domain.applied import Applied, Change, Refused, changes, successor
from chalicelib.domain.campaigns import Campaign, read
from chalicelib.domain.problems import Problem
from chalicelib.store.campaigns import Campaigns, NotApplied
from chalicelib.store.secrets import Secrets

MAX_CLOCK_SKEW_MS = 30_000


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


def _latest_ms(campaigns: Campaigns, now_ms: int) -> int:
    """The later of this machine's clock and DynamoDB's (which is cut to seconds). Raises: Refused when they are far apart."""
    theirs = campaigns.clock_ms()
    if abs(now_ms - theirs) > MAX_CLOCK_SKEW_MS:
        raise Refused([Problem("", f"this machine's clock is {(now_ms - theirs) / 1000:+.0f} s from DynamoDB's: set it first")])
    return max(now_ms, theirs + 1000)
