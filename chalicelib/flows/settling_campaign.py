"""Settling a campaign: its own statement, once all its lives are settled, and a corrected one when these are others.

Answers for: the shares under the campaign's cap in one statement over those of the lives, and why it replaces the one before.
Under a retry, killed at any point or run twice at once: the same bytes in the same places.
Refuses: counting anything. It stands on the statements of the lives (`flows/settling.py`).
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec

from chalicelib.domain import settlement, statement
from chalicelib.domain.applied import Settled
from chalicelib.domain.statement import MAX_FOLDERS, CampaignStatement, Correction, Statement
from chalicelib.flows.records import Records
from chalicelib.store.reports import JSON, Reports, Taken


class CampaignSettler:
    """Settles campaigns. `software` names the release in statements."""

    def __init__(self, records: Records, published: Reports, software: str) -> None:
        self._records = records
        self._published = published
        self._software = software

    def settle(self, campaign: str, now_ms: int) -> None:
        """Publish the campaign's statement and put it on record, if all its lives are settled and theirs are not in it yet.

        Raises: Taken, StorageRefused, after which it can be tried again.
        """
        for _ in range(MAX_FOLDERS):
            if self._is_settled(campaign, now_ms):
                return
        raise Taken(f"{campaign}/campaign: {MAX_FOLDERS} others in a row")

    def _is_settled(self, campaign: str, now_ms: int) -> bool:
        """Settle what can be settled; False if somebody else did meanwhile, and perhaps of other statements."""
        applied = self._records.applied(campaign)
        if any(live.id not in applied.settled for live in applied.campaign.lives):
            return True
        before = applied.campaign_settled
        on_record = [applied.settled[live.id] for live in applied.campaign.lives]
        lives = [(self._records.statements.of_live(each), each.statement_sha256) for each in on_record]
        corrects = None
        if before is not None:
            why = "; ".join(_changes(self._records.statements.of_campaign(before), lives))
            if not why:
                self._records.link(campaign, before)
                return True
            corrects = Correction(before.statement_sha256, why)
        number = before.number + 1 if before else 1
        made = settlement.campaign_statement(applied.campaign, lives, corrects, self._software)
        folder, body = self._published_whole(campaign, number, made)
        moment_ms = max(now_ms, *(each.at_ms for each in on_record))  # clocks differ: never before its lives
        settled = Settled(None, number, folder, sha256(body).hexdigest(), moment_ms)
        if not self._records.put(campaign, settled, before):
            return False
        self._records.link(campaign, settled)
        return True

    def _published_whole(self, campaign: str, number: int, made: CampaignStatement) -> tuple[str, bytes]:
        """The folder and bytes of the campaign's statement: written now, or by an interrupted run about the same statements."""
        for folder in statement.folders(campaign, None, number):
            body = self._records.statements.at(folder)
            if body is None:
                body = statement.encode(made)
                try:
                    self._published.write_once(f"{folder}/{statement.NAME}", body, JSON)
                except Taken:
                    continue
                return folder, body
            found = msgspec.json.decode(body, type=CampaignStatement)
            if (found.lives, found.corrects) == (made.lives, made.corrects):
                return folder, body
        raise Taken(f"{campaign}/campaign: {MAX_FOLDERS} folders in a row")


def _changes(before: CampaignStatement, lives: Sequence[tuple[Statement, str]]) -> Iterator[str]:
    """Why a campaign's statement is not over these any more, in words that it shows. The order of the file is no reason."""
    then, now = {share.live: share.statement_sha256 for share in before.lives}, {each.live: digest for each, digest in lives}
    corrected = {live for live in then.keys() & now.keys() if then[live] != now[live]}
    for reason, found in (
        ("a live was added", now.keys() - then.keys()),
        ("a live was taken out", then.keys() - now.keys()),
        ("the statement of a live was corrected", corrected),
    ):
        if found:
            yield f"{reason}: {', '.join(sorted(found))}"
