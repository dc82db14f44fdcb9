"""Proof: what of a settlement anyone may read, by the names under which it is public.

Answers for: which key of the reports bucket a name means: statement, rule, ledger, a festival's results once
they are revealed, and every entry of the chain.
Refuses: all other names, above all senders' files; and handing out the files: who asks is sent to them by a link.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain import award_result
from chalicelib.domain.answers import together, utc
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult, FestivalStatement
from chalicelib.domain.standing import Status, status
from chalicelib.domain.standings import phase
from chalicelib.domain.statement import NAME, RULE, Statement
from chalicelib.flows.definitions import Definitions, NotYetSettled, UnknownFile
from chalicelib.store.reports import Reports
from chalicelib.store.statements import Statements

_ENTRY = re.compile(r"chain-([0-9]{6,9}\.json)")


@dataclass(frozen=True, slots=True)
class Proof:
    """Finds public files. `fence_ms` is how long after its closing a live is settled at the earliest."""

    definitions: Definitions
    statements: Statements
    published: Reports
    fence_ms: int

    def of_live(self, live: str, name: str, now_ms: int) -> str:
        """The key of a file that proves a live's statement.

        Raises: UnknownLive, NotYetSettled, UnknownFile; Altered, StorageRefused.
        """
        campaign, definition = self.definitions.of_live(live, now_ms)
        settled = self.definitions.campaign(campaign.id, now_ms).settled.get(live)
        if settled is None:
            opens = utc(definition.closes_at_ms + self.fence_ms)
            raise NotYetSettled(f"{live} is {status(definition, now_ms)}; it can be settled from {opens} on")
        return self._key(files_of_live(settled, self.statements.of_live(settled)), name)

    def of_campaign(self, campaign: str, name: str, now_ms: int) -> str:
        """The key of a file that proves a campaign's statement.

        Raises: UnknownCampaign, NotYetSettled, UnknownFile; StorageRefused.
        """
        applied = self.definitions.campaign(campaign, now_ms)
        if applied.campaign_settled is None:
            raise NotYetSettled(_how_far(applied, now_ms))
        return self._key({NAME: f"{applied.campaign_settled.folder}/{NAME}"}, name)

    def of_festival(self, campaign: str, name: str, now_ms: int) -> str:
        """The key of a file that proves a festival's result: what belongs to an award only once that is revealed.

        Raises: UnknownFestival, NotYetSettled, UnknownFile; Altered, StorageRefused.
        """
        applied, festival = self.definitions.festival(campaign, now_ms)
        settled = applied.festival_settled
        if settled is None:
            raise NotYetSettled(f"the festival is {phase(applied, festival, now_ms)}, and not closed")
        results = [self.statements.of_award(settled, award) for award in applied.revealed]
        return self._key(files_of_festival(settled, self.statements.of_festival(settled), results), name)

    def _key(self, files: Mapping[str, str], name: str) -> str:
        if name in files:
            return files[name]
        entry = _ENTRY.fullmatch(name)
        # S3 would refuse a link to an entry that is not there, and whoever reads the chain goes on until there is none.
        if entry and self.published.read(f"chain/{entry[1]}"):
            return f"chain/{entry[1]}"
        raise UnknownFile(f"there is {', '.join(files)}, and of the chain chain-000001.json and the following")


def files_of_live(settled: Settled, statement: Statement) -> dict[str, str]:
    """The keys of what belongs to a live's statement, by public name."""
    ledger = {each.name: f"{settled.folder}/{each.name}" for each in statement.ledger}
    return {NAME: f"{settled.folder}/{NAME}", RULE: f"rules/{statement.live}.json", **ledger}


def files_of_festival(settled: Settled, statement: FestivalStatement, revealed: Sequence[AwardResult]) -> dict[str, str]:
    """The keys of what is public of a festival's result, by public name; `revealed` are the awards' results that are."""
    awards = [award_result.file_name(each.award) for each in revealed]
    votes = [file.name for each in revealed if each.votes for file in each.votes.ledger]
    entries = [file.name for file in statement.entries] if revealed else []
    own = {name: f"{settled.folder}/{name}" for name in (NAME, *awards, *entries, *votes)}
    return {**own, RULE: f"rules/{settled.live}.json"}


def _how_far(applied: Applied, now_ms: int) -> str:
    lives = applied.campaign.lives
    statuses = [Status.SETTLED if live.id in applied.settled else status(live, now_ms) for live in lives]
    number = statuses.count(Status.SETTLED)
    return f"{applied.campaign.id} is {together(statuses)}; of its {len(lives)} lives {number} are settled"
