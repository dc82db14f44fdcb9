"""Items as DynamoDB keeps them: keys, numbers, sizes, copies.

Answers for: numbers as text in DynamoDB's own form, 38 digits at most; sizes by AWS's rules; no value shared with the caller.
Refuses: lists, maps, sets and null, which the service does not store. Every table's key is `pk` and `sk`, both text.
Source: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats" and "Constraints".
"""

from collections.abc import Mapping
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any

from locallove.faults.client import NotImitated, invalid

Value = dict[str, Any]
Item = dict[str, Value]
Key = tuple[str, str]

MAX_ITEM_BYTES = 400 * 1024
_KEY_BYTES = {"pk": 2048, "sk": 1024}
_NUMBERS = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, InvalidOperation, Overflow, Subnormal])


def stored(item: Mapping[str, Any]) -> Item:
    """A copy of the attributes as DynamoDB keeps them. Raises: Refused, NotImitated."""
    return {name: _kept(name, value) for name, value in item.items()}


def whole(item: Mapping[str, Any]) -> Item:
    """The same for a whole item, with its key. Raises: Refused, NotImitated."""
    key_of({name: item[name] for name in _KEY_BYTES if name in item})
    return fitting(stored(item), "Item size has exceeded the maximum allowed size")


def fitting(item: Item, otherwise: str) -> Item:
    """The item, if it is not too large. Raises: Refused with the words `otherwise`."""
    if size(item) > MAX_ITEM_BYTES:
        raise invalid(otherwise)
    return item


def copied(item: Item) -> Item:
    """The item for somebody who may change it."""
    return {name: dict(value) for name, value in item.items()}


def key_of(key: Mapping[str, Any]) -> Key:
    """Partition and sort key. Raises: Refused."""
    if key.keys() != _KEY_BYTES.keys():
        raise invalid("One or more parameter values were invalid: the keys are pk and sk")
    for name, most in _KEY_BYTES.items():
        if list(key[name]) != ["S"]:
            raise invalid(f"One or more parameter values were invalid: Type mismatch for key {name}")
        if not key[name]["S"]:
            raise invalid(
                "One or more parameter values are not valid. "
                f"The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
            )
        if len(key[name]["S"].encode()) > most:
            raise invalid(f"One or more parameter values were invalid: {name} has more than {most} bytes")
    return key["pk"]["S"], key["sk"]["S"]


def key_in(item: Item) -> Item:
    """The key's attributes alone."""
    return {name: dict(item[name]) for name in _KEY_BYTES}


def number(text: str) -> str:
    """A number in the form in which DynamoDB gives it back: no exponent, no zeros that say nothing. Raises: Refused."""
    if text.isascii() and text.isdigit() and len(text) <= 38 and text[0] != "0":
        return text
    if text != text.strip() or "_" in text:
        raise invalid("A value provided cannot be converted into a number")
    return _plain(lambda: _NUMBERS.create_decimal(text))


def added(one: str, other: str) -> str:
    """The sum of two numbers, exact. Raises: Refused when it has more than 38 digits."""
    return _plain(lambda: _NUMBERS.add(Decimal(one), Decimal(other)))


def size(item: Item) -> int:
    """Bytes of an item: its names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _plain(make: Any) -> str:
    try:
        made: Decimal = make()
    except InvalidOperation:
        raise invalid("A value provided cannot be converted into a number") from None
    except DecimalException:
        raise invalid("DynamoDB only supports precision up to 38 digits") from None
    return format(made.normalize(_NUMBERS), "f") if made else "0"


def _kept(name: str, value: Mapping[str, Any]) -> Value:
    ((kind, content),) = value.items()
    if kind == "N" and isinstance(content, str):
        return {"N": number(content)}
    if kind == "B" and isinstance(content, bytes | bytearray):
        return {"B": bytes(content)}
    if (kind == "S" and isinstance(content, str)) or (kind == "BOOL" and isinstance(content, bool)):
        return {kind: content}
    raise NotImitated(f"attribute {name} of type {kind} holding {type(content).__name__}")


def _size(value: Value) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.strip("-0.").replace(".", "")) // 2 + 2
    return len(content) if kind == "B" else 1
