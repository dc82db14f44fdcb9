"""Checking a festival: its statement, the awards that are revealed, and whatever follows from entries, votes, views and scores.

Answers for: every hash, the order of these checks, and which files belong to a festival. Awards that are still sealed are named,
and nothing of them is checked.
Refuses: knowing more than the files say: which votes are suspect, and what was viewed and liked, is the platform's word.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import count, takewhile

from chalicelib.domain import award_result
from chalicelib.domain.award_result import AwardResult, FestivalStatement
from chalicelib.domain.channels import result_of
from chalicelib.domain.festival import Award, festival_problems
from chalicelib.domain.frozen import FestivalRule, frozen_festival
from chalicelib.domain.poll import Ballot
from chalicelib.domain.statement import NAME, RULE, File, encode
from locallove.verifying.award_check import AwardCheck
from locallove.verifying.chain_check import Known
from locallove.verifying.checking import Checking
from locallove.verifying.entry_count import EntryCount
from locallove.verifying.festival_fit import fit_differences, list_differences
from locallove.verifying.findings import CHECKS, Check, Difference, compared, differs
from locallove.verifying.metric_check import film_differences
from locallove.verifying.vote_count import VoteCount


def check_festival(checking: Checking, each: Known, found: FestivalStatement) -> None:
    """Check a festival's statement, and of its awards those that are revealed. Without a rule nothing else can be decided."""
    folder, wrong = each.file.removesuffix(NAME), list[Difference]()
    beside = f"{folder}{RULE}"
    file = beside if beside in checking.evidence.names else f"rules/{result_of(found.campaign)}.json"
    rule = checking.read(file, found.rule_sha256, FestivalRule, wrong, each.file)
    problems = list(festival_problems(rule.festival, "/festival")) if rule else []
    wrong += [differs(file, "form", None, str(problem)) for problem in problems]
    if rule is not None and not wrong and sha256(frozen_festival(rule.campaign, rule.festival)).hexdigest() != found.rule_sha256:
        wrong.append(differs(file, "form", None, None))
    checking.check(file, "festival", wrong)
    if rule is not None and not problems:
        _Festival(checking, each.file, folder, found, rule, EntryCount(rule.festival)).check()


@dataclass(slots=True)
class _Festival:
    """One festival's statement being checked; `results` are those of the awards that are revealed, with their files."""

    checking: Checking
    file: str
    folder: str
    found: FestivalStatement
    rule: FestivalRule
    entries: EntryCount
    results: list[tuple[str, Award, AwardResult]] = field(default_factory=list)
    votes: list[VoteCount] = field(default_factory=list)

    def check(self) -> None:
        checking, evidence, found = self.checking, self.checking.evidence, self.found
        awards = {award.id: award for award in self.rule.festival.awards}
        checking.check(self.file, "received", self._statement_differences())
        revealed: list[tuple[Award, str, str]] = []
        for each in found.awards:
            name = f"{self.folder}{award_result.file_name(each.award)}"
            if name in evidence.names and each.award in awards:
                revealed.append((awards[each.award], name, each.sha256))
            else:
                checking.checks.append(Check(name, CHECKS["sealed"], None))
        if not revealed:
            return
        checking.check(self.folder or evidence.shown, "entries", self._entry_differences())
        for award, name, digest in revealed:
            checking.check(name, "award", self._award_differences(award, name, digest))
        checking.check(self.file, "films", film_differences(self.results, self.entries.creators))
        checking.check(self.file, "votes", self._vote_differences())
        self._set_aside()

    def _statement_differences(self) -> Iterator[Difference]:
        found, festival = self.found, self.rule.festival
        yield from compared(self.file, "rule", found.campaign, self.rule.campaign, "campaign")
        said = [(each.award, each.name) for each in found.awards]
        yield from compared(self.file, "rule", said, [(award.id, award.name) for award in festival.awards], "awards")
        yield from fit_differences(self.file, found, festival)
        yield from list_differences(self.file, found.entries, award_result.entries_name, "entries")

    def _entry_differences(self) -> Iterator[Difference]:
        yield from self.checking.ledger(self.folder, self.found.entries, self.file, self.entries.add)
        says = [self.found.entered.entries, self.found.entered.competing]
        yield from compared(self.file, "decided", says, [self.entries.lines, self.entries.competing], "entered")

    def _award_differences(self, award: Award, name: str, digest: str) -> Iterator[Difference]:
        wrong: list[Difference] = []
        result = self.checking.read(name, digest, AwardResult, wrong, self.file)
        yield from wrong
        if result is None:
            return
        if not wrong and sha256(encode(result)).hexdigest() != digest:
            yield differs(name, "form", None, None)
        festival, votes = self.rule.festival, None
        if award.votes is not None and festival.voting is not None:
            ballot = Ballot(award.id, festival.voting.hours, self.entries.entrants, self.entries.creators)
            votes = VoteCount(ballot, dict.fromkeys(result.votes.held if result.votes else (), 0))
            listed = result.votes.ledger if result.votes else ()
            yield from list_differences(name, listed, partial(award_result.votes_name, award.id), "votes.ledger")
            yield from self.checking.ledger(self.folder, listed, name, votes.add)
            self.votes.append(votes)
        self.results.append((name, award, result))
        yield from AwardCheck(festival, award, self.entries.entrants, name, result, votes).differences(self.found.campaign)

    def _vote_differences(self) -> Iterator[Difference]:
        """Votes in the ledgers are those that were accepted: all of them, once all awards by votes are revealed."""
        received, voted = self.found.received, sum(votes.lines for votes in self.votes)
        by_votes = sum(award.votes is not None for award in self.rule.festival.awards)
        if received is not None and (voted > received.accepted or len(self.votes) == by_votes):
            yield from compared(self.file, "counts", received.accepted, voted, "received.accepted")

    def _set_aside(self) -> None:
        """Further files of a ledger: another closing wrote them in this folder before it stopped."""
        ledgers: list[tuple[Sequence[File], Callable[[int], str]]] = [(self.found.entries, award_result.entries_name)]
        for _, award, result in self.results:
            if result.votes is not None:
                ledgers.append((result.votes.ledger, partial(award_result.votes_name, award.id)))
        for files, name in ledgers:
            further = (f"{self.folder}{name(number)}" for number in count(len(files) + 1))
            left = takewhile(self.checking.evidence.names.__contains__, further)
            self.checking.set_aside({*left}, "stopped")
