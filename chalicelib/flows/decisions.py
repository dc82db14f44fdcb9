"""Deciding on a settlement: what stops a live, and what the operator may decide beyond the plain course.

Answers for: every reason for which a live is not settled, with the places; the operator's decisions, each with its reason; what a
statement is made of by them.
Refuses: making up for what is missing without a name.
"""

from dataclasses import dataclass

from chalicelib.domain.answers import CountsAnswer, counts_answer
from chalicelib.domain.applied import Settled
from chalicelib.domain.reconciliation import Difference, in_named
from chalicelib.domain.statement import Correction, Exclusion, Reconciled, Statement
from chalicelib.domain.tally import Tally, add_markets, add_up
from chalicelib.domain.unaccounted import Most
from chalicelib.flows.recounting import Compared


class NotSettled(Exception):
    """The live is not settled; the message says why."""


class TooEarly(NotSettled):
    """The live has not closed, or closed less than a fence ago."""


class Unreadable(NotSettled):
    """Some batches cannot be unpacked. They stop the live unless they are excluded by name."""

    def __init__(self, batches: list[str]) -> None:
        super().__init__(f"{len(batches)} of the batches cannot be unpacked: {', '.join(batches[:10])}")
        self.batches = batches


class ItemsMissing(NotSettled):
    """Less is stored than was counted: nothing is published. `left_out`: batches are left out that explain some of it."""

    def __init__(self, found: tuple[Difference, ...], gone: tuple[str, ...], *, left_out: bool) -> None:
        places = sum(each.missing for each in found)
        beyond = ", more than the unreadable batches that are left out can have held" if left_out else ""
        super().__init__(f"less is stored than was counted, in {places} places{beyond}; {len(gone)} quarantined batches are gone")
        self.differences = found


class Differs(NotSettled):
    """More is stored than was counted, and nobody accepted it: records may still be on their way."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        super().__init__(f"more is stored than was counted, in {len(found)} places")
        self.differences = found


class RuleChanged(NotSettled):
    """The rule in force is not the one that was frozen and published."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the operator decides beyond the plain course, each with a reason that the statement shows.

    `include_batches` takes again what the statement that is corrected leaves out.
    """

    accept_difference: str | None = None
    exclude_batches: frozenset[str] = frozenset()
    exclude_keys: frozenset[str] = frozenset()
    exclude_because: str = ""
    include_batches: frozenset[str] = frozenset()
    correct: str | None = None


PLAINLY = Decision()


def refuse(compared: Compared, decision: Decision) -> None:
    """Raise what stops the live, if something does. Raises: Unreadable, ItemsMissing, Differs; NotSettled for
    an exclusion of what is not there.

    What is missing cannot be accepted, unless excluded batches of which no tally can be read can have held all of it.
    """
    if compared.survey.unreadable:
        raise Unreadable(compared.survey.unreadable)
    unknown = (decision.exclude_batches - set(compared.survey.excluded_batches)) | (
        decision.exclude_keys - compared.survey.excluded_keys
    )
    if unknown:
        raise NotSettled(f"nothing is stored of what is to be left out: {', '.join(sorted(unknown))}")
    explained = decision.accept_difference is not None and compared.survey.unaccounted.explains(compared.differences)
    if compared.gone or (any(each.missing for each in compared.differences) and not explained):
        left_out = decision.accept_difference is not None and compared.survey.unaccounted != Most()
        raise ItemsMissing(compared.differences, compared.gone, left_out=left_out)
    if compared.differences and decision.accept_difference is None:
        raise Differs(compared.differences)


@dataclass(frozen=True, slots=True)
class Case:
    """What a live's statement is made of: what is stored, what the operator decided, the rule, the statement before."""

    compared: Compared
    decision: Decision
    rule_sha256: str
    before: Settled | None

    @property
    def corrects(self) -> Correction | None:
        """The statement that is corrected, if one is."""
        return Correction(self.before.statement_sha256, self.decision.correct or "") if self.before else None

    @property
    def exclusion(self) -> Exclusion | None:
        """What is left out, if anything is."""
        excluded = self.compared.survey.excluded_batches
        return Exclusion(tuple(sorted(excluded)), self.decision.exclude_because) if excluded else None

    @property
    def reconciled(self) -> Reconciled:
        """The totals beside the recount."""
        compared = self.compared
        return Reconciled(
            totals=_sum(compared.totals),
            quarantined=_sum(compared.quarantined),
            recounted=_sum(compared.survey.stored),
            differences=in_named(compared.differences, compared.survey.named_markets),
            accepted_because=self.decision.accept_difference if compared.differences else None,
        )

    def made(self, found: Statement) -> bool:
        """Whether this statement was made of the same case, by a run that was interrupted."""
        return (found.corrects, found.exclusion, found.reconciled) == (self.corrects, self.exclusion, self.reconciled)


def _sum(tally: Tally) -> CountsAnswer:
    return counts_answer(add_up(add_markets(tally.values()).values()))
