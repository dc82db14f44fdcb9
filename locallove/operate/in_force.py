"""A campaign in force, as the operator sees and changes it: revision, windows in Japan's time, epochs, recorded changes.

Answers for: what `campaign show` and `campaign apply` read from AWS, say and write there.
Refuses: totals and money.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib import runtime
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import MINUTE_MS, Campaign, Live
from chalicelib.domain.festival import Festival
from chalicelib.domain.moments import JST
from chalicelib.domain.problems import Problem
from chalicelib.domain.standing import Status, status
from chalicelib.flows import applying
from locallove.operate.mistake import Mistake
from locallove.operate.stores import reached


class ChangeShown(msgspec.Struct, frozen=True):
    """A recorded change of a window; moments are RFC 3339 in Japan's time."""

    at: str
    reason: str
    ended_before: str
    ends_now: str


class LiveShown(msgspec.Struct, frozen=True):
    """A live in force; moments are RFC 3339 in Japan's time."""

    live: str
    region: str
    status: Status
    starts_at: str
    ends_at: str
    closes_at: str
    epoch: int
    window_changes: tuple[ChangeShown, ...]


class FestivalShown(msgspec.Struct, frozen=True):
    """A festival in force; moments are RFC 3339 in Japan's time. `frozen`: entries have opened, and nothing changes any more."""

    frozen: bool
    entries_open_at: str
    entries_close_at: str
    voting_opens_at: str | None
    voting_closes_at: str | None
    metrics_as_of: str | None
    awards: tuple[str, ...]


class InForce(msgspec.Struct, frozen=True):
    """A campaign in force."""

    campaign: str
    revision: int
    applied_at: str
    lives: tuple[LiveShown, ...]
    festival: FestivalShown | None


def find(campaign: str) -> InForce:
    """The campaign in force now. Raises: Mistake when there is none."""
    with reached() as service:
        applied = service.campaigns.get(campaign)
    if applied is None:
        raise Mistake(f"no campaign {campaign!r} is in force")
    now_ms = runtime.now_ms()
    return InForce(
        campaign=applied.campaign.id,
        revision=applied.revision,
        applied_at=jst(applied.applied_at_ms),
        lives=tuple(_live(applied, live, now_ms) for live in applied.campaign.lives),
        festival=None if applied.campaign.festival is None else _festival(applied.campaign.festival, now_ms),
    )


def lines(shown: InForce) -> Iterator[str]:
    """The campaign for a terminal."""
    yield f"{shown.campaign}, revision {shown.revision}, applied {_short(shown.applied_at)} JST"
    for live in shown.lives:
        yield ""
        yield f"{live.live} ({live.region}): {live.status}, epoch {live.epoch}"
        yield f"  {_short(live.starts_at)} to {_short(live.ends_at)} JST, closes {_short(live.closes_at)} JST"
        for change in live.window_changes:
            ends = f"{_short(change.ended_before)} → {_short(change.ends_now)} JST"
            yield f"  changed {_short(change.at)} JST: end {ends}: {change.reason}"
    if shown.festival is not None:
        yield from _festival_lines(shown.festival)


def _festival_lines(shown: FestivalShown) -> Iterator[str]:
    yield ""
    yield f"festival, {'frozen' if shown.frozen else 'may still change'}; awards: {', '.join(shown.awards)}"
    yield f"  entries {_short(shown.entries_open_at)} to {_short(shown.entries_close_at)} JST"
    if shown.voting_opens_at is not None and shown.voting_closes_at is not None:
        yield f"  voting {_short(shown.voting_opens_at)} to {_short(shown.voting_closes_at)} JST"
    if shown.metrics_as_of is not None:
        yield f"  views and likes as of {_short(shown.metrics_as_of)} JST"


def plan(campaign: Campaign, reason: str | None) -> applying.Plan:
    """What applying would change now. Raises: Refused."""
    with reached() as service:
        return applying.preview(service.campaigns, campaign, runtime.now_ms(), reason)


def plan_lines(plan: applying.Plan) -> Iterator[str]:
    """Every value that changes, for a terminal."""
    if plan.before is None:
        yield f"{plan.after.campaign.id}: (none) → defined (lives: {len(plan.after.campaign.lives)})"
    elif not plan.changes:
        yield "nothing changes"
    for change in plan.changes:
        yield f"{Problem(change.pointer, '').key_path}: {change.before} → {change.after}"


def put(plan: applying.Plan) -> Applied:
    """Put a plan in force. Raises: Refused when something moved meanwhile."""
    with reached() as service:
        return applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), runtime.now_ms())


def _festival(festival: Festival, now_ms: int) -> FestivalShown:
    voting = festival.voting
    return FestivalShown(
        frozen=festival.is_frozen(now_ms),
        entries_open_at=jst_of(festival.entries.opens_at),
        entries_close_at=jst_of(festival.entries.closes_at),
        voting_opens_at=jst_of(voting.opens_at) if voting else None,
        voting_closes_at=jst_of(voting.closes_at) if voting else None,
        metrics_as_of=jst_of(festival.metrics_as_of) if festival.metrics_as_of else None,
        awards=tuple(award.id for award in festival.awards),
    )


def _live(applied: Applied, live: Live, now_ms: int) -> LiveShown:
    return LiveShown(
        live=live.id,
        region=live.region,
        status=Status.SETTLED if live.id in applied.settled else status(live, now_ms),
        starts_at=jst(live.start_minute * MINUTE_MS),
        ends_at=jst(live.end_minute * MINUTE_MS),
        closes_at=jst(live.closes_at_ms),
        epoch=applied.epoch(live.id),
        window_changes=tuple(
            ChangeShown(
                jst(change.at_ms),
                change.reason,
                jst(change.ended_before * MINUTE_MS),
                jst(change.ends_now * MINUTE_MS),
            )
            for change in applied.changes
            if change.live == live.id
        ),
    )


def jst(moment_ms: int) -> str:
    """A moment, cut to seconds, as RFC 3339 in Japan's time."""
    return datetime.fromtimestamp(moment_ms // 1000, JST).isoformat()


def jst_of(moment: datetime) -> str:
    """The same of a moment with an offset."""
    return jst(int(moment.timestamp() * 1000))


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
