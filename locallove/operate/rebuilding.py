"""Totals of a live made anew from its stored batches: for a table that was restored, whose new stream has none of them.

Answers for: counting by the counter's own rule, as a stream shard of its own; and refusing while anything else could count or
store, for what is counted from the table must never be counted from a stream as well. Begun again after it was interrupted, it
ends the same.
Refuses: settling (`live settle`), and switching on again what was switched off (docs/operations.md).
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import boto3
from botocore.exceptions import ClientError

from chalicelib import runtime
from chalicelib.domain import tally
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.campaigns import Live
from chalicelib.domain.stream import POSITION_DIGITS, Delivery, Record
from chalicelib.runtime import Service
from chalicelib.store.clients import code
from locallove.operate.mistake import Mistake

SHARD = "rebuilt-from-the-table"
SHARD_HASH = sha256(SHARD.encode()).hexdigest()[:12]
AT_ONCE = 400


def rebuild(service: Service, live: Live) -> int:
    """Make the totals of a live anew; gives the number of batches. Raises: Mistake for whatever must not be, StorageRefused."""
    if wrong := list(_hindrances(service, live)):
        raise Mistake("\n".join([f"{live.id}: nothing is changed, for it could be counted twice or lost:", *wrong]))
    service.totals.clear(live.id)
    counter, counted = service.counter, 0
    records = (_record(number, batch) for number, batch in enumerate(service.reactions.of_channel(live), 1))
    while some := tuple(islice(records, AT_ONCE)):
        counter.add(Delivery(SHARD, SHARD_HASH, some, ()), runtime.new_token())
        counted += len(some)
    return counted


def _record(number: int, batch: StoredBatch) -> Record:
    """A batch as if a stream had brought it. Batches are read in the order of their keys, so that each has its own position."""
    return Record(
        position=str(number).zfill(POSITION_DIGITS),
        live=batch.live,
        rehearsal=batch.rehearsal,
        minutes=tally.decode(batch.tally),
        received_at_ms=batch.received_at_ms,
        raw={"dynamodb": {"Keys": {"pk": {"S": batch.partition_key}, "sk": {"S": batch.sort_key}}}},
    )


def _hindrances(service: Service, live: Live) -> Iterator[str]:
    """Everything that could count or store meanwhile or afterwards, or cannot be counted, each with what helps."""
    table, prefix = service.settings.reactions_table, f"locallove-{service.settings.stage}"
    yield from _intake(f"{prefix}-api")
    yield from _mappings(f"{prefix}-counter")
    stream = boto3.client("dynamodb", endpoint_url=service.settings.endpoint_url).describe_table(TableName=table)["Table"]
    if stream.get("StreamSpecification", {}).get("StreamEnabled"):
        yield f"  {table} has a stream, with batches in it: aws dynamodb update-table --table-name {table} \\"
        yield "    --stream-specification StreamEnabled=false"
    yield from _unreadable(service.reactions.of_channel(live))
    for kept in service.quarantine.of_live(live.id):
        yield f"  {kept.batch} is in the quarantine, and would be counted now: delete its file under quarantine/"


def _intake(function: str) -> Iterator[str]:
    lambdas: Any = _lambda()
    reserved = _there(lambda: lambdas.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions"))
    if reserved not in (0, _NOTHING):
        yield f"  batches are taken: aws lambda put-function-concurrency --function-name {function} \\"
        yield "    --reserved-concurrent-executions 0"


def _mappings(function: str) -> Iterator[str]:
    lambdas: Any = _lambda()
    found = _there(lambda: lambdas.list_event_source_mappings(FunctionName=function)["EventSourceMappings"])
    for each in [] if found is _NOTHING else found:
        if each["State"] != "Disabled":
            yield f"  the counter reads a stream ({each['State']}): aws lambda update-event-source-mapping --no-enabled \\"
            yield f"    --uuid {each['UUID']}"


def _unreadable(batches: Iterable[StoredBatch]) -> Iterator[str]:
    for batch in batches:
        try:
            tally.decode(batch.tally)
        except ValueError as error:
            yield f"  {batch.sort_key} cannot be read: {error}"


_NOTHING = object()
"""There is no such function: on a laptop nothing is deployed."""


def _there(ask: Any) -> Any:
    try:
        return ask()
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        return _NOTHING


def _lambda() -> Any:
    return boto3.client("lambda", endpoint_url=runtime.service().settings.endpoint_url)
