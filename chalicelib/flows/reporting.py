"""Reporting: all that a campaign's reports are made from, read as it is now.

Answers for: totals, the statements of settled lives, what is on record beside the counts, and a festival (if the campaign has
one), as one snapshot.
Refuses: making reports (`domain/reports.py`) and publishing them (`flows/publishing.py`).
"""

from dataclasses import dataclass

from chalicelib.domain.applied import Applied
from chalicelib.domain.reports import Sources
from chalicelib.flows import reading
from chalicelib.flows.festival_reporting import FestivalReporting
from chalicelib.store.registers import Registered
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals


@dataclass(frozen=True, slots=True)
class Reporting:
    """Reads what reports say."""

    totals: Totals
    statements: Statements
    registered: Registered
    festivals: FestivalReporting

    def sources(self, applied: Applied) -> Sources:
        """Everything of a campaign in force. Raises: StorageRefused, Altered."""
        standing = reading.standing(applied, reading.consistently(self.totals), self.statements.totals_of_live)
        settled = {live: self.statements.of_live(each) for live, each in applied.settled.items()}
        registers, festival = self.registered.get(applied.campaign.id), applied.campaign.festival
        held = self.festivals.sources(applied, festival, registers.festival.decisions) if festival else None
        return Sources(standing, settled, registers, held)
