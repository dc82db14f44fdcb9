"""Recounting: what is stored of a live, or of a festival's votes, beside what its totals say. It only reads.

Answers for: reading every batch once, the quarantine, and every place in which the two sides differ.
Refuses: mending totals. Settlement is the authority, and a second writer would break the rows' positions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.channels import Channel
from chalicelib.domain.reconciliation import Difference, differences
from chalicelib.domain.survey import Survey, Taking
from chalicelib.domain.tally import Tally, add_tallies, only_markets
from chalicelib.store.quarantine import Kept, Quarantine
from chalicelib.store.reactions import Reactions
from chalicelib.store.totals import Totals

_REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Compared:
    """A live's stored batches beside its totals.

    `totals` and `quarantined` together are what should be stored; `gone` are quarantined batches that are not. `records` is the
    number of quarantined records.
    """

    survey: Survey
    totals: Tally
    quarantined: Tally
    records: int
    differences: tuple[Difference, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recounting:
    """Reads what is stored and what was counted."""

    reactions: Reactions
    totals: Totals
    quarantine: Quarantine

    def compare(self, live: Channel, taking: Taking) -> Compared:
        """Everything of a live, or of a part of a festival. It reads the totals first: what is counted meanwhile makes them look
        late, never too high.

        Raises: StorageRefused; ValueError for an item that no release has written.
        """
        rows = list(self.totals.rows(live.id, consistent=True))
        kept = list(self.quarantine.of_live(live.id))
        survey = Survey(taking, {each.batch for each in kept})
        for batch in self.reactions.of_channel(live):
            survey.add(batch)
        counted = add_tallies({row.minute: only_markets(row.markets, taking.markets)} for row in rows if row.minute is not None)
        quarantined = add_tallies(_part(each, survey.watched) for each in _different(kept))
        return Compared(
            survey,
            counted,
            quarantined,
            len(kept),
            tuple(differences(survey.stored, add_tallies([counted, quarantined]))),
            tuple(sorted({each.batch for each in kept} - survey.watched.keys())),
        )


def _different(kept: Iterable[Kept]) -> Iterable[Kept]:
    """Each quarantined part once: of a batch that is kept whole, its rows are no more."""
    whole = {each.batch for each in kept if each.row is None}
    return {each for each in kept if each.row is None or each.batch not in whole}


def _part(kept: Kept, tallies: Mapping[str, Tally]) -> Tally:
    """What is missing from the totals because of a quarantined record: all of its batch, or one row's minute."""
    tally = tallies.get(kept.batch, {})
    if kept.row is None:
        return tally
    minute = kept.row.partition("#")[0]
    return {} if minute == _REHEARSAL else {key: markets for key, markets in tally.items() if key == int(minute)}
