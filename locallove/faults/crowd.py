"""What the crowd of one world does: acts of viewers, the batches that senders make of them, and when they are posted.

Answers for: batches cut by the sender's own kit, copies of acts under new batch ids, rehearsals, acts that no platform accepts,
and knowing for every text what it says. Refuses: sending.
"""

from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import msgspec

from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.reactions import Kind, Reaction
from locallove.faults.audience import Audience
from locallove.faults.chance import Chance
from locallove.faults.posts import SENDERS, Post, Said
from locallove.faults.storage import POISON
from locallove.sender import batches

BIG = 90
"""A `count` that a release may forbid while the live is on."""

_MARKETS = ("JP", "JP", "JP", "JP", "JP", "TW", "TW", "FR", None)
_KINDS: tuple[Kind, ...] = ("like", "like", "like", "comment", "gift")


class Crowd:
    """`posts` is what will be posted; `said` is every text that may arrive, by its SHA-256."""

    def __init__(self, chance: Chance, campaign: Campaign, fence_ms: int) -> None:
        self.said: dict[str, Said] = {}
        self.posts: list[Post] = []
        self._chance = chance
        self._draw = chance.generator("crowd")
        for live in campaign.lives:
            for number in range(self._draw.randint(5, 9)):
                self._one_more(live, number, fence_ms)
        if campaign.festival is not None:
            for post, said in Audience(chance, campaign, campaign.festival, fence_ms).posts():
                self._add(post, said)

    def other_text(self, text: bytes, place: str) -> bytes:
        """Another text that may come under a batch's id: the same in other words, or with one act less or other."""
        said = self.said[sha256(text).hexdigest()]
        if self._chance.number(f"other words|{place}", 0, 1):
            text = said.in_other_words(text)
        else:
            said = said.otherwise
            text = said.text
        self.said[sha256(text).hexdigest()] = said
        return text

    def _one_more(self, live: Live, number: int, fence_ms: int) -> None:
        draw, sender = self._draw, self._draw.choice(SENDERS)
        name = f"{live.id}, batch {number} of {sender}"
        acts = [_act(draw, live, f"{number}-{place}") for place in range(draw.randint(1, 6))]
        rehearsal = draw.random() < 0.1
        earlier = [each for post in self.posts if post.live == live.id for each in self._acts_of(post)]
        if earlier and self._chance.strikes("copies under a new batch id", name, 25):
            copied = draw.choice(earlier)
            acts[0] = copied if draw.random() < 0.5 else msgspec.structs.replace(copied, at=_moment(draw, live))
        if self._chance.strikes("poison record", name, 2):
            acts[-1] = msgspec.structs.replace(acts[-1], market=POISON)
        (batch,) = batches(acts, live.id, len(acts), rehearsal=rehearsal)
        at_ms = self._when(live, name, fence_ms)
        self._add(Post(name, sender, live.id, batch.id, batch.text, at_ms), Said(live.id, rehearsal, tuple(acts)))

    def _when(self, live: Live, name: str, fence_ms: int) -> int:
        draw = self._draw
        if self._chance.strikes("batch around the closing", name, 15):
            return live.closes_at_ms + draw.randint(draw.choice((-30_000, -2_500)), 500)
        if self._chance.strikes("batch during settlement", name, 5):
            return live.closes_at_ms + fence_ms + draw.randint(-500, 3000)
        return draw.randint(live.start_minute * 60_000 - 10_000, live.closes_at_ms - 60_000)

    def _acts_of(self, post: Post) -> tuple[Reaction, ...]:
        acts = self.said[sha256(post.text).hexdigest()].acts
        return tuple(act for act in acts if isinstance(act, Reaction))

    def _add(self, post: Post, said: Said) -> None:
        self.said[sha256(post.text).hexdigest()] = said
        self.posts.append(post)


def _act(draw: Random, live: Live, name: str) -> Reaction:
    kind = draw.choice(_KINDS)
    return Reaction(
        id=f"{live.id}-{name}",
        kind=kind,
        at="never" if draw.random() < 0.02 else _moment(draw, live),
        user=f"u{draw.randint(0, 9)}",
        market=draw.choice(_MARKETS),
        count=None if kind == "comment" else draw.choice((None, 2, 5, BIG)),
        text="…" if kind == "comment" else None,
        gift="rose" if kind == "gift" else None,
        value=draw.randint(0, 5) if kind == "gift" else None,
    )


def _moment(draw: Random, live: Live) -> str:
    """A moment in the window, or a minute before or after it."""
    second = draw.randint((live.start_minute - 1) * 60, (live.end_minute + 1) * 60 - 1)
    return datetime.fromtimestamp(second, UTC).isoformat()
