"""The service on the imitated AWS: real items, real stream records, real rows, for what is measured of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from bench.festival import Audience, festival_campaign, posted
from bench.workload import PSEUDONYM_KEY, SECRET, SENDER, Batch, Crowd, campaign, live, signed
from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.flows import applying
from chalicelib.flows.intake import Posted
from locallove.cloud import aws
from locallove.cloud.windows import records


@contextmanager
def stored(number: int, size: int) -> Iterator[list[Batch]]:
    """So many batches of reactions taken in by the service on the imitated AWS, which stays until the end of the block."""
    definition = campaign()
    batches = Crowd(definition, seed=2).batches(number, size)
    with _taking(definition) as service:
        for batch in batches:
            headers = {"content-type": "application/json", **signed(batch)}
            service.intake.take(Posted(live(definition).id, headers, batch.text, runtime.now_ms()))
        yield batches


@contextmanager
def voted(number: int, films: int, per_s: float) -> Iterator[None]:
    """The same of so many batches of votes that follow each other at this pace."""
    definition = festival_campaign()
    with _taking(definition) as service:
        for batch in Audience(definition, films, seed=3).votes(number, per_s):
            service.intake.take(posted(definition, "votes", batch))
        yield


@contextmanager
def _taking(definition: Campaign) -> Iterator[runtime.Service]:
    """The service on the imitated AWS with this campaign in force and a sender."""
    with aws.imitated():
        runtime.service.cache_clear()
        service, now_ms = runtime.service(), runtime.now_ms()
        plan = applying.preview(service.campaigns, definition, now_ms, None)
        applying.apply(service.campaigns, service.secrets, plan, PSEUDONYM_KEY, now_ms)
        service.secrets.add_sender(definition.id, SENDER, SECRET, now_ms)
        yield service


def items(table: str) -> list[dict[str, Any]]:
    """Every item of a table."""
    client = boto3.client("dynamodb")
    return [item for page in client.get_paginator("scan").paginate(TableName=table) for item in page["Items"]]


def stream_records() -> list[dict[str, Any]]:
    """Every record of the stream of `reactions`, as Lambda delivers it."""
    table = runtime.service().settings.reactions_table
    arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    client = boto3.client("dynamodbstreams")
    (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    position, found = iterator["ShardIterator"], []
    while page := (answer := client.get_records(ShardIterator=position))["Records"]:
        found += page
        position = answer["NextShardIterator"]
    return records(found, arn)
