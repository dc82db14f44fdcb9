"""A festival's crowd, drawn from a seed: films, an audience that votes, ballot stuffing, views; and what must come of it.

Answers for: batches to send, and the truth about them, kept while they are drawn and never computed by the service's own rules.
Refuses: sending.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.festival import Festival
from chalicelib.domain.texts import MAX_MINUTES

ENTRIES = 200
SNAPSHOTS = 10
"""Of these the last two come after the moment that counts."""

STUFFER_VOTES = 40
BATCH = 500


class Sent(msgspec.Struct, frozen=True):
    """A batch: which part of the festival it is for, its id, and its text."""

    part: Part
    batch: str
    text: bytes


@dataclass
class Truth:
    """What is true of all that was drawn: films that compete, votes that count by film and award, and views and likes."""

    competing: set[str] = field(default_factory=set)
    votes: dict[str, dict[str, int]] = field(default_factory=dict)
    held: dict[str, dict[str, int]] = field(default_factory=dict)
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    sent: int = 0


class FestivalCrowd:
    """Films and `votes` votes or so for one festival, the same for a seed. `truth` is whole once all batches are drawn."""

    def __init__(self, campaign: Campaign, festival: Festival, votes: int, seed: int) -> None:
        self._campaign, self._festival, self._number = campaign.id, festival, votes
        self._draw = random.Random(seed)
        self._ids = count(1)
        self._creators: dict[str, str] = {}
        self.truth = Truth()

    def batches(self) -> Iterator[Sent]:
        """Everything that is sent, entries first."""
        yield from self._sent("entries", list(self._entries()))
        for at, late in self._moments():
            yield from self._snapshot(at, late=late)
        for award in self._festival.awards:
            if award.votes is not None:
                yield from self._in_any_order(self._votes(award.id))

    def _sent(self, part: Part, items: list[dict[str, Any]], **fields: Any) -> Iterator[Sent]:
        for first in range(0, len(items), BATCH):
            some = items[first : first + BATCH]
            text = msgspec.json.encode({"festival": self._campaign, part: some, **fields})
            yield Sent(part, f"{part}-{next(self._ids):06d}", text)

    def _in_any_order(self, votes: list[dict[str, Any]]) -> Iterator[Sent]:
        """Batches of votes, each of few minutes, as a platform's many machines send them: not in the order of their moments."""
        votes.sort(key=_minute)
        made: list[list[dict[str, Any]]] = [[]]
        minutes: set[str] = set()
        for vote in votes:
            minutes.add(_minute(vote))
            if len(made[-1]) == BATCH or len(minutes) > MAX_MINUTES:
                made.append([])
                minutes = {_minute(vote)}
            made[-1].append(vote)
        self._draw.shuffle(made)
        for some in made:
            yield from self._sent("votes", some)

    def _entries(self) -> Iterator[dict[str, Any]]:
        """One in eight is not eligible, each for another reason."""
        entering = self._festival.entries
        length = (entering.closes_at - entering.opens_at).total_seconds()
        spoils: tuple[dict[str, Any], ...] = (
            {"attested": False},
            {"hashtags": ["#" + self._festival.hashtags[0][1:].replace("T", "Т")]},
            {"posted_at": (entering.opens_at - timedelta(seconds=1)).isoformat()},
            {"posted_at": entering.closes_at.isoformat()},
            {"duration": entering.least_seconds - 0.1},
            {"duration": entering.most_seconds + 0.1},
        )
        for number in range(ENTRIES):
            name = f"69{self._draw.randrange(10**17):017d}"
            self._creators[name] = f"creator{number}"
            film = {
                "id": name,
                "creator": self._creators[name],
                "caption": f"{number + 1}番目の作品",
                "hashtags": [self._draw.choice(self._festival.hashtags), "#film"],
                "posted_at": (entering.opens_at + timedelta(seconds=self._draw.randrange(int(length)))).isoformat(),
                "duration": round(self._draw.uniform(entering.least_seconds, entering.most_seconds), 1),
                "attested": True,
            }
            if number % 8 == 7:
                yield film | spoils[number // 8 % len(spoils)]
            else:
                self.truth.competing.add(name)
                yield film

    def _moments(self) -> Iterator[tuple[datetime, bool]]:
        as_of = self._festival.metrics_as_of
        if as_of is not None:
            for number in range(SNAPSHOTS):
                at = as_of + timedelta(hours=number - SNAPSHOTS + 3)
                yield at, at > as_of

    def _snapshot(self, at: datetime, *, late: bool) -> Iterator[Sent]:
        """Views and likes grow from one to the next; what comes after the moment counts for nothing."""
        readings = []
        for name in self._creators:
            views, likes = self.truth.seen.get(name, (0, 0))
            more = views + self._draw.randrange(5_000), likes + self._draw.randrange(900)
            if not late:
                self.truth.seen[name] = more
            readings.append({"entry": name, "views": more[0], "likes": more[1]})
        yield from self._sent("metrics", readings, at=at.isoformat())

    def _votes(self, award: str) -> list[dict[str, Any]]:
        """Most vote once; some again later or from another device; a few stuff the box for one film; and some are held."""
        films = sorted(self._creators)
        weights = [1 / (1 + place) for place in range(len(films))]
        self._draw.shuffle(films)
        stuffed = self._draw.choice(sorted(self.truth.competing))
        drawn: list[dict[str, Any]] = []
        voters = count(1)
        while len(drawn) < self._number:
            voter, chance = f"{award}-u{next(voters)}", self._draw.random()
            (film,) = self._draw.choices(films, weights)
            if chance < 0.01:
                drawn += self._ballots(award, voter, [stuffed] * STUFFER_VOTES)
            elif chance < 0.06:
                drawn += self._ballots(award, voter, [film, self._draw.choice(films)])
            elif chance < 0.08:
                drawn += self._ballots(award, voter, [film], suspect="many from one address")
            elif chance < 0.09:
                drawn += self._ballots(award, self._creators[film], [film])
            elif chance < 0.1:
                drawn += self._ballots(award, voter, ["unknown-film"])
            else:
                drawn += self._ballots(award, voter, [film])
        self._draw.shuffle(drawn)
        self.truth.sent += len(drawn)
        return drawn

    def _ballots(self, award: str, voter: str, films: list[str], suspect: str | None = None) -> list[dict[str, Any]]:
        """A voter's votes, each later than the one before; of those for films that compete and are not own the first counts."""
        voting = self._festival.voting
        assert voting is not None
        at = voting.opens_at + (voting.closes_at - voting.opens_at) * self._draw.random() * 0.9
        votes = []
        counts = True
        for film in films:
            vote = {"id": f"v{next(self._ids)}", "voter": voter, "award": award, "entry": film, "at": at.isoformat()}
            votes.append(vote if suspect is None else {**vote, "suspect": suspect})
            at += timedelta(seconds=self._draw.randrange(1, 600))
            if counts and film in self.truth.competing and self._creators[film] != voter:
                sums = (self.truth.votes if suspect is None else self.truth.held).setdefault(award, {})
                sums[film] = sums.get(film, 0) + 1
                counts = False
        return votes


def _minute(vote: dict[str, Any]) -> str:
    return str(vote["at"])[:16]
