"""The truth about a festival: what each award's sealed result must say, computed from what the audience said.

Answers for: films that compete and votes that count by the rules of the contract, without the service's own: of one film the
entry with the smallest moment of receipt, sender, batch id; of one voter's votes for an award the first by `at`, then by the
hash of its id; nothing that came when the part had closed.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from chalicelib.domain import channels
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.entries import Entry
from chalicelib.domain.festival import Festival
from chalicelib.domain.votes import Vote
from locallove.faults.audience import HASHTAGS
from locallove.faults.stage import KEY
from locallove.faults.truth import Stored


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who wins an award, the votes that count and those held apart by film, and how many do neither."""

    winner: str | None
    counted: Counter[str]
    held: Counter[str]
    aside: int


def verdicts(campaign: Campaign, festival: Festival, batches: Collection[Stored]) -> dict[str, Verdict]:
    """The truth about every award."""
    films: dict[str, Entry] = {}
    for batch in _taken(campaign, "entries", batches):
        for act in batch.acts:
            if isinstance(act, Entry):
                films.setdefault(act.id, act)
    competing = {name: film for name, film in films.items() if _competes(film, festival)}
    votes = [act for batch in _taken(campaign, "votes", batches) for act in batch.acts if isinstance(act, Vote)]
    return {
        award.id: _verdict([each for each in votes if each.award == award.id], competing, festival) for award in festival.awards
    }


def _verdict(votes: Collection[Vote], competing: Mapping[str, Entry], festival: Festival) -> Verdict:
    first: dict[str, Vote] = {}
    for vote in sorted(votes, key=_order):
        if vote.entry in competing and vote.voter != competing[vote.entry].creator and _is_in_time(vote, festival):
            first.setdefault(vote.voter, vote)
    counted = Counter(vote.entry for vote in first.values() if vote.suspect is None)
    held = Counter(vote.entry for vote in first.values() if vote.suspect is not None)
    winner = max(counted, key=lambda name: (counted[name], -_at(competing[name].posted_at)), default=None)
    return Verdict(winner, counted, held, len(votes) - len(first))


def said_by(result: bytes) -> Verdict:
    """What a sealed result says, in the same words."""
    said = json.loads(result)
    counted = Counter({film["entry"]: int(film["score"]) for film in said["films"] if film["score"] != "0"})
    held = Counter({film["entry"]: film["held"] for film in said["films"] if film["held"]})
    return Verdict(said["winner"], counted, held, sum(said["votes"]["not_counted"].values()))


def _taken(campaign: Campaign, part: Part, batches: Iterable[Stored]) -> Iterator[Stored]:
    """The batches of a part that count, in the order in which they came."""
    channel = channels.of_festival(campaign, part)
    assert channel is not None
    for each in sorted(batches, key=lambda each: (each.received_at_ms, each.sender, each.batch)):
        if each.live == channel.id and not each.rehearsal and each.received_at_ms < channel.closes_at_ms:
            yield each


def _competes(film: Entry, festival: Festival) -> bool:
    entering = festival.entries
    return (
        film.attested
        and any(HASHTAGS.get(each) for each in film.hashtags)
        and entering.least_seconds <= film.duration <= entering.most_seconds
        and entering.opens_at.timestamp() <= _at(film.posted_at) < entering.closes_at.timestamp()
    )


def _is_in_time(vote: Vote, festival: Festival) -> bool:
    voting = festival.voting
    return voting is not None and voting.opens_at.timestamp() <= _at(vote.at) < voting.closes_at.timestamp()


def _order(vote: Vote) -> tuple[float, bytes]:
    return _at(vote.at), blake2b(vote.id.encode(), key=KEY, digest_size=10, person=b"id").digest()


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
