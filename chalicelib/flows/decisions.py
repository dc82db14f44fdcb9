"""Deciding on a settlement: what stops a live, and what the operator may decide beyond the plain course.

Answers for: every reason for which a live is not settled, with the places; the operator's decisions, each with its reason.
Refuses: making up for what is missing without a name.
"""

from dataclasses import dataclass

from chalicelib.domain.reconciliation import Difference
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
    """What the operator decides beyond the plain course, each with a reason that the statement shows."""

    accept_difference: str | None = None
    exclude_batches: frozenset[str] = frozenset()
    exclude_keys: frozenset[str] = frozenset()
    exclude_because: str = ""
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
