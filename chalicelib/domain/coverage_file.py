"""The coverage register as its operator keeps it: a sheet with a row for each entry, and for each figure that others state.

Answers for: the form of a row, and every problem of a file with its line and column.
Refuses: part of a file, and looking at any address: an address is read as text only.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias, get_args

import msgspec

from chalicelib.domain.coverage import Entry, Kind, OutletType, Scope, Stated, Tone
from chalicelib.domain.donations import Words
from chalicelib.domain.languages import LanguageCode
from chalicelib.domain.problems import convert
from chalicelib.domain.sheets import CellProblem, Columns, Row, rows

MAX_NUMBER = 10**12
FIGURE = "figure"
NUMBERS = ("reach", "value")

_MISLEADING = r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Marks that nobody sees and that make an address read as another."""

_URL = rf'^https?://[^\s/?#@:\\"<>{_MISLEADING}]+(:[0-9]{{1,5}})?([/?#][^\s\\"<>{_MISLEADING}]*)?$'
"""A host without a user's name before it; nothing that would end the address inside a page or a cell."""

Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=300, description="at most 300 characters")]
Number: TypeAlias = Annotated[
    int,
    msgspec.Meta(
        ge=0, le=MAX_NUMBER, description=f"a whole number from 0 to {MAX_NUMBER:,}; commas only between groups of three digits"
    ),
]
CalendarDay: TypeAlias = Annotated[date, msgspec.Meta(description="a day of the calendar, written 2023-02-11")]
Country: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Z]{2}$", description="two capital letters of ISO 3166-1, such as JP")
]
Url: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        pattern=_URL,
        max_length=2_000,
        description="an address with http:// or https://, without spaces, of at most 2,000 characters",
    ),
]


class _EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of an entry; each attribute is named as that of `Entry`."""

    kind: Kind
    outlet: Text
    outlet_type: OutletType
    scope: Scope
    genre: Text
    country: Country
    language: LanguageCode
    title: Text
    on: CalendarDay = msgspec.field(name="date")
    url: Url | None = None
    region: str | None = None
    reach: Number | None = None
    reach_source: Text | None = None
    tone: Tone | None = None
    syndicated_from: Text | None = None

    def recorded(self) -> Entry:
        return Entry(**{**msgspec.structs.asdict(self), "on": self.on.isoformat()})


class _FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a figure that somebody else states."""

    kind: Literal["figure"]
    label_ja: Text
    label_en: Text
    value: Number
    unit_ja: Text
    unit_en: Text
    on: CalendarDay = msgspec.field(name="date")
    source: Text
    region: str | None = None

    def recorded(self) -> Stated:
        label, unit = Words(self.label_ja, self.label_en), Words(self.unit_ja, self.unit_en)
        return Stated(label, self.value, unit, self.on.isoformat(), self.source, self.region)


_ENTRY_COLUMNS, _FIGURE_COLUMNS = (
    tuple(field.encode_name for field in msgspec.structs.fields(form)) for form in (_EntryRow, _FigureRow)
)
COLUMNS = tuple(dict.fromkeys(_ENTRY_COLUMNS + _FIGURE_COLUMNS))

_SAME_ENTRY = ("date", "outlet", "title", "url")
_SAME_FIGURE = ("date", "label_ja", "label_en", "source", "region")


class CoverageFile(msgspec.Struct, frozen=True):
    """What a file puts on record, in the order of its days."""

    entries: tuple[Entry, ...]
    stated: tuple[Stated, ...]


class Change(msgspec.Struct, frozen=True):
    """How many entries, or figures, are new, say something else than before, or are gone. Their order does not matter."""

    added: int
    changed: int
    removed: int


def change(before: Collection[Entry | Stated], after: Collection[Entry | Stated]) -> Change:
    """What differs between two lists, of entries or of figures."""
    old, new = ({each.identity: each for each in side} for side in (before, after))
    both = old.keys() & new.keys()
    return Change(len(new) - len(both), sum(old[each] != new[each] for each in both), len(old) - len(both))


def read(content: bytes, regions: Collection[str]) -> tuple[CoverageFile | None, list[CellProblem]]:
    """The register that a file holds, or None and every problem found. `regions` are the ids of the campaign's regions."""
    found, problems = rows(content, Columns(COLUMNS))
    named = {(each.line, each.column) for each in problems}
    problems += _doubled(found)
    made: list[Entry | Stated | None] = []
    for row in found:
        record, wrong = _record(row.cells)
        wrong |= _region_problem(row.cells, regions)
        made.append(record)
        problems += [CellProblem(row.line, *each) for each in wrong.items() if (row.line, each[0]) not in named]
    if problems:
        return None, sorted(problems, key=lambda each: each.line)
    entries = sorted((each for each in made if isinstance(each, Entry)), key=lambda each: each.identity)
    stated = sorted((each for each in made if isinstance(each, Stated)), key=lambda each: each.identity)
    return CoverageFile(tuple(entries), tuple(stated)), []


def _record(cells: Mapping[str, str]) -> tuple[Entry | Stated | None, dict[str, str]]:
    """What a row puts on record, or None and what is wrong, by column."""
    kind = cells.get("kind")
    if kind != FIGURE and kind not in get_args(Kind):
        return None, {"kind": f"must be one of {', '.join((*get_args(Kind), FIGURE))}"}
    form: type[_EntryRow | _FigureRow] = _FigureRow if kind == FIGURE else _EntryRow
    own = _FIGURE_COLUMNS if kind == FIGURE else _ENTRY_COLUMNS
    wrong = {name: f"must be empty: it says nothing of a {kind}" for name in cells if name not in own}
    given: dict[str, Any] = {name: _number(cell) if name in NUMBERS else cell for name, cell in cells.items() if name in own}
    row, problems = convert(given, form)
    wrong |= {problem.pointer[1:]: problem.detail for problem in problems}
    for name, other in (("reach", "reach_source"), ("reach_source", "reach")):
        if name in given and other not in given:
            wrong[other] = f"is required, for there is a {name}"
    return (None if row is None or wrong else row.recorded()), wrong


def _number(cell: str) -> int | str:
    """Digits, in groups of three or not, as a number; anything else stays what it is, and is refused for that."""
    whole = cell.replace(",", "")
    plain = whole.isascii() and whole.isdigit() and len(whole) <= len(str(MAX_NUMBER))
    return int(whole) if plain and cell in (whole, f"{int(whole):,}") else cell


def _region_problem(cells: Mapping[str, str], regions: Collection[str]) -> dict[str, str]:
    if cells.get("region", "") in ("", *regions):
        return {}
    return {"region": f"must be empty or one of {', '.join(regions)}"}


def _doubled(found: Collection[Row]) -> Iterator[CellProblem]:
    first: dict[tuple[str | None, ...], int] = {}
    for row in found:
        names = _SAME_FIGURE if row.cells.get("kind") == FIGURE else _SAME_ENTRY
        same = tuple(row.cells.get(name) for name in names)
        line = first.setdefault((*names, *same), row.line)
        if line != row.line and all(same[:3]):
            yield CellProblem(row.line, None, f"repeats line {line}: the same {', '.join(names)}")
