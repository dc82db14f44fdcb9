"""The service on the imitated AWS: real items, real stream records, real rows, for what is measured of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from bench.workload import PSEUDONYM_KEY, SECRET, SENDER, Batch, Crowd, campaign, live, signed
from chalicelib import runtime
from chalicelib.flows import applying
from chalicelib.flows.intake import Posted
from locallove.cloud import aws
from locallove.cloud.windows import records


@contextmanager
def stored(number: int, size: int) -> Iterator[list[Batch]]:
    """So many batches taken in by the service on the imitated AWS, which stays until the end of the block."""
    with aws.imitated():
        runtime.service.cache_clear()
        definition = campaign()
        service, now_ms = runtime.service(), runtime.now_ms()
        plan = applying.preview(service.campaigns, definition, now_ms, None)
        applying.apply(service.campaigns, service.secrets, plan, PSEUDONYM_KEY, now_ms)
        service.secrets.add_sender(definition.id, SENDER, SECRET, now_ms)
        batches = Crowd(definition, seed=2).batches(number, size)
        for batch in batches:
            service.intake.take(
                Posted(live(definition).id, {"content-type": "application/json", **signed(batch)}, batch.text, runtime.now_ms())
            )
        yield batches


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
