"""Conditional writes: alone, or several as one.

Answers for: the old item in the error where it was asked for; a transaction's reasons in the order of its writes, and nothing
of it written when one fails.
Source: Amazon DynamoDB API reference, `TransactWriteItems`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locallove.faults.client import NotImitated, Refused, invalid
from locallove.faults.conditions import Condition, condition
from locallove.faults.expressions import Bound
from locallove.faults.items import Item, Key, copied, key_of, stored, whole
from locallove.faults.partitions import Table
from locallove.faults.updates import changes, updated

MAX_WRITES = 100
FAILED = "The conditional request failed"

GUARD = frozenset(
    {
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
        "TableName",
    }
)
KNOWN = {"Put": GUARD | {"Item"}, "Update": GUARD | {"Key", "UpdateExpression"}, "ConditionCheck": GUARD | {"Key"}}


Becomes = Callable[[Item | None], Item | None]
"""What an item is after a write, given what it was; an item that is not there is None."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was understood: what must hold of the item, and what it becomes."""

    table: Table
    key: Key
    holds: Condition
    bound: Bound
    becomes: Becomes
    returns_old: bool

    def failure(self) -> dict[str, Any] | None:
        """None if the condition holds; else what the error says beside its code."""
        before = self.table.get(self.key)
        if self.holds(before or {}, self.bound):
            return None
        return {"Item": copied(before)} if self.returns_old and before is not None else {}


def understood(kind: str, asked: Mapping[str, Any], table: Table) -> Write:
    """The write of this kind (Put, Update, ConditionCheck). Raises: Refused, NotImitated."""
    if kind not in KNOWN or asked.keys() - KNOWN[kind]:
        raise NotImitated(f"{kind} with {', '.join(sorted(asked))}")
    bound = Bound.of(asked)
    key, becomes = _put(asked) if kind == "Put" else _update(asked, bound) if kind == "Update" else _left(asked)
    old = asked.get("ReturnValuesOnConditionCheckFailure", "NONE")
    if old not in ("ALL_OLD", "NONE"):
        raise invalid("ReturnValuesOnConditionCheckFailure is ALL_OLD or NONE")
    holds = condition(asked["ConditionExpression"]) if "ConditionExpression" in asked else _always
    return Write(table, key, holds, bound, becomes, old == "ALL_OLD")


def write(one: Write, now_ms: int) -> None:
    """Write if the condition holds. Raises: Refused."""
    failure = one.failure()
    if failure is not None:
        raise Refused("ConditionalCheckFailedException", FAILED, **failure)
    one.table.write(one.key, one.becomes(one.table.get(one.key)), now_ms)


def write_all(writes: Sequence[Write], now_ms: int) -> None:
    """Write all or nothing. Raises: Refused."""
    if not 1 <= len(writes) <= MAX_WRITES:
        raise invalid(f"A transaction has 1 to {MAX_WRITES} writes")
    if len({(id(each.table), each.key) for each in writes}) < len(writes):
        raise invalid("Transaction request cannot include multiple operations on one item")
    failures = [each.failure() for each in writes]
    if any(failure is not None for failure in failures):
        reasons = [
            {"Code": "None"} if failure is None else {"Code": "ConditionalCheckFailed", "Message": FAILED, **failure}
            for failure in failures
        ]
        codes = ", ".join(reason["Code"] for reason in reasons)
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        raise Refused("TransactionCanceledException", message, CancellationReasons=reasons)
    after = [each.becomes(each.table.get(each.key)) for each in writes]
    for each, item in zip(writes, after, strict=True):
        each.table.write(each.key, item, now_ms)


def _put(asked: Mapping[str, Any]) -> tuple[Key, Becomes]:
    item = whole(asked["Item"])
    return (item["pk"]["S"], item["sk"]["S"]), lambda _: item


def _update(asked: Mapping[str, Any], bound: Bound) -> tuple[Key, Becomes]:
    key, wanted = key_of(asked["Key"]), changes(asked["UpdateExpression"])
    nothing = stored(asked["Key"])
    return key, lambda before: updated(before or nothing, wanted, bound)


def _left(asked: Mapping[str, Any]) -> tuple[Key, Becomes]:
    return key_of(asked["Key"]), lambda before: before


def _always(_item: Item, _bound: Bound) -> bool:
    return True
