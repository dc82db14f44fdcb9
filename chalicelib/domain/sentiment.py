"""Sentiment of comments, as two people coded a random sample of them: the only way in which it is ever said.

Answers for: what a report says of a coded sample: the share of positive or neutral, its interval, how far the coders agree.
Refuses: guessing from words, adding samples up, and floats. Without a coded sample the answer is "not measured".
"""

from collections.abc import Iterable, Sequence
from math import isqrt
from typing import Literal, TypeAlias, get_args

import msgspec

Judgement: TypeAlias = Literal["positive", "neutral", "negative"]

JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)

COMMENTS = "comments"
"""The source of a sample that was drawn from a live's own comments."""

NO_LANGUAGE = "zxx"
"""No words at all, such as emoji only (ISO 639-2)."""

_Z = 1_959_964
_SCALE = 1_000_000
"""z of a two-sided 95 % interval: 1.959964 standard deviations, to six decimals."""


class Sentiment(msgspec.Struct, frozen=True):
    """A coded sample. Shares are in permille; the interval is Wilson's, at 95 %.

    `live` is the live whose comments were drawn, None for a named source about the whole campaign. `sample` of `population`
    texts were coded (None: the source does not say how many there are); `positive`, `neutral` and `negative` sum to `sample`.
    `agreement_permille` is the share of texts that both coders judged alike, before they settled the others; `kappa_permille` is
    Cohen's kappa of the same, None where both saw one thing only. `languages` leaves out texts without words.
    """

    live: str | None
    source: str
    on: str
    sample: int
    population: int | None
    positive: int
    neutral: int
    negative: int
    favourable_permille: int
    low_permille: int
    high_permille: int
    agreement_permille: int
    languages: tuple[str, ...]
    kappa_permille: int | None = None

    @property
    def origin(self) -> tuple[str | None, str]:
        """The live and the source; there is one sample on record of each."""
        return self.live, self.source


class Draw(msgspec.Struct, frozen=True):
    """A simple random sample without replacement: `sample` of `population` texts, drawn on a day (`2024-02-19`)."""

    live: str | None
    source: str
    on: str
    sample: int
    population: int


class Coded(msgspec.Struct, frozen=True):
    """A text of the sample, as two people judged it apart, and what they settled on."""

    language: str
    coder_1: Judgement
    coder_2: Judgement
    settled: Judgement


def measured(draw: Draw, coded: Sequence[Coded]) -> Sentiment:
    """What a coded sample says. There must be one text at least."""
    sample = len(coded)
    found = {each: sum(one.settled == each for one in coded) for each in JUDGEMENTS}
    favourable = found["positive"] + found["neutral"]
    low, high = wilson_permille(favourable, sample)
    alike = sum(one.coder_1 == one.coder_2 for one in coded)
    return Sentiment(
        live=draw.live,
        source=draw.source,
        on=draw.on,
        sample=sample,
        population=draw.population,
        **found,
        favourable_permille=_permille_half_up(favourable, sample),
        low_permille=low,
        high_permille=high,
        agreement_permille=_permille_half_up(alike, sample),
        languages=tuple(sorted({one.language for one in coded} - {NO_LANGUAGE})),
        kappa_permille=_kappa_permille([(one.coder_1, one.coder_2) for one in coded]),
    )


def replaced(before: Iterable[Sentiment], new: Sentiment) -> tuple[Sentiment, ...]:
    """With the new one in the place of the former one of the same live and source, or at the end."""
    by_origin = {each.origin: each for each in before} | {new.origin: new}
    return tuple(by_origin.values())


def wilson_permille(hits: int, sample: int) -> tuple[int, int]:
    """Wilson's 95 % interval of `hits` of `sample`, in permille, rounded outwards: down below, up above.

    Exact: all is whole numbers, and the one root is compared with whole numbers only. Without a correction for small populations,
    which would make it narrower. Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209.

    The interval is (A ± √R / n) / D, with s = 10⁶: A = 2·hits·s² + z², D = 2·(n·s² + z²), R = z²·n·(4·s²·hits·(n − hits) + z²·n).
    """
    square = _SCALE * _SCALE
    middle = 1000 * sample * (2 * hits * square + _Z * _Z)
    radicand = _Z * _Z * sample * (4 * square * hits * (sample - hits) + _Z * _Z * sample)
    spread = _root_up(1000 * 1000 * radicand)
    whole = 2 * (sample * square + _Z * _Z) * sample
    return (middle - spread) // whole, -(-(middle + spread) // whole)


def _kappa_permille(pairs: Sequence[tuple[Judgement, Judgement]]) -> int | None:
    """Cohen's kappa, rounded half up: agreement beyond what chance alone would give (Cohen 1960)."""
    number = len(pairs)
    alike = sum(first == second for first, second in pairs)
    by_chance = sum(sum(first == each for first, _ in pairs) * sum(second == each for _, second in pairs) for each in JUDGEMENTS)
    if by_chance == number * number:
        return None
    return _permille_half_up(number * alike - by_chance, number * number - by_chance)


def _permille_half_up(part: int, whole: int) -> int:
    return (2000 * part + whole) // (2 * whole)


def _root_up(number: int) -> int:
    """The square root, rounded up."""
    root = isqrt(number)
    return root if root * root == number else root + 1
