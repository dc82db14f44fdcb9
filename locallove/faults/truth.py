"""The truth of one world, computed from what the crowd said and the table holds, without the service's own counting.

Answers for: what each stored batch comes to, what the totals must say, and what the statement of a live must say, by the rules of
the contract: of equal ids the one with the smallest moment of receipt, sender, batch id counts; markets with fewer than 20
different reactions are `ZZ`.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.entries import Entry
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.votes import Vote
from locallove.faults.posts import Act, Said

Cells = Counter[tuple[str, int | None, str, str]]
"""Sums by live (or channel of a festival), minute (None: rehearsals), market (or award) and measure."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A batch that was stored: its key, the hash of the text that its receipt names, and the acts that its receipt took."""

    live: str
    sender: str
    batch: str
    text_sha256: str
    received_at_ms: int
    rehearsal: bool
    acts: tuple[Act, ...]


def stored(item: Mapping[str, Any], said: Mapping[str, Said]) -> Stored:
    """An item of the table, by what the crowd said in that text."""
    receipt = json.loads(item["receipt"]["B"])
    rejected = {int(each["pointer"].split("/")[2]) for each in receipt["problems"]}
    text = said[receipt["sha256"]]
    sender, _, batch = item["sk"]["S"].partition("#")
    acts = tuple(act for place, act in enumerate(text.acts) if place not in rejected)
    return Stored(text.live, sender, batch, receipt["sha256"], int(item["received_at"]["N"]), text.rehearsal, acts)


def totals(batches: Iterable[Stored], codes: Collection[str]) -> Cells:
    """What all these batches come to, copies too."""
    cells: Cells = Counter()
    for each in batches:
        for act in each.acts:
            if isinstance(act, Entry):
                continue
            minute = None if each.rehearsal else _minute(act)
            if isinstance(act, Vote):
                cells[each.live, minute, act.award, "vote"] += 1
            else:
                market = act.market if act.market in codes else "ZZ"
                _add(cells, (each.live, minute, market or "ZZ"), act)
    return cells


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the statement of a live must say: sums inside and outside the window, numbers of reactions, the donation."""

    inside: Cells
    outside: Cells
    batches: int
    accepted: int
    duplicates: int
    conflicts: int
    donation: int


def settlement(live: Live, batches: Iterable[Stored], campaign: Campaign) -> Settlement:
    """The truth that settlement must find."""
    taken = sorted(
        (each for each in batches if each.live == live.id and not each.rehearsal and each.received_at_ms < live.closes_at_ms),
        key=lambda each: (each.received_at_ms, each.sender, each.batch),
    )
    acts = [act for each in taken for act in each.acts if isinstance(act, Reaction)]
    first = {act.id: act for act in reversed(acts)}
    crowds = {code: {act.id for act in acts if act.market == code} for code in campaign.market_codes}
    named = [code for code, crowd in crowds.items() if len(crowd) >= 20]
    inside, outside = Counter(), Counter()  # type: tuple[Cells, Cells]
    for act in first.values():
        market = act.market if act.market in named else "ZZ"
        _add(inside if live.covers(_minute(act)) else outside, (live.id, _minute(act), market or "ZZ"), act)
    reached = sum(number for (*_, measure), number in inside.items() if measure != "gift_value")
    steps = sum(step.amount for step in live.donation.steps if reached >= step.at)
    donation = min(live.donation.cap, live.donation.base + steps)
    conflicts = sum(_differ(act, first[act.id], campaign.market_codes) for act in acts)
    return Settlement(inside, outside, len(taken), len(acts), len(acts) - len(first), conflicts, donation)


def said_by(statement: Mapping[str, Any]) -> Settlement:
    """What a published statement says, in the same words."""
    return Settlement(
        _cells(statement["live"], statement["minutes"]),
        _cells(statement["live"], statement["outside"]),
        statement["receipts"]["batches"],
        statement["receipts"]["accepted"],
        statement["not_counted"]["duplicate"],
        statement["not_counted"]["conflicting"],
        statement["donation"]["minor"],
    )


def _cells(live: str, minutes: Iterable[Mapping[str, Any]]) -> Cells:
    cells: Cells = Counter()
    for minute in minutes:
        at = int(datetime.fromisoformat(minute["at"]).timestamp()) // 60
        for market in minute["markets"]:
            for measure in ("like", "comment", "gift", "gift_value"):
                if market[measure]:
                    cells[live, at, market["market"], measure] += market[measure]
    return cells


def _add(cells: Cells, place: tuple[str, int | None, str], act: Reaction) -> None:
    cells[(*place, act.kind)] += act.count or 1
    if act.value:
        cells[(*place, "gift_value")] += act.value * (act.count or 1)


def _differ(act: Reaction, other: Reaction, codes: Collection[str]) -> bool:
    """Whether two acts with one id say different things."""
    one, two = ((each.kind, each.count or 1, _minute(each), each.market in codes and each.market) for each in (act, other))
    return one != two


def _minute(act: Reaction | Vote) -> int:
    return int(datetime.fromisoformat(act.at).timestamp()) // 60
