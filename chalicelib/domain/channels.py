"""Channels: what batches are posted to. Each live is one; a festival has three: entries, votes and metrics.

Answers for: what intake, storage and recount must know of a channel, and the ids and moments of a festival's.
Refuses: what is in a batch. A full stop is in no live's id, so no channel of a festival is ever taken for a live.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from chalicelib.domain.campaigns import MINUTE_MS, Campaign
from chalicelib.domain.festival import Festival, ms
from chalicelib.domain.ids import is_id

Part: TypeAlias = Literal["entries", "votes", "metrics"]
Of: TypeAlias = Literal["reactions", "entries", "votes", "metrics"]
"""What a batch holds."""

PARTS: tuple[Part, ...] = get_args(Part)
BUCKETS = 16


class Channel(Protocol):
    """Where batches belong: its id begins their keys, and from `closes_at_ms` (since the Unix epoch) on no new one is taken."""

    @property
    def id(self) -> str:
        """Unique over all channels."""

    @property
    def of(self) -> Of:
        """What its batches hold."""

    @property
    def buckets(self) -> int:
        """Into so many partitions its batches are spread."""

    @property
    def closes_at_ms(self) -> int:
        """From then on no new batch is taken."""

    def covers(self, minute: int) -> bool:
        """Whether what is counted of this minute (since the Unix epoch) counts."""


@dataclass(frozen=True, slots=True)
class FestivalChannel:
    """One of a festival's three."""

    campaign: str
    festival: Festival
    of: Part
    closes_at_ms: int

    @property
    def id(self) -> str:
        """Such as `film-festival.votes`."""
        return f"{self.campaign}.{self.of}"

    @property
    def buckets(self) -> int:
        """The same for every festival: 16 partitions take 16,000 writes a second."""
        return BUCKETS

    @property
    def awards(self) -> tuple[str, ...]:
        """The awards that are decided by votes: by these votes are counted, as reactions are by market."""
        return tuple(award.id for award in self.festival.awards if award.votes is not None)

    def covers(self, minute: int) -> bool:
        """Whether votes of this minute count; hours of voting are whole minutes."""
        return self.festival.voting is not None and minute * MINUTE_MS in self.festival.voting.hours


def of_festival(campaign: Campaign, part: Part) -> FestivalChannel | None:
    """The channel, or None where the festival (if the campaign has one) has no such part."""
    festival = campaign.festival
    if festival is None:
        return None
    ends = {
        "entries": festival.entries.closes_at,
        "votes": festival.voting.closes_at if festival.voting else None,
        "metrics": festival.metrics_as_of,
    }[part]
    if ends is None:
        return None
    closes_at_ms = ms(ends) + festival.late_minutes * MINUTE_MS
    if festival.closes_at is not None:
        closes_at_ms = min(closes_at_ms, ms(festival.closes_at))
    return FestivalChannel(campaign.id, festival, part, closes_at_ms)


def all_of(campaign: Campaign) -> tuple[FestivalChannel, ...]:
    """The channels that the campaign's festival has."""
    return tuple(each for part in PARTS if (each := of_festival(campaign, part)) is not None)


def closed_at_ms(campaign: Campaign) -> int:
    """When all channels of the campaign's festival are closed (ms since the Unix epoch)."""
    return max(each.closes_at_ms for each in all_of(campaign))


def result_of(campaign: str) -> str:
    """What stands for a festival's result where a live's id stands for its settlement: no live can be called so."""
    return f"{campaign}.result"


def is_channel(text: str, of: str) -> bool:
    """Whether this can be the id of a channel with batches of this kind."""
    campaign, _, part = text.partition(".")
    return is_id(campaign) and (part in PARTS if part else of == "reactions") and part in ("", of)
