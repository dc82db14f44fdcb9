"""What became of the batches of a kit.

Answers for: exact numbers, the first refused batches, and every batch without a final answer, to be kept and sent again.
Refuses: judging; whether a rejected reaction matters is the caller's to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from locallove.kit.batches import Batch
from locallove.kit.posting import Answer, GaveUp

LISTED_REFUSALS = 100
"""So many refused batches are kept in a report; the number beside them is exact."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: a final answer, or the reason why there is none. Exactly one of the two is there."""

    batch: Batch
    answer: Answer | None = None
    gave_up: GaveUp | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes so far. `accepted`, `rejected`, `outside_window` are reactions as the receipts say; the others batches.

    `replayed` were there at the first attempt. `refusals` are the first of the `refused`, with their problem documents. Of
    `given_up` it is not known whether they are stored: keep them (their text is enough) and send the very same ones again.
    A batch that was handed in twice has two outcomes.
    """

    batches: int = 0
    accepted: int = 0
    rejected: int = 0
    outside_window: int = 0
    replayed: int = 0
    refused: int = 0
    refusals: tuple[Outcome, ...] = ()
    given_up: tuple[Outcome, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every batch has a receipt and every reaction was accepted."""
        return not (self.rejected or self.refused or self.given_up)

    def plus(self, outcome: Outcome) -> Report:
        """This report with one outcome more."""
        answer = outcome.answer
        if answer is None:
            return replace(self, batches=self.batches + 1, given_up=(*self.given_up, outcome))
        receipt = answer.receipt
        if receipt is None:
            refusals = (*self.refusals, outcome)[:LISTED_REFUSALS]
            return replace(self, batches=self.batches + 1, refused=self.refused + 1, refusals=refusals)
        return replace(
            self,
            batches=self.batches + 1,
            accepted=self.accepted + receipt.accepted,
            rejected=self.rejected + receipt.rejected,
            outside_window=self.outside_window + receipt.outside_window,
            replayed=self.replayed + (answer.status == 200 and answer.attempts == 1),
        )
