"""Reactions: what a batch may say, and which of it is accepted.

Answers for: the wire form of a batch (design of the contract: `POST /v1/lives/{live}/reactions`), its limits, and listing every
problem of every bad reaction while the good ones are accepted.
Refuses: signatures, storage and donations; what is wrong with a single reaction `reaction_checks` says.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec

from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.moments import Moments
from chalicelib.domain.problems import Problem
from chalicelib.domain.reaction_checks import check
from chalicelib.domain.tally import UNKNOWN_MARKET, Counts, Tally
from chalicelib.domain.texts import MAX_MINUTES, Form, Name, NothingValid, Reading, TooMuch

MAX_VALUE = 10**9
WINDOW_SLACK_MS = 24 * 60 * 60 * 1000

Kind: TypeAlias = Literal["like", "comment", "gift"]


class Reaction(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One act of a viewer as it comes over the wire. `count` says how often; `value` is the platform's units per single gift."""

    id: Name
    kind: Kind
    at: str
    user: Name
    market: str | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    text: str | None = None
    gift: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    value: Annotated[int, msgspec.Meta(ge=0, le=MAX_VALUE)] | None = None


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON document that is signed. `live` repeats the live of the address, for the signature does not cover it."""

    live: str
    reactions: tuple[Reaction, ...]
    rehearsal: bool = False


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A reaction as it is counted: `at_ms` in UTC milliseconds (cut, never rounded), `market` one of the campaign's or `ZZ`.

    `text` is a comment's: it is not counted, and kept only where the campaign keeps it (`domain/comments.py`).
    """

    id: str
    kind: Kind
    count: int
    at_ms: int
    market: str
    user: str
    gift: str | None
    value: int
    text: str | None = None


_FORM = Form(Batch, Reaction, "live", "reactions")


class Terms:
    """What a live takes: its window, its markets and its limits. One per live and revision."""

    def __init__(self, campaign: Campaign, live: Live) -> None:
        self.live = live.id
        self.markets = frozenset(campaign.market_codes)
        self.max_count = {"like": campaign.limits.like, "gift": campaign.limits.gift, "comment": 1}
        self.earliest_ms = live.start_minute * 60_000 - WINDOW_SLACK_MS
        self.latest_ms = live.end_minute * 60_000 + WINDOW_SLACK_MS
        self.moments = Moments()


def read(text: bytes, terms: Terms) -> Reading[Accepted]:
    """The batch in this text: good reactions accepted, bad ones listed.

    Raises: NotReadable, TooMuch, NothingValid.
    """
    document = _FORM.read(text, terms.live)
    problems, bad = document.problems, document.rejected
    accepted: list[Accepted] = []
    seen: set[str] = set()
    rehearsal: bool = document.fields.rehearsal
    for index, reaction in document.items:
        at_ms, wrong = check(reaction, terms, seen, anytime=rehearsal)
        if wrong:
            problems.extend(Problem(f"/reactions/{index}/{name}", detail) for name, detail in wrong)
            bad.add(str(index))
            continue
        seen.add(reaction.id)
        market = reaction.market if reaction.market in terms.markets else None
        accepted.append(
            Accepted(
                reaction.id,
                reaction.kind,
                reaction.count or 1,
                at_ms,
                market or UNKNOWN_MARKET,
                reaction.user,
                reaction.gift,
                reaction.value or 0,
                reaction.text,
            )
        )
    if not accepted:
        raise NothingValid(problems or [Problem("/reactions", "has no reaction")])
    return Reading(rehearsal, tuple(accepted), len(bad), tuple(problems))


def tally_of(accepted: tuple[Accepted, ...]) -> Tally:
    """The tally of accepted reactions. Raises: TooMuch over 60 different minutes."""
    sums: dict[tuple[int, str], list[int]] = {}
    place = {"like": 0, "comment": 1, "gift": 2}
    for each in accepted:
        cell = sums.setdefault((each.at_ms // 60_000, each.market), [0, 0, 0, 0])
        cell[place[each.kind]] += each.count
        if each.value:
            cell[3] += each.count * each.value
    tally: dict[int, dict[str, Counts]] = {}
    for (minute, market), counts in sums.items():
        tally.setdefault(minute, {})[market] = Counts(*counts)
    if len(tally) > MAX_MINUTES:
        raise TooMuch(f"{len(tally)} different minutes; a batch may hold {MAX_MINUTES}")
    return tally
