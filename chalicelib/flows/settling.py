"""Settling: the authoritative recount of a live after it has closed, and its statement.

Answers for: when a live may be settled, what stops it, and the order in which things are written: ledger, statement, the record
that the live is settled, the chain; after that the campaign (`settling_campaign.py`).
Under a retry, killed at any point or run twice at once: the same bytes in the same places, and what is settled stays settled.
Refuses: computing money around a hole. What cannot be read or is missing stops the live, and nothing of it is published.
"""

from dataclasses import replace
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import settlement, statement
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Live
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.payments import Payment
from chalicelib.domain.recount import Recount
from chalicelib.domain.settlement import Findings
from chalicelib.domain.statement import MAX_FOLDERS, Exclusion, Statement
from chalicelib.domain.survey import Taking
from chalicelib.flows.decisions import PLAINLY, Case, Decision, NotSettled, RuleChanged, TooEarly, refuse
from chalicelib.flows.ledgers import Ledgers
from chalicelib.flows.records import Records
from chalicelib.flows.recounting import Recounting
from chalicelib.flows.settling_campaign import CampaignSettler
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.reports import JSON, Reports, Taken
from chalicelib.store.statements import Statements

CHECK_AFTER_MS = 60 * 60 * 1000


class Settler:
    """Settles lives. `software` names the release in statements."""

    def __init__(
        self,
        campaigns: Campaigns,
        recounting: Recounting,
        published: Reports,
        statements: Statements,
        fence_ms: int,
        software: str,
    ) -> None:
        self._records = Records(campaigns, statements)
        self._recounting = recounting
        self._published = published
        self._fence_ms = fence_ms
        self._software = software

    def settle(self, campaign: str, live: str, now_ms: int, decision: Decision = PLAINLY) -> Settled:
        """Settle a live and give its record; one that is settled stays as it is, unless the decision is to correct it.

        Raises: NotSettled; StorageRefused, after which it can be tried again.
        """
        applied = self._records.applied(campaign)
        settled = applied.settled.get(live)
        if settled is None:
            if decision.correct is not None or decision.include_batches:
                raise NotSettled("there is no statement yet that could be corrected")
            settled = self._settle(applied, applied.campaign.live(live), now_ms, decision)
        elif decision != PLAINLY:
            settled = self._correct(applied, settled, now_ms, decision)
        settled = self._records.link(campaign, settled)
        self._settle_campaign(campaign, now_ms)
        return settled

    def settle_all(self, now_ms: int) -> dict[str, int]:
        """Settle every live whose time has come, finish what was interrupted, and count again what was settled an hour ago.

        A live that cannot be settled does not stop the others. Raises: ExceptionGroup of all failures, at the end.
        """
        done = {"settled": 0, "checked": 0}
        failures: list[Exception] = []
        for campaign in self._records.campaigns.names():
            try:
                applied = self._records.applied(campaign)
            except Exception as error:
                telemetry.settling_failed(campaign, "", error)
                failures.append(error)
                continue
            for live in applied.campaign.lives:
                try:
                    done["settled"] += self._settle_if_due(applied, live, now_ms)
                    done["checked"] += self._check_if_due(applied, live, now_ms)
                except Exception as error:
                    telemetry.settling_failed(campaign, live.id, error)
                    failures.append(error)
        if failures:
            raise ExceptionGroup("some lives could not be settled", failures)
        return done

    def _correct(self, applied: Applied, settled: Settled, now_ms: int, decision: Decision) -> Settled:
        """Settle once more; what the statement before left out is left out again, unless it is to be taken again by name.

        The same correction twice is one.
        """
        if decision.correct is None:
            raise NotSettled("it is settled already: what is decided now needs a correction")
        before = self._records.statements.of_live(settled)
        live = applied.campaign.live(before.live)
        excluded = before.exclusion or Exclusion((), "")
        known = frozenset(excluded.batches)
        same = before.corrects is not None and before.corrects.reason == decision.correct
        if same and not decision.include_batches & known and self._leaves_out(applied, live, decision) <= known:
            return settled
        if unknown := decision.include_batches - known:
            raise NotSettled(f"not left out, so it cannot be taken again: {', '.join(sorted(unknown))}")
        still = known - decision.include_batches
        reasons = (excluded.reason if still else "", decision.exclude_because)
        because = "; ".join(dict.fromkeys(filter(None, reasons)))
        decision = replace(decision, exclude_batches=decision.exclude_batches | still, exclude_because=because)
        return self._settle(applied, live, now_ms, decision)

    def _leaves_out(self, applied: Applied, live: Live, decision: Decision) -> frozenset[str]:
        """The batches that a decision leaves out, by their names; of a key that signed none, the key itself.

        Statements name batches, not keys: what a key signed has to be read.
        """
        if not decision.exclude_keys:
            return decision.exclude_batches
        survey = self._recounting.compare(live, _taking(applied, live, decision)).survey
        return decision.exclude_batches.union(survey.excluded_batches, decision.exclude_keys - survey.excluded_keys)

    def _settle_if_due(self, applied: Applied, live: Live, now_ms: int) -> bool:
        settled, whole = applied.settled.get(live.id), applied.campaign_settled
        unfinished = settled is not None and (
            settled.link is None or whole is None or whole.link is None or whole.at_ms < settled.at_ms
        )
        due = settled is None and now_ms >= live.closes_at_ms + self._fence_ms
        if due or unfinished:
            self.settle(applied.campaign.id, live.id, now_ms)
        return due

    def _check_if_due(self, applied: Applied, live: Live, now_ms: int) -> bool:
        """Count the batches of a settled live once more, an hour later. Raises: NotSettled when they are others: an alarm."""
        settled = applied.settled.get(live.id)
        if settled is None or settled.checked_ms is not None or now_ms < settled.at_ms + CHECK_AFTER_MS:
            return False
        settled = self._records.applied(applied.campaign.id).settled[live.id]  # it may have been linked a moment ago
        published = self._records.statements.of_live(settled)
        excluded = frozenset(published.exclusion.batches if published.exclusion else ())
        taking = _taking(applied, live, Decision(exclude_batches=excluded))
        taken = self._recounting.compare(live, taking).survey.taken
        if (taken.batches, taken.accepted) != (published.receipts.batches, published.receipts.accepted):
            raise NotSettled(f"{live.id}: {taken.batches} batches an hour after {published.receipts.batches} were settled")
        self._records.campaigns.settle(applied.campaign.id, msgspec.structs.replace(settled, checked_ms=now_ms), settled)
        return True

    def _settle(self, applied: Applied, live: Live, now_ms: int, decision: Decision) -> Settled:
        opens_ms = live.closes_at_ms + self._fence_ms
        if now_ms < opens_ms:
            raise TooEarly(f"{live.id} closes at {utc(live.closes_at_ms)} and can be settled from {utc(opens_ms)} on")
        before = applied.settled.get(live.id)
        rule_sha256 = self._frozen(applied, live)
        compared = self._recounting.compare(live, _taking(applied, live, decision))
        refuse(compared, decision)
        case = Case(compared, decision, rule_sha256, before)
        number = before.number + 1 if before else 1
        for folder in statement.folders(applied.campaign.id, live.id, number):
            try:
                digest = self._publish(applied, live, folder, case)
            except Taken:
                continue  # another decision has begun here
            settled = Settled(live.id, number, folder, digest, now_ms)
            if self._records.put(applied.campaign.id, settled, before):
                telemetry.live_settled(live.id, number, digest)
                return settled
            settled = self._records.applied(applied.campaign.id).settled[live.id]
            if decision != PLAINLY and settled.statement_sha256 != digest:
                raise NotSettled("somebody else settled it meanwhile, and not so: look at that statement and decide again")
            return settled
        raise Taken(f"{applied.campaign.id}/live-{live.id}: {MAX_FOLDERS} folders in a row")

    def _frozen(self, applied: Applied, live: Live) -> str:
        """The SHA-256 of the frozen rule, which is published unless it is already. Raises: RuleChanged."""
        rule = frozen_part(applied.campaign, live.id)
        try:
            self._published.write_once(f"rules/{live.id}.json", rule, JSON)
        except Taken as error:
            raise RuleChanged(f"the rule of {live.id} in force is not the one in rules/{live.id}.json") from error
        return sha256(rule).hexdigest()

    def _publish(self, applied: Applied, live: Live, folder: str, case: Case) -> str:
        """Write ledger and statement, unless an equal decision has written them; gives the statement's SHA-256. Raises: Taken."""
        if (adopted := self._records.statements.at(folder)) is not None:
            if not case.made(msgspec.json.decode(adopted, type=Statement)):
                raise Taken(folder)
            return sha256(adopted).hexdigest()
        survey = case.compared.survey
        recount = Recount(live, survey.named_markets)
        ledgers = Ledgers(self._recounting.reactions, self._published)
        ledger = ledgers.write(folder, recount, survey.taking, survey.taken.accepted)
        for_senders = ledgers.write_for_senders(folder, recount, survey.taking)
        found = Findings(
            survey=survey,
            recount=recount,
            reconciled=case.reconciled,
            quarantined_records=case.compared.records,
            exclusion=case.exclusion,
            payments=_paid_before(applied, live, live.closes_at_ms + self._fence_ms),
            ledger=ledger,
            for_senders=for_senders,
            rule_sha256=case.rule_sha256,
            corrects=case.corrects,
            software=self._software,
        )
        body = statement.encode(settlement.statement(applied, live.id, found))
        self._published.write_once(f"{folder}/{statement.NAME}", body, JSON)
        return sha256(body).hexdigest()

    def _settle_campaign(self, campaign: str, now_ms: int) -> None:
        CampaignSettler(self._records, self._published, self._software).settle(campaign, now_ms)


def _taking(applied: Applied, live: Live, decision: Decision) -> Taking:
    codes = frozenset(applied.campaign.market_codes)
    limits = applied.campaign.limits
    return Taking(live.closes_at_ms, codes, limits, decision.exclude_batches, decision.exclude_keys)


def _paid_before(applied: Applied, live: Live, moment_ms: int) -> tuple[Payment, ...]:
    """The live's payments that were on record when it could first be settled: an interrupted run's statement stays the same."""
    return tuple(each for each in applied.payments if each.live == live.id and each.recorded_at < utc(moment_ms))
