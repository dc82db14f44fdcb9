"""Closing a festival: its authoritative result, decided from what is stored, and sealed.

Answers for: when a festival may be closed, and the order in which things are written: ledgers, results, statement, the record
that it is closed, the chain.
Under a retry, killed at any point or run twice at once: the same bytes in the same places, and what is sealed stays sealed.
Refuses: a result around a hole. What cannot be read, is missing or is not decided stops it, and nothing of it is on record.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import award_result, channels, ledger, packing, statement
from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult, FestivalStatement, Sealed
from chalicelib.domain.entrants import EntryLine
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_record import FestivalRecord
from chalicelib.domain.festival_result import Case, results
from chalicelib.domain.frozen import frozen_festival
from chalicelib.domain.packing import USER_BYTES
from chalicelib.domain.poll import Ballot, Poll
from chalicelib.domain.recount import ranges
from chalicelib.domain.statement import MAX_FOLDERS, Correction, Exclusion, File
from chalicelib.flows.decisions import PLAINLY, Decision, NotSettled, RuleChanged, TooEarly
from chalicelib.flows.gathering import Gathered, Gathering, Polled
from chalicelib.flows.records import Records
from chalicelib.flows.recounting import Recounting
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.registers import ChangedMeanwhile, Registered
from chalicelib.store.reports import JSON, Reports, Taken
from chalicelib.store.secrets import Secrets
from chalicelib.store.statements import Statements

MAX_TRIES = 20


@dataclass(frozen=True, slots=True)
class Closer:
    """Closes festivals. `software` names the release in statements."""

    campaigns: Campaigns
    registered: Registered
    secrets: Secrets
    recounting: Recounting
    published: Reports
    statements: Statements
    fence_ms: int
    software: str

    def close(self, campaign: str, now_ms: int, seal_key: bytes, decision: Decision = PLAINLY) -> Settled:
        """Close a festival and give its record; one that is closed stays as it is, unless the decision is to correct it.

        `seal_key` are 32 random bytes, used if nobody has tried to close it before.
        Raises: NotSettled, Undecided; StorageRefused, after which it can be tried again.
        """
        records = Records(self.campaigns, self.statements)
        applied = records.applied(campaign)
        before = applied.festival_settled
        if before is None and decision.correct is not None:
            raise NotSettled("there is no result yet that could be corrected")
        if before is None or (decision.correct is not None and not self._is_corrected(before, decision)):
            before = self._close(records, applied, now_ms, seal_key, decision)
        return records.link(campaign, before)

    def _is_corrected(self, before: Settled, decision: Decision) -> bool:
        """Whether this very correction was made: twice it is one."""
        corrects = self.statements.of_festival(before).corrects
        return corrects is not None and corrects.reason == decision.correct

    def _close(self, records: Records, applied: Applied, now_ms: int, seal_key: bytes, decision: Decision) -> Settled:
        gathering = Gathering.of(self.recounting, applied, decision)
        opens_ms = channels.closed_at_ms(applied.campaign) + self.fence_ms
        if now_ms < opens_ms:
            raise TooEarly(f"the festival of {applied.campaign.id} can be closed from {utc(opens_ms)} on")
        before = applied.festival_settled
        number = before.number + 1 if before else 1
        record = self._record(applied.campaign.id, seal_key)
        gathered, rule_sha256 = gathering.gathered(record.decisions), self._frozen(gathering)
        case = _Case(applied, gathering.festival, gathered, record, number, rule_sha256, decision)
        subject = channels.result_of(applied.campaign.id)
        for folder in statement.folders(applied.campaign.id, subject, number):
            try:
                digest = self._publish(case, folder)
            except Taken:
                continue  # an attempt that was interrupted had other decisions before it
            settled = Settled(subject, number, folder, digest, now_ms)
            if records.put(applied.campaign.id, settled, before):
                telemetry.festival_closed(applied.campaign.id, number, digest)
                return settled
            found = records.applied(applied.campaign.id).festival_settled
            if found is None or (decision != PLAINLY and found.statement_sha256 != digest):
                raise NotSettled("somebody else closed it meanwhile, and not so: look at that statement and decide again")
            return found
        raise Taken(f"{applied.campaign.id}/festival: {MAX_FOLDERS} folders in a row")

    def _frozen(self, gathering: Gathering) -> str:
        """The SHA-256 of the frozen festival, which is published unless it is already. Raises: RuleChanged."""
        campaign = gathering.campaign.id
        rule = frozen_festival(campaign, gathering.festival)
        try:
            self.published.write_once(f"rules/{channels.result_of(campaign)}.json", rule, JSON)
        except Taken as error:
            raise RuleChanged(f"the festival of {campaign} in force is not the one that was frozen") from error
        return sha256(rule).hexdigest()

    def _record(self, campaign: str, seal_key: bytes) -> FestivalRecord:
        """What operators put on record, with a secret for the seal: the first that was made. Raises: NotSettled."""
        for _ in range(MAX_TRIES):
            found = self.registered.get(campaign)
            if found.festival.seal_key:
                return found.festival
            sealed = msgspec.structs.replace(found.festival, seal_key=seal_key)
            try:
                self.registered.put(campaign, found, msgspec.structs.replace(found, festival=sealed))
            except ChangedMeanwhile:
                continue
        raise NotSettled("what is on record changes all the time: try again")

    def _publish(self, case: "_Case", folder: str) -> str:
        """Write ledgers, results and statement, and give the statement's SHA-256. Raises: Taken, Undecided, StorageRefused."""
        creators = self._creators(case)
        entries = self._write(folder, award_result.entries_name, _entry_lines(case, creators))
        polls = dict(self._polls(case, folder, creators))
        sealed = tuple(self._seal(folder, each) for each in results(case.to_decide(polls), case.nonce))
        body = statement.encode(case.statement(entries, sealed, self.software))
        self.published.write_once(f"{folder}/{statement.NAME}", body, JSON)
        return sha256(body).hexdigest()

    def _seal(self, folder: str, result: AwardResult) -> Sealed:
        body = statement.encode(result)
        self.published.write_once(f"{folder}/{award_result.file_name(result.award)}", body, JSON)
        return Sealed(result.award, result.name, sha256(body).hexdigest())

    def _creators(self, case: "_Case") -> dict[str, bytes]:
        """Of each entry the hash of its creator, as voters are hashed."""
        key = self.secrets.fetch(case.applied.campaign.id).pseudonym_key
        found = case.gathered.entrants.by_id
        hashes = packing.user_hashes((each.entered.creator for each in found.values()), key)
        return {entry: hashes[place * USER_BYTES : (place + 1) * USER_BYTES] for place, entry in enumerate(found)}

    def _polls(
        self, case: "_Case", folder: str, creators: Mapping[str, bytes]
    ) -> Iterator[tuple[str, tuple[Poll, tuple[File, ...]]]]:
        """The votes of each award by votes, counted while their ledgers are written."""
        polled = case.gathered.polled
        if polled is None:
            return
        for award in polled.channel.awards:
            poll = Poll(Ballot(award, polled.voting.hours, case.gathered.entrants.by_id, creators))
            yield award, (poll, self._write(folder, partial(award_result.votes_name, award), self._lines(polled, poll)))

    def _lines(self, polled: Polled, poll: Poll) -> Iterator[bytes]:
        for part in ranges(polled.received.accepted):
            taken = (batch for batch in self.recounting.reactions.of_channel(polled.channel) if polled.taking.takes(batch))
            yield from poll.lines(sorted(record for batch in taken for record in poll.records(batch, part)))

    def _write(self, folder: str, name: Callable[[int], str], lines: Iterator[bytes]) -> tuple[File, ...]:
        """A ledger, in files of a million lines. Raises: Taken, StorageRefused."""
        files: list[File] = []
        for number, (count, body) in enumerate(ledger.packed(lines), start=1):
            self.published.write_once(f"{folder}/{name(number)}", body, ledger.MEDIA_TYPE)
            files.append(File(name(number), count, len(body), sha256(body).hexdigest()))
        return tuple(files)


