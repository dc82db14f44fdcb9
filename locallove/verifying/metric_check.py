"""Checking views and likes, which the platform says: that they fit the rule, each other, and every award that uses them.

Answers for: the moment that counts, readings that went backwards, and that a film is the same in all awards.
Refuses: knowing what was viewed and liked.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.domain.award_result import AwardResult, Film, MetricNumbers
from chalicelib.domain.festival import Award, Festival, Metrics, ms
from locallove.verifying.findings import Difference, compared, differs


def metric_differences(name: str, says: MetricNumbers, films: Mapping[str, Film], festival: Festival) -> Iterator[Difference]:
    """What cannot be out of so many snapshots until the moment that counts, the last of which the films have."""
    as_of_ms = ms(festival.metrics_as_of) if festival.metrics_as_of else 0
    yield from compared(name, "rule", says.as_of_ms, as_of_ms, "metered.as_of_ms")
    if not says.snapshots and (says.unknown_entries or any(film.views or film.likes for film in films.values())):
        yield differs(name, "sums", says.snapshots, "> 0", place="metered.snapshots")
    moment, fell = 0, dict[str, tuple[int, int, int]]()
    for number, each in enumerate(says.backwards):
        place = f"metered.backwards.{number}"
        times, views, likes = fell.get(each.entry, (0, 0, 0))
        if number and each.at_ms < moment:
            yield differs(name, "sums", each.at_ms, f">= {moment}", place=place)
        if each.at_ms > as_of_ms or times + 2 > says.snapshots:
            yield differs(name, "sums", each.at_ms, None, place=place)
        falls = each.views < each.views_before or each.likes < each.likes_before
        if not falls or each.views_before < views or each.likes_before < likes:
            before, after = [each.views_before, each.likes_before], [each.views, each.likes]
            yield differs(name, "sums", after, before, place=place)
        moment, fell[each.entry] = each.at_ms, (times + 1, each.views, each.likes)
    for entry, (_, views, likes) in fell.items():
        film = films.get(entry)
        if film is not None and ((film.views or 0) < views or (film.likes or 0) < likes):
            yield differs(name, "sums", [film.views, film.likes], [views, likes], place=entry)


def film_differences(results: Sequence[tuple[str, Award, AwardResult]], creators: Mapping[str, bytes]) -> Iterator[Difference]:
    """What an award says of films and snapshots against what an award before it says; `results` are with their files.

    A creator, whom the ledger of entries has as a keyed hash, has one name, and no other creator has it.
    """
    told: dict[tuple[str, str], tuple[str, object]] = {}
    for name, _, result in results:
        for what, of, says in _facts(result, creators):
            by, before = told.setdefault((what, of), (name, says))
            if says != before:
                yield differs(name, "otherwise", None, None, by=by, place=f"{of}.{what}" if of else what)
    seen = {film.entry: film for _, _, result in results if result.metered is not None for film in result.films}
    for name, award, result in results:
        there = {film.entry for film in result.films}
        for entry, film in seen.items() if award.metrics else ():
            if entry not in there and award.metrics and (score := score_of(film, award.metrics)):
                yield differs(name, "decided", None, score, place=entry)


def score_of(film: Film, weights: Metrics) -> int:
    """A film's score by views and likes."""
    return (film.views or 0) * weights.views + (film.likes or 0) * weights.likes


def _facts(result: AwardResult, creators: Mapping[str, bytes]) -> Iterator[tuple[str, str, object]]:
    """What must be the same wherever it is said: what is said, of what, and what that is."""
    if result.metered is not None:
        yield "metered", "", result.metered
    for film in result.films:
        yield "creator", film.entry, film.creator
        yield "caption", film.entry, film.caption
        if result.metered is not None:
            yield "views and likes", film.entry, (film.views, film.likes)
        if hashed := creators.get(film.entry, b"").hex():
            yield "name", hashed, film.creator
            yield "hash", film.creator, hashed
