"""Payments: money that was really transferred, put on record beside what was promised.

Answers for: what a payment says, and what a rule promises at most.
Refuses: paying. A payment that is too much is shown, not refused.
"""

import re
from typing import Annotated

import msgspec

from chalicelib.domain.donations import Rule
from chalicelib.domain.money import Day

_AMOUNT = re.compile(
    r"(?:(?P<currency>[A-Z]{3}) ?)?(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})(?:\.(?P<decimals>[0-9]+))?", re.ASCII
)


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`minor` units of `currency` paid for a live `on` a day, to somebody, under a reference that is unique within the live.

    Of the receipt only the SHA-256 is kept. `recorded_at` is when it was put on record (UTC).
    """

    live: str
    currency: str
    minor: Annotated[int, msgspec.Meta(ge=1, le=10**15)]
    on: Day
    to: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    receipt_sha256: str | None
    recorded_at: str


class NotAnAmount(ValueError):
    """What was written is no amount of the campaign's currency."""


def minor_units(written: str, currency: str, exponent: int) -> int:
    """An amount as a person writes it (`1,000,000`, `JPY 1000000`, `1234.50`) in minor units. Raises: NotAnAmount."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        raise NotAnAmount(f"{written!r} is no amount: a positive number, such as 1000000")
    named, whole, decimals = found["currency"], found["whole"].replace(",", ""), found["decimals"] or ""
    if named is not None and named != currency:
        raise NotAnAmount(
            f"{written!r} is in {named}, the campaign in {currency}: a payment is recorded in the campaign's currency"
        )
    if len(decimals) > exponent:
        raise NotAnAmount(f"{written!r} has {len(decimals)} decimals; {currency} has {exponent}")
    minor = int(whole + decimals.ljust(exponent, "0"))
    if not minor:
        raise NotAnAmount(f"{written!r} is nothing")
    return minor


def promised_at_most(rule: Rule) -> int:
    """What the rule gives when every step is passed, in minor units; its cap if there are rates, which have no other end."""
    if rule.rates:
        return rule.cap
    return min(rule.cap, max(rule.minimum, rule.base + sum(step.amount for step in rule.steps)))
