"""Tallies: counts by minute, market and kind. They add up, and order never matters.

Answers for: `Counts` (what is counted of something), `Tally` (counts by minute and market) and their stored form.
Refuses: windows, donations and people; a tally knows only how many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, TypeAlias

import msgspec

UNKNOWN_MARKET = "ZZ"

OF_REACTIONS = ("like", "comment", "gift", "gift_value")
MEASURES = (*OF_REACTIONS, "vote")


NotNegative: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """How many likes, comments and gifts (sums of `count`), and the sum of `count × value` of gifts in platform units.

    A festival's votes are counted the same way, by award where a live has markets; they are no reactions.
    """

    like: NotNegative = 0
    comment: NotNegative = 0
    gift: NotNegative = 0
    gift_value: NotNegative = 0
    vote: NotNegative = 0

    @property
    def total(self) -> int:
        """Reactions in all; gift value and votes are no reactions."""
        return self.like + self.comment + self.gift

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.like + other.like,
            self.comment + other.comment,
            self.gift + other.gift,
            self.gift_value + other.gift_value,
            self.vote + other.vote,
        )


NOTHING = Counts()

ByMarket: TypeAlias = Mapping[str, Counts]
Tally: TypeAlias = Mapping[int, ByMarket]
"""Counts by minute (minutes since the Unix epoch, UTC) and market (ISO 3166-1 alpha-2 or `ZZ`)."""


def add_up(counts: Iterable[Counts]) -> Counts:
    """The sum of any number of counts."""
    total = NOTHING
    for each in counts:
        total += each
    return total


def add_markets(parts: Iterable[ByMarket]) -> dict[str, Counts]:
    """Counts by market, summed over the parts."""
    merged: dict[str, Counts] = {}
    for part in parts:
        for market, counts in part.items():
            merged[market] = merged.get(market, NOTHING) + counts
    return merged


def add_tallies(tallies: Iterable[Tally]) -> dict[int, dict[str, Counts]]:
    """The tally of everything in `tallies`, whatever their order or grouping."""
    merged: dict[int, dict[str, Counts]] = {}
    for tally in tallies:
        add_to(merged, tally)
    return merged


def add_to(whole: dict[int, dict[str, Counts]], part: Tally) -> None:
    """Add a part to the whole in place, for sums that run over very many parts."""
    for minute, markets in part.items():
        row = whole.setdefault(minute, {})
        for market, counts in markets.items():
            row[market] = row.get(market, NOTHING) + counts


def in_markets(tally: Tally, codes: Collection[str]) -> Tally:
    """The tally with every market that is not among `codes` counted as `ZZ`."""
    return {minute: only_markets(markets, codes) for minute, markets in tally.items()}


def only_markets(markets: ByMarket, codes: Collection[str]) -> ByMarket:
    """Counts by market, with those of every market that is not among `codes` as `ZZ`."""
    if all(code in codes for code in markets):
        return markets
    return add_markets({code if code in codes else UNKNOWN_MARKET: counts} for code, counts in markets.items())


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    version: int
    minutes: dict[int, dict[str, Counts]]


_decoder = msgspec.msgpack.Decoder(_Stored)


def encode(tally: Tally) -> bytes:
    """The stored form, version 1: MessagePack `[1, {minute: {market: [like, comment, gift, gift value]}}]`.

    Votes come fifth, where there are any.
    """
    minutes = {
        minute: {market: counts if counts.vote else msgspec.structs.astuple(counts)[:4] for market, counts in markets.items()}
        for minute, markets in tally.items()
    }
    return msgspec.msgpack.encode((1, minutes))


def decode(stored: bytes) -> dict[int, dict[str, Counts]]:
    """A stored tally of any released version.

    Raises: ValueError when the bytes are not a tally, or of a version that this release does not know.
    """
    try:
        found = _decoder.decode(stored)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a stored tally: {error}") from error
    if found.version != 1:
        raise ValueError(f"a tally of version {found.version}, which this release cannot read")
    return found.minutes
