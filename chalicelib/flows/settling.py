"""Settling: the authoritative recount of a live after it has closed, and its statement.

Answers for: when a live may be settled, what stops it, and the order in which things are written: ledger, statement, the record
that the live is settled, the chain; after the last live the campaign's own statement.
Under a retry, killed at any point or run twice at once: the same bytes in the same places, and what is settled stays settled.
Refuses: computing money around a hole. What cannot be read or is missing stops the live, and nothing of it is published.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import settlement, statement
from chalicelib.domain.answers import CountsAnswer, counts_answer, utc
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Live, frozen_part
from chalicelib.domain.payments import Payment
from chalicelib.domain.reconciliation import in_named
from chalicelib.domain.recount import Recount
from chalicelib.domain.settlement import Findings
from chalicelib.domain.statement import CampaignStatement, Correction, Exclusion, Reconciled, Statement
from chalicelib.domain.survey import Taking
from chalicelib.domain.tally import Tally, add_markets, add_up
from chalicelib.flows.decisions import PLAINLY, Decision, NotSettled, RuleChanged, TooEarly, refuse
from chalicelib.flows.ledgers import Ledgers
from chalicelib.flows.recounting import Compared, Recounting
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.reports import JSON, Reports, Taken
from chalicelib.store.statements import Statements

CHECK_AFTER_MS = 60 * 60 * 1000
MAX_FOLDERS = 20


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
        self._campaigns = campaigns
        self._recounting = recounting
        self._published = published
        self._statements = statements
        self._fence_ms = fence_ms
        self._software = software

    def settle(self, campaign: str, live: str, now_ms: int, decision: Decision = PLAINLY) -> Settled:
        """Settle a live and give its record; one that is settled stays as it is, unless the decision is to correct it.

        Raises: NotSettled; StorageRefused, after which it can be tried again.
        """
        applied = self._applied(campaign)
        settled = applied.settled.get(live)
        if settled is None:
            if decision.correct is not None:
                raise NotSettled("there is no statement yet that could be corrected")
            settled = self._settle(applied, applied.campaign.live(live), now_ms, decision)
        elif decision != PLAINLY:
            settled = self._correct(applied, self._link(campaign, settled), now_ms, decision)
        settled = self._link(campaign, settled)
        self._settle_campaign(campaign, now_ms)
        return settled

    def settle_all(self, now_ms: int) -> dict[str, int]:
        """Settle every live whose time has come, finish what was interrupted, and count again what was settled an hour ago.

        A live that cannot be settled does not stop the others. Raises: ExceptionGroup of all failures, at the end.
        """
        done = {"settled": 0, "checked": 0}
        failures: list[Exception] = []
        for campaign in self._campaigns.names():
            try:
                applied = self._applied(campaign)
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
        """Settle once more, with what the statement before left out left out again; the same correction twice is one."""
        if decision.correct is None:
            raise NotSettled("it is settled already: what is decided now needs a correction")
        before = self._statements.of_live(settled)
        excluded = before.exclusion
        if before.corrects and before.corrects.reason == decision.correct:
            known = frozenset(excluded.batches if excluded else ())
            if decision.exclude_batches <= known:
                return settled
        if excluded is not None:
            because = "; ".join(dict.fromkeys(filter(None, (excluded.reason, decision.exclude_because))))
            batches = decision.exclude_batches | frozenset(excluded.batches)
            decision = replace(decision, exclude_batches=batches, exclude_because=because)
        return self._settle(applied, applied.campaign.live(before.live), now_ms, decision)

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
        settled = self._applied(applied.campaign.id).settled[live.id]  # as it is now: it may have been linked a moment ago
        published = self._statements.of_live(settled)
        excluded = frozenset(published.exclusion.batches if published.exclusion else ())
        taking = _taking(applied, live, Decision(exclude_batches=excluded))
        taken = self._recounting.compare(live, taking).survey.taken
        if (taken.batches, taken.accepted) != (published.receipts.batches, published.receipts.accepted):
            raise NotSettled(f"{live.id}: {taken.batches} batches an hour after {published.receipts.batches} were settled")
        self._campaigns.settle(applied.campaign.id, msgspec.structs.replace(settled, checked_ms=now_ms), settled)
        return True

    def _link(self, campaign: str, settled: Settled) -> Settled:
        """The record, with the statement's place in the chain, where it is put unless it is there."""
        if settled.link is not None:
            return settled
        linked = msgspec.structs.replace(settled, link=self._statements.link(campaign, settled.live, settled.statement_sha256))
        self._campaigns.settle(campaign, linked, settled)
        return linked

    def _applied(self, campaign: str) -> Applied:
        applied = self._campaigns.get(campaign)
        if applied is None:
            raise NotSettled(f"no campaign {campaign} is in force")
        return applied

    def _settle(self, applied: Applied, live: Live, now_ms: int, decision: Decision) -> Settled:
        opens_ms = live.closes_at_ms + self._fence_ms
        if now_ms < opens_ms:
            raise TooEarly(f"{live.id} closes at {utc(live.closes_at_ms)} and can be settled from {utc(opens_ms)} on")
        before = applied.settled.get(live.id)
        rule_sha256 = self._frozen(applied, live)
        compared = self._recounting.compare(live, _taking(applied, live, decision))
        refuse(compared, decision)
        case = _Case(compared, decision, rule_sha256, before)
        number = before.number + 1 if before else 1
        for attempt in range(number, number + MAX_FOLDERS):
            folder = statement.folder(applied.campaign.id, live.id, attempt)
            try:
                digest = self._publish(applied, live, folder, case)
            except Taken:
                continue  # another decision has begun here
            settled = Settled(live.id, number, folder, digest, now_ms)
            if not self._campaigns.settle(applied.campaign.id, settled, before):
                return self._applied(applied.campaign.id).settled[live.id]
            telemetry.live_settled(live.id, number, digest)
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

    def _publish(self, applied: Applied, live: Live, folder: str, case: "_Case") -> str:
        """Write ledger and statement, unless an equal decision has written them; gives the statement's SHA-256. Raises: Taken."""
        if (adopted := self._adopted(folder)) is not None:
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
        """The campaign's own statement, once all its lives are settled; after a correction of one, a corrected one."""
        applied = self._applied(campaign)
        if any(live.id not in applied.settled for live in applied.campaign.lives):
            return
        before = applied.campaign_settled
        lives = [(self._statements.of_live(each), each.statement_sha256) for each in _in_order(applied)]
        if before is not None and _same_lives(self._statements.of_campaign(before), lives):
            self._link(campaign, before)
            return
        number = before.number + 1 if before else 1
        corrects = Correction(before.statement_sha256, "the statement of a live was corrected") if before else None
        made = settlement.campaign_statement(applied.campaign, lives, corrects, self._software)
        folder, body = self._published_whole(campaign, number, made)
        moment_ms = max(now_ms, *(each.at_ms for each in applied.settled.values()))  # clocks differ: never before its lives
        settled = Settled(None, number, folder, sha256(body).hexdigest(), moment_ms)
        if self._campaigns.settle(campaign, settled, before):
            self._link(campaign, settled)

    def _published_whole(self, campaign: str, number: int, made: CampaignStatement) -> tuple[str, bytes]:
        """The folder and bytes of the campaign's statement: written now, or by an interrupted run about the same statements."""
        for attempt in range(number, number + MAX_FOLDERS):
            folder = statement.folder(campaign, None, attempt)
            body = self._adopted(folder)
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

    def _adopted(self, folder: str) -> bytes | None:
        """The statement that an interrupted run has written here."""
        found = self._published.read(f"{folder}/{statement.NAME}")
        return found.body if found else None


