"""Awarding: films in their places, and who wins.

Answers for: the order by score and tie-breaks, what decided, and ties that only the jury can decide.
Refuses: rounding, and deciding a tie by anything that was not fixed beforehand. The order of ids decides nothing: films that are
equal share a place.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple


class Tied(Exception):
    """Films share the first place after all tie-breaks; `entries` names them."""

    def __init__(self, award: str, entries: Sequence[str]) -> None:
        super().__init__(f"{award}: {', '.join(entries)} are equal after all tie-breaks: the jury has to decide")
        self.award, self.entries = award, tuple(entries)


class Candidate(NamedTuple):
    """A film, its score, and for each tie-break in its order what it has; more is better in all of them."""

    entry: str
    score: Fraction
    breaks: tuple[Fraction, ...]


class Placed(NamedTuple):
    """A film in its place, from 1; films that are equal share one."""

    place: int
    candidate: Candidate


class Outcome(NamedTuple):
    """All films in their places, who wins, and what decided it: `score`, a tie-break's name, `jury` or `nobody`."""

    placed: tuple[Placed, ...]
    winner: str | None
    decided_by: str


def places(candidates: Iterable[Candidate]) -> tuple[Placed, ...]:
    """The films in their places; among equals in the order of their ids, which decides nothing."""
    ordered = sorted(candidates, key=lambda each: each.entry)
    ordered.sort(key=lambda each: (each.score, each.breaks), reverse=True)
    found: list[Placed] = []
    for _, equals in groupby(ordered, key=lambda each: (each.score, each.breaks)):
        place = len(found) + 1
        found.extend(Placed(place, each) for each in equals)
    return tuple(found)


def outcome(award: str, tie_breaks: Sequence[str], candidates: Iterable[Candidate], jury_decision: str | None) -> Outcome:
    """Who wins. `jury_decision` is the entry that the jury chose, used only where films are equal. Raises: Tied."""
    placed = places(candidates)
    first = [each.candidate for each in placed if each.place == 1]
    if not first or not first[0].score:
        return Outcome(placed, None, "nobody")
    if len(first) > 1:
        tied = [each.entry for each in first]
        if jury_decision not in tied:
            raise Tied(award, tied)
        return Outcome(placed, jury_decision, "jury")
    (winner,) = first
    return Outcome(placed, winner.entry, _decisive(winner, placed, tie_breaks))


def _decisive(winner: Candidate, placed: Sequence[Placed], tie_breaks: Sequence[str]) -> str:
    """What left the winner alone: the score, or the tie-break after which nobody was equal any more."""
    rivals = [each.candidate for each in placed[1:] if each.candidate.score == winner.score]
    decided = "score"
    for place, name in enumerate(tie_breaks):
        if not rivals:
            break
        rivals = [each for each in rivals if each.breaks[place] == winner.breaks[place]]
        decided = name
    return decided
