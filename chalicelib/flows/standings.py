"""Standings: how a festival stands now, for the public reads.

Answers for: votes received from the totals, results from what was sealed, and of these only what is revealed.
Refuses: deciding anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain import channels, standings
from chalicelib.domain.standings import StandingsAnswer
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.freshness import FreshTotals
from chalicelib.store.statements import Statements


@dataclass(frozen=True, slots=True)
class Standings:
    """Says how festivals stand; `statements` is called once a result is sealed."""

    definitions: Definitions
    totals: FreshTotals
    statements: Callable[[], Statements]

    def of(self, campaign: str, now_ms: int) -> StandingsAnswer:
        """How the campaign's festival stands. Raises: UnknownFestival, Altered, StorageRefused."""
        applied, festival = self.definitions.festival(campaign, now_ms)
        votes = channels.of_festival(applied.campaign, "votes")
        received = None if votes is None else self.totals.votes(applied.campaign, votes, now_ms)
        settled = applied.festival_settled
        results = {award: self.statements().of_award(settled, award) for award in applied.revealed} if settled else {}
        return standings.standings(applied, festival, received, results, now_ms)
