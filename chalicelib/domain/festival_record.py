"""What operators put on record of a festival: decisions about entries, jurors' scores, the jury's word on ties, and a secret.

Answers for: all of it as one value, which registers hold (`domain/registers.py`).
Refuses: storage, and reading files.
"""

import msgspec

from chalicelib.domain.entrants import EntryDecision
from chalicelib.domain.jury import Sheet, TieDecision


class FestivalRecord(msgspec.Struct, frozen=True):
    """Everything on record, the oldest first. `seal_key` are 32 random bytes, made at the first closing and told to nobody."""

    decisions: tuple[EntryDecision, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    ties: tuple[TieDecision, ...] = ()
    seal_key: bytes = b""

    def sheet(self, award: str) -> Sheet | None:
        """The award's newest sheet of scores."""
        return next((each for each in reversed(self.sheets) if each.award == award), None)

    def tie(self, award: str) -> TieDecision | None:
        """The jury's newest word on a tie for this award."""
        return next((each for each in reversed(self.ties) if each.award == award), None)
