"""A festival that is over and closed, with what was sent to it before: what tests of festivals begin with."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from samples import sample_definition, signed_headers, words

from chalicelib import runtime
from chalicelib.domain import campaigns, channels
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.award_result import AwardResult
from chalicelib.domain.batches import FestivalReceipt
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.flows.decisions import PLAINLY, Decision
from chalicelib.flows.intake import Posted
from locallove.cloud.local import LocalCloud

CAMPAIGN = "test-campaign"
ENDED_AT = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
"""When voting ended; batches were taken for an hour more."""

ENTRIES_OPEN, ENTRIES_CLOSE = ENDED_AT - timedelta(days=10), ENDED_AT - timedelta(days=5)
VOTING_OPENS = ENDED_AT - timedelta(days=3)


def festival_definition(**changed: Any) -> dict[str, Any]:
    """A campaign with a festival of three awards, as decoded from a file; `changed` are fields of its festival."""
    festival = {
        "hashtags": ["#TT映画祭2021", "#TTFilmFestival2021"],
        "metrics_as_of": ENDED_AT.isoformat(),
        "late_minutes": 60,
        "entries": {"opens_at": ENTRIES_OPEN.isoformat(), "closes_at": ENTRIES_CLOSE.isoformat()},
        "voting": {"opens_at": VOTING_OPENS.isoformat(), "closes_at": ENDED_AT.isoformat()},
        "awards": [
            {
                "id": "grand-prix",
                "name": words("Grand Prix"),
                "jury": {
                    "criteria": [
                        {"id": "story", "name": words("Story"), "weight": 2},
                        {"id": "craft", "name": words("Craft"), "weight": 1},
                    ],
                    "tie_breaks": ["story"],
                },
            },
            {"id": "audience", "name": words("Audience"), "metrics": {"views": 1, "likes": 2, "tie_breaks": ["likes"]}},
            {"id": "favourite", "name": words("Favourite"), "votes": {"tie_breaks": ["views"]}},
        ],
        **changed,
    }
    return {**sample_definition(), "festival": festival}


def festival_campaign(**changed: Any) -> Campaign:
    """The same, read."""
    campaign, problems = campaigns.read(festival_definition(**changed))
    assert campaign is not None, problems
    return campaign


def entry(name: str, **fields: Any) -> dict[str, Any]:
    """An entry that is eligible but for what `fields` change."""
    good = {
        "id": name,
        "creator": f"creator-{name}",
        "caption": f"A film called {name}",
        "hashtags": ["#TT映画祭2021"],
        "posted_at": (ENTRIES_OPEN + timedelta(hours=1)).isoformat(),
        "duration": 60,
        "attested": True,
    }
    return {**good, **fields}


def vote(number: int, for_entry: str, **fields: Any) -> dict[str, Any]:
    """A vote that counts but for what `fields` change: each of another voter, a second after the one before."""
    at = VOTING_OPENS + timedelta(seconds=number)
    return {
        "id": f"v{number}",
        "voter": f"u{number}",
        "award": "favourite",
        "entry": for_entry,
        "at": at.isoformat(),
        **fields,
    }


@dataclass
class Festival:
    """A festival in force, and a platform that posts to it."""

    cloud: LocalCloud
    campaign: Campaign
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cloud: LocalCloud, campaign: Campaign | None = None) -> "Festival":
        """Put it in force."""
        found = campaign or festival_campaign()
        cloud.apply(found)
        return cls(cloud, found)

    @property
    def opens_ms(self) -> int:
        """From here on it can be closed."""
        return channels.closed_at_ms(self.campaign) + runtime.service().settings.fence_ms

    def text(self, part: Part, items: list[Any], **fields: Any) -> bytes:
        """The text of a batch, in ASCII: half a surrogate pair can be written so."""
        return json.dumps({"festival": self.campaign.id, part: items, **fields}).encode()

    def posted(self, part: Part, batch: str, text: bytes, at_ms: int, sender: str = "platform") -> Posted:
        """A signed batch that comes at this moment."""
        if sender not in self.secrets:
            self.secrets[sender] = self.cloud.add_sender(self.campaign.id, sender)
        headers = signed_headers(self.secrets[sender], batch, text, datetime.fromtimestamp(at_ms / 1000, UTC))
        return Posted(self.campaign.id, headers, text, at_ms, part)

    def send(
        self, part: Part, batch: str, *items: dict[str, Any], before_ms: int = 60_000, sender: str = "platform", **fields: Any
    ) -> FestivalReceipt:
        """Store a batch that came so long before its part closed."""
        channel = channels.of_festival(self.campaign, part)
        assert channel is not None
        posted = self.posted(part, batch, self.text(part, list(items), **fields), channel.closes_at_ms - before_ms, sender)
        receipt = runtime.service().intake.take(posted)
        assert isinstance(receipt, FestivalReceipt)
        return receipt

    def snapshot(
        self, batch: str, readings: dict[str, tuple[int, int]], at: datetime = ENDED_AT, **fields: Any
    ) -> FestivalReceipt:
        """Store views and likes by entry."""
        items = [{"entry": name, "views": views, "likes": likes} for name, (views, likes) in readings.items()]
        return self.send("metrics", batch, *items, at=at.isoformat(), **fields)

    def close(self, decision: Decision = PLAINLY, at_ms: int = 0) -> Settled:
        """Close it, once everything stored is counted."""
        self.cloud.pump.drain()
        closer = runtime.service().closer
        return closer.close(self.campaign.id, at_ms or self.opens_ms, runtime.new_key(), decision)

    def applied(self) -> Applied:
        found = runtime.service().campaigns.get(self.campaign.id)
        assert found is not None
        return found

    def result(self, award: str) -> AwardResult:
        """The sealed result of an award."""
        settled = self.applied().festival_settled
        assert settled is not None
        return runtime.service().statements.of_award(settled, award)

    def published(self) -> dict[str, bytes]:
        """Everything in the bucket."""
        reports = runtime.service().reports
        return {key: found.body for key in reports.keys("") if (found := reports.read(key))}

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The lines of a ledger."""
        settled = self.applied().festival_settled
        assert settled is not None
        return [json.loads(line) for line in gzip.decompress(self.published()[f"{settled.folder}/{name}"]).splitlines()]
