"""Update expressions, as far as the store uses them: `SET name = :value`, `ADD name :number`, `REMOVE name`.

Answers for: a counter that is not there beginning at nothing; all changes seeing the item as it was; 300 operators at most.
Refuses: every other form, with NotImitated; a key among the changes and one attribute changed twice, as DynamoDB does.
"""

from dataclasses import dataclass
from functools import lru_cache

from locallove.faults.client import invalid
from locallove.faults.expressions import Bound, Tokens
from locallove.faults.items import Item, Value, added, copied, fitting, key_in

MAX_OPERATORS = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `verb` is SET, ADD or REMOVE (which has no operand)."""

    verb: str
    path: str
    operand: str = ""


@lru_cache(maxsize=1024)
def changes(text: str) -> tuple[Change, ...]:
    """The changes of an update expression. Raises: NotImitated; Refused for more than 300."""
    tokens = Tokens(text)
    found: list[Change] = []
    while tokens.next:
        verb = tokens.take()
        found.append(_change(verb, tokens))
        while tokens.took(","):
            found.append(_change(verb, tokens))
    if len(found) > MAX_OPERATORS:
        raise invalid(f"The expression contains more than the maximum number of operators; operator count: {len(found)}")
    return tuple(found)


def updated(before: Item, wanted: tuple[Change, ...], bound: Bound) -> Item:
    """The item (at least its key) after the changes. Raises: Refused."""
    names = [bound.name(change.path) for change in wanted]
    if len(set(names)) < len(names):
        raise invalid("Two document paths overlap with each other; must remove or rewrite one of these paths")
    if keys := key_in(before).keys() & set(names):
        raise invalid(f"Cannot update attribute {min(keys)}. This attribute is part of the key")
    after = copied(before)
    for name, change in zip(names, wanted, strict=True):
        if change.verb == "REMOVE":
            after.pop(name, None)
        elif change.verb == "SET":
            after[name] = dict(bound.values[change.operand])
        else:
            after[name] = {"N": added(_number(before.get(name, {"N": "0"})), _number(bound.values[change.operand]))}
    return fitting(after, "Item size to update has exceeded the maximum allowed size")


def _change(verb: str, tokens: Tokens) -> Change:
    if verb not in ("SET", "ADD", "REMOVE"):
        raise tokens.unknown()
    path = tokens.path()
    if verb == "REMOVE":
        return Change(verb, path)
    if verb == "SET":
        tokens.expect("=")
    operand = tokens.operand()
    if operand[0] != ":" or tokens.next in ("+", "-"):
        raise tokens.unknown()
    return Change(verb, path, operand)


def _number(value: Value) -> str:
    if "N" not in value:
        raise invalid("An operand in the update expression has an incorrect data type")
    number: str = value["N"]
    return number
