"""Reactions: what a batch may say, and which of it is accepted.

Answers for: the wire form of a batch (design of the contract: `POST /v1/lives/{live}/reactions`), its limits, and listing every
problem of every bad reaction while the good ones are accepted.
Refuses: signatures, storage and donations; what is wrong with a single reaction `reaction_checks` says.
"""

import json
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.moments import Moments
from chalicelib.domain.problems import Problem, convert, json_integer, json_number
from chalicelib.domain.reaction_checks import check
from chalicelib.domain.tally import UNKNOWN_MARKET, Counts, Tally

MAX_TEXT_BYTES = 1024 * 1024
MAX_REACTIONS = 5_000
MAX_MINUTES = 60
MAX_VALUE = 10**9
WINDOW_SLACK_MS = 24 * 60 * 60 * 1000

Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64, extra_json_schema={"pattern": "^[ -~]*$"})]
"""1 to 64 printable ASCII characters; `reaction_checks` looks at the pattern, for a regular expression here doubles the time."""

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


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    live: str
    reactions: list[Any]
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


class Reading(msgspec.Struct, frozen=True):
    """What became of a batch: the accepted reactions, how many were rejected, and every problem of these."""

    rehearsal: bool
    accepted: tuple[Accepted, ...]
    rejected: int
    problems: tuple[Problem, ...]


class NotReadable(Exception):
    """The text is not JSON at all."""


class TooMuch(Exception):
    """The batch is over a limit: 5,000 reactions, 60 different minutes, 350 KB in stored form."""


class NothingValid(Exception):
    """The batch belongs elsewhere or has no valid reaction; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("1 problem" if len(problems) == 1 else f"{len(problems)} problems")
        self.problems = problems


_batch = msgspec.json.Decoder(Batch)


class Terms:
    """What a live takes: its window, its markets and its limits. One per live and revision."""

    def __init__(self, campaign: Campaign, live: Live) -> None:
        self.live = live.id
        self.markets = frozenset(campaign.market_codes)
        self.max_count = {"like": campaign.limits.like, "gift": campaign.limits.gift, "comment": 1}
        self.earliest_ms = live.start_minute * 60_000 - WINDOW_SLACK_MS
        self.latest_ms = live.end_minute * 60_000 + WINDOW_SLACK_MS
        self.moments = Moments()


def read(text: bytes, terms: Terms) -> Reading:
    """The batch in this text: good reactions accepted, bad ones listed.

    Raises: NotReadable, TooMuch, NothingValid.
    """
    try:
        batch = _batch.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_loosely(text, terms)
    return _accept(batch.live, batch.rehearsal, list(enumerate(batch.reactions)), [], terms)


def _read_loosely(text: bytes, terms: Terms) -> Reading:
    """The slow path, by the standard library's decoder, which takes half a surrogate pair: one comment must not cost the rest."""
    try:
        data = json.loads(text.decode(), parse_constant=_no_number, parse_float=json_number, parse_int=json_integer)
        return _converted(data, terms)
    except RecursionError as error:
        raise NotReadable("nested too deeply") from error
    except ValueError as error:
        raise NotReadable(str(error)) from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _converted(data: Any, terms: Terms) -> Reading:
    """Reaction by reaction and field by field, so that every problem is found."""
    if isinstance(data, dict) and isinstance(data.get("reactions"), list):
        _limit(len(data["reactions"]))
    envelope, problems = convert(data, _Envelope)
    if envelope is None:
        raise NothingValid(problems)
    good: list[tuple[int, Reaction]] = []
    for index, each in enumerate(envelope.reactions):
        reaction, found = convert(each, Reaction, f"/reactions/{index}")
        problems.extend(found)
        if reaction is not None:
            good.append((index, reaction))
    return _accept(envelope.live, envelope.rehearsal, good, problems, terms)


def _accept(live: str, rehearsal: bool, readable: list[tuple[int, Reaction]], problems: list[Problem], terms: Terms) -> Reading:
    _limit(len(readable))
    if live != terms.live:
        raise NothingValid([Problem("/live", f"is another live than the address says ({terms.live})")])
    accepted: list[Accepted] = []
    seen: set[str] = set()
    bad = {problem.pointer.split("/")[2] for problem in problems}
    for index, reaction in readable:
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


def _limit(reactions: int) -> None:
    if reactions > MAX_REACTIONS:
        raise TooMuch(f"{reactions} reactions; a batch may hold {MAX_REACTIONS}")
