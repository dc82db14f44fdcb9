"""Money: how it is written, converted for display, and shared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import EXPONENTS, JAPANESE, Exchange, Money, apportion

DOLLARS = Exchange(currency="USD", units=1, minor=150, on="2024-02-15", source="test")


@pytest.mark.parametrize(
    ("money", "english", "japanese"),
    [
        (Money("JPY", 1_000_000), "¥1,000,000", "1,000,000円"),
        (Money("JPY", 0), "¥0", "0円"),
        (Money("USD", 123_456), "$1,234.56", "1,234.56米ドル"),
        (Money("USD", 5), "$0.05", "0.05米ドル"),
        (Money("USD", -5), "-$0.05", "-0.05米ドル"),
        (Money("TWD", 100), "TWD 1.00", "1.00台湾ドル"),
    ],
)
def test_an_amount_is_written_with_its_currency(money: Money, english: str, japanese: str) -> None:
    assert (str(money), money.in_japanese) == (english, japanese)


def test_every_currency_has_a_name_in_japanese() -> None:
    assert set(JAPANESE) == set(EXPONENTS)


@pytest.mark.parametrize(("yen", "cents"), [(150, 100), (1, 1), (0, 0), (22_500_000, 15_000_000)])
def test_a_yen_amount_is_shown_in_cents(yen: int, cents: int) -> None:
    assert DOLLARS.convert_half_up(Money("JPY", yen)) == Money("USD", cents)


def test_exactly_half_a_minor_unit_is_rounded_up() -> None:
    """1 yen at 200 yen to the dollar is half a cent."""
    halves = Exchange(currency="USD", units=1, minor=200, on="2024-02-15", source="test")
    assert [halves.convert_half_up(Money("JPY", yen)).minor for yen in (1, 2, 3)] == [1, 1, 2]


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**15), max_size=40))
def test_shares_sum_to_the_whole_and_are_fair_to_the_unit(whole: int, weights: list[int]) -> None:
    """Every share is its exact proportion rounded down or up, never further away."""
    shares = apportion(whole, weights)
    assert sum(shares) == (whole if sum(weights) else 0)
    for share, weight in zip(shares, weights, strict=True):
        exact, remainder = divmod(whole * weight, sum(weights) or 1)
        assert exact <= share <= exact + bool(remainder)


def test_what_is_left_goes_to_the_largest_remainders_and_of_equals_to_the_earlier() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(10, [1, 1, 5]) == [2, 1, 7]
    assert apportion(3, [0, 0]) == [0, 0]
