"""Checking a festival: its statement, the awards that are revealed, and whatever follows from entries, votes, views and scores.

Answers for: every hash; who competes; which votes count; each film's score and place, and who wins, decided again by the rule.
Awards that are still sealed are named, and nothing of them is checked.
Refuses: knowing more than the files say: which votes are suspect, and what was viewed and liked, is the platform's word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

import msgspec

from chalicelib.domain import award_result, jury, ledger
from chalicelib.domain.award_result import AwardResult, EntryLine, FestivalStatement, Film
from chalicelib.domain.awarding import Candidate, Outcome, Tied, outcome
from chalicelib.domain.channels import result_of
from chalicelib.domain.entrants import Entrant, standing
from chalicelib.domain.entries import Entered, reasons
from chalicelib.domain.festival import Award, Festival, Voting
from chalicelib.domain.frozen import FestivalRule
from chalicelib.domain.poll import Ballot, Line
from chalicelib.domain.statement import NAME, RULE, File
from locallove.verifying.chain_check import Known
from locallove.verifying.checking import Checking
from locallove.verifying.evidence import Unreadable
from locallove.verifying.findings import CHECKS, Check, Difference, compared, differs
from locallove.verifying.ledger_count import Weighed

T = TypeVar("T", bound=msgspec.Struct)


def check_festival(checking: Checking, each: Known, found: FestivalStatement) -> None:
    """Check a festival's statement, and of its awards those that are revealed."""
    _Festival(checking, each.file, found).check()


