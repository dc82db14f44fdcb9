"""The pace of a live: what a crowd does is sent when it happens, until the live ends.

Answers for: which lives are on, the crowd from this moment on, batches by the second, and waiting until each is due.
Refuses: sending, and reading a clock: the moment is handed in, and where it must be asked again, the clock is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from chalicelib.domain.campaigns import MINUTE_MS
from chalicelib.domain.definition import LiveAnswer
from chalicelib.domain.moments import Moments
from chalicelib.domain.reactions import Reaction
from locallove.crowd.crowd import Stage, crowd
from locallove.operate.mistake import Mistake
from locallove.sender import Batch, batches

_SECOND_MS = 1_000
_LOOK_S = 0.5
"""The clock may be set and the user may press Ctrl-C while we wait: both are looked at so often."""


class Due(NamedTuple):
    """A batch, and the moment (ms since the Unix epoch) at which everything in it has happened."""

    at_ms: int
    batch: Batch


def on_now(lives: Sequence[LiveAnswer], now_ms: int) -> list[LiveAnswer]:
    """Those of the lives that are on. Raises: Mistake when none is, naming the next, or the last if all are over."""
    on = [live for live in lives if _ms(live.starts_at) <= now_ms < _ms(live.ends_at)]
    if on:
        return on
    ahead = [live for live in lives if now_ms < _ms(live.starts_at)]
    if ahead:
        following = min(ahead, key=lambda live: _ms(live.starts_at))
        raise Mistake(f"no live is on now: the next, {following.id}, begins at {following.starts_at}")
    last = max(lives, key=lambda live: _ms(live.ends_at))
    raise Mistake(f"no live is on now, and none is to come: the last, {last.id}, ended at {last.ends_at}")


def coming(live: LiveAnswer, markets: Sequence[str], reactions: int, seed: int, now_ms: int) -> Iterator[Reaction]:
    """What a crowd that comes now does until the live's end, in order of time, exactly so many reactions.

    The moment is a part of the seed: who comes later does other things, and must not use the ids of who came before.
    """
    minute, begins_ms = divmod(now_ms, MINUTE_MS)
    stage = Stage(live.id, minute, _ms(live.ends_at) // MINUTE_MS, begins_ms)
    return crowd(stage, markets, reactions, f"{seed}/{now_ms}")


def by_second(reactions: Iterable[Reaction], live: str, most: int) -> Iterator[Due]:
    """Reactions in order of time, as batches of a second each (several where that is more than `most`)."""
    moments = Moments()
    for second, happened in groupby(reactions, key=lambda reaction: moments.at_ms(reaction.at) // _SECOND_MS):
        for batch in batches(happened, live, most):
            yield Due((second + 1) * _SECOND_MS, batch)


def paced(
    dues: Iterable[Due], now_ms: Callable[[], int], sleep: Callable[[float], object], is_stopped: Callable[[], bool]
) -> Iterator[Batch]:
    """The batches, in order of when they are due, none before that; the end comes early when it is stopped.

    What is late (the service was slow, the machine slept) comes at once.
    """
    for due in dues:
        while not is_stopped() and (left_ms := due.at_ms - now_ms()) > 0:
            sleep(min(_LOOK_S, left_ms / 1000))
        if is_stopped():
            return
        yield due.batch


def _ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp()) * 1000
