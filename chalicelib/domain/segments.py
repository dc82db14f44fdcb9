"""A live's programme, counted: what came in during each of its parts.

Answers for: the reactions of each segment, which together are those of the live.
Refuses: deciding the peak (`domain/figures.py`).
"""

from collections.abc import Sequence

import msgspec

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.domain.campaigns import Segment
from chalicelib.domain.donations import Words
from chalicelib.domain.money import apportion


class SegmentFigures(msgspec.Struct, frozen=True):
    """A part of the programme, from `starts_at` (UTC) for `minutes`; `title` is None for what comes before the first.

    `share_permille` is its share of the live's reactions; the shares of a live sum to exactly 1,000 (or to 0).
    """

    title: Words | None
    starts_at: str
    minutes: int
    counts: CountsAnswer
    share_permille: int


def segment_figures(programme: Sequence[Segment], minutes: Sequence[MinuteAnswer]) -> tuple[SegmentFigures, ...]:
    """The segments of a live with these minutes; none without a programme."""
    if not programme:
        return ()
    begins: list[tuple[int, Words | None]] = [(each.minute, each.title) for each in programme]
    if begins[0][0] > 0:
        begins.insert(0, (0, None))
    ends = [start for start, _ in begins[1:]] + [len(minutes)]
    parts = [minutes[start:end] for (start, _), end in zip(begins, ends, strict=True)]
    counts = [_together(part) for part in parts]
    shares = apportion(1000, [each.total for each in counts])
    return tuple(
        SegmentFigures(title, part[0].at, len(part), counted, share)
        for (_, title), part, counted, share in zip(begins, parts, counts, shares, strict=True)
    )


def _together(minutes: Sequence[MinuteAnswer]) -> CountsAnswer:
    return CountsAnswer(*(sum(getattr(each.counts, name) for each in minutes) for name in CountsAnswer.__struct_fields__))
