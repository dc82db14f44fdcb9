"""Problems with outside data, collected so that the user sees all of them at once.

Answers for: turning decoded JSON or TOML into typed values while listing *every* problem by JSON pointer.
Refuses: guessing. A value is either exactly right or a problem with its place.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

MAX_NAME = 64
MAX_DIGITS = 30

T = TypeVar("T")

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where: `pointer` is an RFC 6901 JSON pointer into the document."""

    pointer: str
    detail: str

    @property
    def key_path(self) -> str:
        """The pointer as a person writes it in TOML: `/lives/0/donation/cap` becomes `lives[0].donation.cap`."""
        dotted = ""
        for escaped in self.pointer.split("/")[1:]:
            part = escaped.replace("~1", "/").replace("~0", "~")
            key = part if _BARE_KEY.fullmatch(part) else json.dumps(part)
            dotted += f"[{part}]" if part.isascii() and part.isdigit() else f".{key}"
        return dotted.lstrip(".") or "(the whole file)"


def json_number(written: str) -> int | float:
    """A JSON number with a point or an exponent, for a decoder's `parse_float`: `1.0` is the integer 1, as RFC 8259 has only one
    kind of number. Done while decoding, for a copy of what was decoded would cost a hostile sender's victim most.
    """
    value = float(written)
    return int(value) if value.is_integer() else value


def json_integer(written: str) -> int:
    """A JSON number without a point, for a decoder's `parse_int`; of one that no field can hold its first digits, which no field
    can hold either: Python refuses more than 4,300, and one such number must not cost the rest of a batch.
    """
    return int(written[:MAX_DIGITS])


def convert(data: Any, kind: type[T], pointer: str = "") -> tuple[T | None, list[Problem]]:
    """The value as `kind`, or None and every problem found."""
    problems = list(_problems(data, kind, pointer))
    if problems:
        return None, problems
    return msgspec.convert(data, kind), []


def sketch(data: Any, kind: Any) -> Any:
    """`data` as `kind` although parts of it are wrong: a value that cannot be read is UNSET, a list is empty.

    What can be read can then be checked further, so that the first kind of mistake does not hide the second.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        pass
    if (item := _sequence_of_structs(kind)) is not None:
        return tuple(sketch(value, item) for value in data) if isinstance(data, list | tuple) else ()
    if (struct := _struct(kind)) is not None:
        given = data if isinstance(data, dict) else {}
        fields, _ = _described(struct)
        return struct(
            **{
                field.name: sketch(given.get(field.encode_name, msgspec.UNSET), field.type)
                for field in fields
                if field.required or field.encode_name in given
            }
        )
    return msgspec.UNSET


def known(*values: object) -> bool:
    """Whether all these values of a sketch could be read."""
    return all(value is not msgspec.UNSET for value in values)


def _problems(data: Any, kind: Any, pointer: str) -> Iterator[Problem]:
    item = _sequence_of_structs(kind)
    if item is not None and isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from _problems(value, item, f"{pointer}/{index}")
    elif item is None and (struct := _struct(kind)) is not None and isinstance(data, dict):
        yield from _struct_problems(data, struct, pointer)
    else:
        try:
            msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            yield Problem(pointer, _wanted(kind) or _sentence(error))


def _struct_problems(data: dict[str, Any], kind: type[msgspec.Struct], pointer: str) -> Iterator[Problem]:
    fields, closed = _described(kind)
    for field in fields:
        place = f"{pointer}/{_escape(field.encode_name)}"
        if field.encode_name in data:
            yield from _problems(data[field.encode_name], field.type, place)
        elif field.required:
            yield Problem(place, "is required")
    if closed:
        known = {field.encode_name for field in fields}
        for name in data:
            if name not in known:
                yield Problem(f"{pointer}/{_escape(str(name))}", "is not a known field")


@cache
def _described(kind: type[msgspec.Struct]) -> tuple[tuple[msgspec.structs.FieldInfo, ...], bool]:
    """The fields of a struct, and whether it refuses unknown ones."""
    return msgspec.structs.fields(kind), kind.__struct_config__.forbid_unknown_fields


def _struct(kind: Any) -> type[msgspec.Struct] | None:
    for candidate in (kind, *get_args(kind)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None


def _sequence_of_structs(kind: Any) -> type[msgspec.Struct] | None:
    if get_origin(kind) in (tuple, list):
        return _struct(kind)
    for member in get_args(kind):
        if get_origin(member) in (tuple, list):
            return _struct(member)
    return None


def _wanted(kind: Any) -> str | None:
    """What the type itself says a value must be, where it may be None too: one of a choice, or its description."""
    for member in (kind, *get_args(kind)):
        if get_origin(member) is Literal:
            return f"must be one of {', '.join(get_args(member))}"
        for note in getattr(member, "__metadata__", ()):
            if isinstance(note, msgspec.Meta) and note.description:
                return f"must be {note.description}"
    return None


def _sentence(error: msgspec.ValidationError) -> str:
    """msgspec's message without its own path (the pointer says where), never with the value itself."""
    return re.sub(r" - at `.*`$", "", str(error))


def _escape(name: str) -> str:
    """A name as part of a pointer; a long one is cut, for an answer must not grow with what was sent."""
    shown = name if len(name) <= MAX_NAME else name[:MAX_NAME] + "…"
    return shown.encode("utf-8", "backslashreplace").decode().replace("~", "~0").replace("/", "~1")
