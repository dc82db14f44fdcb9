"""Money: an integer of minor units that never travels without its currency, and the one way to share it.

Answers for: currencies and their exponents (ISO 4217), apportioning, converting for display.
Refuses: floats. Every division names its rounding.
"""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import msgspec

EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "USD": 2, "EUR": 2, "GBP": 2, "TWD": 2, "THB": 2, "IDR": 2, "PHP": 2, "MYR": 2}
"""Decimal places by currency (ISO 4217); a currency that is not here cannot be used."""

SIGNS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

JAPANESE = {
    "JPY": "円",
    "KRW": "ウォン",
    "VND": "ドン",
    "USD": "米ドル",
    "EUR": "ユーロ",
    "GBP": "英ポンド",
    "TWD": "台湾ドル",
    "THB": "バーツ",
    "IDR": "ルピア",
    "PHP": "フィリピンペソ",
    "MYR": "リンギット",
}
"""What stands behind the digits in Japanese."""


class Money(msgspec.Struct, frozen=True):
    """An amount: `minor` units (yen, cents) of `currency`."""

    currency: str
    minor: int

    def __str__(self) -> str:
        return f"{self._minus}{SIGNS.get(self.currency, f'{self.currency} ')}{self._digits}"

    @property
    def in_japanese(self) -> str:
        """As Japanese text says it: `1,000,000円`."""
        return f"{self._minus}{self._digits}{JAPANESE[self.currency]}"

    @property
    def _minus(self) -> str:
        return "-" if self.minor < 0 else ""

    @property
    def _digits(self) -> str:
        exponent = EXPONENTS[self.currency]
        whole, rest = divmod(abs(self.minor), 10**exponent)
        return f"{whole:,}" + (f".{rest:0{exponent}d}" if exponent else "")


Cost: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Day: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)", description='a day in quotes, such as "2024-02-15"')
]


class Exchange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one rate of a campaign, for display only: `units` whole `currency` cost `minor` of the campaign's minor units."""

    currency: str
    units: Cost
    minor: Cost
    on: Day
    source: Annotated[str, msgspec.Meta(min_length=1)]

    def convert_half_up(self, amount: Money) -> Money:
        """The amount in the other currency, rounded half up to its minor unit."""
        scale = 10 ** EXPONENTS[self.currency]
        doubled = 2 * amount.minor * self.units * scale
        return Money(self.currency, (doubled + self.minor) // (2 * self.minor))


def apportion(whole: int, weights: Sequence[int]) -> list[int]:
    """`whole` (0 or more) shared in proportion to `weights` by largest remainder (Hamilton): integers that sum to `whole`.

    Ties of remainders go to the earlier weight. With all weights zero everybody gets zero.
    """
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for i in by_remainder[: whole - sum(shares)]:
        shares[i] += 1
    return shares
