"""A campaign as it is in force: the definition, what of it may still change, and every change on record.

Answers for: what a new file would change, what of that is frozen, and the record that a change leaves.
Refuses: reading clocks or tables; whether a live has been counted is handed in and enforced by the store.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.domain.campaigns import MINUTE_MS, Campaign, Live, frozen_part
from chalicelib.domain.problems import Problem


class WindowChange(msgspec.Struct, frozen=True):
    """A corrected end, on record for report and statement. Moments are ms since the Unix epoch."""

    live: str
    at_ms: int
    reason: str
    ended_before: int
    ends_now: int


class Applied(msgspec.Struct, frozen=True):
    """A campaign in force, revision `revision`; `epochs` grow with every change of a live's window."""

    campaign: Campaign
    revision: int
    applied_at_ms: int
    epochs: dict[str, int]
    changes: tuple[WindowChange, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """One value that applying would change; `live` is the live that the value belongs to, if any."""

    pointer: str
    before: str
    after: str
    live: str | None


class Refused(Exception):
    """A new definition that may not be applied; `problems` says why, place by place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.key_path}: {problem.detail}" for problem in problems))
        self.problems = problems


def changes(before: Campaign, after: Campaign) -> list[Change]:
    """Every value that differs; regions, markets and lives are compared by their id, not by their place in the file."""
    return list(_differences(_keyed(before), _keyed(after), "", None))


def successor(before: Applied | None, after: Campaign, now_ms: int, reason: str | None) -> tuple[Applied, list[str]]:
    """What will be in force, and the lives whose frozen part changes: these must not have been counted yet.

    A live that has begun keeps its rule, region, markets, currency, buckets and start (design: frozen from its start);
    only its end and closing may move, with a reason, until it has closed.

    Raises: Refused with every reason.
    """
    if before is None:
        return Applied(after, 1, now_ms, {live.id: 1 for live in after.lives}), []
    problems: list[Problem] = []
    touched: list[str] = []
    records: list[WindowChange] = []
    epochs = dict(before.epochs)
    kept = {live.id: live for live in after.lives}
    for index, old in enumerate(before.campaign.lives):
        new = kept.get(old.id)
        if new is None or frozen_part(before.campaign, old.id) != frozen_part(after, old.id):
            touched.append(old.id)
            if old.start_minute * MINUTE_MS <= now_ms:
                problems.append(_frozen(before.campaign, after, old.id, index))
        if new is not None and _window(new) != _window(old):
            epochs[old.id] += 1
            if old.start_minute * MINUTE_MS <= now_ms:
                problems.extend(_window_problems(old, new, index, now_ms, reason))
                records.append(WindowChange(old.id, now_ms, reason or "", old.end_minute, new.end_minute))
    if problems:
        raise Refused(problems)
    epochs.update({live: 1 for live in kept if live not in epochs})
    epochs = {live: epoch for live, epoch in epochs.items() if live in kept}
    return Applied(after, before.revision + 1, now_ms, epochs, (*before.changes, *records)), touched


def _window(live: Live) -> tuple[int, int, int]:
    return live.start_minute, live.end_minute, live.closes_at_ms


def _window_problems(old: Live, new: Live, index: int, now_ms: int, reason: str | None) -> Iterator[Problem]:
    if old.closes_at_ms <= now_ms:
        yield Problem(f"/lives/{index}/ends_at", f"{old.id} has closed: its window can no longer change")
    elif new.closes_at_ms <= now_ms:
        yield Problem(f"/lives/{index}/ends_at", f"{old.id} would already have closed: closing lies ahead, never behind")
    elif not reason:
        yield Problem(f"/lives/{index}/ends_at", f"{old.id} has begun: a change of its window needs a reason")


def _frozen(before: Campaign, after: Campaign, live: str, index: int) -> Problem:
    parts = [change.pointer for change in changes(before, after) if change.live == live or _shared(change.pointer)]
    named = ", ".join(parts) or f"/lives/{live}"
    return Problem(f"/lives/{index}", f"{live} has begun, and with it these are frozen: {named}")


def _shared(pointer: str) -> bool:
    return pointer in ("/currency", "/cap") or pointer.startswith("/markets")


def _keyed(campaign: Campaign) -> Any:
    def by_id(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: by_id(item) for key, item in value.items()}
        if isinstance(value, list):
            names = [item.get("id") or item.get("code") if isinstance(item, dict) else None for item in value]
            if all(names):
                return {name: by_id(item) for name, item in zip(names, value, strict=True)}
            return {str(index): by_id(item) for index, item in enumerate(value)}
        return value

    return by_id(msgspec.to_builtins(campaign))


def _differences(before: Any, after: Any, pointer: str, live: str | None) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
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
