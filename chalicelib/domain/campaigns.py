"""Campaigns: regions, markets, lives and what each live promises, as one reviewed file defines them.

Answers for: the types of a campaign file, every problem in one, windows and moments of a live.
Refuses: storage, clocks, what of it is frozen (`domain/frozen.py`), and whether a change is allowed *now* (`domain/applied.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec

from chalicelib.domain.donations import Amount, Rule, Words, rule_problems
from chalicelib.domain.festival import Festival, festival_problems
from chalicelib.domain.ids import Id, MarketCode
from chalicelib.domain.moments import Moment
from chalicelib.domain.money import EXPONENTS, Exchange
from chalicelib.domain.problems import Problem, convert, known, sketch
from chalicelib.domain.tally import UNKNOWN_MARKET

MAX_MARKETS = 40
"""A totals row holds four counters a market; more would not fit one update expression (DynamoDB: 300 operators)."""

MAX_LIVES = 49
"""A campaign is put in force by one transaction: the definition, and for each live a pointer and a check that it has not been
counted (DynamoDB: 100 items)."""

RESERVED = frozenset({"chain", "comments", "quarantine", "rules"})
"""What keys in the reports bucket begin with that are no campaign's: a campaign of such a name would be taken for them."""

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
MIN_KEEP_DAYS = 14
MAX_LIVE = timedelta(days=100)


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A local government, a fund or another partner of a region."""

    name: Words
    role: Words


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The place that is helped. Regions are shown in the file's order, never ranked."""

    id: Id
    name: Words
    partners: tuple[Partner, ...] = ()


