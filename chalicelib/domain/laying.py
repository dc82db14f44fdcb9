"""Lives moved to where they can be tried out: a campaign's real lives lie months apart, most in the past.

Answers for: the same campaign, every live once, none at the same time as another; a festival moved as a whole, so that it has
just ended and still takes what came in time. Refuses: being used for a real campaign, whose lives are when its file says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.campaigns import Campaign, Live, Segment
from chalicelib.domain.festival import MAX_LATE_MINUTES, Festival, Voting

_MINUTE = timedelta(minutes=1)


def laid_back_to_back(campaign: Campaign, ending: datetime) -> Campaign:
    """The same campaign with its lives moved, in their order and one after the other, so that the last ends at `ending`.

    The real lives lie months apart; moved as a block, all but the last would have closed long ago and take no batch.
    """
    end = _whole_minute(ending)
    return _with(campaign, _one_after_the_other(campaign.lives, end), end)


def laid_on_air(campaign: Campaign, now: datetime, minutes: int) -> Campaign:
    """The same campaign with the live `to_watch` on, and all others back to back before it.

    It begins with this minute and is on for so many whole ones after it, for this one is never whole. Its programme is stretched
    or squeezed with it, so that every part keeps its place in the whole.
    """
    start, length = _whole_minute(now), 1 + minutes
    watched = to_watch(campaign)
    on_air = cut_to(_stretched(watched, length), start, start + length * _MINUTE)
    others = [live for live in campaign.lives if live.id != watched.id]
    return _with(campaign, [*_one_after_the_other(others, start), on_air], start)


def to_watch(campaign: Campaign) -> Live:
    """The live that is worth watching: the first with a step, for there is something to reach; without any, the first."""
    return next((live for live in campaign.lives if live.donation.steps), campaign.lives[0])


def cut_to(live: Live, start: datetime, end: datetime) -> Live:
    """The live from `start` to `end`, with so much of its programme as begins within that; it closes by its file's minutes."""
    programme = tuple(segment for segment in live.programme if segment.minute * _MINUTE < end - start)
    return msgspec.structs.replace(live, starts_at=start, ends_at=end, programme=programme, closes_at=None)


def _stretched(live: Live, minutes: int) -> Live:
    """The live with its programme fitted to so many minutes; of parts that would begin in the same one, the first stays."""
    length = (live.ends_at - live.starts_at) // _MINUTE
    parts: dict[int, Segment] = {}
    for segment in live.programme:
        minute = segment.minute * minutes // length
        parts.setdefault(minute, msgspec.structs.replace(segment, minute=minute))
    return msgspec.structs.replace(live, programme=tuple(parts.values()))


def _one_after_the_other(lives: Sequence[Live], end: datetime) -> list[Live]:
    moved = []
    for live in sorted(lives, key=lambda each: each.starts_at, reverse=True):
        start = end - (live.ends_at - live.starts_at)
        moved.append(cut_to(live, start, end))
        end = start
    return moved


def _with(campaign: Campaign, moved: Sequence[Live], festival_end: datetime) -> Campaign:
    by_id = {live.id: live for live in moved}
    festival = _ended(campaign.festival, festival_end) if campaign.festival else None
    return msgspec.structs.replace(campaign, lives=tuple(by_id[live.id] for live in campaign.lives), festival=festival)


def _ended(festival: Festival, end: datetime) -> Festival:
    """The festival with all its moments moved by as much, so that the last of them is `end`, and every part still open."""
    entering, voting, as_of = festival.entries, festival.voting, festival.metrics_as_of
    ends = [each for each in (entering.closes_at, voting and voting.closes_at, as_of) if each]
    moved = end - max(ends)
    return msgspec.structs.replace(
        festival,
        entries=msgspec.structs.replace(entering, opens_at=entering.opens_at + moved, closes_at=entering.closes_at + moved),
        voting=voting and Voting(voting.opens_at + moved, voting.closes_at + moved),
        metrics_as_of=as_of and as_of + moved,
        late_minutes=min(MAX_LATE_MINUTES, festival.late_minutes + (max(ends) - min(ends)) // _MINUTE),
        closes_at=None,
    )


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
