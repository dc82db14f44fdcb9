"""Moments as senders write them, RFC 3339 with an offset, as UTC milliseconds; and the zone in which people here read them.

Answers for: refusing everything else, cutting what is finer than a millisecond (never rounding), and doing so quickly.
Source: RFC 3339, section 5.6; leap seconds are refused, for no window can hold them.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, TypeAlias

import msgspec

JST = timezone(timedelta(hours=9), "JST")
"""Japan has no daylight saving time, so a fixed offset is exact and needs no time-zone data."""

Moment: TypeAlias = Annotated[
    datetime, msgspec.Meta(tz=True, description="a date and time with its offset, such as 2024-02-15T19:00:00+09:00")
]

Ms: TypeAlias = Annotated[int, msgspec.Meta(ge=-(10**14), le=10**15)]
"""Milliseconds since the Unix epoch, of any year that RFC 3339 can write."""

_AT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Moments:
    """Reads moments, and remembers the minutes it has read: a batch has few of them."""

    def __init__(self) -> None:
        self._minutes: dict[str, int] = {}

    def at_ms(self, at: str) -> int:
        """RFC 3339 with an offset as UTC milliseconds; finer fractions are cut. Raises: ValueError."""
        # What nearly every sender writes, milliseconds of a minute that was parsed before, needs no regular expression.
        start = self._minutes.get(at[:17] + at[23:])
        thousandths = at[17:19] + at[20:23]
        if start is None or at[19] != "." or not (thousandths.isascii() and thousandths.isdigit()) or thousandths >= "60000":
            return self._parsed_ms(at)
        return start + int(thousandths)

    def _parsed_ms(self, at: str) -> int:
        found = _AT.fullmatch(at)
        if found is None:
            raise ValueError("must be RFC 3339 with an offset, such as 2023-02-11T19:00:03.120+09:00")
        minute, second, fraction, offset = found.groups()
        start = self._minutes.get(minute + offset)
        if start is None:
            start = self._minutes[minute + offset] = _minute_ms(minute[:-1], offset)
            if len(self._minutes) > 10_000:
                self._minutes.clear()
        if second > "59":
            raise ValueError("has a second above 59")
        return start + int(second) * 1000 + (int(fraction[:3].ljust(3, "0")) if fraction else 0)


def _minute_ms(minute: str, offset: str) -> int:
    if offset != "Z" and (offset[1:3] > "23" or offset[4:] > "59"):
        raise ValueError("has an offset that no clock has")
    try:
        moment = datetime.fromisoformat(minute + offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is not a moment: {error}") from error
    return int(moment.timestamp()) * 1000
