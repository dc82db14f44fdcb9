"""Stores on the fault simulation's stand-ins for DynamoDB and S3, in this process, at one moment.

Answers for: what settling a live and closing a festival are measured against.
Refuses: the time that AWS takes; they answer at once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.flows.recounting import Recounting
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.reactions import Reactions
from chalicelib.store.registers import Registered
from chalicelib.store.reports import Reports
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals
from locallove.faults.bucket import Bucket
from locallove.faults.tables import Tables


@dataclass(frozen=True, slots=True)
class Stores:
    """Empty at first."""

    bucket: Bucket
    reactions: Reactions
    totals: Totals
    campaigns: Campaigns
    registered: Registered
    reports: Reports
    statements: Statements
    recounting: Recounting

    @classmethod
    def at(cls, now_ms: int) -> "Stores":
        """Their clock says this (ms since the Unix epoch)."""
        client: Any = Tables({"reactions": None, "totals": None, "campaigns": None}, lambda: now_ms)
        bucket = Bucket("bench", lambda: now_ms)
        s3: Any = bucket
        reactions, totals, reports = Reactions(client, "reactions"), Totals(client, "totals"), Reports(s3, "bench")
        return cls(
            bucket,
            reactions,
            totals,
            Campaigns(client, "campaigns", "totals"),
            Registered(client, "campaigns"),
            reports,
            Statements(reports),
            Recounting(reactions, totals, Quarantine(s3, "bench")),
        )

    def write(self, folder: str) -> None:
        """Everything that was published, as files in this folder."""
        for key, body in self.bucket.objects().items():
            file = Path(folder) / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