class Market(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where viewers are: ISO 3166-1 alpha-2."""

    code: MarketCode
    name: Words


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the cast."""

    name: Words
    role: Words


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the programme, beginning `minute` whole minutes after the live's start."""

    minute: Annotated[int, msgspec.Meta(ge=0)]
    title: Words


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greatest `count` that one reaction may carry."""

    like: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1_000
    gift: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000


class Live(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stream for one region. The window runs from `starts_at` up to, but not including, `ends_at`.

    It closes `settle_after_minutes` after its end, or at `closes_at` where the operator has moved that.
    """

    id: Id
    region: Id
    title: Words
    starts_at: Moment
    ends_at: Moment
    donation: Rule
    settle_after_minutes: Annotated[int, msgspec.Meta(ge=1, le=100 * 366 * 24 * 60)] = 24 * 60
    buckets: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 16
    cast: tuple[Member, ...] = ()
    programme: tuple[Segment, ...] = ()
    closes_at: Moment | None = None

    @property
    def start_minute(self) -> int:
        """First minute of the window, since the Unix epoch."""
        return int(self.starts_at.timestamp()) // 60

    @property
    def end_minute(self) -> int:
        """First minute after the window."""
        return int(self.ends_at.timestamp()) // 60

    @property
    def closes_at_ms(self) -> int:
        """From this moment on (ms since the epoch) no new batch is taken."""
        if self.closes_at is not None:
            return int(self.closes_at.timestamp() * 1000)
        return (self.end_minute + self.settle_after_minutes) * MINUTE_MS

    @property
    def of(self) -> Literal["reactions"]:
        """What batches posted to a live hold (`domain/channels.py`)."""
        return "reactions"

    def covers(self, minute: int) -> bool:
        """Whether reactions of this minute count."""
        return self.start_minute <= minute < self.end_minute


class Campaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole campaign, as its TOML file says it. `cap` is the ceiling over all lives, in minor units.

    A festival is a campaign with a `festival` part; its ceremony is one of the lives.
    """

    id: Id
    name: Words
    currency: str
    regions: tuple[Region, ...]
    markets: tuple[Market, ...]
    lives: tuple[Live, ...]
    cap: Amount | None = None
    exchange: Exchange | None = None
    limits: Limits = Limits()
    keep_text: bool = False
    keep_days: Annotated[int, msgspec.Meta(ge=MIN_KEEP_DAYS, le=3_660)] = 45
    festival: Festival | None = None

    def live(self, live: str) -> Live:
        """The live of this id. Raises: KeyError."""
        for each in self.lives:
            if each.id == live:
                return each
        raise KeyError(live)

    def region(self, region: str) -> Region:
        """The region of this id. Raises: KeyError."""
        for each in self.regions:
            if each.id == region:
                return each
        raise KeyError(region)

    def expires_ms(self, closes_at_ms: int) -> int:
        """When a batch expires that is stored while this definition is in force, of what closes at that moment."""
        return closes_at_ms + self.keep_days * DAY_MS

    @property
    def cap_may_bind(self) -> bool:
        """Whether the lives' own caps may come to more than the campaign's."""
        return self.cap is not None and sum(live.donation.cap for live in self.lives) > self.cap

    @property
    def market_codes(self) -> tuple[str, ...]:
        """The campaign's markets in its order, and `ZZ` for all others."""
        return (*(market.code for market in self.markets), UNKNOWN_MARKET)


def read(data: Any) -> tuple[Campaign | None, list[Problem]]:
    """A campaign out of decoded TOML or JSON, or every problem in it: a value of a wrong type hides no other mistake."""
    campaign, problems = convert(data, Campaign)
    found = [problem.pointer for problem in problems]
    further = _problems(sketch(data, Campaign) if campaign is None else campaign)
    problems += [problem for problem in further if not _within(problem.pointer, found)]
    return (None if problems else campaign), problems


def _within(pointer: str, places: Sequence[str]) -> bool:
    return any(pointer == place or pointer.startswith(f"{place}/") for place in places)


def _problems(campaign: Campaign) -> Iterator[Problem]:
    yield from _doubled("/regions", "id", [region.id for region in campaign.regions])
    yield from _doubled("/markets", "code", [market.code for market in campaign.markets])
    yield from _doubled("/lives", "id", [live.id for live in campaign.lives])
    if campaign.id in RESERVED:
        yield Problem("/id", f"must not be {campaign.id!r}: the service keeps files of its own under that name")
    if campaign.currency not in EXPONENTS:
        yield Problem("/currency", f"must be one of {', '.join(EXPONENTS)}")
    if not campaign.regions:
        yield Problem("/regions", "needs at least one region")
    if not 1 <= len(campaign.markets) <= MAX_MARKETS:
        yield Problem("/markets", f"needs 1 to {MAX_MARKETS} markets, not {len(campaign.markets)}")
    if UNKNOWN_MARKET in (codes := [market.code for market in campaign.markets]):
        yield Problem(f"/markets/{codes.index(UNKNOWN_MARKET)}/code", "ZZ stands for unknown markets and is always there")
    if campaign.exchange is not None and campaign.exchange.currency not in EXPONENTS:
        yield Problem("/exchange/currency", f"must be one of {', '.join(EXPONENTS)}")
    yield from _lives_problems(campaign)
    if campaign.festival is not None and known(campaign.festival):
        yield from festival_problems(campaign.festival, "/festival")


def _lives_problems(campaign: Campaign) -> Iterator[Problem]:
    if len(campaign.lives) > MAX_LIVES:
        yield Problem("/lives", f"may be {MAX_LIVES} at most, not {len(campaign.lives)}")
    regions = {region.id for region in campaign.regions}
    for index, live in enumerate(campaign.lives):
        if regions and known(*regions) and live.region not in regions:
            yield Problem(f"/lives/{index}/region", "is not a region of this campaign")
        yield from _live_problems(live, f"/lives/{index}")


def _live_problems(live: Live, pointer: str) -> Iterator[Problem]:
    for name, moment in (("starts_at", live.starts_at), ("ends_at", live.ends_at)):
        if known(moment) and (moment.second or moment.microsecond):
            yield Problem(f"{pointer}/{name}", "must be on a whole minute")
        if known(moment) and not 1970 < moment.year < 9999:
            yield Problem(f"{pointer}/{name}", "must be a year from 1971 to 9998")
    if known(live.starts_at, live.ends_at):
        yield from _length_problems(live, pointer)
    for index, (before, segment) in enumerate(pairwise(live.programme), start=1):
        if known(before.minute, segment.minute) and segment.minute <= before.minute:
            yield Problem(f"{pointer}/programme/{index}/minute", "must be later than the segment before it")
    yield from rule_problems(live.donation, f"{pointer}/donation")


def _length_problems(live: Live, pointer: str) -> Iterator[Problem]:
    length = live.ends_at - live.starts_at
    minutes = length // timedelta(minutes=1)
    if minutes < 1:
        yield Problem(f"{pointer}/ends_at", "must be at least a minute after starts_at")
    if length > MAX_LIVE and live.starts_at.year > 1970 and live.ends_at.year < 9999:
        yield Problem(f"{pointer}/ends_at", f"must be at most {MAX_LIVE.days} days after starts_at")
    if live.closes_at is not None and known(live.closes_at) and live.closes_at < live.ends_at:
        yield Problem(f"{pointer}/closes_at", "must not be before ends_at")
    for index, segment in enumerate(live.programme):
        if known(segment.minute) and segment.minute >= minutes > 0:
            yield Problem(f"{pointer}/programme/{index}/minute", f"is not within the live's {minutes} minutes")


def _doubled(pointer: str, name: str, ids: Sequence[str]) -> Iterator[Problem]:
    for index, value in enumerate(ids):
        if value in ids[:index]:
            yield Problem(f"{pointer}/{index}/{name}", f"{value!r} is already there")
