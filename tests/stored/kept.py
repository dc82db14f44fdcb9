"""Samples of what releases have stored: a campaign in the midst of its life, and a festival, as they are held.

`python -m stored.kept FILE` (with `PYTHONPATH=.:tests`) keeps one of this tree, once what it stores has another form. Samples
stay for ever: what a release has stored is read by every later one.
"""

import gzip
import json
import re
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import boto3
import msgspec
from domain.coverage_rows import FIGURE, STORY, file
from festivals import Festival, entry, festival_definition, vote
from publishing import publish
from samples import sample_definition, signed_headers
from web.invited import invite

from chalicelib import runtime
from chalicelib.domain import campaigns, coverage_file
from chalicelib.domain.applied import Revealed
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.entrants import EntryDecision
from chalicelib.domain.jury import Score, Sheet
from chalicelib.domain.payments import Payment
from chalicelib.domain.sentiment import Sentiment
from chalicelib.flows.intake import Posted
from chalicelib.render.formats import FORMATS
from locallove.cloud.local import LocalCloud, local_cloud

FOLDER = Path(__file__).parent
SETTLED, COUNTED, STORED = "settled-live", "counted-live", "stored-live"
CAMPAIGN, FESTIVAL = "kept-campaign", "kept-festival"
CODED = Sentiment(None, "a sample", "2024-01-11", 100, 5_000, 60, 30, 10, 900, 825, 945, 880, ("ja", "en"))
_END = datetime(2024, 1, 10, 12, tzinfo=UTC)
_AFTER_MS = int(datetime(2024, 1, 12, tzinfo=UTC).timestamp() * 1000)


def campaign() -> Campaign:
    """Three lives of two minutes: one settled, one counted, one only stored."""
    definition = sample_definition(_END)
    live = {**definition["lives"][0], "starts_at": (_END - timedelta(minutes=2)).isoformat()}
    definition |= {"id": CAMPAIGN, "lives": [{**live, "id": name} for name in (SETTLED, COUNTED, STORED)], "keep_text": True}
    found, problems = campaigns.read(definition)
    assert found is not None, problems
    return found


def text(live: str) -> bytes:
    """The text of the one batch of a live: 15 likes, a comment, two gifts of value 3, and one that is outside the window."""
    at = "2024-01-10T20:58:30+09:00"
    each = {"at": at, "market": "JP", "user": "u1"}
    reactions: list[dict[str, Any]] = [
        {**each, "id": "1", "kind": "like", "count": 15},
        {**each, "id": "2", "kind": "comment", "text": "がんばれ", "market": "TW"},
        {**each, "id": "3", "kind": "gift", "gift": "rose", "count": 2, "value": 3},
        {**each, "id": "4", "kind": "like", "at": "2024-01-10T21:00:00+09:00"},
    ]
    return json.dumps({"live": live, "reactions": reactions}).encode()


def festival() -> Campaign:
    """A festival of three awards, by jury, views and votes."""
    day = "2024-01-{:02}T12:00:00Z".format
    definition = festival_definition(
        metrics_as_of=day(9),
        entries={"opens_at": day(1), "closes_at": day(5)},
        voting={"opens_at": day(6), "closes_at": day(9)},
    )
    definition |= {"id": FESTIVAL, "lives": [{**sample_definition(_END)["lives"][0], "id": "ceremony"}]}
    found, problems = campaigns.read(definition)
    assert found is not None, problems
    return found


def hold(cloud: LocalCloud) -> None:
    """Hold the festival: two films that compete and one that does not, votes of every sort; closed, and one award revealed."""
    held, posted, at = Festival.of(cloud, festival()), "2024-01-02T12:00:00Z", "2024-01-07T12:00:00Z"
    films = [entry(name, posted_at=posted) for name in ("a", "b", "rejected")]
    held.send("entries", "e-1", *films, entry("young", posted_at=posted, attested=False))
    votes = [vote(number, film, at=at) for number, film in enumerate(["a", "a", "b", "6912345678901234567"])]
    held.send("votes", "v-1", *votes, vote(5, "b", at=at, suspect="odd"), vote(6, "b", voter="u1", at="2024-01-07T12:00:01Z"))
    reading = {"entry": "a", "views": 10, "likes": 3}
    held.send("metrics", "m-1", reading, {**reading, "entry": "b"}, at="2024-01-08T12:00:00Z")
    held.send("metrics", "m-2", {**reading, "likes": 2}, at="2024-01-09T12:00:00Z")
    scores = tuple(Score(film, "1", (mark, "7")) for film, mark in (("a", "8"), ("b", "8.5")))
    record = msgspec.structs.replace(
        (before := runtime.service().registered.get(FESTIVAL)).festival,
        decisions=(EntryDecision("rejected", "reject", "a sample", at),),
        sheets=(Sheet("grand-prix", scores, "0" * 64, at),),
    )
    runtime.service().registered.put(FESTIVAL, before, msgspec.structs.replace(before, festival=record))
    held.close()
    runtime.service().campaigns.reveal(FESTIVAL, Revealed("favourite", held.opens_ms))