@dataclass(frozen=True, slots=True)
class _Case:
    """What one closing is made of."""

    applied: Applied
    festival: Festival
    gathered: Gathered
    record: FestivalRecord
    number: int
    rule_sha256: str
    decision: Decision

    def nonce(self, award: str) -> str:
        return award_result.nonce(self.record.seal_key, award, self.number)

    def to_decide(self, polls: Mapping[str, tuple[Poll, tuple[File, ...]]]) -> Case:
        gathered = self.gathered
        return Case(self.applied.campaign, self.festival, gathered.entrants, gathered.metered, self.record, polls)

    def statement(self, entries: tuple[File, ...], awards: tuple[Sealed, ...], software: str) -> FestivalStatement:
        before, gathered, campaign = self.applied.festival_settled, self.gathered, self.applied.campaign
        return FestivalStatement(
            version=award_result.VERSION,
            campaign=campaign.id,
            campaign_name=campaign.name,
            rule_sha256=self.rule_sha256,
            closed_at=utc(channels.closed_at_ms(campaign)),
            entered=gathered.entered,
            entries=entries,
            received=gathered.polled.received if gathered.polled else None,
            exclusion=Exclusion(gathered.excluded, self.decision.exclude_because) if gathered.excluded else None,
            awards=awards,
            corrects=Correction(before.statement_sha256, self.decision.correct or "") if before else None,
            software=software,
        )


def _entry_lines(case: _Case, creators: Mapping[str, bytes]) -> Iterator[bytes]:
    """The lines of the entries' ledger, in the order of their ids."""
    verdicts = {each.entry: each.verdict for each in case.record.decisions}
    for entry, entrant in sorted(case.gathered.entrants.by_id.items()):
        entered = entrant.entered
        line = EntryLine(
            entry,
            creators[entry].hex(),
            entered.hashtags,
            entered.posted_ms,
            entered.duration,
            entered.attested,
            entrant.reasons,
            verdicts.get(entry),
            entrant.standing,
        )
        yield msgspec.json.encode(line) + b"\n"
