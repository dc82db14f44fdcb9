"""Every status of the contract and each of its reasons, one row each; and which of two wrongs is told first."""

import gzip
import http.client
import json
import random
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
from aws_faults import refused
from client import Answer, problem, request
from festivals import festival_campaign, vote
from samples import batch_text, signed_headers
from web.posting import CLOSED, Platform, another

from chalicelib import runtime
from chalicelib.domain.campaigns import Limits
from chalicelib.domain.channels import Part
from chalicelib.flows.intake import Posted
from chalicelib.web.problems import TABLE

MEBIBYTE = 1024 * 1024
FESTIVAL = "festival-over"
KNOWN = "known"
"""A batch that is stored in the first live, and in the closed one since before it closed."""

Ask = Callable[[Platform], Answer]


class Row(NamedTuple):
    """`reason` is the name of the problem, None where the answer is none; `said` is what the answer says of it."""

    status: int
    reason: str | None
    ask: Ask
    said: str = ""


def known(platform: Platform, live: str | None = None, end: bytes = b"") -> bytes:
    """The text of the batch that is stored already in this live, and what is added to it."""
    at = (platform.live.starts_at - timedelta(hours=25 if live else 0)).isoformat()
    return platform.text(platform.like(at=at), live=live or platform.live.id) + end


@pytest.fixture(scope="module", autouse=True)
def stored_before(platform: Platform) -> None:
    """Both batches called `known`; what the closed live was sent, it was sent a minute before it closed. Then it was settled."""
    assert platform.post(known(platform), batch=KNOWN).status == 202
    text, closing_ms = known(platform, CLOSED), platform.campaign.live(CLOSED).closes_at_ms
    at_ms = closing_ms - 60_000
    headers = signed_headers(platform.secret, KNOWN, text, datetime.fromtimestamp(at_ms / 1000, UTC))
    assert not runtime.service().intake.take(Posted(CLOSED, headers, text, at_ms)).replayed
    platform.cloud.pump.drain()
    runtime.service().settler.settle(platform.campaign.id, CLOSED, runtime.now_ms())


def read(path: str, method: str = "GET") -> Ask:
    return lambda platform: request(platform.cloud.url + path, method=method)


def while_refused(operation: str, error: str, ask: Ask) -> Ask:
    """What is asked while DynamoDB refuses this operation."""

    def asking(platform: Platform) -> Answer:
        with refused(runtime.service()._dynamodb, operation, error) as refusals:
            answer = ask(platform)
        assert refusals
        return answer

    return asking


def while_the_bucket_refuses(ask: Ask) -> Ask:
    """What is asked while S3 is slow."""

    def asking(platform: Platform) -> Answer:
        with refused(runtime.service()._s3, "GetObject", "SlowDown", status=503):
            return ask(platform)

    return asking


def while_ssm_is_down(platform: Platform) -> Answer:
    """A batch of a campaign whose secrets were never fetched."""
    unknown = Platform.of(platform.cloud, another("ssm-down"))
    with refused(runtime.service().secrets._client, "GetParameter", "InternalServerError", status=500):
        return unknown.post()


def with_its_etag(platform: Platform) -> Answer:
    url = f"{platform.cloud.url}/v1/lives/{platform.live.id}/totals"
    return request(url, headers={"If-None-Match": request(url).headers["etag"]})


def chunked(platform: Platform) -> Answer:
    """A body without a length, sent in many pieces."""
    with closing(http.client.HTTPConnection(platform.cloud.url.removeprefix("http://"), timeout=10)) as connection:
        connection.request("POST", f"/v1/lives/{platform.live.id}/reactions", iter([b"{}"] * 200), encode_chunked=True)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def earlier(seconds: float, batch: str | None = None) -> Ask:
    """Signed so many seconds ago."""
    return lambda platform: platform.post(at=datetime.now(UTC) - timedelta(seconds=seconds), batch=batch)


def likes(number: int, apart_s: int = 0) -> Ask:
    return lambda platform: platform.post(many(platform, number, apart_s))


def to_festival(part: Part, campaign: str) -> Ask:
    """A batch that is posted to this part of a festival, which is over."""

    def asking(platform: Platform) -> Answer:
        secret = platform.secret
        if campaign == FESTIVAL:
            definition = msgspec.structs.replace(festival_campaign(), id=FESTIVAL, lives=())
            secret = Platform.of(platform.cloud, definition).secret
        text = json.dumps({"festival": campaign, part: [vote(1, "a")]}).encode()
        headers = signed_headers(secret, platform.new_id(), text)
        return request(f"{platform.cloud.url}/v1/festivals/{campaign}/{part}", text, headers)

    return asking


