"""Reporting a festival: what its part of a report is made from, read as it is now.

Answers for: until the result is sealed, entries and the moments of snapshots out of the table; from then on what was sealed, so
that a report stays as it is when stored batches expire. Of results it reads those of revealed awards, and no other.
Refuses: being stopped by a batch that cannot be read. It is left out and counted; the closing is what it stops.
"""

from dataclasses import dataclass

from chalicelib.domain import channels, metrics
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.entrants import EntryDecision, EntryLine, entrants
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_report import EntryStands, FestivalSources
from chalicelib.domain.standing import LiveTotals, fold
from chalicelib.domain.survey import Survey, Taking
from chalicelib.flows.gathering import entry_numbers
from chalicelib.store.reactions import Reactions
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals


@dataclass(frozen=True, slots=True)
class FestivalReporting:
    """Reads what a report says of a festival."""

    reactions: Reactions
    totals: Totals
    statements: Statements

    def sources(self, applied: Applied, festival: Festival, decisions: tuple[EntryDecision, ...]) -> FestivalSources:
        """Everything of a campaign's festival. Raises: StorageRefused, Altered."""
        votes = self._votes(applied.campaign)
        if applied.festival_settled is not None:
            return self._sealed(applied, applied.festival_settled, votes)
        return self._open(applied.campaign, festival, votes, decisions)

    def _open(
        self, campaign: Campaign, festival: Festival, votes: LiveTotals | None, decisions: tuple[EntryDecision, ...]
    ) -> FestivalSources:
        entered, seen = self._taken(campaign, "entries"), self._taken(campaign, "metrics")
        found = entrants(entered.batches, festival, decisions)
        return FestivalSources(
            entries=tuple(EntryStands(each.entered.posted_ms, each.reasons, each.standing) for each in found.by_id.values()),
            entered=entry_numbers(found, entered.survey.taken),
            votes=votes,
            snapshots=tuple(metrics.unpack(each.packed).at_ms for each in seen.batches),
            unreadable=len(entered.survey.unreadable) + len(seen.survey.unreadable),
            newest_ms=max(entered.survey.newest_ms, seen.survey.newest_ms),
        )

    def _sealed(self, applied: Applied, settled: Settled, votes: LiveTotals | None) -> FestivalSources:
        statement = self.statements.of_festival(settled)
        lines = (line for file in statement.entries for line in self.statements.lines(settled, file, EntryLine))
        return FestivalSources(
            entries=tuple(EntryStands(each.posted_ms, each.reasons, each.standing) for each in lines),
            entered=statement.entered,
            votes=votes,
            snapshots=None,
            sealed={each.award: each.sha256 for each in statement.awards},
            results={award: self.statements.of_award(settled, award) for award in applied.revealed},
        )

    def _votes(self, campaign: Campaign) -> LiveTotals | None:
        channel = channels.of_festival(campaign, "votes")
        return None if channel is None else fold(channel, self.totals.rows(channel.id, consistent=True), channel.awards)

    def _taken(self, campaign: Campaign, part: Part) -> "_Taken":
        """The batches of a part that can be read and count as it stands, in memory."""
        channel = channels.of_festival(campaign, part)
        survey = Survey(Taking(channel.closes_at_ms if channel else 0, frozenset(), campaign.limits))
        batches: list[StoredBatch] = []
        for batch in self.reactions.of_channel(channel) if channel else ():
            unreadable = len(survey.unreadable)
            survey.add(batch)
            if len(survey.unreadable) == unreadable and survey.taking.takes(batch):
                batches.append(batch)
        return _Taken(survey, batches)


@dataclass(frozen=True, slots=True)
class _Taken:
    survey: Survey
    batches: list[StoredBatch]
