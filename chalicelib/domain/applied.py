"""A campaign as it is in force: the definition, what of it may still change, and every change on record.

Answers for: what a new file would change, what of that is frozen, and the record that a change leaves.
Refuses: reading clocks or tables; whether a live has been counted is handed in and enforced by the store.
"""

import re
from collections.abc import Iterator

import msgspec

from chalicelib.domain.campaigns import DAY_MS, MIN_KEEP_DAYS, MINUTE_MS, Campaign, Live
from chalicelib.domain.changes import changes
from chalicelib.domain.channels import closed_at_ms, result_of
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.payments import Payment
from chalicelib.domain.problems import Problem

_TOO_LATE = "closes so late that stored batches would expire within 14 days of it (keep_days, as in force when they were stored)"


class WindowChange(msgspec.Struct, frozen=True):
    """A corrected window, on record for report and statement: ends in minutes, all other moments in ms since the Unix epoch."""

    live: str
    at_ms: int
    reason: str
    ended_before: int
    ends_now: int
    closed_before_ms: int
    closes_now_ms: int


class Settled(msgspec.Struct, frozen=True):
    """That a live (or, where it is None, the campaign) is settled: its newest statement's SHA-256 and the folder it lies in.

    A festival that is closed is on record the same way, under what `domain/channels.py` calls its result.

    `number` of statements there have been, from 1. `link` is the statement's place in the chain, `checked_ms` the moment at
    which, an hour later, its batches were counted again and were the same.
    """

    live: str | None
    number: int
    folder: str
    statement_sha256: str
    at_ms: int
    link: int | None = None
    checked_ms: int | None = None


class Revealed(msgspec.Struct, frozen=True):
    """That an award of a festival was revealed, and when (ms since the Unix epoch)."""

    award: str
    at_ms: int


class Applied(msgspec.Struct, frozen=True, omit_defaults=True):
    """A campaign in force, revision `revision`; `epochs` grow with every change of a live's window.

    A batch expires by closing and `keep_days` as they are in force when it is stored: `first_expiries` (ms since the epoch, by
    live) is the earliest that any definition in force gave. Definitions stored before there was that have `first_closings`.
    What is settled, paid and revealed (awards, with the moment) is stored beside the definition, not in it: whoever applies a
    file changes nothing there.
    """

    campaign: Campaign
    revision: int
    applied_at_ms: int
    epochs: dict[str, int]
    changes: tuple[WindowChange, ...] = ()
    first_closings: dict[str, int] = {}
    first_expiries: dict[str, int] = {}
    settled: dict[str, Settled] = {}
    campaign_settled: Settled | None = None
    payments: tuple[Payment, ...] = ()
    festival_settled: Settled | None = None
    revealed: dict[str, int] = {}

    def epoch(self, live: str) -> int:
        """Grows with every change of the live's window and with every settlement of it."""
        return self.epochs[live] + (self.settled[live].number if live in self.settled else 0)

    def first_expiry_ms(self, live: Live) -> int:
        """The earliest moment at which a stored batch of the live may expire."""
        older_ms = self.first_closings.get(live.id, live.closes_at_ms) + self.campaign.keep_days * DAY_MS
        return self.first_expiries.get(live.id, older_ms)

    def settlement_of(self, subject: str | None) -> Settled | None:
        """What is on record of a live, of the festival's result, or (None) of the campaign itself."""
        if subject is None:
            return self.campaign_settled
        if subject == result_of(self.campaign.id):
            return self.festival_settled
        return self.settled.get(subject)

    @property
    def campaign_epoch(self) -> int:
        """Grows with each live's and with every closing of the festival; a live that was taken out keeps its part, so that no
        epoch ever falls."""
        closed = self.festival_settled.number if self.festival_settled else 0
        return sum(self.epochs.values()) + sum(each.number for each in self.settled.values()) + closed

    def paid_minor(self, live: str) -> int:
        """What has been paid for a live, in minor units."""
        return sum(payment.minor for payment in self.payments if payment.live == live)


