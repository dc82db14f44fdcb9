"""Reporting: all that a campaign's reports are made from, read as it is now.

Answers for: totals, the statements of settled lives, and what is on record beside the counts, as one snapshot.
Refuses: making reports (`domain/reports.py`) and publishing them (`flows/publishing.py`).
"""

from dataclasses import dataclass

from chalicelib.domain.applied import Applied
from chalicelib.domain.reports import Sources
from chalicelib.flows import reading
from chalicelib.store.registers import Registered
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals


@dataclass(frozen=True, slots=True)
class Reporting:
    """Reads what reports say."""

    totals: Totals
    statements: Statements
    registered: Registered

    def sources(self, applied: Applied) -> Sources:
        """Everything of a campaign in force. Raises: StorageRefused, Altered."""
        standing = reading.standing(applied, reading.consistently(self.totals), self.statements.totals_of_live)
        settled = {live: self.statements.of_live(each) for live, each in applied.settled.items()}
        return Sources(standing, settled, self.registered.get(applied.campaign.id))