@dataclass(slots=True)
class _Festival:
    """One festival's statement being checked; `entrants` and `creators` are what its ledger of entries comes to."""

    checking: Checking
    file: str
    found: FestivalStatement
    entrants: dict[str, Entrant] = field(default_factory=dict)
    creators: dict[str, bytes] = field(default_factory=dict)

    def check(self) -> None:
        rule = self._rule()
        if rule is None:
            return
        revealed = [each for each in self.found.awards if self._name(award_result.file_name(each.award)) in self._names]
        for each in self.found.awards:
            if each not in revealed:
                self.checking.checks.append(Check(self._name(award_result.file_name(each.award)), CHECKS["sealed"], None))
        if revealed:
            self.checking.check(self._name(""), "entries", list(self._entries(rule.festival)))
        awards = {award.id: award for award in rule.festival.awards}
        for each in revealed:
            name = self._name(award_result.file_name(each.award))
            self.checking.check(name, "award", list(self._award(rule.festival, awards.get(each.award), name, each.sha256)))

    @property
    def _names(self) -> frozenset[str]:
        return self.checking.evidence.names

    def _name(self, name: str) -> str:
        return self.file.removesuffix(NAME) + name

    def _rule(self) -> FestivalRule | None:
        """The frozen festival, which must be this statement's."""
        beside = self._name(RULE)
        name = beside if beside in self._names else f"rules/{result_of(self.found.campaign)}.json"
        wrong: list[Difference] = []
        rule = self._read(name, self.found.rule_sha256, FestivalRule, wrong)
        if rule is not None:
            wrong += compared(self.file, "rule", self.found.campaign, rule.campaign, "campaign")
            said = [(each.award, each.name) for each in self.found.awards]
            wrong += compared(self.file, "rule", said, [(award.id, award.name) for award in rule.festival.awards], "awards")
        self.checking.check(name, "rule", wrong)
        return rule

    def _read(self, name: str, digest: str, form: type[T], wrong: list[Difference]) -> T | None:
        """A file that must have this hash."""
        body = self.checking.body(name, wrong, self.file)
        if body is None:
            return None
        if sha256(body).hexdigest() != digest:
            wrong.append(differs(name, "sha256", digest, sha256(body).hexdigest(), by=self.file))
        try:
            return msgspec.json.decode(body, type=form)
        except (ValueError, RecursionError) as error:
            wrong.append(differs(name, "form", None, str(error)))
            return None

    def _lines(self, files: tuple[File, ...], form: type[T], wrong: list[Difference], by: str) -> Iterator[tuple[str, int, T]]:
        """Each line of a ledger, with its file and number."""
        for listed in files:
            name = self._name(listed.name)
            if name not in self._names:
                wrong.append(differs(name, "missing", None, None, by=by))
                continue
            self.checking.cover(name)
            weighed, number = Weighed(listed.bytes), 0
            try:
                for number, line in enumerate(ledger.read(weighed.through(self.checking.evidence.parts(name)), form), start=1):
                    yield name, number, line
            except Unreadable as error:
                wrong.append(differs(name, "unreadable", None, str(error)))
                continue
            except (ValueError, RecursionError) as error:
                wrong.append(differs(name, "line", None, str(error), place=number + 1))
            wrong += weighed.differences(name, listed, by)
            wrong += compared(name, "lines", listed.lines, number)

    def _entries(self, festival: Festival) -> Iterator[Difference]:
        """Each entry's reasons and standing again, and how many there are."""
        wrong: list[Difference] = []
        before = ""
        for name, number, line in self._lines(self.found.entries, EntryLine, wrong, self.file):
            if line.id <= before:
                yield differs(name, "order", line.id, before, place=number)
            before = line.id
            entered = Entered(line.id, line.creator, line.hashtags, line.posted_ms, line.duration, line.attested, "")
            why = reasons(entered, festival)
            entrant = Entrant(entered, why, standing(why, line.verdict))
            yield from compared(name, "entry_line", [line.reasons, line.standing], [why, entrant.standing], line.id)
            self.entrants[line.id] = entrant
            self.creators[line.id] = bytes.fromhex(line.creator)
        yield from wrong
        numbers = [len(self.entrants), sum(each.competes for each in self.entrants.values())]
        yield from compared(self.file, "decided", [self.found.entered.entries, self.found.entered.competing], numbers, "entered")

    def _award(self, festival: Festival, award: Award | None, name: str, digest: str) -> Iterator[Difference]:
        """An award decided again."""
        wrong: list[Difference] = []
        result = self._read(name, digest, AwardResult, wrong)
        yield from wrong
        if result is None or award is None:
            return
        said = [result.campaign, result.award, result.name, result.by]
        yield from compared(name, "rule", said, [self.found.campaign, award.id, award.name, award_result.way(award)], "award")
        for film in result.films:
            entrant = self.entrants.get(film.entry)
            posted = entrant.entered.posted_ms if entrant is not None and entrant.competes else None
            yield from compared(name, "decided", film.posted_ms, posted, f"{film.entry}.posted_ms")
        if award.votes is not None and festival.voting is not None:
            yield from self._votes(festival.voting, award, result, name)
        elif award.metrics is not None:
            for film in result.films:
                score = (film.views or 0) * award.metrics.views + (film.likes or 0) * award.metrics.likes
                yield from compared(name, "decided", film.score, str(score), f"{film.entry}.score")
        elif award.jury is not None:
            scores = result.judged.scores if result.judged else ()
            means = jury.means(scores, award.jury)
            weighted = jury.weighted(means, award.jury)
            again = {entry: [str(weighted[entry]), [str(each) for each in found]] for entry, found in means.items()}
            yield from compared(name, "decided", {film.entry: [film.score, film.means] for film in result.films}, again, "films")
        yield from self._outcome(award, result, name)

    def _votes(self, voting: Voting, award: Award, result: AwardResult, name: str) -> Iterator[Difference]:
        """The award's votes counted again, line by line."""
        ballot = Ballot(award.id, voting, self.entrants, self.creators)
        wrong: list[Difference] = []
        counted: dict[str, int] = {}
        held: dict[str, int] = {}
        suspects: dict[str, int] = {}
        aside: dict[str, int] = {}
        before, voted = ("", -1, ""), ""
        listed = result.votes.ledger if result.votes else ()
        for file, number, line in self._lines(listed, Line, wrong, name):
            place = line.voter, line.at_ms, line.id
            if place < before:
                yield differs(file, "order", line.id, before[2], place=number)
            before = place
            why = ballot.why_not(bytes.fromhex(line.voter), line.entry, line.at_ms)
            if why is None:
                why, voted = ("repeated" if voted == line.voter else None), line.voter
            if why != line.not_counted:
                yield differs(file, "vote", line.not_counted, why, place=number)
            sums = counted if line.suspect is None else held
            if why is not None:
                aside[why] = aside.get(why, 0) + 1
                continue
            sums[line.entry] = sums.get(line.entry, 0) + 1
            if line.suspect is not None:
                suspects[line.suspect] = suspects.get(line.suspect, 0) + 1
        yield from wrong
        votes = result.votes
        said = [votes.counted, votes.held, votes.not_counted] if votes else None
        yield from compared(name, "decided", said, [sum(counted.values()), suspects, aside], "votes")
        films = {film.entry: [film.score, film.held] for film in result.films}
        again = {entry: [str(counted.get(entry, 0)), held.get(entry, 0)] for entry in {*counted, *held}}
        yield from compared(name, "decided", films, again, "films")

    def _outcome(self, award: Award, result: AwardResult, name: str) -> Iterator[Difference]:
        """Places, winner and what decided it, again; by votes also with those that are held."""
        decided = _decided(award, result, held=False)
        if decided is None:
            yield differs(name, "decided", result.winner, None, place="winner")
            return
        places = {each.candidate.entry: each.place for each in decided.placed}
        said = [result.winner, result.decided_by, {film.entry: film.place for film in result.films}]
        yield from compared(name, "decided", said, [decided.winner, decided.decided_by, places], "winner")
        if result.votes is not None:
            with_held = _decided(award, result, held=True) or Outcome((), None, "tie")
            shown = [result.votes.with_held.winner, result.votes.with_held.decided_by]
            yield from compared(name, "decided", shown, [with_held.winner, with_held.decided_by], "with_held")


def _decided(award: Award, result: AwardResult, *, held: bool) -> Outcome | None:
    """Who wins, with held votes or without; a tie goes by the jury's word, of which the result is all that is known."""
    candidates = [
        Candidate(film.entry, Fraction(film.score) + ((held and film.held) or 0), _breaks(award, film)) for film in result.films
    ]
    try:
        return outcome(award.id, award.tie_breaks, candidates, result.winner if result.tie else None)
    except Tied:
        return None


def _breaks(award: Award, film: Film) -> tuple[Fraction, ...]:
    if award.jury is not None:
        criteria = [each.id for each in award.jury.criteria]
        return tuple(Fraction(film.means[criteria.index(name)]) for name in award.tie_breaks)
    has = {"views": film.views or 0, "likes": film.likes or 0, "posted": -film.posted_ms}
    return tuple(Fraction(has[name]) for name in award.tie_breaks)
