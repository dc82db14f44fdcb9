"""The sample with a festival, at each of its stages, as a report. Every film, name and figure is invented."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from render import sample

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import VERSION, AwardResult, EntryNumbers, Film, MetricNumbers, VoteNumbers, WithHeld
from chalicelib.domain.campaigns import DAY_MS, MINUTE_MS, Campaign
from chalicelib.domain.channels import result_of
from chalicelib.domain.entrants import Verdict, standing
from chalicelib.domain.entries import REASONS, Reason
from chalicelib.domain.festival import Award, ms
from chalicelib.domain.festival_report import EntryStands, FestivalSources
from chalicelib.domain.film_report import FilmDay, FilmReport, film_report
from chalicelib.domain.registers import NOTHING_ON_RECORD, Registers
from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.tally import Counts

FILE = Path(__file__).parents[2] / "campaigns" / "film-festival.toml"
AWARDS = ("grand-prix", "audience", "favourite")
FILMS = 14
SEALED_MS = 1_623_700_000_000
"""2021-06-15, a day after voting."""

DECIDED: Mapping[int, Verdict] = {31: "approve", 40: "reject", 41: "withdraw"}
"""What the organiser has decided about the entries in these places."""

TITLES = (
    "海まで、あと三駅。 #TT映画祭2021",
    "祖母の時計店",
    "A letter from the lighthouse keeper, read aloud on the last evening of summer #TTFilmFestival2021",
    "夜明け前の市場で",
    "",
)
"""Captions as creators write them; some write none."""


def definition() -> dict[str, Any]:
    """The decoded file of the sample with the festival of the sample festival's."""
    return {**sample.definition(), "festival": tomllib.loads(FILE.read_text("utf-8"))["festival"]}


@cache
def campaign() -> Campaign:
    """The same, read."""
    return sample.campaign(definition())


def entries(number: int = 480, seed: int = 1) -> tuple[EntryStands, ...]:
    """Entries over the seven weeks, more towards the end; one in eight not eligible, one of these approved."""
    random, festival = Random(seed), campaign().festival
    assert festival is not None
    opens, closes = ms(festival.entries.opens_at), ms(festival.entries.closes_at)
    found = []
    for place in range(number):
        why: tuple[Reason, ...] = (REASONS[place % len(REASONS)],) if place % 8 == 7 else ()
        if "too-late" in why:
            posted = closes + 1
        elif "too-early" in why:
            posted = opens - 1
        else:
            posted = opens + int((closes - opens) * random.random() ** 0.6)
        found.append(EntryStands(posted, why, standing(why, DECIDED.get(place))))
    return tuple(found)


def votes() -> LiveTotals:
    """A week of votes, some of them rehearsed and some outside the hours."""
    random, festival = Random(2), campaign().festival
    assert festival is not None
    assert festival.voting is not None
    first = ms(festival.voting.opens_at) // MINUTE_MS
    minutes = {first + hour * 60: {"favourite": Counts(vote=random.randrange(40, 900))} for hour in range(7 * 24)}
    return LiveTotals(minutes, {first - 5: {"favourite": Counts(vote=31)}}, Counts(vote=12), (first + 7 * 24 * 60) * MINUTE_MS)


