"""A crowd from a seed: what the viewers of a live do, minute by minute. Equal arguments, equal reactions.

Answers for: an exact number of counted reactions (likes by their count), a curve with peaks, markets, bursts, streaks, comments.
Refuses: clocks, batches and sending.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TypeAlias

from chalicelib.domain.money import apportion
from chalicelib.domain.reactions import Kind, Reaction

MIX = (90, 7, 3)
"""Likes, comments and gifts in a hundred counted reactions."""

_BURSTS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 15)
_STREAKS = (1, 1, 1, 1, 1, 2, 2, 3, 5, 10)
_GIFTS = (("rose", 1), ("rose", 1), ("rose", 1), ("heart", 5), ("heart", 5), ("paper-crane", 99), ("festival", 1000))
_TEXTS = (
    "応援しています",
    "がんばれ",
    "すてきな町ですね",
    "また行きたいです",
    "歌声に感動しました",
    "ありがとう",
    "みんなで届けよう",
    "Sending love",
    "What a beautiful place",
    "Greetings from far away",
)
_MINUTE_MS = 60_000

_Act: TypeAlias = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """A live as a crowd sees it: its window in minutes since the Unix epoch, the end not included.

    A crowd that comes late sees less of it: `begins_ms` is how far into the first of these minutes it comes.
    """

    live: str
    start_minute: int
    end_minute: int
    begins_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Viewer:
    id: str
    market: str | None


def crowd(stage: Stage, markets: Sequence[str], reactions: int, seed: int | str) -> Iterator[Reaction]:
    """The reactions to a live, in order of time and all within its window; their counts add up to exactly `reactions`."""
    random = Random(f"{seed}/{stage.live}/{reactions}")
    viewers = _viewers(random, markets, reactions)
    curve = _curve(random, stage)
    kinds = [apportion(total, curve) for total in apportion(reactions, MIX)]
    number = 7 * 10**18 + random.randrange(10**8) * 10**10
    for offset, (likes, comments, gifts) in enumerate(zip(*kinds, strict=True)):
        acts: list[_Act] = [("like", count) for count in _parts(random, likes, _BURSTS)]
        acts += [("comment", 1)] * comments
        acts += [("gift", count) for count in _parts(random, gifts, _STREAKS)]
        random.shuffle(acts)
        minute = datetime.fromtimestamp((stage.start_minute + offset) * 60, UTC).strftime("%Y-%m-%dT%H:%M:")
        moments = sorted(random.choices(range(0 if offset else stage.begins_ms, _MINUTE_MS), k=len(acts)))
        for act, moment, viewer in zip(acts, moments, random.choices(viewers, k=len(acts)), strict=True):
            number += 1
            yield _reaction(random, str(number), act, f"{minute}{moment // 1000:02d}.{moment % 1000:03d}Z", viewer)


def _reaction(random: Random, id: str, act: _Act, at: str, viewer: _Viewer) -> Reaction:
    kind, count = act
    if kind == "like":
        return Reaction(id, kind, at, viewer.id, viewer.market, count)
    if kind == "comment":
        return Reaction(id, kind, at, viewer.id, viewer.market, None, random.choice(_TEXTS))
    gift, value = random.choice(_GIFTS)
    return Reaction(id, kind, at, viewer.id, viewer.market, count, None, gift, value)


def _parts(random: Random, total: int, sizes: Sequence[int]) -> Iterator[int]:
    """Sizes drawn from `sizes` that add up to exactly `total`; the last is cut to fit."""
    largest = max(sizes)
    while total:
        for size in random.choices(sizes, k=total // largest + 1):
            if size >= total:
                yield total
                return
            total -= size
            yield size


def _curve(random: Random, stage: Stage) -> list[int]:
    """How much happens in each minute: a full house at the opening, a peak in the middle, a greater one at the finale.

    In a first minute that is not whole, so much less.
    """
    minutes = stage.end_minute - stage.start_minute
    weights = []
    for minute in range(minutes):
        place = 100 * minute // max(1, minutes - 1)
        peak = max(100, 300 - 20 * place, 350 - 25 * abs(place - 50), 600 - 30 * (100 - place))
        weights.append(peak * random.randint(80, 120))
    weights[0] = max(1, weights[0] * (_MINUTE_MS - stage.begins_ms) // _MINUTE_MS)
    return weights


def _viewers(random: Random, markets: Sequence[str], reactions: int) -> list[_Viewer]:
    """The audience: most in Japan, fewer in each further market, a few whose market nobody knows."""
    places: list[str | None] = [*markets, None]
    weights = [600 if market == "JP" else max(20, 100 - 10 * index) for index, market in enumerate(markets)]
    number = min(50_000, 20 + reactions // 25)
    return [_Viewer(f"viewer-{index}", market) for index, market in enumerate(random.choices(places, [*weights, 10], k=number))]
