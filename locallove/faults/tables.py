"""A DynamoDB client in memory, for the calls that `chalicelib/store` makes; every table's key is `pk` and `sk`, both text.

Answers for: what DynamoDB answers to these calls, its errors by their codes, `Date` from the clock; a transaction whose token
was answered before being answered again without a write. `tests/store/contract` holds it against DynamoDB Local and moto.
Every read is consistent.
Refuses: every other call, parameter and form (NotImitated); reserved words are not checked.
"""

import re
from collections.abc import Mapping
from typing import Any

from locallove.faults.client import Around, Client, Clock, NotImitated, Refused, invalid, plainly
from locallove.faults.conditions import condition
from locallove.faults.expressions import Bound, Tokens, names
from locallove.faults.items import Item, copied, key_of
from locallove.faults.partitions import Table, page, start_of
from locallove.faults.stream import Stream
from locallove.faults.writes import KNOWN, understood, write, write_all

_SHOWN = {"ExpressionAttributeNames", "ProjectionExpression", "TableName"}
_GET = frozenset(_SHOWN | {"ConsistentRead", "Key"})
_SCAN = frozenset(_SHOWN | {"ConsistentRead", "ExclusiveStartKey", "ExpressionAttributeValues", "FilterExpression", "Limit"})
_QUERY = _SCAN | {"KeyConditionExpression", "ScanIndexForward"}
_TRANSACT = frozenset({"ClientRequestToken", "TransactItems"})

_KEYS = re.compile(
    r"(?P<pk>#?\w+)\s*=\s*(?P<partition>:\w+)"
    r"(?:\s+AND\s+(?P<rest>begins_with\s*\(\s*(?P<start>#?\w+)\s*,\s*:\w+\s*\)"
    r"|(?P<sk>#?\w+)\s*(?:(?:[<>]=?|=)\s*:\w+|BETWEEN\s+:\w+\s+AND\s+:\w+)))?",
    re.IGNORECASE,
)


class Tables(Client):
    """Tables by name, each with its stream or without one. `clock` gives milliseconds; `around` stands around every call."""

    errors = ("ConditionalCheckFailedException", "ResourceNotFoundException", "TransactionCanceledException")

    def __init__(self, tables: Mapping[str, Stream | None], clock: Clock, around: Around = plainly) -> None:
        super().__init__(clock, around)
        self._tables = {name: Table(stream) for name, stream in tables.items()}
        self._answered: dict[str, str] = {}
        self._transactions = 0

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """One item, as GetItem. Raises: ClientError, NotImitated."""
        return self._call("GetItem", asked, _GET, self._get)

    def query(self, **asked: Any) -> dict[str, Any]:
        """A page of a partition, as Query. Raises: ClientError, NotImitated."""
        return self._call("Query", asked, _QUERY, self._query)

    def scan(self, **asked: Any) -> dict[str, Any]:
        """A page of a table, as Scan. Raises: ClientError, NotImitated."""
        return self._call("Scan", asked, _SCAN, self._scan)

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """Write one item whole, as PutItem. Raises: ClientError, NotImitated."""
        return self._call("PutItem", asked, KNOWN["Put"], lambda asked: self._write("Put", asked))

    def update_item(self, **asked: Any) -> dict[str, Any]:
        """Change one item or make it, as UpdateItem. Raises: ClientError, NotImitated."""
        return self._call("UpdateItem", asked, KNOWN["Update"], lambda asked: self._write("Update", asked))

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        """All writes or none, as TransactWriteItems; each call has a token of its own, as boto3 gives it one."""
        self._transactions += 1
        asked.setdefault("ClientRequestToken", f"call {self._transactions}")
        return self._call("TransactWriteItems", asked, _TRANSACT, self._transact)

    def expire(self, table: str, partition: str, sort: str) -> None:
        """What TTL does, without a call: the item is gone, and the stream says that the service removed it."""
        self._tables[table].write((partition, sort), None, self._clock(), expired=True)

    def items(self, table: str) -> list[Item]:
        """All that a table holds at this moment, without a call."""
        return [copied(item) for item in self._tables[table].all(None)]

    def _table(self, asked: Mapping[str, Any]) -> Table:
        if asked["TableName"] not in self._tables:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        return self._tables[asked["TableName"]]

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        bound = Bound.of(asked)
        found = self._table(asked).get(key_of(asked["Key"]))
        return {} if found is None else {"Item": _shown(found, _attributes(asked, bound))}

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        bound = Bound.of(asked)
        keys = _KEYS.fullmatch(asked["KeyConditionExpression"].strip())
        if keys is None or bound.name(keys["pk"]) != "pk" or (keys["rest"] and bound.name(keys["sk"] or keys["start"]) != "sk"):
            raise NotImitated(f"key condition {asked['KeyConditionExpression']}")
        partition, start = bound.values[keys["partition"]], start_of(asked)
        if not partition.get("S") or (start is not None and start[0] != partition["S"]):
            raise invalid("The partition is empty, no text, or not that of ExclusiveStartKey")
        if {"pk", "sk"} & {bound.name(name) for name in names(asked.get("FilterExpression", ""))}:
            raise invalid("Filter Expression can only contain non-primary key attributes")
        forward = asked.get("ScanIndexForward", True)
        found = self._table(asked).partition(partition["S"], start and start[1], forward=forward)
        within = condition(keys["rest"] or "attribute_exists(pk)")
        return self._page((item for item in found if within(item, bound)), asked, bound)

    def _scan(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._page(self._table(asked).all(start_of(asked)), asked, Bound.of(asked))

    def _page(self, found: Any, asked: dict[str, Any], bound: Bound) -> dict[str, Any]:
        keep = condition(asked.get("FilterExpression", "attribute_exists(pk)"))
        wanted = _attributes(asked, bound)
        return page(found, asked, lambda item: keep(item, bound), lambda item: _shown(item, wanted))

    def _write(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        write(understood(kind, asked, self._table(asked)), self._clock())
        return {}

    def _transact(self, asked: dict[str, Any]) -> dict[str, Any]:
        token, text = asked["ClientRequestToken"], repr(asked["TransactItems"])
        if token in self._answered:
            if self._answered[token] != text:
                raise Refused("IdempotentParameterMismatchException", "The token was used for another transaction")
            return {}
        writes = []
        for each in asked["TransactItems"]:
            ((kind, one),) = each.items()
            writes.append(understood(kind, one, self._table(one)))
        write_all(writes, self._clock())
        self._answered[token] = text
        return {}


def _attributes(asked: Mapping[str, Any], bound: Bound) -> set[str] | None:
    """The names of the attributes that are wanted; None for all."""
    if "ProjectionExpression" not in asked:
        return None
    tokens = Tokens(asked["ProjectionExpression"])
    wanted = {bound.name(tokens.path())}
    while tokens.took(","):
        wanted.add(bound.name(tokens.path()))
    if tokens.next:
        raise tokens.unknown()
    return wanted


def _shown(item: Item, wanted: set[str] | None) -> Item:
    return copied(item if wanted is None else {name: value for name, value in item.items() if name in wanted})
