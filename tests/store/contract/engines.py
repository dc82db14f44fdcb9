"""The three engines that the store's contract is held against, each with the tables of `infra/data.yaml`."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest import mock

import boto3
from botocore.exceptions import ClientError
from store.contract.differences import DIFFERENCES

from chalicelib import settings
from chalicelib.store import clients
from locallove.cloud import aws
from locallove.cloud.windows import records
from locallove.faults.stream import Stream
from locallove.faults.tables import Tables

STANDIN, MOTO, DYNAMODB_LOCAL = "stand-in", "moto", "DynamoDB Local"
NOW_MS = 1_700_000_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine's client, the names of the tables there, and its stream: records as Lambda delivers them, by shard."""

    name: str
    dynamodb: Any
    tables: settings.Settings
    stream_arn: str
    shards: Callable[[], dict[str, list[dict[str, Any]]]]

    def expects(self, behaviour: str, otherwise: T) -> T:
        """What is expected of this engine: what AWS documents, or how it is known to differ."""
        expected: T = DIFFERENCES.get((behaviour, self.name), otherwise)
        return expected

    def put(self, partition: str, sort: str = "x", *, table: str | None = None, **more: Any) -> Any:
        """Put an item; a parameter of PutItem is told from an attribute by its capital."""
        parameters = {name: value for name, value in more.items() if name[0].isupper()}
        attributes = {name: value for name, value in more.items() if not name[0].isupper()}
        item = {**key(partition, sort), **attributes}
        return self.dynamodb.put_item(TableName=table or self.tables.totals_table, Item=item, **parameters)

    def update(self, partition: str, expression: str, values: dict[str, Any], condition: str | None = None, **more: Any) -> Any:
        """Change the item `x` of a partition."""
        if condition is not None:
            more["ConditionExpression"] = condition
        return self.dynamodb.update_item(
            **{"TableName": self.tables.totals_table, "Key": key(partition), **more},
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
        )

    def get(self, partition: str, sort: str = "x") -> dict[str, Any] | None:
        """An item, read consistently."""
        found = self.dynamodb.get_item(TableName=self.tables.totals_table, Key=key(partition, sort), ConsistentRead=True)
        item: dict[str, Any] | None = found.get("Item")
        return item

    def records(self, partition: str) -> list[dict[str, Any]]:
        """The stream's records of one partition, in order."""
        return [
            record
            for shard in self.shards().values()
            for record in shard
            if record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0] == partition
        ]


def key(partition: str, sort: str = "x") -> dict[str, Any]:
    """A key in DynamoDB's notation."""
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def outcome(deed: Callable[[], object]) -> str:
    """`done`, the code of the error, or the name of the exception by which moto falls over."""
    try:
        deed()
    except ClientError as error:
        return clients.code(error)
    except (IndexError, KeyError, RecursionError, TypeError) as error:
        return type(error).__name__
    return "done"


@contextmanager
def standin() -> Iterator[Engine]:
    """The fault simulation's stand-in, its stream in three shards."""
    with mock.patch.dict(os.environ, aws.seen_from_outside()):
        names = settings.read()
    stream = Stream("arn:aws:dynamodb:ap-northeast-1:123456789012:table/reactions/stream/2026-11-21T00:00:00.000", shards=3)
    tables = {names.reactions_table: stream, names.totals_table: None, names.campaigns_table: None}
    yield Engine(
        STANDIN,
        Tables(tables, lambda: NOW_MS),
        names,
        stream.arn,
        lambda: {shard.id: records(shard.records, stream.arn) for shard in stream.shards},
    )


@contextmanager
def moto() -> Iterator[Engine]:
    """moto, as the local service uses it."""
    with aws.imitated() as arn:
        yield Engine(MOTO, clients.dynamodb(None), settings.read(), arn, lambda: _shards(None, arn))


@contextmanager
def dynamodb_local(address: str) -> Iterator[Engine]:
    """AWS's own engine at this address, with new tables that are gone afterwards."""
    with mock.patch.dict(os.environ, aws.seen_from_outside()):
        client: Any = clients.dynamodb(address)
        described = [_create(client, each["Properties"]) for each in _tables()]
        (arn,) = (each["LatestStreamArn"] for each in described if "LatestStreamArn" in each)
        try:
            yield Engine(DYNAMODB_LOCAL, client, settings.read(), arn, lambda: _shards(address, arn))
        finally:
            for each in described:
                client.delete_table(TableName=each["TableName"])


def _tables() -> list[dict[str, Any]]:
    resources = aws.resources(aws.TEMPLATE.read_text(encoding="utf-8"))
    return [each for each in resources.values() if each["Type"] == "AWS::DynamoDB::Table"]


def _create(client: Any, properties: dict[str, Any]) -> dict[str, Any]:
    stream = {"StreamEnabled": True, **properties["StreamSpecification"]} if "StreamSpecification" in properties else None
    answer = client.create_table(
        TableName=_name(properties["TableName"]),
        BillingMode=properties["BillingMode"],
        AttributeDefinitions=properties["AttributeDefinitions"],
        KeySchema=properties["KeySchema"],
        **({"StreamSpecification": stream} if stream else {}),
    )
    described: dict[str, Any] = answer["TableDescription"]
    return described


def _name(substituted: Any) -> str:
    """A name with the stage in it, whichever way the template's reader gives `!Sub`."""
    text = substituted["Fn::Sub"] if isinstance(substituted, dict) else substituted
    return str(text).replace("${Stage}", aws.STAGE)


def _shards(address: str | None, arn: str) -> dict[str, list[dict[str, Any]]]:
    client = boto3.client("dynamodbstreams", endpoint_url=address)
    shards = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return {shard["ShardId"]: records(_records(client, arn, shard["ShardId"]), arn) for shard in shards}


def _records(client: Any, arn: str, shard: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    while page := client.get_records(ShardIterator=iterator):
        found += page["Records"]
        iterator = page.get("NextShardIterator")
        if not page["Records"] or iterator is None:
            break
    return found
