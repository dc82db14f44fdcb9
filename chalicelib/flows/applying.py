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


def preview(campaigns: Campaigns, campaign: Campaign, now_ms: int, reason: str | None) -> Plan:
    """What applying this campaign would do. Raises: Refused with every reason, StorageRefused.

    Whoever built the campaign, it is checked here again: what could not be read back must never be stored.
    """
    _, problems = read(msgspec.to_builtins(campaign))
    if problems:
        raise Refused(problems)
    skew = now_ms - campaigns.clock_ms()
    if abs(skew) > MAX_CLOCK_SKEW_MS:
        raise Refused([Problem("", f"this machine's clock is {skew / 1000:+.0f} s from DynamoDB's: set it first")])
    before = campaigns.get(campaign.id)
    after, uncounted = successor(before, campaign, now_ms, reason)
    return Plan(before, after, uncounted, changes(before.campaign, campaign) if before else [])


def apply(campaigns: Campaigns, secrets: Secrets, plan: Plan, pseudonym_key: bytes) -> Applied:
    """Put the plan in force; a new campaign gets this pseudonymisation key (32 bytes) unless it has one.

    Raises: Refused when something moved meanwhile, StorageRefused.
    """
    secrets.create(plan.after.campaign.id, pseudonym_key)
    if plan.before is not None and not plan.changes:
        return plan.before
    try:
        campaigns.put(plan.before, plan.after, plan.uncounted)
    except NotApplied as error:
        raise Refused([Problem("", str(error))]) from error
    return plan.after
