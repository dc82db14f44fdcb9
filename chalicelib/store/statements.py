"""Statements in the reports bucket: what is settled, each in a folder of its own, and the chain of their hashes.

Access patterns: the statement and the totals of a settled live (reading; kept, for they never change); the lines of a ledger
(reports); whatever statement is in a folder, the chain, and its next entry (settling).
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import TypeVar

import msgspec

from chalicelib.domain import award_result, chain, ledger
from chalicelib.domain.applied import Settled
from chalicelib.domain.award_result import AwardResult, FestivalStatement
from chalicelib.domain.ledger import L
from chalicelib.domain.settlement import totals_of
from chalicelib.domain.standing import LiveTotals
from chalicelib.domain.statement import NAME, CampaignStatement, File, Statement
from chalicelib.store.reports import JSON, Reports, Taken

MAX_TRIES = 20
_KEPT = 64

F = TypeVar("F", FestivalStatement, AwardResult)


class Altered(Exception):
    """The published statement is not the one that was settled: its hash is another, or it is gone."""


class Statements:
    """Settled statements, and the chain."""

    def __init__(self, published: Reports) -> None:
        self._published = published
        self._kept: dict[str, tuple[Statement, LiveTotals]] = {}
        self._results: dict[str, FestivalStatement | AwardResult] = {}

    def of_live(self, settled: Settled) -> Statement:
        """The statement of a settled live. Raises: Altered, StorageRefused."""
        return self._of_live(settled)[0]

    def totals_of_live(self, settled: Settled) -> LiveTotals:
        """The totals that a settled live has by its statement. Raises: Altered, StorageRefused."""
        return self._of_live(settled)[1]

    def of_campaign(self, settled: Settled) -> CampaignStatement:
        """The statement of a settled campaign. Raises: Altered, StorageRefused."""
        return msgspec.json.decode(self._body(settled), type=CampaignStatement)

    def of_festival(self, settled: Settled) -> FestivalStatement:
        """The statement of a closed festival, kept. Raises: Altered, StorageRefused."""
        return self._of_festival(settled.folder, NAME, settled.statement_sha256, FestivalStatement)

    def of_award(self, settled: Settled, award: str) -> AwardResult:
        """The result of one of its awards, kept, revealed or not. Raises: Altered, StorageRefused; KeyError for another award."""
        digest = {each.award: each.sha256 for each in self.of_festival(settled).awards}[award]
        return self._of_festival(settled.folder, award_result.file_name(award), digest, AwardResult)

    def lines(self, settled: Settled, file: File, form: type[L]) -> Iterator[L]:
        """The lines of a ledger that belongs to a statement. Raises: Altered, StorageRefused."""
        name = f"{settled.folder}/{file.name}"
        found = self._published.read(name)
        if found is None or sha256(found.body).hexdigest() != file.sha256:
            raise Altered(name)
        return ledger.read(iter((found.body,)), form)

    def _of_festival(self, folder: str, name: str, digest: str, form: type[F]) -> F:
        kept = self._results.get(digest)
        if not isinstance(kept, form):
            found = self._published.read(f"{folder}/{name}")
            if found is None or sha256(found.body).hexdigest() != digest:
                raise Altered(f"{folder}/{name}")
            if len(self._results) >= _KEPT:
                self._results.clear()
            kept = self._results[digest] = msgspec.json.decode(found.body, type=form)
        return kept

    def chain(self) -> list[bytes]:
        """All entries, from the first on. Raises: StorageRefused."""
        entries: list[bytes] = []
        while (found := self._published.read(f"chain/{chain.name(len(entries) + 1)}")) is not None:
            entries.append(found.body)
        return entries

    def link(self, campaign: str, live: str | None, statement_sha256: str) -> int:
        """Put a statement into the chain unless it is there, and give its number. Raises: Broken, Taken, StorageRefused."""
        for _ in range(MAX_TRIES):
            entries = self.chain()
            for entry in chain.read(entries):
                if entry.statement_sha256 == statement_sha256:
                    return entry.number
            following = chain.following(entries, campaign, live, statement_sha256)
            try:
                self._published.write_once(f"chain/{chain.name(following.number)}", chain.encode(following), JSON)
            except Taken:
                continue  # somebody else took this number
            return following.number
        raise Taken(f"chain: {MAX_TRIES} numbers in a row")

    def at(self, folder: str) -> bytes | None:
        """The statement in this folder, whether it is on record or not. Raises: StorageRefused."""
        found = self._published.read(f"{folder}/{NAME}")
        return found.body if found else None

    def _of_live(self, settled: Settled) -> tuple[Statement, LiveTotals]:
        kept = self._kept.get(settled.statement_sha256)
        if kept is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            statement = msgspec.json.decode(self._body(settled), type=Statement)
            kept = self._kept[settled.statement_sha256] = statement, totals_of(statement)
        return kept

    def _body(self, settled: Settled) -> bytes:
        body = self.at(settled.folder)
        if body is None or sha256(body).hexdigest() != settled.statement_sha256:
            raise Altered(f"{settled.folder}/{NAME}")
        return body
