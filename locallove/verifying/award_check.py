"""Checking an award's result: it is decided again from what the ledgers have and what the platform and the jury said.

Answers for: each film's score and place, who wins, ties, and who would win with the votes that are held apart; that nothing is
there that does not belong to how the award is decided.
Refuses: files, counting votes (`vote_count.py`), and taking a score or a mean from the result: all are computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from chalicelib.domain import award_result, jury
from chalicelib.domain.award_result import VERSION, AwardResult, Film
from chalicelib.domain.awarding import Candidate, Outcome, Tied, outcome, places
from chalicelib.domain.entrants import Entrant
from chalicelib.domain.festival import Award, Festival, Jury
from locallove.verifying.findings import Difference, compared, differs
from locallove.verifying.metric_check import metric_differences, score_of
from locallove.verifying.vote_count import VoteCount

_Means = Mapping[str, tuple[Fraction, ...]]


@dataclass(slots=True)
class AwardCheck:
    """One award's result being checked; `votes` is what its ledger comes to, if it is decided by votes."""

    festival: Festival
    award: Award
    entrants: Mapping[str, Entrant]
    name: str
    result: AwardResult
    votes: VoteCount | None
    _films: dict[str, Film] = field(init=False)

    def __post_init__(self) -> None:
        self._films = {film.entry: film for film in self.result.films}

    def differences(self, campaign: str) -> Iterator[Difference]:
        """Whatever is not as the rule says, or not what comes out."""
        award, result = self.award, self.result
        said = [result.version, result.campaign, result.award, result.name, result.by]
        yield from compared(self.name, "rule", said, [VERSION, campaign, award.id, award.name, award_result.way(award)], "award")
        yield from self._form_differences()
        if result.metered is not None:
            yield from metric_differences(self.name, result.metered, self._films, self.festival)
        means = jury.means(list(self._scores()), award.jury) if award.jury else {}
        if award.jury is not None:
            yield from self._jury_differences(award.jury)
        scores = self._computed(means)
        yield from self._film_differences(scores, means)
        yield from self._winner_differences(scores, means)

    def _form_differences(self) -> Iterator[Difference]:
        """What must be there for this way of deciding, and nothing else."""
        award, result, metrics = self.award, self.result, award_result.uses_metrics(self.award)
        parts = [result.metered is not None, result.votes is not None, result.judged is not None]
        yield from compared(self.name, "rule", parts, [metrics, award.votes is not None, award.jury is not None], "parts")
        expected = [metrics, metrics, award.votes is not None, len(award.jury.criteria) if award.jury else 0]
        for film in result.films:
            says = [film.views is not None, film.likes is not None, film.held is not None, len(film.means)]
            yield from compared(self.name, "rule", says, expected, film.entry)
            entrant = self.entrants.get(film.entry)
            posted = entrant.entered.posted_ms if entrant is not None and entrant.competes else None
            yield from compared(self.name, "decided", film.posted_ms, posted, f"{film.entry}.posted_ms")

    def _scores(self) -> Iterator[jury.Score]:
        """The jury's scores that can be ones."""
        rule, judged = self.award.jury, self.result.judged
        for each in judged.scores if rule and judged else ():
            if (
                rule
                and len(each.scores) == len(rule.criteria)
                and all(cell and jury.is_score(cell, rule) for cell in each.scores)
            ):
                yield each

    def _jury_differences(self, rule: Jury) -> Iterator[Difference]:
        """Scores that none can be, and whether each juror, by number, scored each film once."""
        given = self.result.judged.scores if self.result.judged else ()
        good = {(each.entry, each.juror) for each in self._scores()}
        for each in given:
            if (each.entry, each.juror) not in good:
                yield differs(self.name, "score", each.scores, f"0-{rule.highest}", place=f"{each.entry}, {each.juror}")
        entries, jurors = sorted({each.entry for each in given}), len({each.juror for each in given})
        if len(given) != len(entries) * jurors:
            yield differs(self.name, "decided", len(given), len(entries) * jurors, place="judged.scores")
            return
        all_of = sorted([entry, str(number)] for entry in entries for number in range(1, jurors + 1))
        yield from compared(self.name, "decided", sorted([each.entry, each.juror] for each in given), all_of, "judged.scores")

    def _computed(self, means: _Means) -> dict[str, Fraction]:
        """Of each film that is in question its score."""
        if self.award.jury is not None:
            return jury.weighted(means, self.award.jury)
        if self.votes is not None:
            return {entry: Fraction(self.votes.counted.get(entry, 0)) for entry in {*self.votes.counted, *self.votes.held}}
        weights = self.award.metrics
        found = {entry: score_of(film, weights) for entry, film in self._films.items()} if weights else {}
        return {entry: Fraction(score) for entry, score in found.items() if score}

    def _film_differences(self, scores: Mapping[str, Fraction], means: _Means) -> Iterator[Difference]:
        placed = places(self._candidates(scores, means))
        held = self.votes.held if self.votes else {}
        again: dict[str, Any] = {
            each.candidate.entry: {
                "place": each.place,
                "score": str(each.candidate.score),
                "means": [str(mean) for mean in means.get(each.candidate.entry, ())],
                "held": held.get(each.candidate.entry, 0) if self.votes else None,
            }
            for each in placed
        }
        says = {
            entry: {"place": film.place, "score": film.score, "means": film.means, "held": film.held}
            for entry, film in self._films.items()
        }
        yield from compared(self.name, "decided", says, again, "films")
        yield from compared(self.name, "decided", [film.entry for film in self.result.films], [*again], "films.order")

    def _winner_differences(self, scores: Mapping[str, Fraction], means: _Means) -> Iterator[Difference]:
        result = self.result
        decided = self._outcome(self._candidates(scores, means))
        first = [each.candidate.entry for each in decided.placed if each.place == 1]
        tied = first if decided.decided_by == "jury" else None
        says = [result.winner, result.decided_by, result.tie.entries if result.tie else None]
        yield from compared(self.name, "decided", says, [decided.winner, decided.decided_by, tied], "winner")
        if result.votes is None or self.votes is None:
            return
        held, suspected = self.votes.held, {reason: number for reason, number in self.votes.suspected.items() if number}
        numbers = [result.votes.counted, result.votes.held, result.votes.not_counted]
        found = [sum(self.votes.counted.values()), suspected, self.votes.not_counted]
        yield from compared(self.name, "decided", numbers, found, "votes")
        together = {entry: score + held.get(entry, 0) for entry, score in scores.items()}
        with_held, shown = self._outcome(self._candidates(together, means)), result.votes.with_held
        if with_held.decided_by == "tie" and result.tie is None and shown.decided_by == "jury":
            # The jury's word on this tie may be on record, although it was not needed without the held votes.
            first = [each.candidate.entry for each in with_held.placed if each.place == 1]
            with_held = Outcome((), shown.winner if shown.winner in first else None, "jury")
        yield from compared(
            self.name, "decided", [shown.winner, shown.decided_by], [with_held.winner, with_held.decided_by], "with_held"
        )

    def _outcome(self, candidates: list[Candidate]) -> Outcome:
        """Who wins; a tie goes by the jury's word, of which the result is all that is known. A tie without it has no winner."""
        try:
            return outcome(self.award.id, self.award.tie_breaks, candidates, self.result.winner if self.result.tie else None)
        except Tied:
            return Outcome(places(candidates), None, "tie")

    def _candidates(self, scores: Mapping[str, Fraction], means: _Means) -> list[Candidate]:
        return [Candidate(entry, score, tuple(self._breaks(entry, means))) for entry, score in scores.items()]

    def _breaks(self, entry: str, means: _Means) -> Iterator[Fraction]:
        film, entrant = self._films.get(entry), self.entrants.get(entry)
        criteria = [each.id for each in self.award.jury.criteria] if self.award.jury else []
        for name in self.award.tie_breaks:
            if criteria:
                yield means[entry][criteria.index(name)]
            elif name == "posted":
                yield Fraction(-entrant.entered.posted_ms if entrant else 0)
            else:
                yield Fraction((film and getattr(film, name)) or 0)
