"""A festival in the demo: a simulated audience, ballot stuffing included, a jury, the closing, and every award revealed.

Answers for: the result compared with what was drawn, film by film. Refuses: counting anything itself.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Revealed
from chalicelib.domain.award_result import AwardResult
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.festival import Award, Festival
from chalicelib.domain.jury import Score, Sheet
from chalicelib.runtime import Service
from locallove.cloud.local import LocalCloud
from locallove.crowd.festival_crowd import FestivalCrowd, Truth
from locallove.kit.posting import Sender
from locallove.operate.closing import wait_until
from locallove.operate.festival import close_now

FINALISTS = 17
JURORS = ("1", "2", "3")


@dataclass(frozen=True)
class Shown:
    """A festival that was sent, closed and revealed: its results, and what is true of it."""

    festival: Festival
    truth: Truth
    results: tuple[AwardResult, ...]
    refused: int

    @property
    def exact(self) -> bool:
        """Whether every award is what must come of what was drawn."""
        return not self.refused and all(
            _agrees(award, each, self.truth) for award, each in zip(self.festival.awards, self.results, strict=True)
        )

    def lines(self) -> Iterator[str]:
        """What came of it, for a terminal."""
        yield f"\nFestival: {len(self.truth.competing):,} films compete, {self.truth.sent:,} votes were sent"
        for each in self.results:
            score = next((film.score for film in each.films if film.entry == each.winner), "nobody")
            held = sum(each.votes.held.values()) if each.votes else 0
            aside = sum(each.votes.not_counted.values()) if each.votes else 0
            votes = f"; votes counted {each.votes.counted:,}, held apart {held:,}, set aside {aside:,}" if each.votes else ""
            yield f"  {each.award:<14}{each.winner or 'nobody'}  {score} (decided by {each.decided_by}){votes}"


def shown(cloud: LocalCloud, definition: Campaign, festival: Festival, votes: int, seed: int) -> Shown:
    """Send a festival's crowd, close it and reveal every award."""
    crowd = FestivalCrowd(definition, festival, votes, seed)
    refused = _send(cloud, definition.id, crowd)
    service = runtime.service()
    cloud.pump.drain()
    _judge(service, definition.id, festival, sorted(crowd.truth.competing)[:FINALISTS])
    applied = service.campaigns.get(definition.id)
    if applied is None:
        raise click.ClickException(f"campaign {definition.id} is gone")
    wait_until(close_now(service, applied), "closing the festival")
    settled = service.closer.close(definition.id, runtime.now_ms(), runtime.new_key())
    for award in festival.awards:
        service.campaigns.reveal(definition.id, Revealed(award.id, runtime.now_ms()))
    return Shown(
        festival, crowd.truth, tuple(service.statements.of_award(settled, award.id) for award in festival.awards), refused
    )


def _send(cloud: LocalCloud, campaign: str, crowd: FestivalCrowd) -> int:
    """Post every batch, some of them twice; gives how many were not stored as they should be."""
    sender, refused = Sender(cloud.url, cloud.add_sender(campaign, "festival")), 0
    with click.progressbar(list(crowd.batches()), label="entries, votes, views", file=sys.stderr) as bar:
        for number, each in enumerate(bar):
            first = sender.post_to_festival(campaign, each.part, each.batch, each.text)
            again = sender.post_to_festival(campaign, each.part, each.batch, each.text) if number % 10 == 0 else first
            told = (first.receipt, again.receipt)
            refused += any(receipt is None or receipt.rejected for receipt in told)
    sender.close()
    return refused


def _judge(service: Service, campaign: str, festival: Festival, finalists: list[str]) -> None:
    """Scores for the awards by jury: the first finalist is best in everything."""
    at, sheets = utc(runtime.now_ms()), []
    for award in festival.awards:
        if award.jury is not None:
            best = award.jury.highest
            scores = tuple(
                Score(entry, juror, tuple(str(max(0, best - place - number / 2)) for _ in award.jury.criteria))
                for place, entry in enumerate(finalists)
                for number, juror in enumerate(JURORS)
            )
            sheets.append(Sheet(award.id, scores, sha256(msgspec.json.encode(scores)).hexdigest(), at))
    before = service.registered.get(campaign)
    record = msgspec.structs.replace(before.festival, sheets=tuple(sheets))
    service.registered.put(campaign, before, msgspec.structs.replace(before, festival=record))


def _agrees(award: Award, result: AwardResult, truth: Truth) -> bool:
    """Whether an award's films have what was drawn, and one with the most of it wins; of the jury the first finalist."""
    if award.jury is not None:
        return result.winner == sorted(truth.competing)[0]
    found = {film.entry: int(film.score) for film in result.films if film.score != "0"}
    if award.metrics is not None:
        weights, seen = award.metrics, {name: truth.seen[name] for name in truth.competing}
        expected = {name: views * weights.views + likes * weights.likes for name, (views, likes) in seen.items()}
    else:
        expected = truth.votes.get(award.id, {})
        if {film.entry: film.held for film in result.films if film.held} != truth.held.get(award.id, {}):
            return False
    return found == expected and result.winner is not None and expected[result.winner] == max(expected.values())
