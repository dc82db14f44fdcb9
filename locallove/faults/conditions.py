"""Condition expressions, as far as the store uses them, and not one form more.

Answers for: `=`, `<>`, `<`, `<=`, `>`, `>=`, BETWEEN, `attribute_exists`, `attribute_not_exists`, `begins_with`, AND, OR, NOT and
brackets, with DynamoDB's precedence. A missing attribute is equal to nothing and before nothing; types are never mixed.
Refuses: every other form, with NotImitated: no condition holds because it was not understood.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from locallove.faults.client import invalid
from locallove.faults.expressions import Bound, Tokens
from locallove.faults.items import Item, Value

Condition = Callable[[Item, Bound], bool]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@lru_cache(maxsize=1024)
def condition(text: str) -> Condition:
    """The condition, to be asked of items; of one that is not there it is asked as `{}`. Raises: NotImitated, Refused."""
    tokens = Tokens(text)
    read = _any_of(tokens)
    if tokens.next:
        raise tokens.unknown()
    return read


def compared(one: Value | None, how: str, other: Value | None) -> bool:
    """Whether one value stands so to the other. Raises: Refused for an order of what has none."""
    if how in ("=", "<>"):
        return (one is not None and one == other) is (how == "=")
    if one is None or other is None:
        return False
    if "BOOL" in (*one, *other):
        raise invalid(f"Incorrect operand type for operator or function; operator or function: {how}, operand type: BOOL")
    return one.keys() == other.keys() and _ORDER[how](_orderly(one), _orderly(other))


def _orderly(value: Value) -> Any:
    """The order of texts in Python is that of their UTF-8 bytes, which is DynamoDB's."""
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def _any_of(tokens: Tokens) -> Condition:
    parts = [_all_of(tokens)]
    while tokens.took("OR"):
        parts.append(_all_of(tokens))
    return parts[0] if len(parts) == 1 else lambda item, bound: any(part(item, bound) for part in parts)


def _all_of(tokens: Tokens) -> Condition:
    parts = [_one(tokens)]
    while tokens.took("AND"):
        parts.append(_one(tokens))
    return parts[0] if len(parts) == 1 else lambda item, bound: all(part(item, bound) for part in parts)


def _one(tokens: Tokens) -> Condition:
    if tokens.took("NOT"):
        denied = _one(tokens)
        return lambda item, bound: not denied(item, bound)
    if tokens.took("("):
        inner = _any_of(tokens)
        tokens.expect(")")
        return inner
    if tokens.next in _FUNCTIONS:
        function = _FUNCTIONS[tokens.take()]
        tokens.expect("(")
        made = function(tokens)
        tokens.expect(")")
        return made
    return _comparison(tokens)


def _comparison(tokens: Tokens) -> Condition:
    one = tokens.operand()
    how = tokens.next
    if tokens.took("BETWEEN"):
        low = tokens.operand()
        tokens.expect("AND")
        high = tokens.operand()
        return lambda item, bound: (
            compared(bound.value(one, item), ">=", bound.value(low, item))
            and compared(bound.value(one, item), "<=", bound.value(high, item))
        )
    if how not in (*_ORDER, "=", "<>"):
        raise tokens.unknown()
    tokens.take()
    other = tokens.operand()
    if one == other and one[0] != ":":
        raise invalid(f"The first operand must be distinct from the remaining operands; operator: {how}, first operand: {one}")
    return lambda item, bound: compared(bound.value(one, item), how, bound.value(other, item))


def _exists(tokens: Tokens) -> Condition:
    path = tokens.path()
    return lambda item, bound: bound.name(path) in item


def _not_exists(tokens: Tokens) -> Condition:
    path = tokens.path()
    return lambda item, bound: bound.name(path) not in item


def _begins_with(tokens: Tokens) -> Condition:
    path = tokens.path()
    tokens.expect(",")
    start = tokens.operand()

    def begins(item: Item, bound: Bound) -> bool:
        whole, part = bound.value(path, item), bound.value(start, item)
        if part is None or not {"S", "B"} & part.keys():
            raise invalid("Incorrect operand type for operator or function; operator or function: begins_with")
        return whole is not None and whole.keys() == part.keys() and _orderly(whole).startswith(_orderly(part))

    return begins


_FUNCTIONS: dict[str, Callable[[Tokens], Condition]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "begins_with": _begins_with,
}
