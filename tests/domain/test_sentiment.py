"""Coded samples: shares, Wilson's interval and the coders' agreement, against figures computed elsewhere."""

from decimal import Decimal, localcontext
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.sentiment import JUDGEMENTS, Coded, Draw, Judgement, Sentiment, measured, replaced, wilson_permille

DRAW = Draw("kumamoto-2023", "comments", "2024-02-19", 400, 12_345)

NEUTRAL: tuple[Judgement, Judgement] = ("neutral", "neutral")
NEGATIVE: tuple[Judgement, Judgement] = ("negative", "negative")

HITS_OF = some.integers(1, 5_000).flatmap(lambda sample: some.tuples(some.integers(0, sample), some.just(sample)))


def coded(*pairs: tuple[Judgement, Judgement], settled: Judgement | None = None) -> list[Coded]:
    return [Coded("ja", first, second, settled or first) for first, second in pairs]


def by_decimals(hits: int, sample: int) -> tuple[Decimal, Decimal]:
    """The textbook's formula, in permille, to fifty digits."""
    with localcontext(prec=50):
        n, z = Decimal(sample), Decimal("1.959964")
        share = hits / n
        middle = share + z * z / (2 * n)
        spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
        whole = 1 + z * z / n
        return 1000 * (middle - spread) / whole, 1000 * (middle + spread) / whole


@pytest.mark.parametrize(
    ("hits", "sample", "interval"),
    [
        (0, 10, (0, 278)),  # 0 to 0.2775
        (10, 10, (722, 1000)),  # 0.7225 to 1
        (1, 1, (206, 1000)),  # 0.2065 to 1
        (5, 10, (236, 764)),  # 0.2366 to 0.7634
        (81, 263, (255, 367)),  # 0.2553 to 0.3662: Newcombe, Statistics in Medicine 17 (1998), table I
        (15, 148, (62, 161)),  # 0.0624 to 0.1605: the same
        (0, 20, (0, 162)),  # 0 to 0.1611: the same
        (1, 29, (6, 172)),  # 0.0061 to 0.1718: the same
        (374, 400, (906, 956)),  # 0.9064 to 0.9553
    ],
)
def test_the_interval_is_the_textbooks_rounded_outwards(hits: int, sample: int, interval: tuple[int, int]) -> None:
    assert wilson_permille(hits, sample) == interval


@given(HITS_OF)
def test_the_interval_is_the_exact_one_and_no_wider_than_rounding_makes_it(case: tuple[int, int]) -> None:
    low, high = wilson_permille(*case)
    exact_low, exact_high = by_decimals(*case)
    tiny = Decimal("1e-30")  # what fifty digits cannot tell, at 0 and at 1000
    assert low <= exact_low + tiny < low + 1 + tiny
    assert high - 1 - tiny < exact_high - tiny <= high


@given(HITS_OF)
def test_the_interval_lies_within_nothing_and_all_holds_the_share_and_flips(case: tuple[int, int]) -> None:
    hits, sample = case
    low, high = wilson_permille(hits, sample)
    assert 0 <= low * sample <= 1000 * hits <= high * sample <= 1000 * sample
    assert wilson_permille(sample - hits, sample) == (1000 - high, 1000 - low)


def test_a_sample_says_its_counts_its_share_and_its_languages() -> None:
    texts = [
        *[Coded("ja", "positive", "positive", "positive")] * 5,
        *[Coded("ko", "neutral", "positive", "neutral")] * 2,
        Coded("zxx", "negative", "negative", "negative"),
    ]
    assert measured(DRAW, texts) == Sentiment(
        live="kumamoto-2023",
        source="comments",
        on="2024-02-19",
        sample=8,
        population=12_345,
        positive=5,
        neutral=2,
        negative=1,
        favourable_permille=875,
        low_permille=529,
        high_permille=978,
        agreement_permille=750,
        languages=("ja", "ko"),
        kappa_permille=429,  # alike 6 of 8, by chance 36 of 64: (48 - 36) / (64 - 36)
    )


def test_shares_are_rounded_half_up() -> None:
    """2 of 3 is 666.67, 1 of 16 is 62.5."""
    assert measured(DRAW, coded(NEUTRAL, NEUTRAL, NEGATIVE)).favourable_permille == 667
    assert measured(DRAW, coded(NEUTRAL, *[NEGATIVE] * 15)).favourable_permille == 63


def test_what_counts_is_what_was_settled_and_agreement_is_from_before() -> None:
    found = measured(DRAW, coded(("positive", "negative"), ("neutral", "negative"), settled="negative"))
    assert (found.negative, found.favourable_permille, found.agreement_permille) == (2, 0, 0)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        # Cohen's kappa of 50 applications, read twice: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.40
        ([("positive", "positive")] * 20 + [("positive", "negative")] * 5 + [("negative", "positive")] * 10
         + [("negative", "negative")] * 15, 400),
        ([("positive", "positive")] * 3 + [("negative", "negative")] * 2, 1000),
        ([("positive", "negative"), ("negative", "positive")], -1000),
        ([("positive", "positive")] * 9, None),
        ([("positive", "positive"), ("positive", "negative")], 0),
    ],
    ids=["the textbook's", "always alike", "never alike", "one thing only", "by chance"],
)  # fmt: skip
def test_kappa_is_agreement_beyond_chance(pairs: list[tuple[Judgement, Judgement]], kappa: int | None) -> None:
    assert measured(DRAW, coded(*pairs)).kappa_permille == kappa


@given(some.lists(some.sampled_from(list(product(JUDGEMENTS, JUDGEMENTS))), min_size=1, max_size=200))
def test_whatever_is_coded_the_figures_fit_together(pairs: list[tuple[Judgement, Judgement]]) -> None:
    found = measured(DRAW, coded(*pairs))
    assert found.positive + found.neutral + found.negative == found.sample == len(pairs)
    assert 0 <= found.low_permille <= found.favourable_permille <= found.high_permille <= 1000
    assert found.kappa_permille is None or -1000 <= found.kappa_permille <= 1000


def test_a_new_sample_takes_the_place_of_the_former_one_of_the_same_live_and_source() -> None:
    first = measured(DRAW, coded(("positive", "positive")))
    posts = measured(Draw(None, "posts of a week", "2024-02-19", 1, 9), coded(("neutral", "neutral")))
    again = measured(DRAW, coded(("negative", "negative")))
    assert replaced((), first) == (first,)
    assert replaced((first, posts), again) == (again, posts)
    assert replaced((first,), posts) == (first, posts)