@dataclass(frozen=True, slots=True)
class _Case:
    """What a live's statement is made of: what is stored, what the operator decided, the rule, the statement before."""

    compared: Compared
    decision: Decision
    rule_sha256: str
    before: Settled | None

    @property
    def corrects(self) -> Correction | None:
        """The statement that is corrected, if one is."""
        return Correction(self.before.statement_sha256, self.decision.correct or "") if self.before else None

    @property
    def exclusion(self) -> Exclusion | None:
        """What is left out, if anything is."""
        excluded = self.compared.survey.excluded_batches
        return Exclusion(tuple(sorted(excluded)), self.decision.exclude_because) if excluded else None

    @property
    def reconciled(self) -> Reconciled:
        """The totals beside the recount."""
        compared = self.compared
        return Reconciled(
            totals=_sum(compared.totals),
            quarantined=_sum(compared.quarantined),
            recounted=_sum(compared.survey.stored),
            differences=in_named(compared.differences, compared.survey.named_markets),
            accepted_because=self.decision.accept_difference if compared.differences else None,
        )

    def made(self, found: Statement) -> bool:
        """Whether this statement was made of the same case, by a run that was interrupted."""
        return (found.corrects, found.exclusion, found.reconciled) == (self.corrects, self.exclusion, self.reconciled)


def _taking(applied: Applied, live: Live, decision: Decision) -> Taking:
    codes = frozenset(applied.campaign.market_codes)
    return Taking(live.closes_at_ms, codes, decision.exclude_batches, decision.exclude_keys)


def _paid_before(applied: Applied, live: Live, moment_ms: int) -> tuple[Payment, ...]:
    """The live's payments that were on record when it could first be settled: an interrupted run's statement stays the same."""
    return tuple(each for each in applied.payments if each.live == live.id and each.recorded_at < utc(moment_ms))


def _in_order(applied: Applied) -> list[Settled]:
    return [applied.settled[live.id] for live in applied.campaign.lives]


def _sum(tally: Tally) -> CountsAnswer:
    return counts_answer(add_up(add_markets(tally.values()).values()))


def _same_lives(settled: CampaignStatement, lives: list[tuple[Statement, str]]) -> bool:
    return [each.statement_sha256 for each in settled.lives] == [digest for _, digest in lives]