def films(award: Award, said: Sequence[str] = TITLES, number: int = FILMS) -> tuple[Film, ...]:
    """The films of an award in their places; what the creators wrote is from `said`, in its order and again from the first."""
    texts = cycle(said)
    return tuple(
        Film(
            place=place,
            entry=f"69500000000000{place:05}" if said is TITLES else next(texts)[:64],
            creator=f"creator{place}" if said is TITLES else next(texts)[:64],
            caption=next(texts),
            posted_ms=ms(campaign().festival.entries.opens_at) + place * DAY_MS,  # type: ignore[union-attr]
            score=f"{200 - place}/21" if award.jury else str(123_456 // place),
            views=None if award.jury else 100_000 // place,
            likes=None if award.jury else 23_456 // place,
            held=place % 3 * 7 if award.votes else None,
            means=("9", "8", "7") if award.jury else (),
        )
        for place in range(1, number + 1)
    )


def result(award: Award, said: Sequence[str] = TITLES) -> AwardResult:
    """The result of an award: the first film wins, of the Grand Prix by a tie-break."""
    placed = films(award, said)
    suspects = {"one address" if said is TITLES else said[0][:64]: 1_234, "too fast": 56}
    counted = VoteNumbers(71_234, suspects, {"own": 3, "repeated": 4_321, "unknown": 17}, WithHeld(placed[0].entry, "score"), ())
    return AwardResult(
        version=VERSION,
        campaign=sample.definition()["id"],
        award=award.id,
        name=award.name,
        by="jury" if award.jury else "metrics" if award.metrics else "votes",
        nonce="0" * 64,
        winner=placed[0].entry,
        decided_by="story" if award.jury else "score",
        tie=None,
        films=placed,
        metered=None if award.jury else MetricNumbers(0, 30, 2, 1, ()),
        votes=counted if award.votes else None,
        judged=None,
    )


def digest(award: str) -> str:
    """The hash of an award's result."""
    return sha256(award.encode()).hexdigest()


def applied(revealed: Sequence[str] = (), *, sealed: bool = False) -> Applied:
    """The campaign in force, its festival closed and some of its awards revealed."""
    subject = sample.standing(definition()).applied
    settled = Settled(result_of(subject.campaign.id), 1, "local-love/festival/settled-0001", "5ea1" * 16, SEALED_MS, 7)
    moments = {award: SEALED_MS + place * MINUTE_MS for place, award in enumerate(revealed, start=1)}
    return msgspec.structs.replace(subject, festival_settled=settled if sealed else None, revealed=moments)


def sources(revealed: Sequence[str] = (), *, sealed: bool = False, said: Sequence[str] = TITLES) -> FestivalSources:
    """What the festival's part of a report is made from."""
    festival, found = campaign().festival, entries()
    assert festival is not None
    competing = sum(each.standing in ("eligible", "approved") for each in found)
    results: Mapping[str, AwardResult] = {each.id: result(each, said) for each in festival.awards if each.id in revealed}
    return FestivalSources(
        entries=found,
        entered=EntryNumbers(5, len(found), competing, 3, 11, 2),
        votes=votes(),
        snapshots=None if sealed else (ms(festival.entries.closes_at), ms(festival.metrics_as_of or festival.entries.closes_at)),
        sealed={each.id: digest(each.id) for each in festival.awards} if sealed else {},
        results=results,
    )


def report(
    revealed: Sequence[str] = (),
    *,
    sealed: bool = True,
    said: Sequence[str] = TITLES,
    registers: Registers = NOTHING_ON_RECORD,
    now_ms: int = sample.NOW_MS,
) -> Report:
    """The campaign's report with its festival: sealed but for the awards that are revealed."""
    held = sources(revealed, sealed=sealed, said=said)
    standing_now = replace(sample.standing(definition()), applied=applied(revealed, sealed=sealed))
    return campaign_report(Sources(standing_now, registers=registers, festival=held), now_ms)


def film(revealed: Sequence[str] = AWARDS, said: Sequence[str] = TITLES) -> FilmReport:
    """The report of the first film of the first of these awards, with its votes of a week."""
    subject, festival = applied(revealed, sealed=True), campaign().festival
    assert festival is not None
    assert subject.festival_settled is not None
    results = {each.id: result(each, said) for each in festival.awards if each.id in revealed}
    entry = results[revealed[0]].films[0].entry
    days = tuple(FilmDay(f"2021-06-{on:02}", on * 123, on % 4 * 20) for on in range(7, 15))
    return film_report(subject, festival, subject.festival_settled, results, entry, {"favourite": {entry: days}})