class Refused(Exception):
    """A new definition that may not be applied; `problems` says why, place by place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.key_path}: {problem.detail}" for problem in problems))
        self.problems = problems


def with_closings(before: Campaign | None, after: Campaign) -> Campaign:
    """The new definition with the closings that the operator has moved and its file does not speak of."""
    moved = {live.id: live for live in before.lives if live.closes_at is not None} if before else {}

    def carried(live: Live) -> Live:
        old = moved.get(live.id)
        if (
            old is None
            or live.closes_at is not None
            or (live.start_minute, live.end_minute) != (old.start_minute, old.end_minute)
        ):
            return live
        return msgspec.structs.replace(live, closes_at=old.closes_at)

    festival, ended = after.festival, before.festival.closes_at if before and before.festival else None
    if festival is not None and ended is not None and festival.closes_at is None:
        festival = msgspec.structs.replace(festival, closes_at=ended)
    return msgspec.structs.replace(after, lives=tuple(carried(live) for live in after.lives), festival=festival)


def successor(before: Applied | None, after: Campaign, now_ms: int, reason: str | None) -> tuple[Applied, list[str]]:
    """What will be in force, and the lives that are new or whose frozen part changes: these must not have been counted yet.

    A live that has begun keeps its rule, region, markets, currency and start; only its end and closing may move, with a reason,
    until it has closed. A live's `buckets` never change: they are part of the key under which a retry finds its batch.

    Raises: Refused with every reason.
    """
    if before is None:
        expiries = {live.id: after.expires_ms(live.closes_at_ms) for live in after.lives}
        epochs = {live.id: 1 for live in after.lives}
        return Applied(after, 1, now_ms, epochs, first_expiries=expiries), [live.id for live in after.lives]
    problems: list[Problem] = []
    touched: list[str] = []
    records: list[WindowChange] = []
    epochs = dict(before.epochs)
    reason = (reason or "").strip()
    places = {live.id: index for index, live in enumerate(after.lives)}
    for old in before.campaign.lives:
        new = after.lives[places[old.id]] if old.id in places else None
        begun = old.start_minute * MINUTE_MS <= now_ms
        if new is None and any(payment.live == old.id for payment in before.payments):
            problems.append(Problem("/lives", f"{old.id} has payments on record and cannot be taken out"))
        if new is None or frozen_part(before.campaign, old.id) != frozen_part(after, old.id):
            touched.append(old.id)
            if begun:
                problems.extend(_frozen(before.campaign, after, old.id, places.get(old.id)))
        if new is not None:
            problems.extend(_kept_problems(old, new, f"/lives/{places[old.id]}", before.first_expiry_ms(old)))
        if new is None or (new.start_minute, _ends(new)) != (old.start_minute, _ends(old)):
            epochs[old.id] += 1
        if new is not None and _ends(new) != _ends(old) and begun:
            problems.extend(_window_problems(old, new, f"/lives/{places[old.id]}", now_ms, reason))
            ends = (old.end_minute, new.end_minute, old.closes_at_ms, new.closes_at_ms)
            records.append(WindowChange(old.id, now_ms, reason, *ends))
    problems.extend(_festival_problems(before.campaign, after, now_ms))
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    # A live that was taken out keeps its epoch: if it comes back, or in the campaign's sum, no epoch ever falls.
    epochs.update({live: 1 for live in places if live not in epochs})
    added = [live for live in places if live not in {old.id for old in before.campaign.lives}]
    touched += added
    changed = (*before.changes, *records)
    return Applied(after, before.revision + 1, now_ms, epochs, changed, first_expiries=_first_expiries(before, after)), touched


def _kept_problems(old: Live, new: Live, place: str, first_expiry_ms: int) -> Iterator[Problem]:
    """What would cut a live from the batches already stored for it: another key, or a closing after they have expired."""
    if new.buckets != old.buckets:
        yield Problem(f"{place}/buckets", f"{old.id} exists, and stored batches are found by its buckets: they cannot change")
    if new.start_minute == old.start_minute and new.closes_at_ms > first_expiry_ms - MIN_KEEP_DAYS * DAY_MS:
        yield Problem(f"{place}/settle_after_minutes", _TOO_LATE)


def _first_expiries(before: Applied, after: Campaign) -> dict[str, int]:
    """Of each live as it will be; one that begins at another minute has never been counted, so nothing is stored of it."""
    starts = {live.id: live.start_minute for live in before.campaign.lives}

    def first_ms(live: Live) -> int:
        own_ms = after.expires_ms(live.closes_at_ms)
        return min(own_ms, before.first_expiry_ms(live)) if starts.get(live.id) == live.start_minute else own_ms

    return {live.id: first_ms(live) for live in after.lives}


def _ends(live: Live) -> tuple[int, int]:
    return live.end_minute, live.closes_at_ms


def _window_problems(old: Live, new: Live, place: str, now_ms: int, reason: str) -> Iterator[Problem]:
    pointer = f"{place}/{'settle_after_minutes' if new.end_minute == old.end_minute else 'ends_at'}"
    if old.closes_at_ms <= now_ms:
        yield Problem(pointer, f"{old.id} has closed: its window can no longer change")
    elif new.closes_at_ms <= now_ms:
        yield Problem(pointer, f"{old.id} would already have closed: closing lies ahead, never behind")
    elif not reason:
        yield Problem(pointer, f"{old.id} has begun: a change of its window needs a reason")


def _frozen(before: Campaign, after: Campaign, live: str, index: int | None) -> Iterator[Problem]:
    """A problem for each frozen value of a live that has begun, at its place in the new file."""
    if index is None:
        yield Problem("/lives", f"{live} has begun and cannot be taken out")
        return
    own = f"/lives/{live}/"
    for change in changes(before, after):
        became = f"{change.before} cannot become {change.after}"
        if change.pointer.startswith(own):
            field = change.pointer.removeprefix(own)
            if field.split("/")[0] in ("region", "starts_at", "donation"):
                yield Problem(f"/lives/{index}/{field}", f"is frozen, for {live} has begun: {became}")
        elif change.pointer in ("/currency", "/cap") or re.fullmatch("/markets/[A-Z]{2}", change.pointer):
            yield Problem(change.pointer, f"is frozen, for a live has begun: {became}")


def _festival_problems(before: Campaign, after: Campaign, now_ms: int) -> Iterator[Problem]:
    """A problem for each value of a festival that would change although entries have opened, but for an earlier closing ahead."""
    if before.festival is None or not before.festival.is_frozen(now_ms):
        return
    for change in changes(before, after):
        if change.pointer == "/festival/closes_at" and after.festival is not None:
            if closed_at_ms(before) <= now_ms:
                yield Problem(change.pointer, "the festival has closed: that can no longer change")
            elif after.festival.closes_at is None or closed_at_ms(after) <= now_ms:
                yield Problem(change.pointer, "closing lies ahead, never behind")
        elif change.pointer == "/festival" or change.pointer.startswith("/festival/"):
            yield Problem(change.pointer, f"is frozen, for entries have opened: {change.before} cannot become {change.after}")
