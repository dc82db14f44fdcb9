"""Records: what of a campaign is settled, and each statement's place in the chain.

Answers for: putting a settlement on record and its statement into the chain. A statement is linked before the one that corrects
it is put on record: so whoever is slow finds it in the chain, and never links it after its correction.
Refuses: making statements.
"""

from dataclasses import dataclass

import msgspec

from chalicelib.domain.applied import Applied, Settled
from chalicelib.flows.decisions import NotSettled
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.statements import Statements


@dataclass(frozen=True, slots=True)
class Records:
    """Settlements on record, and their statements."""

    campaigns: Campaigns
    statements: Statements

    def applied(self, campaign: str) -> Applied:
        """The campaign in force, with what of it is settled. Raises: NotSettled when there is none, StorageRefused."""
        applied = self.campaigns.get(campaign)
        if applied is None:
            raise NotSettled(f"no campaign {campaign} is in force")
        return applied

    def put(self, campaign: str, settled: Settled, before: Settled | None) -> bool:
        """Put a settlement on record in place of `before`; False, and nothing new, if another is there.

        Raises: StorageRefused, after which it can be tried again.
        """
        if before is not None:
            self.link(campaign, before)
        return self.campaigns.settle(campaign, settled, before)

    def link(self, campaign: str, settled: Settled) -> Settled:
        """What is on record, with the statement's place in the chain, where it is put unless it is there.

        Where somebody put a correction on record meanwhile, that is given. Raises: StorageRefused.
        """
        while settled.link is None:
            place = self.statements.link(campaign, settled.live, settled.statement_sha256)
            linked = msgspec.structs.replace(settled, link=place)
            settled = linked if self.campaigns.settle(campaign, linked, settled) else self._now(campaign, settled)
        return settled

    def _now(self, campaign: str, settled: Settled) -> Settled:
        """What is on record of the same live, the festival's result, or the campaign itself."""
        applied = self.applied(campaign)
        found = applied.settlement_of(settled.live)
        if found is None:
            raise NotSettled(f"the record of {settled.folder} is gone")
        return found
