"""What a festival's people do in one world: films that are entered, votes that are cast, and the batches made of them.

Answers for: films that do not compete, for each reason; films that are entered again and otherwise; voters who vote again, at
one moment too, for their own film or an unknown one, too early and too late; copies of votes under new batch ids.
Refuses: sending, and saying what it all comes to (`locallove/faults/verdict.py`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from chalicelib.domain import channels
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.entries import Entry
from chalicelib.domain.festival import Festival, ms
from chalicelib.domain.votes import Vote
from locallove.faults.chance import Chance
from locallove.faults.posts import SENDERS, Act, Post, Said

HASHTAG = "#love"
HASHTAGS = {HASHTAG: True, "#LOVE": True, "＃ｌｏｖｅ": True, "love": True, "#lоve": False, "#hate": False}
"""What films are posted with, and whether that enters them: the last but one has a Cyrillic letter."""

VOTERS = 5
"""So few that they vote again. Each has made a film."""

FILMS = 8
"""The first was posted before entries opened, the last after they had closed; each a minute after the one before."""

_FIRST_MS = -30_000
_STEP_MS = 20_000
"""Moments of votes are so far from each other: many are the same."""


class Audience:
    """The people of one festival, drawn from the world's seed."""

    def __init__(self, chance: Chance, campaign: Campaign, festival: Festival, fence_ms: int) -> None:
        self._chance = chance
        self._draw = chance.generator("audience")
        self._campaign = campaign
        self._festival = festival
        self._fence_ms = fence_ms
        self._awards = [award.id for award in festival.awards]
        self._cast: list[Vote] = []

    def posts(self) -> Iterator[tuple[Post, Said]]:
        """Everything that is posted, and what it says."""
        for number in range(self._draw.randint(2, 3)):
            films = self._draw.sample(range(FILMS), self._draw.randint(3, 6))
            yield self._post("entries", number, tuple(self._film(each) for each in films))
        for number in range(self._draw.randint(4, 7)):
            votes = [self._vote(f"{number}-{place}") for place in range(self._draw.randint(3, 8))]
            if self._cast and self._chance.strikes("copies under a new batch id", f"votes, batch {number}", 25):
                copied = self._draw.choice(self._cast)
                votes[0] = copied if self._draw.random() < 0.7 else msgspec.structs.replace(copied, at=self._moment())
            self._cast += votes
            yield self._post("votes", number, tuple(votes))

    def _post(self, part: Part, number: int, acts: tuple[Act, ...]) -> tuple[Post, Said]:
        channel, sender = channels.of_festival(self._campaign, part), self._draw.choice(SENDERS)
        assert channel is not None
        name = f"{channel.id}, batch {number} of {sender}"
        said = Said(channel.id, self._draw.random() < 0.1, acts)
        at_ms = self._when(name, channel.closes_at_ms)
        return Post(name, sender, channel.id, sha256(said.text).hexdigest()[:32], said.text, at_ms), said

    def _when(self, name: str, closes_at_ms: int) -> int:
        """Around the closing more often than in a live: for an instance whose clock is slow it is not over yet."""
        if self._chance.strikes("batch around the closing", name, 50):
            return closes_at_ms + self._draw.randint(-5_000, 5_000)
        if self._chance.strikes("batch during settlement", name, 3):
            return closes_at_ms + self._fence_ms + self._draw.randint(-500, 3_000)
        return closes_at_ms - self._draw.randint(60_000, 300_000)

    def _film(self, number: int) -> Entry:
        draw = self._draw
        hashtag = HASHTAG if draw.random() < 0.8 else draw.choice(list(HASHTAGS))
        return Entry(
            id=f"film-{number}",
            creator=f"u{number}",
            hashtags=("#other", hashtag),
            posted_at=_said(ms(self._festival.entries.opens_at) + _FIRST_MS + number * 60_000),
            duration=60 if draw.random() < 0.8 else draw.choice((15, 600, 14.9, 600.1)),
            attested=draw.random() < 0.95,
        )

    def _vote(self, name: str) -> Vote:
        draw = self._draw
        return Vote(
            id=f"vote-{name}",
            voter=f"u{draw.randint(0, VOTERS - 1)}",
            award=draw.choice(self._awards),
            entry=f"film-{draw.randint(1, FILMS - 2)}"
            if draw.random() < 0.9
            else draw.choice(("film-0", f"film-{FILMS - 1}", "nothing")),
            at="never" if draw.random() < 0.02 else self._moment(),
            suspect="odd" if draw.random() < 0.1 else None,
        )

    def _moment(self) -> str:
        """A moment in the hours of voting, or a minute before or after them."""
        voting = self._festival.voting
        assert voting is not None
        first_ms, last_ms = ms(voting.opens_at) - 60_000, ms(voting.closes_at) + 60_000
        return _said(first_ms + _STEP_MS * self._draw.randint(0, (last_ms - first_ms) // _STEP_MS))


def _said(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat()
