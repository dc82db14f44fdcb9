"""The text of a batch: one JSON document with a list of items, whatever these are.

Answers for: reading the list fast, or where that fails slowly, item by item, so that every problem of every item is found; the
limits that all batches have.
Refuses: what an item means (`reactions`, `entries`, `votes`, `metrics`).
"""

import json
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec

from chalicelib.domain.problems import Problem, convert, json_integer, json_number

MAX_TEXT_BYTES = 1024 * 1024
MAX_ITEMS = 5_000
MAX_MINUTES = 60

Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64, extra_json_schema={"pattern": "^[ -~]*$"})]
"""1 to 64 printable ASCII characters; `is_printable` looks at the pattern, for a regular expression here doubles the time."""

Item = TypeVar("Item")


class NotReadable(Exception):
    """The text is not JSON at all."""


class TooMuch(Exception):
    """The batch is over a limit: 5,000 items, 60 different minutes, 350 KB in stored form."""


class NothingValid(Exception):
    """The batch belongs elsewhere or has nothing valid in it; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("1 problem" if len(problems) == 1 else f"{len(problems)} problems")
        self.problems = problems


class Reading(msgspec.Struct, Generic[Item], frozen=True):
    """What became of a batch: the accepted items, how many were rejected, and every problem of these."""

    rehearsal: bool
    accepted: tuple[Item, ...]
    rejected: int
    problems: tuple[Problem, ...]


class Document(msgspec.Struct, Generic[Item], frozen=True):
    """A batch's text as far as it could be read: its other fields by name, items with their places, and what is wrong."""

    fields: Any
    items: list[tuple[int, Item]]
    problems: list[Problem]

    @property
    def rejected(self) -> set[str]:
        """The places of items that could not be read, as pointers write them."""
        return {problem.pointer.split("/")[2] for problem in self.problems}


class Form(Generic[Item]):
    """The form of a batch: `batch` has the items under the name `items`, and under `to` where it belongs.

    The signature does not cover the address, so the text repeats it.
    """

    def __init__(self, batch: type[msgspec.Struct], item: type[Item], to: str, items: str) -> None:
        self.to, self.items = to, items
        self._item = item
        self._decoder = msgspec.json.Decoder(batch)
        self._envelope = msgspec.defstruct(
            "Envelope",
            [
                (each.name, list[Any] if each.name == items else each.type, *(() if each.required else (each.default,)))
                for each in msgspec.structs.fields(batch)
            ],
            forbid_unknown_fields=True,
        )

    def read(self, text: bytes, to: str) -> Document[Item]:
        """The document in this text, which must belong to `to`. Raises: NotReadable, TooMuch, NothingValid."""
        try:
            batch = self._decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            document = self._read_loosely(text)
        else:
            document = Document(batch, list(enumerate(getattr(batch, self.items))), [])
        self._limit(len(document.items))
        if getattr(document.fields, self.to) != to:
            raise NothingValid([Problem(f"/{self.to}", f"is another {self.to} than the address says ({to})")])
        return document

    def _read_loosely(self, text: bytes) -> Document[Item]:
        """The slow path, by the standard library's decoder, which takes half a surrogate pair: one must not cost the rest."""
        try:
            data = json.loads(text.decode(), parse_constant=_no_number, parse_float=json_number, parse_int=json_integer)
            return self._converted(data)
        except RecursionError as error:
            raise NotReadable("nested too deeply") from error
        except ValueError as error:
            raise NotReadable(str(error)) from error

    def _converted(self, data: Any) -> Document[Item]:
        """Item by item and field by field, so that every problem is found."""
        if isinstance(data, dict) and isinstance(data.get(self.items), list):
            self._limit(len(data[self.items]))
        envelope, problems = convert(data, self._envelope)
        if envelope is None:
            raise NothingValid(problems)
        good: list[tuple[int, Item]] = []
        for index, each in enumerate(getattr(envelope, self.items)):
            item, found = convert(each, self._item, f"/{self.items}/{index}")
            problems.extend(found)
            if item is not None:
                good.append((index, item))
        return Document(envelope, good, problems)

    def _limit(self, items: int) -> None:
        if items > MAX_ITEMS:
            raise TooMuch(f"{items} {self.items}; a batch may hold {MAX_ITEMS}")


def is_printable(name: str) -> bool:
    """Whether a name has printable ASCII characters only."""
    return name.isascii() and name.isprintable()


def is_text(text: str) -> bool:
    """Whether a text can be written in UTF-8: the slow path may have left half of a surrogate pair in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
