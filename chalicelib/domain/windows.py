"""Changes of a live's window, as report and statement show them: each with the donation before and after.

Answers for: one line for each change on record.
Refuses: deciding which change is allowed (`domain/applied.py`).
"""

import msgspec

from chalicelib.domain.answers import utc, utc_minute
from chalicelib.domain.applied import Applied
from chalicelib.domain.donations import donate
from chalicelib.domain.standing import LiveStanding


class WindowLine(msgspec.Struct, frozen=True):
    """A change of the window on record (moments in UTC), and what the rule gives for either window, in minor units.

    The donations are the live's own, before the campaign's cap, for the reactions counted so far.
    """

    changed_at: str
    reason: str
    ended_before: str
    ends_now: str
    closed_before: str
    closes_now: str
    donation_before_minor: int
    donation_now_minor: int


def window_changes(applied: Applied, subject: LiveStanding) -> tuple[WindowLine, ...]:
    """The changes of a live's window on record."""
    live = subject.live

    def given_until(end: int) -> int:
        return donate(live.donation, subject.totals.counts_until(live.start_minute, end)).minor

    return tuple(
        WindowLine(
            changed_at=utc(each.at_ms),
            reason=each.reason,
            ended_before=utc_minute(each.ended_before),
            ends_now=utc_minute(each.ends_now),
            closed_before=utc(each.closed_before_ms),
            closes_now=utc(each.closes_now_ms),
            donation_before_minor=given_until(each.ended_before),
            donation_now_minor=given_until(each.ends_now),
        )
        for each in applied.changes
        if each.live == live.id
    )
