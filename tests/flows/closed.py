"""A live that has closed, with what was stored before: what tests of settlement begin with."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain.applied import Settled
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.statement import Statement
from chalicelib.flows.decisions import Decision
from chalicelib.flows.intake import Posted
from locallove.cloud.local import LocalCloud

MINUTE_MS = 60_000


@dataclass
class Closed:
    """A live that ended two hours ago and has closed, with what was stored before."""

    cloud: LocalCloud
    campaign: Campaign
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def closes_ms(self) -> int:
        return self.campaign.lives[0].closes_at_ms

    @property
    def opens_ms(self) -> int:
        """From here on it can be settled."""
        return self.closes_ms + runtime.service().settings.fence_ms

    def send(
        self, batch: str, *reactions: dict[str, Any], before_ms: int = MINUTE_MS, sender: str = "platform", **fields: Any
    ) -> None:
        """Store a batch that came so long before the closing."""
        at_ms = self.closes_ms - before_ms
        text = batch_text(self.campaign, list(reactions), **fields)
        if sender not in self.secrets:
            self.secrets[sender] = self.cloud.add_sender(self.campaign.id, sender)
        headers = signed_headers(self.secrets[sender], batch, text, datetime.fromtimestamp(at_ms / 1000, UTC))
        runtime.service().intake.take(Posted(LIVE, headers, text, at_ms))

    def like(self, number: int, **fields: Any) -> dict[str, Any]:
        return reaction(self.campaign, number, **fields)

    def settle(self, decision: Decision | None = None, at_ms: int = 0) -> Settled:
        self.cloud.pump.drain()
        settler = runtime.service().settler
        return settler.settle(self.campaign.id, LIVE, at_ms or self.opens_ms, *([decision] if decision else []))

    def settle_all(self) -> dict[str, int]:
        """As the schedule does."""
        return runtime.service().settler.settle_all(self.opens_ms)

    def statement(self) -> Statement:
        applied = runtime.service().campaigns.get(self.campaign.id)
        assert applied is not None
        return runtime.service().statements.of_live(applied.settled[LIVE])

    def published(self) -> dict[str, bytes]:
        """Everything in the bucket."""
        reports = runtime.service().reports
        return {key: found.body for key in reports.keys("") if (found := reports.read(key))}

    def statements(self) -> list[tuple[str, str]]:
        """The folder and the SHA-256 of every statement in the bucket, whether it is on record or not."""
        found = self.published().items()
        return [(key.rpartition("/")[0], sha256(body).hexdigest()) for key, body in found if key.endswith("/statement.json")]

    def ledger(self, settled: Settled) -> list[dict[str, Any]]:
        body = self.published()[f"{settled.folder}/ledger-0001.ndjson.gz"]
        return [json.loads(line) for line in gzip.decompress(body).splitlines()]


def closed_campaign() -> Campaign:
    campaign = sample_campaign(datetime.now(UTC) - timedelta(hours=2))
    return msgspec.structs.replace(campaign, lives=(msgspec.structs.replace(campaign.lives[0], settle_after_minutes=100),))
