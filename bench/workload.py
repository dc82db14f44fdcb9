"""What is measured with: the sample campaign moved to now, and batches of a believable crowd from a seed.

Answers for: 90 % likes in bursts of up to 15, 7 % comments, 3 % gifts, nine markets, 19-digit ids in no order, as recordings show
them; no id and no batch comes twice, so that no cache flatters. Refuses: measuring.
"""

import base64
import gzip
import json
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from standardwebhooks.webhooks import Webhook

from chalicelib.domain import campaigns, laying
from chalicelib.domain.campaigns import Campaign, Live

SAMPLE = Path(__file__).parents[1] / "campaigns" / "local-love.toml"

SENDER = "platform"
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
PSEUDONYM_KEY = bytes(range(32))

REQUEST_ID = "00000000-0000-4000-8000-000000000000"

PEAK_PER_S = 1_200
"""Reactions a second at the peak of the real campaign (five million over six two-hour lives, at ten times the average)."""

_KINDS, _MIX = ("like", "comment", "gift"), (90, 7, 3)
_GIFTS = (("rose", 1), ("heart", 5), ("paper-crane", 99), ("festival", 1000))
_TEXTS = ("がんばれ東北", "応援しています", "すてきな町ですね", "ありがとう", "Sending love", "歌声に感動しました")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as its sender made it: an id and the text that is signed."""

    id: str
    text: bytes


class Context:
    """Of Lambda's context what the service reads."""

    aws_request_id = REQUEST_ID


def campaign(sample: Path = SAMPLE) -> Campaign:
    """The sample campaign with its last live, or its festival, ending this minute, so that it takes batches."""
    definition, problems = campaigns.read(tomllib.loads(sample.read_text("utf-8")))
    assert definition is not None, problems
    return laying.laid_back_to_back(definition, datetime.now(UTC))


def live(definition: Campaign) -> Live:
    """The live that is posted to."""
    return max(definition.lives, key=lambda each: each.ends_at)


class Crowd:
    """A source of batches: reactions follow each other at the peak's pace from the middle of the live's window on."""

    def __init__(self, definition: Campaign, seed: int) -> None:
        self._random = Random(seed)
        self._live = live(definition)
        self._markets = [market.code for market in definition.markets]
        self._users = [str(self._random.randrange(10**18, 10**19)) for _ in range(20_000)]
        self._middle_ms = (self._live.start_minute + self._live.end_minute) // 2 * 60_000
        self._sent = 0
        self._made = 0

    def batches(self, number: int, size: int) -> list[Batch]:
        """So many new batches of `size` reactions each."""
        return [self._batch(size) for _ in range(number)]

    def _batch(self, size: int) -> Batch:
        self._made += 1
        document = {"live": self._live.id, "reactions": list(self._reactions(size))}
        return Batch(f"bench-{self._made:08d}", json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())

    def _reactions(self, size: int) -> Iterator[dict[str, Any]]:
        draw = self._random
        for kind in draw.choices(_KINDS, _MIX, k=size):
            at = datetime.fromtimestamp((self._middle_ms + self._sent * 1000 // PEAK_PER_S) / 1000, UTC)
            self._sent += 1
            reaction: dict[str, str | int] = {
                "id": str(draw.randrange(10**18, 10**19)),
                "kind": kind,
                "at": at.isoformat(timespec="milliseconds"),
                "market": draw.choices(self._markets, range(40, 40 - 4 * len(self._markets), -4))[0],
                "user": draw.choice(self._users),
            }
            if kind == "like":
                reaction["count"] = draw.randint(1, 15)
            elif kind == "comment":
                reaction["text"] = draw.choice(_TEXTS)
            else:
                reaction["count"] = draw.choice((1, 1, 1, 2, 3, 10))
                reaction["gift"], reaction["value"] = draw.choice(_GIFTS)
            yield reaction


def signed(batch: Batch) -> dict[str, str]:
    """The headers of an attempt made now."""
    moment = datetime.now(UTC)
    return {
        "webhook-id": batch.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(batch.id, moment, batch.text.decode()),
    }


def proxy_event(live_id: str, batch: Batch, *, gzipped: bool = False) -> dict[str, Any]:
    """The event of an API Gateway REST API with Lambda proxy integration that carries this batch, signed now."""
    path = f"/v1/lives/{live_id}/reactions"
    headers = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/gzip" if gzipped else "application/json",
        "Host": "abcdefghij.execute-api.ap-northeast-1.amazonaws.com",
        "User-Agent": "platform/1.0",
        "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **signed(batch),
    }
    return {
        "resource": "/v1/lives/{live}/reactions",
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"live": live_id},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": headers["Host"],
            "httpMethod": "POST",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": headers["User-Agent"]},
            "path": f"/api{path}",
            "protocol": "HTTP/1.1",
            "requestId": REQUEST_ID,
            "requestTimeEpoch": time.time_ns() // 1_000_000,
            "resourceId": "abc123",
            "resourcePath": "/v1/lives/{live}/reactions",
            "stage": "api",
        },
        "body": base64.b64encode(gzip.compress(batch.text, 1)).decode() if gzipped else batch.text.decode(),
        "isBase64Encoded": gzipped,
    }
