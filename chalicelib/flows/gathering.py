"""Gathering: all that a festival's result depends on, read from what is stored. It only reads.

Answers for: entries as they stand, views and likes, votes beside what was counted of them; and what stops a closing.
Refuses: taking what came after a part had closed, and deciding anything.
"""

from dataclasses import dataclass, field

from chalicelib.domain import channels, metrics, survey
from chalicelib.domain.applied import Applied
from chalicelib.domain.award_result import EntryNumbers, Received
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import FestivalChannel, Part
from chalicelib.domain.entrants import Entrants, EntryDecision, entrants
from chalicelib.domain.festival import Festival, Voting, ms
from chalicelib.domain.metrics import Metered, metered
from chalicelib.domain.tally import Tally, add_markets, add_up
from chalicelib.flows.decisions import Decision, NotSettled, refuse
from chalicelib.flows.recounting import Compared, Recounting


@dataclass(frozen=True, slots=True)
class Polled:
    """A festival's votes: where they are stored, which of the batches are taken, how many votes there are."""

    voting: Voting
    channel: FestivalChannel
    taking: survey.Taking
    received: Received


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read of a festival; `excluded` are batches that the operator left out, as `sender#batch id`."""

    entrants: Entrants
    entered: EntryNumbers
    metered: Metered
    polled: Polled | None
    excluded: tuple[str, ...]


@dataclass(slots=True)
class Gathering:
    """Reads one festival, with what the operator decided about its batches."""

    recounting: Recounting
    campaign: Campaign
    festival: Festival
    decision: Decision
    excluded: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, recounting: Recounting, applied: Applied, decision: Decision) -> "Gathering":
        """Reads this campaign's festival. Raises: NotSettled when it has none."""
        festival = applied.campaign.festival
        if festival is None:
            raise NotSettled(f"{applied.campaign.id} has no festival")
        return cls(recounting, applied.campaign, festival, decision)

    def entrants(self, decisions: tuple[EntryDecision, ...]) -> Entrants:
        """All entries as they stand now. Raises: NotSettled for a batch that cannot be read, StorageRefused."""
        return entrants(self._taken("entries")[0], self.festival, decisions)

    def gathered(self, decisions: tuple[EntryDecision, ...]) -> Gathered:
        """Everything, read once. Raises: NotSettled, StorageRefused."""
        batches, surveyed = self._taken("entries")
        found = entrants(batches, self.festival, decisions)
        entered = entry_numbers(found, surveyed.survey.taken if surveyed else survey.Part())
        seen = self._metered()
        polled = self._polled()
        if unknown := self.decision.exclude_batches - self.excluded:
            raise NotSettled(f"nothing is stored of what is to be left out: {', '.join(sorted(unknown))}")
        return Gathered(found, entered, seen, polled, tuple(sorted(self.excluded)))

    def _polled(self) -> Polled | None:
        channel, voting = channels.of_festival(self.campaign, "votes"), self.festival.voting
        if channel is None or voting is None:
            return None
        compared = self._compared(channel)
        return Polled(voting, channel, compared.survey.taking, _received(compared, self.decision))

    def _metered(self) -> Metered:
        as_of = self.festival.metrics_as_of
        if as_of is None:
            return Metered()
        read = [(metrics.unpack(each.packed), each.batch) for each in self._taken("metrics")[0]]
        read.sort(key=lambda each: (each[0].at_ms, each[1]))
        return metered((snapshot for snapshot, _ in read), ms(as_of))

    def _taken(self, part: Part) -> tuple[list[StoredBatch], Compared | None]:
        """The batches of a part that count, in memory: for entries and snapshots, of which there are few."""
        channel = channels.of_festival(self.campaign, part)
        if channel is None:
            return [], None
        compared = self._compared(channel)
        takes = compared.survey.taking.takes
        return [each for each in self.recounting.reactions.of_channel(channel) if takes(each)], compared

    def _compared(self, channel: FestivalChannel) -> Compared:
        """What is stored of a part beside what was counted of it. Raises: NotSettled where that must stop the result."""
        decision = self.decision
        taking = survey.Taking(
            channel.closes_at_ms, frozenset(channel.awards), self.campaign.limits, decision.exclude_batches, decision.exclude_keys
        )
        compared = self.recounting.compare(channel, taking)
        here = frozenset(compared.survey.excluded_batches)
        refuse(compared, Decision(decision.accept_difference, exclude_batches=decision.exclude_batches & here))
        self.excluded |= here
        return compared


def entry_numbers(found: Entrants, taken: survey.Part) -> EntryNumbers:
    """How many entries came of the batches that are taken."""
    return EntryNumbers(
        batches=taken.batches,
        entries=len(found.by_id),
        competing=len(found.competing),
        rejected=taken.rejected,
        duplicates=found.duplicates,
        conflicts=found.conflicts,
    )


def _received(compared: Compared, decision: Decision) -> Received:
    surveyed = compared.survey
    return Received(
        batches=surveyed.taken.batches,
        accepted=surveyed.taken.accepted,
        rejected=surveyed.taken.rejected,
        late=surveyed.late.accepted,
        counted=_votes(compared.totals),
        quarantined=_votes(compared.quarantined),
        recounted=_votes(surveyed.stored),
        accepted_because=decision.accept_difference if compared.differences else None,
    )


def _votes(tally: Tally) -> int:
    return add_up(add_markets(tally.values()).values()).vote
