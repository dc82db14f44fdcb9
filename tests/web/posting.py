"""A platform that posts to one running service: a test says only what is special about its request."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zlib import crc32

import boto3
import msgspec
from client import Answer, request
from samples import reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain import packing
from chalicelib.domain.campaigns import Campaign, Live
from locallove.cloud.local import LocalCloud

OTHER = "kumamoto-other"
CLOSED = "kumamoto-closed"
ENDED_AT = datetime.now(UTC) - timedelta(minutes=1)
"""One moment for a whole run, so that tables of tests can be reckoned from the window before there is a service."""


def three_lives() -> Campaign:
    """A campaign whose first two lives ended a minute ago; the third, `CLOSED`, has been closed for an hour."""
    campaign = sample_campaign(ENDED_AT)
    (live,) = campaign.lives
    ago = timedelta(hours=25)
    closed = msgspec.structs.replace(live, id=CLOSED, starts_at=live.starts_at - ago, ends_at=live.ends_at - ago)
    return msgspec.structs.replace(campaign, lives=(live, msgspec.structs.replace(live, id=OTHER), closed))


def another(name: str) -> Campaign:
    """A campaign of its own, with one live of the same name."""
    campaign = sample_campaign(ENDED_AT)
    return msgspec.structs.replace(campaign, id=name, lives=(msgspec.structs.replace(campaign.lives[0], id=name),))


@dataclass(frozen=True)
class Platform:
    """Posts to a campaign's first live unless told otherwise, each batch under an id of its own."""

    cloud: LocalCloud
    campaign: Campaign
    secret: str = field(repr=False)
    numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def of(cls, cloud: LocalCloud, campaign: Campaign) -> "Platform":
        """Put the campaign in force and let this platform post to it."""
        cloud.apply(campaign)
        return cls(cloud, campaign, cloud.add_sender(campaign.id))

    @property
    def live(self) -> Live:
        return self.campaign.lives[0]

    def like(self, number: int = 1, **fields: Any) -> dict[str, Any]:
        """A like that is good but for what `fields` change."""
        return reaction(self.campaign, number, **fields)

    def text(self, *reactions: Any, **fields: Any) -> bytes:
        """The text of a batch, in ASCII: half a surrogate pair can be written so."""
        return json.dumps({"live": self.live.id, "reactions": reactions, **fields}).encode()

    def post(
        self,
        text: bytes | None = None,
        *,
        body: bytes | None = None,
        batch: str | None = None,
        live: str | None = None,
        secret: str | None = None,
        at: datetime | None = None,
        **headers: str | None,
    ) -> Answer:
        """Sign the text (a batch with one like unless given) and post it, or `body` in its place.

        `headers` replace those of a right request (`_` stands for `-`); None leaves one out.
        """
        text = self.text(self.like()) if text is None else text
        right = signed_headers(secret or self.secret, self.new_id() if batch is None else batch, text, at)
        changed = {**right, **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent = {name: value for name, value in changed.items() if value is not None}
        return request(f"{self.cloud.url}/v1/lives/{live or self.live.id}/reactions", text if body is None else body, sent)

    def new_id(self) -> str:
        """A batch id that was not used before."""
        return f"batch-{next(self.numbers)}"

    def items(self) -> int:
        """How many batches are stored, of whatever campaign."""
        table = runtime.service().settings.reactions_table
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def kept(self, batch: str) -> list[packing.PackedReaction]:
        """The reactions that are stored of one of this platform's batches."""
        table = runtime.service().settings.reactions_table
        sort = f"platform#{batch}"
        key = {"pk": {"S": f"{self.live.id}#{crc32(sort.encode()) % self.live.buckets}"}, "sk": {"S": sort}}
        item = boto3.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
        return packing.unpack(item["packed"]["B"])

    def totals(self, live: str | None = None) -> Any:
        """The live's totals once everything stored is counted, as a public read says them."""
        self.cloud.pump.drain()
        return request(f"{self.cloud.url}/v1/lives/{live or self.live.id}/totals").json
