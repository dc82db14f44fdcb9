"""What conditions and updates are written in: tokens, names and values.

Answers for: every `#name` and `:value` being given and used, as DynamoDB demands. Refuses: paths into lists and maps.
Source: Amazon DynamoDB developer guide, "Expressions", and "Constraints" for the size.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from locallove.faults.client import NotImitated, invalid
from locallove.faults.items import Item, Value, stored

MAX_BYTES = 4096
EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)

_TOKEN = re.compile(r"<>|<=|>=|[#:]?\w+|\S")
_PLACEHOLDER = re.compile(r"[#:]\w+")
_NAME = re.compile(r"#\w+|[A-Za-z]\w*")
_WORDS = {"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"}


@dataclass(frozen=True, slots=True)
class Bound:
    """What the placeholders of a call's expressions stand for."""

    names: Mapping[str, str]
    values: Mapping[str, Value]

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Bound":
        """The names and values of a call. Raises: Refused when one is missing, unused, or an expression is too long."""
        used: set[str] = set()
        for expression in EXPRESSIONS:
            if expression in asked:
                if len(asked[expression].encode()) > MAX_BYTES:
                    raise invalid(f"Invalid {expression}: Expression size has exceeded the maximum allowed size")
                used |= _placeholders(asked[expression])
        for kind, sign in (("Names", "#"), ("Values", ":")):
            given = asked.get(f"ExpressionAttribute{kind}")
            if given is not None and not given:
                raise invalid(f"ExpressionAttribute{kind} must not be empty")
            wanted = {each for each in used if each[0] == sign}
            if unused := (given or {}).keys() - wanted:
                raise invalid(f"Value provided in ExpressionAttribute{kind} unused in expressions: {sorted(unused)}")
            if missing := wanted - (given or {}).keys():
                raise invalid(f"An expression attribute {kind.lower()} used is not defined: {sorted(missing)}")
        return cls(asked.get("ExpressionAttributeNames") or {}, stored(asked.get("ExpressionAttributeValues") or {}))

    def name(self, token: str) -> str:
        """The attribute that a name or its placeholder means."""
        return self.names[token] if token[0] == "#" else token

    def value(self, token: str, item: Item) -> Value | None:
        """The value of an operand: one given with the call, or the item's attribute, if it has it."""
        return self.values[token] if token[0] == ":" else item.get(self.name(token))


def names(text: str) -> list[str]:
    """What may be an attribute's name or its placeholder in an expression."""
    return [token for token in _TOKEN.findall(text) if _NAME.fullmatch(token)]


@lru_cache(maxsize=1024)
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


class Tokens:
    """An expression, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = _TOKEN.findall(text)
        self._at = 0

    @property
    def next(self) -> str:
        """The next token, keywords in capitals; empty at the end."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        return token.upper() if token.upper() in _WORDS else token

    def take(self) -> str:
        """The next token, which is then done."""
        token = self.next
        self._at += 1
        return token

    def took(self, wanted: str) -> bool:
        """Whether the next token is the one wanted; then it is done."""
        if self.next != wanted:
            return False
        self._at += 1
        return True

    def expect(self, wanted: str) -> None:
        """Take this token. Raises: NotImitated."""
        if not self.took(wanted):
            raise self.unknown()

    def path(self) -> str:
        """A whole attribute's name or placeholder. Raises: NotImitated."""
        if not _NAME.fullmatch(self.next) or self.next in _WORDS:
            raise self.unknown()
        return self.take()

    def operand(self) -> str:
        """A name, or a value's placeholder. Raises: NotImitated."""
        return self.take() if self.next[:1] == ":" and len(self.next) > 1 else self.path()

    def unknown(self) -> NotImitated:
        """The error that names where the reading ended."""
        return NotImitated(f"{self.next or 'the end'} in expression {self._text}")