def make(cloud: LocalCloud) -> str:
    """Store one of everything that is read again later; gives the token of an invitation."""
    service = runtime.service()
    cloud.apply(campaign())
    secret = cloud.add_sender(CAMPAIGN)
    for live in (SETTLED, COUNTED):
        service.intake.take(Posted(live, signed_headers(secret, "b-1", text(live), _END), text(live), _ms(_END)))
    cloud.pump.drain()
    paid = Payment(SETTLED, "JPY", 1000, "2024-01-09", "Kumamoto", "ref-1", None, "2024-01-09T00:00:00Z")
    service.campaigns.pay(CAMPAIGN, paid)
    coverage, problems = coverage_file.read(file(STORY, FIGURE), ["kumamoto"])
    assert coverage is not None, problems
    before = service.registered.get(CAMPAIGN)
    service.registered.put(
        CAMPAIGN,
        before,
        msgspec.structs.replace(before, entries=coverage.entries, stated=coverage.stated, sentiment=(CODED,)),
    )
    service.settler.settle(CAMPAIGN, SETTLED, _AFTER_MS)
    hold(cloud)
    publish(FORMATS[0], at_ms=_AFTER_MS)  # report.json: what later reports are compared with
    token = invite(CAMPAIGN, expires_on=date(2999, 12, 31))
    service.invited.download(token, "report.json", "request-1", runtime.now_ms())
    service.intake.take(Posted(STORED, signed_headers(secret, "b-1", text(STORED), _END), text(STORED), _ms(_END)))
    service.quarantine.keep(
        "shardId-1", "1" * 21, "a sample", {"dynamodb": {"Keys": {"pk": {"S": "other#0"}, "sk": {"S": "x#1"}}}}
    )
    return token


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def dump() -> dict[str, Any]:
    """Everything that is stored now, in JSON's own types."""
    service, dynamodb, s3, ssm = runtime.service(), boto3.client("dynamodb"), boto3.client("s3"), boto3.client("ssm")
    settings = service.settings
    tables = {
        name: [_plain(item) for item in dynamodb.scan(TableName=f"locallove-{settings.stage}-{name}")["Items"]]
        for name in ("reactions", "totals", "campaigns")
    }
    bucket, keys = settings.reports_bucket, service.reports.keys("")
    objects = {key: b64encode(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).decode() for key in keys}
    secrets = {
        name: [
            each["Value"]
            for each in ssm.get_parameter_history(Name=settings.secrets_parameter(name), WithDecryption=True)["Parameters"]
        ]
        for name in (CAMPAIGN, FESTIVAL)
    }
    return {"tables": tables, "objects": objects, "secrets": secrets}


def load(sample: Mapping[str, Any], *, tables: tuple[str, ...] = ("reactions", "totals", "campaigns")) -> None:
    """Put a sample where the running service keeps things."""
    settings, dynamodb, s3, ssm = runtime.service().settings, boto3.client("dynamodb"), boto3.client("s3"), boto3.client("ssm")
    for name in tables:
        for item in sample["tables"][name]:
            dynamodb.put_item(TableName=f"locallove-{settings.stage}-{name}", Item=_raw(item))
    for key, body in sample["objects"].items():
        s3.put_object(Bucket=settings.reports_bucket, Key=key, Body=b64decode(body))
    for campaign, values in sample["secrets"].items():
        for number, value in enumerate(values):
            ssm.put_parameter(Name=settings.secrets_parameter(campaign), Value=value, Type="SecureString", Overwrite=number > 0)


def forms(sample: Mapping[str, Any]) -> set[str]:
    """What kinds of things are stored with which fields and versions, values left out."""
    found = set()
    for table, items in sample["tables"].items():
        for item in items:
            kind = re.split("[#]", item["pk"]["S"])[0] if table == "campaigns" else table
            version = item.get("v", {}).get("N")
            found |= {f"{table}: {kind} v{version} {re.sub(r'[.]..$', '', name)}" for name in item}
            for name, value in item.items():
                if "B" in value and name != "sha256":
                    found |= {f"{table}: {kind}.{name} {path}" for path in _paths(b64decode(value["B"]))}
    for key, body in sample["objects"].items():
        kind = key.rpartition("/")[2] if not key.startswith("quarantine") else "quarantine"
        kind = re.sub(r"\d{6,}|[0-9a-f]{64}|b-1", "*", kind)
        found |= {f"bucket: {kind} {path}" for path in _paths(b64decode(body))}
    for value in chain.from_iterable(sample["secrets"].values()):
        found |= {f"secrets: {path}" for path in _paths(value.encode())}
    return found


def _paths(body: bytes) -> Iterator[str]:
    """The fields of a document, whichever way it is packed. Of what is none, nothing: its version is in its first byte."""
    for unpack in (lambda raw: raw, zlib.decompress, gzip.decompress):
        try:
            raw = unpack(body)
        except (zlib.error, OSError):
            continue
        try:
            documents = [json.loads(raw)]
        except ValueError:
            try:
                documents = [json.loads(line) for line in raw.splitlines()]
            except ValueError:
                continue
        for document in documents:
            yield from _fields(document, "")
        return
    yield f"begins {body[:2].hex()}"


def _fields(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _fields(each, f"{path}.{'*' if re.fullmatch('[0-9].*|[A-Z]{2}', name) else name}")
    elif isinstance(value, list) and value:
        for each in value:
            yield from _fields(each, f"{path}[]")
    else:
        yield path + (f"={value}" if path.endswith("version") else "")


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {kind: b64encode(each).decode() if kind == "B" else each for kind, each in value.items()}
        for name, value in item.items()
    }


def _raw(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {kind: b64decode(each) if kind == "B" else each for kind, each in value.items()} for name, value in item.items()
    }


@contextmanager
def made() -> Iterator[dict[str, Any]]:
    """What this tree stores."""
    with local_cloud(background=False) as cloud:
        token = make(cloud)
        yield {**dump(), "token": token}


if __name__ == "__main__":
    with made() as sample:
        Path(sys.argv[1]).write_text(json.dumps(sample, indent=1, sort_keys=True) + "\n")
