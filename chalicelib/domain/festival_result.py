"""Deciding a festival: every award out of entries, votes, views and scores, the same for whoever decides it again.

Answers for: each award's result, and everything that stands in its way.
Refuses: storage and secrets; what is sealed it makes of a nonce that it is handed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.domain import award_result, jury
from chalicelib.domain.award_result import AwardResult, Film, Judged, MetricNumbers, Tie, VoteNumbers, WithHeld
from chalicelib.domain.awarding import Candidate, Outcome, Placed, Tied, outcome
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.entrants import Entrant, Entrants
from chalicelib.domain.festival import Award, Festival, Jury, ms
from chalicelib.domain.festival_record import FestivalRecord
from chalicelib.domain.jury import Score
from chalicelib.domain.metrics import Metered, Seen
from chalicelib.domain.poll import Poll
from chalicelib.domain.statement import File

UNSEEN = Seen(0, 0, 0)


class Undecided(Exception):
    """Awards that cannot be decided yet; `reasons` says of each why, and what is missing."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Case:
    """All that a festival is decided from. `polls` are the recounted votes of each award by votes, with its ledger's files."""

    campaign: Campaign
    festival: Festival
    entrants: Entrants
    metered: Metered
    record: FestivalRecord
    polls: Mapping[str, tuple[Poll, tuple[File, ...]]]


def results(case: Case, nonce: Callable[[str], str]) -> tuple[AwardResult, ...]:
    """Every award's result; `nonce` gives that of an award. Raises: Undecided with all that is missing, of all awards."""
    decided: list[AwardResult] = []
    missing: list[str] = []
    for award in case.festival.awards:
        try:
            decided.append(_Deciding(case, award).result(nonce(award.id)))
        except Tied as error:
            missing.append(f"{error} (festival jury tie)")
        except Undecided as error:
            missing.extend(error.reasons)
    if missing:
        raise Undecided(missing)
    return tuple(decided)


