"""What differs between two definitions of a campaign, value by value.

Answers for: each difference with its place, regions, markets, lives and awards compared by their id.
Refuses: whether a change is allowed (`domain/applied.py`).
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.domain.campaigns import Campaign


class Change(msgspec.Struct, frozen=True):
    """One value that applying would change; `live` is the live that the value belongs to, if any."""

    pointer: str
    before: str
    after: str
    live: str | None


def changes(before: Campaign, after: Campaign) -> list[Change]:
    """Every value that differs; regions, markets and lives are compared by their id, and their order by itself."""
    return list(_differences(_keyed(before), _keyed(after), "", None))


def _keyed(campaign: Campaign) -> Any:
    def by_id(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: by_id(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            names = [item.get("id") or item.get("code") if isinstance(item, dict) else None for item in value]
            if all(names):
                return {name: by_id(item) for name, item in zip(names, value, strict=True)}
            return {str(index): by_id(item) for index, item in enumerate(value)}
        return value

    return by_id(msgspec.to_builtins(campaign))


def _differences(before: Any, after: Any, pointer: str, live: str | None) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        if [key for key in before if key in after] != [key for key in after if key in before]:
            yield Change(pointer, ", ".join(before), ", ".join(after), live)
        for key in [*before, *(key for key in after if key not in before)]:
            owner = key if pointer == "/lives" else live
            yield from _differences(before.get(key), after.get(key), f"{pointer}/{key}", owner)
    elif before != after:
        yield Change(pointer, _short(before), _short(after), live)


def _short(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, dict):
        return "(defined)" if value else "(none)"
    return str(value)
