"""Any CSV or NDJSON file as reactions of one kind, by saying which column is which: `id=seq,at=unix_s,value=amount_cents`.

Answers for: moments in s, ms or µs as numbers, or as ISO 8601 text; columns, and what they hold, in the form of the contract.
Refuses: guessing. A time without an offset needs a zone; a column that no line has is an error, and so is one id for two acts.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.reactions import Kind, Reaction
from locallove.sources.recording import BadRecording, Recording, fitting_name, fitting_text, in_order, rfc3339

_FIELDS: dict[Kind, frozenset[str]] = {
    "like": frozenset({"id", "at", "user", "market", "count"}),
    "comment": frozenset({"id", "at", "user", "market", "text"}),
    "gift": frozenset({"id", "at", "user", "market", "count", "gift", "value"}),
}
_MICROSECONDS_PER = ((10**11, 1_000_000), (10**14, 1_000), (10**17, 1))
"""Below 10^11 a number is seconds (until the year 5138), below 10^14 milliseconds (from 1973), below 10^17 microseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (of a CSV file, or name in an NDJSON object) holds which field; `zone` is that of times without an offset."""

    kind: Kind
    of: Mapping[str, str]
    zone: ZoneInfo | None = None


def columns(kind: Kind, mapping: str, zone: ZoneInfo | None = None) -> Columns:
    """The columns out of `field=column,field=column`. Raises: ValueError for what no reaction of this kind has."""
    of: dict[str, str] = {}
    for pair in mapping.split(","):
        name, equals, column = pair.strip().partition("=")
        if not equals or not column:
            raise ValueError(f"{pair!r} is not field=column")
        if name not in _FIELDS[kind]:
            raise ValueError(f"a {kind} has no {name!r}; it has {', '.join(sorted(_FIELDS[kind]))}")
        if name in of:
            raise ValueError(f"{name!r} is there twice")
        of[name] = column
    if "at" not in of:
        raise ValueError("at=COLUMN is needed: the moment of each reaction")
    return Columns(kind, of, zone)


def read(lines: Iterable[bytes], name: str, live: str, taken: Columns) -> Recording:
    """The reactions of the one `live` that the file is of. `name` is what errors call it. Raises: BadRecording."""
    found: dict[str, Reaction] = {}
    absent = set(taken.of.values())
    repeated = cut_texts = 0
    for number, row in _rows(lines, name):
        absent.difference_update(row)
        try:
            reaction = _reaction(row, number, taken)
            earlier = found.setdefault(reaction.id, reaction)
            if earlier != reaction:
                raise ValueError("has the id of an earlier line and another content")
        except ValueError as error:
            raise BadRecording(f"{name}:{number}: {error}") from error
        repeated += earlier is not reaction
        cut_texts += "text" in taken.of and reaction.text != _cell(row, taken.of["text"])
    if found and absent:
        raise BadRecording(f"{name}: no line has {', '.join(sorted(absent))}; the last one has {', '.join(row)}")
    return Recording({live: in_order(found.values())} if found else {}, repeated=repeated, cut_texts=cut_texts)


def moment_ms(value: Any, zone: ZoneInfo | None) -> int:
    """A moment in any of the forms above as UTC milliseconds, finer fractions cut. Raises: ValueError."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return _iso_ms(str(value), zone)
    for limit, factor in _MICROSECONDS_PER:
        if number.is_finite() and 0 <= number < limit:
            return int(number * factor) // 1000
    raise ValueError("is not a number of seconds, milliseconds or microseconds")


def _iso_ms(text: str, zone: ZoneInfo | None) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is neither a number nor ISO 8601") from error
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError("is a time without an offset: say its zone, such as --zone Asia/Tokyo")
        moment = moment.replace(tzinfo=zone)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _reaction(row: Mapping[str, Any], number: int, taken: Columns) -> Reaction:
    of = taken.of
    cells = {field: _cell(row, column) for field, column in of.items()}
    text, gift, market = cells.get("text"), cells.get("gift"), cells.get("market")
    if cells["at"] is None:
        raise ValueError(f"{of['at']} is empty or not a column")
    try:
        at = rfc3339(moment_ms(cells["at"], taken.zone))
    except ValueError as error:
        raise ValueError(f"{of['at']} {error}") from error
    return Reaction(
        id=fitting_name(cells.get("id") or f"line-{number}"),
        kind=taken.kind,
        at=at,
        user=fitting_name(cells.get("user") or "unknown"),
        market=market,
        count=_integer(cells.get("count"), of.get("count"), 1, 1_000_000),
        text=None if text is None else fitting_text(text),
        gift=None if gift is None else gift[:64],
        value=_integer(cells.get("value"), of.get("value"), 0, 10**9),
    )


def _cell(row: Mapping[str, Any], column: str) -> str | None:
    """What stands in a column as text, None for nothing (NDJSON leaves out what is at its default). Raises: ValueError."""
    value = row.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, dict | list | bool):
        raise ValueError(f"{column} is neither text nor a number")  # noqa: TRY004 - what is wrong is the content of a line
    return str(value)


def _integer(cell: str | None, column: str | None, least: int, most: int) -> int | None:
    if cell is None:
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not least <= number <= most or number != number.to_integral_value():
        raise ValueError(f"{column} is not a whole number from {least} to {most}")
    return int(number)


def _rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line number and content of each row; a file that begins with `{` is NDJSON, any other CSV with a first line of names."""
    rest = iter(lines)
    first = next(rest, b"").removeprefix(b"\xef\xbb\xbf")
    rows = _json_rows if first.lstrip().startswith(b"{") else _csv_rows
    yield from rows(chain([first], rest), name)


def _json_rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, decode(line)
            except (ValueError, RecursionError) as error:
                raise BadRecording(f"{name}:{number}: {error}") from error


def _csv_rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader((line.decode() for line in lines), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise BadRecording(f"{name}:{reader.line_num}: has another number of cells than the first line")
            yield reader.line_num, row
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadRecording(f"{name}:{reader.line_num + 1}: {error}") from error