@dataclass(frozen=True, slots=True)
class _Deciding:
    """One award being decided."""

    case: Case
    award: Award

    def result(self, nonce: str) -> AwardResult:
        award = self.award
        judged, means = self._judged() if award.jury else (None, {})
        scores = self._scores(means)
        decided = self._outcome(scores, means)
        return AwardResult(
            version=award_result.VERSION,
            campaign=self.case.campaign.id,
            award=award.id,
            name=award.name,
            by=award_result.way(award),
            nonce=nonce,
            winner=decided.winner,
            decided_by=decided.decided_by,
            tie=self._tie(decided),
            films=tuple(self._film(each, means) for each in decided.placed),
            metered=self._metered() if award_result.uses_metrics(award) else None,
            votes=self._votes(means) if award.votes else None,
            judged=judged,
        )

    @property
    def _poll(self) -> Poll:
        return self.case.polls[self.award.id][0]

    def _scores(self, means: Mapping[str, tuple[Fraction, ...]]) -> dict[str, Fraction]:
        """Of each film that is in question its score; one that only has held votes has none."""
        competing, award = self.case.entrants.competing, self.award
        if award.jury is not None:
            return jury.weighted(means, award.jury)
        if award.metrics is not None:
            weights = award.metrics
            seen = {entry: self._seen(entry) for entry in competing}
            found = {entry: Fraction(each.views * weights.views + each.likes * weights.likes) for entry, each in seen.items()}
            return {entry: score for entry, score in found.items() if score}
        poll = self._poll
        return {entry: Fraction(poll.counted.get(entry, 0)) for entry in {*poll.counted, *poll.held}}

    def _judged(self) -> tuple[Judged, dict[str, tuple[Fraction, ...]]]:
        """The jury's scores as they are published, and of each film that competes the means. Raises: Undecided."""
        rule, sheet = self._jury, self.case.record.sheet(self.award.id)
        competing = self.case.entrants.competing
        scores = [each for each in sheet.scores if each.entry in competing] if sheet else []
        if sheet is None or not scores:
            raise Undecided([f"{self.award.id}: the jury's scores are missing (festival jury import)"])
        if missing := jury.missing(scores, rule):
            raise Undecided([f"{self.award.id}: the score is missing of {each}" for each in missing])
        numbers = {name: str(number) for number, name in enumerate(sorted({each.juror for each in scores}), start=1)}
        shown = tuple(Score(each.entry, numbers[each.juror], each.scores) for each in scores)
        return Judged(shown, sheet.sha256), jury.means(scores, rule)

    @property
    def _jury(self) -> Jury:
        assert self.award.jury is not None
        return self.award.jury

    def _outcome(self, scores: Mapping[str, Fraction], means: Mapping[str, tuple[Fraction, ...]]) -> Outcome:
        """Who wins by these scores. Raises: Tied."""
        tie = self.case.record.tie(self.award.id)
        candidates = (Candidate(entry, score, tuple(self._breaks(entry, means))) for entry, score in scores.items())
        return outcome(self.award.id, self.award.tie_breaks, candidates, tie.entry if tie else None)

    def _breaks(self, entry: str, means: Mapping[str, tuple[Fraction, ...]]) -> Iterator[Fraction]:
        seen = self._seen(entry)
        has = {"views": seen.views, "likes": seen.likes, "posted": -self._entrant(entry).entered.posted_ms}
        for name in self.award.tie_breaks:
            if self.award.jury is None:
                yield Fraction(has[name])
            else:
                yield means[entry][[each.id for each in self.award.jury.criteria].index(name)]

    def _tie(self, decided: Outcome) -> Tie | None:
        tie = self.case.record.tie(self.award.id)
        if decided.decided_by != "jury" or tie is None:
            return None
        return Tie(tuple(each.candidate.entry for each in decided.placed if each.place == 1), tie.reason, tie.sha256)

    def _film(self, placed: Placed, means: Mapping[str, tuple[Fraction, ...]]) -> Film:
        entry = placed.candidate.entry
        entered = self._entrant(entry).entered
        seen = self._seen(entry) if award_result.uses_metrics(self.award) else None
        return Film(
            place=placed.place,
            entry=entry,
            creator=entered.creator,
            caption=entered.caption,
            posted_ms=entered.posted_ms,
            score=str(placed.candidate.score),
            views=seen.views if seen else None,
            likes=seen.likes if seen else None,
            held=self._poll.held.get(entry, 0) if self.award.votes else None,
            means=tuple(str(each) for each in means[entry]) if self.award.jury else (),
        )

    def _metered(self) -> MetricNumbers:
        found, as_of = self.case.metered, self.case.festival.metrics_as_of
        unknown = sum(entry not in self.case.entrants.by_id for entry in found.seen)
        return MetricNumbers(ms(as_of) if as_of else 0, found.snapshots, found.later, unknown, tuple(found.backwards))

    def _votes(self, means: Mapping[str, tuple[Fraction, ...]]) -> VoteNumbers:
        poll, files = self.case.polls[self.award.id]
        together = {
            entry: Fraction(poll.counted.get(entry, 0) + poll.held.get(entry, 0)) for entry in {*poll.counted, *poll.held}
        }
        try:
            decided = self._outcome(together, means)
        except Tied:
            decided = Outcome((), None, "tie")
        return VoteNumbers(
            counted=sum(poll.counted.values()),
            held=dict(sorted(poll.suspected.items())),
            not_counted=dict[str, int](sorted(poll.not_counted.items())),
            with_held=WithHeld(decided.winner, decided.decided_by),
            ledger=files,
        )

    def _seen(self, entry: str) -> Seen:
        return self.case.metered.seen.get(entry, UNSEEN)

    def _entrant(self, entry: str) -> Entrant:
        return self.case.entrants.by_id[entry]