def many(platform: Platform, number: int, apart_s: int = 0) -> bytes:
    return platform.text(*(platform.like(apart_s * each, id=f"r{each}") for each in range(number)))


def gifts_that_do_not_compress(platform: Platform) -> Answer:
    """Within 1 MiB of text; DynamoDB ends an item at 400 KB."""
    draw = random.Random(1)
    names = ("".join(chr(draw.randrange(0x4E00, 0x9FFF)) for _ in range(64)) for _ in range(2_300))
    gifts = [platform.like(id=f"r{number}", kind="gift", gift=name) for number, name in enumerate(names)]
    return platform.post(batch_text(platform.campaign, gifts))


ROWS = {
    "too large on the wire": Row(413, "too-large", lambda to: to.post(body=b" " * (MEBIBYTE + 1)), "1048577 bytes"),
    "too large unpacked": Row(413, "too-large", lambda to: to.post(body=gzip.compress(b" " * (MEBIBYTE + 1))), "once unpacked"),
    "too large for any gateway": Row(413, "too-large", lambda to: to.post(body=b" " * 11 * MEBIBYTE)),
    "truncated gzip": Row(400, "not-unpackable", lambda to: to.post(body=gzip.compress(b"{}")[:-1]), "cut off"),
    "two gzip members": Row(
        400, "not-unpackable", lambda to: to.post(body=gzip.compress(b"{") + gzip.compress(b"}")), "one gzip member"
    ),
    "not UTF-8": Row(400, "not-unpackable", lambda to: to.post(body=b'{"live": "\xff"}'), "not UTF-8 at byte 10"),
    "bad batch id": Row(400, "bad-headers", lambda to: to.post(webhook_id="b.1"), "webhook-id"),
    "wrong content type": Row(415, "unsupported-type", lambda to: to.post(content_type="text/plain"), "application/gzip"),
    "unknown live": Row(404, "unknown-live", lambda to: to.post(live="nowhere-2026")),
    "missing signature": Row(401, "unsigned", lambda to: to.post(webhook_signature=None), "missing"),
    "no signature of version v1": Row(401, "unsigned", lambda to: to.post(webhook_signature="v2,abc"), "version v1"),
    "garbage for a signature": Row(401, "unsigned", lambda to: to.post(webhook_signature="v1,garbage"), "nobody's"),
    "another secret": Row(401, "unsigned", lambda to: to.post(secret="whsec_" + "A" * 32), "nobody's"),
    "too old": Row(401, "unsigned", earlier(301), "5 minutes"),
    "too new": Row(401, "unsigned", earlier(-310), "5 minutes"),
    "bad timestamp": Row(401, "unsigned", lambda to: to.post(webhook_timestamp="1e9"), "ten digits"),
    "five signatures": Row(401, "unsigned", lambda to: to.post(webhook_signature=" ".join(["v1,abc"] * 5)), "more than 4"),
    "stored before, with this text": Row(200, None, lambda to: to.post(known(to), batch=KNOWN), '"replayed":true'),
    "stored before, with another text": Row(409, "batch-conflict", lambda to: to.post(known(to, end=b" "), batch=KNOWN)),
    "a new batch after closing": Row(409, "live-closed", lambda to: to.post(known(to, CLOSED), live=CLOSED), "closed at"),
    "not JSON": Row(400, "not-json", lambda to: to.post(b"not json")),
    "5,001 reactions": Row(413, "too-much", likes(5_001), "5001 reactions"),
    "61 minutes": Row(413, "too-much", likes(61, apart_s=60), "61 different minutes"),
    "350 KB in stored form": Row(413, "too-much", gifts_that_do_not_compress, "stored form"),
    "another live": Row(422, "nothing-valid", lambda to: to.post(to.text(to.like(), live="kumamoto-other")), "another live"),
    "no valid reaction": Row(422, "nothing-valid", lambda to: to.post(to.text(to.like(count=0))), "/reactions/0/count"),
    "no reaction": Row(422, "nothing-valid", lambda to: to.post(to.text()), "has no reaction"),
    "a new batch": Row(202, None, lambda to: to.post(), '"replayed":false'),
    "some of a new batch": Row(202, None, lambda to: to.post(to.text(to.like(1), to.like(2, count=0))), "/reactions/1/count"),
    "storage throttled": Row(503, "storage-refused", while_refused("PutItem", "ThrottlingException", Platform.post)),
    "SSM down": Row(503, "storage-refused", while_ssm_is_down),
    "what nobody foresaw": Row(500, "unexpected", while_refused("PutItem", "ValidationException", Platform.post)),
    "chunked body": Row(411, "length-required", chunked),
    "a method that the path does not have": Row(405, "method-not-allowed", read("/v1/health", "DELETE"), "GET, HEAD"),
    "a path that is not there": Row(404, "unknown-path", read("/v1/lives")),
    "totals": Row(200, None, read("/v1/lives/kumamoto-test/totals?series=minute")),
    "the same totals": Row(304, None, with_its_etag),
    "a query value that is none": Row(400, "bad-query", read("/v1/lives/kumamoto-test/totals?series=hour"), "minute"),
    "totals of an unknown live": Row(404, "unknown-live", read("/v1/lives/nowhere-2026/totals")),
    "an unknown campaign": Row(404, "unknown-campaign", read("/v1/campaigns/nowhere")),
    "totals while storage is throttled": Row(
        503, "storage-refused", while_refused("Query", "ThrottlingException", read("/v1/campaigns/test-campaign/totals"))
    ),
    "a statement": Row(302, None, read(f"/v1/lives/{CLOSED}/statement")),
    "a file of a statement": Row(302, None, read(f"/v1/lives/{CLOSED}/statement/ledger-0001.ndjson.gz")),
    "a file that is not public": Row(
        404, "unknown-file", read(f"/v1/lives/{CLOSED}/statement/sender-platform.ndjson.gz"), "there is statement.json"
    ),
    "a statement before settlement": Row(404, "not-settled", read("/v1/lives/kumamoto-test/statement"), "is ended"),
    "a campaign's statement before its last live's": Row(
        404, "not-settled", read("/v1/campaigns/test-campaign/statement"), "of its 3 lives 1 are settled"
    ),
    "a statement of an unknown live": Row(404, "unknown-live", read("/v1/lives/nowhere-2026/statement")),
    "a statement while the bucket is throttled": Row(
        503, "storage-refused", while_the_bucket_refuses(read(f"/v1/lives/{CLOSED}/statement/chain-000001.json"))
    ),
    "a file of an invitation that does not hold": Row(
        404, "unknown-invitation", read(f"/i/{'0' * 32}/report.json"), "not valid, or no longer"
    ),
    "an invitation while storage is throttled": Row(
        503, "storage-refused", while_refused("GetItem", "ThrottlingException", read(f"/i/{'0' * 32}/files.json"))
    ),
    "an unknown festival": Row(404, "unknown-festival", read("/v1/festivals/nowhere/standings"), "no campaign"),
    "votes for what is no festival": Row(404, "unknown-festival", to_festival("votes", "test-campaign"), "has no festival"),
    "votes after they closed": Row(409, "festival-closed", to_festival("votes", FESTIVAL), "closed at"),
    "health": Row(200, None, read("/v1/health")),
    "health without tables": Row(503, None, while_refused("GetItem", "ThrottlingException", read("/v1/health")), "degraded"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_every_status_and_reason(platform: Platform, row: Row) -> None:
    before = platform.items()
    answer = row.ask(platform)
    if row.reason is None:
        assert (answer.status, answer.headers["content-type"]) == (row.status, "application/json")
    else:
        assert problem(answer) == (row.status, row.reason)
        assert answer.json["detail"]
        assert ("retry-after" in answer.headers) == (row.status == 503)
    assert row.said in answer.body.decode()
    assert platform.items() - before == (row.status == 202)


def test_every_error_of_the_table_has_a_row() -> None:
    assert {(status, name) for status, name, _ in TABLE.values()} <= {(row.status, row.reason) for row in ROWS.values()}


def closed(text: Callable[[Platform], bytes], batch: str | None = None, secret: str | None = None) -> Ask:
    return lambda platform: platform.post(text(platform), live=CLOSED, batch=batch, secret=secret)


NOBODYS = "whsec_" + "A" * 32
BOMB = gzip.compress(b" " * (MEBIBYTE + 1))

WRONG_TWICE = {
    "too large, unknown live": Row(413, "too-large", lambda to: to.post(body=BOMB, live="nowhere-2026")),
    "too large, bad batch id": Row(413, "too-large", lambda to: to.post(body=BOMB, webhook_id="b.1")),
    "too large, unsigned": Row(413, "too-large", lambda to: to.post(body=BOMB, webhook_signature=None)),
    "not UTF-8, unknown live": Row(400, "not-unpackable", lambda to: to.post(body=b"\xff", live="nowhere-2026")),
    "not UTF-8, unsigned": Row(400, "not-unpackable", lambda to: to.post(body=b"\xff", webhook_signature=None)),
    "bad batch id, unknown live": Row(400, "bad-headers", lambda to: to.post(webhook_id="b.1", live="nowhere-2026")),
    "bad batch id, unsigned": Row(400, "bad-headers", lambda to: to.post(webhook_id="b.1", webhook_signature=None)),
    "too large, wrong type": Row(413, "too-large", lambda to: to.post(body=BOMB, content_type="a/b")),
    "not UTF-8, wrong type": Row(400, "not-unpackable", lambda to: to.post(body=b"\xff", content_type="a/b")),
    "bad batch id, wrong type": Row(400, "bad-headers", lambda to: to.post(webhook_id="b.1", content_type="a/b")),
    "wrong type, unknown live": Row(415, "unsupported-type", lambda to: to.post(content_type="a/b", live="nowhere-2026")),
    "wrong type, unsigned": Row(415, "unsupported-type", lambda to: to.post(content_type="a/b", webhook_signature=None)),
    "unknown live, unsigned": Row(404, "unknown-live", lambda to: to.post(live="nowhere-2026", webhook_signature=None)),
    "unknown live, not JSON": Row(404, "unknown-live", lambda to: to.post(b"not json", live="nowhere-2026")),
    "unsigned, stored": Row(401, "unsigned", lambda to: to.post(known(to), batch=KNOWN, secret=NOBODYS)),
    "too old, stored": Row(401, "unsigned", earlier(301, batch=KNOWN)),
    "unsigned, closed": Row(401, "unsigned", closed(Platform.text, secret=NOBODYS)),
    "unsigned, not JSON": Row(401, "unsigned", lambda to: to.post(b"not json", secret=NOBODYS)),
    "unsigned, 5,001 reactions": Row(401, "unsigned", lambda to: to.post(many(to, 5_001), secret=NOBODYS)),
    "unsigned, another live": Row(401, "unsigned", lambda to: to.post(to.text(live="other"), secret=NOBODYS)),
    "stored, closed": Row(200, None, closed(lambda to: known(to, CLOSED), KNOWN)),
    "stored with another text, closed": Row(409, "batch-conflict", closed(lambda to: known(to, CLOSED, b" "), KNOWN)),
    "stored with another text, closed, not JSON": Row(409, "batch-conflict", closed(lambda _: b"not json", KNOWN)),
    "stored with another text, not JSON": Row(409, "batch-conflict", lambda to: to.post(b"not json", batch=KNOWN)),
    "stored with another text, 5,001 reactions": Row(409, "batch-conflict", lambda to: to.post(many(to, 5_001), batch=KNOWN)),
    "stored with another text, no reaction": Row(409, "batch-conflict", lambda to: to.post(to.text(), batch=KNOWN)),
    "stored with another text, another live": Row(
        409, "batch-conflict", lambda to: to.post(to.text(to.like(), live="other"), batch=KNOWN)
    ),
    "closed, not JSON": Row(409, "live-closed", closed(lambda _: b"not json")),
    "closed, 5,001 reactions": Row(409, "live-closed", closed(lambda to: many(to, 5_001))),
    "closed, no reaction": Row(409, "live-closed", closed(Platform.text)),
    "closed, another live": Row(409, "live-closed", closed(lambda to: to.text(to.like()))),
    "5,001 reactions, another live": Row(
        413, "too-much", lambda to: to.post(many(to, 5_001).replace(b"kumamoto-test", b"other"))
    ),
    "5,001 reactions, none valid": Row(413, "too-much", lambda to: to.post(to.text(*[{}] * 5_001))),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in WRONG_TWICE.items()])
def test_of_two_wrongs_the_one_that_is_checked_first_is_told(platform: Platform, row: Row) -> None:
    before = platform.items()
    answer = row.ask(platform)
    if row.reason is None:
        assert (answer.status, answer.json["replayed"]) == (row.status, True)
    else:
        assert problem(answer) == (row.status, row.reason)
    assert platform.items() == before


def test_a_receipt_is_repeated_whatever_the_campaign_says_by_now(platform: Platform) -> None:
    """Also by an instance that knows only a stricter campaign, whether some or all of the batch would be refused now."""
    ours = Platform.of(platform.cloud, another("stricter"))
    texts = {
        "all": ours.text(ours.like(1, count=900)),
        "some": ours.text(ours.like(1, count=900), ours.like(2, count=1)),
    }
    receipts = {batch: ours.post(text, batch=batch) for batch, text in texts.items()}
    ours.cloud.apply(msgspec.structs.replace(ours.campaign, limits=Limits(like=100)))
    runtime.service.cache_clear()
    assert problem(ours.post(texts["all"])) == (422, "nothing-valid")
    assert ours.post(texts["some"]).json["rejected"] == 1
    for batch, text in texts.items():
        again = ours.post(text, batch=batch)
        assert (receipts[batch].status, again.status) == (202, 200)
        assert again.json == {**receipts[batch].json, "replayed": True}
