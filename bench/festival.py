"""A festival to measure with: the sample campaign moved to now, films, their views and likes, and an audience that votes.

Answers for: a seed; ids of 19 digits as posts have them; the n-th film getting 1/n of the votes of the first; one vote in 20 of a
voter who votes again and again, some held as suspect, some for what is no entry, some for a film of one's own; one film in eight
that is not eligible. Votes come in the order of their moments. Refuses: measuring, and knowing what must come of it
(`locallove/crowd/festival_crowd.py` does).
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.workload import Batch, campaign, signed
from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_record import FestivalRecord
from chalicelib.domain.jury import Score, Sheet
from chalicelib.flows.intake import Posted

SAMPLE = Path(__file__).parents[1] / "campaigns" / "film-festival.toml"

BATCH = 500
WEEK_PER_S = 1_000_000 / (7 * 24 * 60 * 60)
"""Votes a second, where a million come evenly in the sample's seven days."""

FINALISTS, JURORS = 17, ("1", "2", "3")
STUFFERS = 1_000


def festival_campaign() -> Campaign:
    """The sample, whose festival has just ended and still takes what came in time."""
    return campaign(SAMPLE)


def festival_of(definition: Campaign) -> Festival:
    """The campaign's festival, which it has."""
    assert definition.festival is not None
    return definition.festival


def posted(definition: Campaign, part: Part, batch: Batch) -> Posted:
    """The batch as it comes in now, signed."""
    headers = {"content-type": "application/json", **signed(batch)}
    return Posted(definition.id, headers, batch.text, runtime.now_ms(), part)


class Audience:
    """Batches for a campaign's festival, of so many films."""

    def __init__(self, definition: Campaign, films: int, seed: int) -> None:
        self._random = Random(seed)
        self._campaign, self._festival = definition.id, festival_of(definition)
        self._films = [f"69{self._random.randrange(10**17):017d}" for _ in range(films)]
        self._weights = list(accumulate(1 / (1 + place) for place in range(films)))
        self._stuffers = [self._id() for _ in range(STUFFERS)]
        self._made = self._voted = 0

    def entries(self) -> Iterator[Batch]:
        """Every film, posted within the days of entering."""
        entering, film = self._festival.entries, len(self._films)
        step = (entering.closes_at - entering.opens_at) / film
        yield from self._batches("entries", [self._film(place, entering.opens_at + step * place) for place in range(film)])

    def snapshots(self, number: int) -> Iterator[Batch]:
        """So many, an hour apart, the last of the moment that counts; views and likes grow from one to the next."""
        as_of = self._festival.metrics_as_of
        assert as_of is not None
        for hour in range(1, number + 1):
            views = [hour * 100_000 // place + place for place in range(1, len(self._films) + 1)]
            readings = [{"entry": film, "views": seen, "likes": seen // 9} for film, seen in zip(self._films, views, strict=True)]
            yield from self._batches("metrics", readings, at=(as_of - timedelta(hours=number - hour)).isoformat())

    def votes(self, batches: int, per_s: float) -> Iterator[Batch]:
        """So many batches of votes that follow each other at this pace from the opening on."""
        for _ in range(batches):
            films = self._random.choices(self._films, cum_weights=self._weights, k=BATCH)
            yield from self._batches("votes", [self._vote(film, per_s) for film in films])

    def record(self) -> FestivalRecord:
        """The jury's scores for some of the films; the first is best in everything."""
        awards = [(award.id, award.jury) for award in self._festival.awards if award.jury is not None]
        sheets = []
        for award, jury in awards:
            scores = tuple(
                Score(film, juror, (str(jury.highest - place / 10),) * len(jury.criteria))
                for place, film in enumerate(self._films[:FINALISTS])
                for juror in JURORS
            )
            sheets.append(Sheet(award, scores, sha256(b"").hexdigest(), "2026-01-01T00:00:00Z"))
        return FestivalRecord(sheets=tuple(sheets))

    def _batches(self, part: Part, items: list[dict[str, Any]], **fields: str) -> Iterator[Batch]:
        for first in range(0, len(items), BATCH):
            self._made += 1
            document = {"festival": self._campaign, part: items[first : first + BATCH], **fields}
            yield Batch(f"bench-{self._made:08d}", json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())

    def _film(self, place: int, at: datetime) -> dict[str, Any]:
        return {
            "id": self._films[place],
            "creator": f"creator{place}",
            "caption": f"{place + 1}番目の作品",
            "hashtags": [self._festival.hashtags[0], "#film"],
            "posted_at": at.isoformat(timespec="milliseconds"),
            "duration": 700 if place % 8 == 7 else 60,
            "attested": True,
        }

    def _vote(self, film: str, per_s: float) -> dict[str, Any]:
        voting = self._festival.voting
        assert voting is not None
        at = voting.opens_at + timedelta(milliseconds=int(self._voted * 1000 / per_s))
        self._voted += 1
        chance = self._random.random()
        vote = {"id": self._id(), "voter": self._id(), "award": "favourite", "entry": film}
        if chance < 0.05:
            vote["voter"] = self._random.choice(self._stuffers)
        elif chance < 0.08:
            vote["suspect"] = "many from one address"
        elif chance < 0.09:
            vote["entry"] = "unknown-film"
        elif chance < 0.095:
            vote["voter"] = f"creator{self._films.index(film)}"
        return vote | {"at": at.isoformat(timespec="milliseconds")}

    def _id(self) -> str:
        return str(self._random.randrange(10**18, 10**19))
