"""The table that two people fill in: a text to a row, what each of them judged, and what they settled on.

Answers for: the file that is written (for its owner's eyes only, from its first moment on) and every bad row of one that returns.
Each row says where the sample is from, so that the file alone is enough. Refuses: users, and showing a text or any other cell.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from chalicelib.domain.languages import is_language_code
from chalicelib.domain.sentiment import COMMENTS, JUDGEMENTS, NO_LANGUAGE, Coded, Draw
from chalicelib.domain.sheets import Columns, rows
from chalicelib.render.tables import csv_of
from locallove.operate.drawing import Text
from locallove.operate.mistake import Mistake

COLUMNS = ("number", "text", "language", "coder_1", "coder_2", "settled", "drawn")
NEEDED = Columns(tuple(name for name in COLUMNS if name != "text"), open=True)

_DRAWN = re.compile(
    r"(\d{1,9}) of (\d{1,9}), drawn (\d{4}-\d\d-\d\d), campaign ([a-z0-9-]{1,64}), (?:comments of ([a-z0-9-]{1,64})|source: (.+))"
)


class Drawn(NamedTuple):
    """A draw, and the campaign that it is about."""

    campaign: str
    draw: Draw

    def __str__(self) -> str:
        draw = self.draw
        origin = f"source: {draw.source}" if draw.live is None else f"comments of {draw.live}"
        return f"{draw.sample} of {draw.population}, drawn {draw.on}, campaign {self.campaign}, {origin}"


class Filled(NamedTuple):
    """A table that came back: what was drawn, and what was coded."""

    drawn: Drawn
    coded: list[Coded]


def write(file: Path, drawn: Drawn, texts: Sequence[Text]) -> None:
    """Write the table, for nobody but its owner to read. Raises: Mistake when there is such a file or it cannot be written."""
    table = (
        (number, each.text, each.language if is_language_code(each.language) else None, None, None, None, str(drawn))
        for number, each in enumerate(texts, start=1)
    )
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            os.fchmod(opened.fileno(), 0o600)  # a umask may have taken away more than others' rights
            opened.write(csv_of(COLUMNS, table))
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error


def read(content: bytes) -> tuple[Filled | None, list[str]]:
    """The table as it came back, and every problem in it; None where it does not even say what was drawn."""
    found, problems = rows(content, NEEDED)
    said = [str(each) for each in problems]
    drawn = _drawn(found[0].cells.get("drawn", "")) if found else None
    if drawn is None:
        return None, said or ["is no sample, or its first row no longer says in `drawn` what was drawn"]
    named = {(each.line, each.column) for each in problems}
    coded: list[Coded] = []
    numbers: set[int] = set()
    for row in found:
        wrong = [each for each in _row_problems(row.cells, drawn, numbers) if (row.line, each[0]) not in named]
        number = _number(row.cells)
        said += [f"{f'row {number}' if number else f'line {row.line}'}, {column}: {why}" for column, why in wrong]
        if not said:
            coded.append(_coded(row.cells))
    missing = [str(number) for number in range(1, drawn.draw.sample + 1) if number not in numbers]
    said += [f"row {number}: is missing" for number in missing]
    return Filled(drawn, coded), said


def _drawn(said: str) -> Drawn | None:
    found = _DRAWN.fullmatch(said)
    if found is None:
        return None
    sample, population, on, campaign, live, source = found.groups()
    if not 1 <= int(sample) <= int(population):
        return None
    return Drawn(campaign, Draw(live, source or COMMENTS, on, int(sample), int(population)))


def _row_problems(row: Mapping[str, str], drawn: Drawn, numbers: set[int]) -> Iterator[tuple[str, str]]:
    """Columns, and what is wrong in each; the row's number is noted among `numbers`."""
    number = _number(row)
    if not 1 <= number <= drawn.draw.sample:
        yield "number", f"must be a number from 1 to {drawn.draw.sample}"
    elif number in numbers:
        yield "number", "is there twice"
    numbers.add(number)
    language = _said(row, "language")
    if not is_language_code(language) and language != NO_LANGUAGE:
        yield "language", f"must be two letters of ISO 639-1 such as ja, or {NO_LANGUAGE} where there are no words"
    yield from _judgement_problems(*(_said(row, name) for name in ("coder_1", "coder_2", "settled")))
    if row.get("drawn") != str(drawn):
        yield "drawn", "is not what the first row says"


def _judgement_problems(first: str, second: str, settled: str) -> Iterator[tuple[str, str]]:
    wanted = f"must be one of {', '.join(JUDGEMENTS)}"
    wrong = [name for name, value in (("coder_1", first), ("coder_2", second)) if value not in JUDGEMENTS]
    yield from ((name, wanted) for name in wrong)
    if settled not in (*JUDGEMENTS, ""):
        yield "settled", wanted
    elif not wrong and first != second and not settled:
        yield "settled", f"{wanted}, for the coders differ"
    elif not wrong and first == second and settled not in ("", first):
        yield "settled", "is not what both coders said"


def _number(row: Mapping[str, str]) -> int:
    """The number of a row, 0 where it has none."""
    said = row.get("number", "")
    return int(said) if re.fullmatch("[0-9]{1,9}", said) else 0


def _said(row: Mapping[str, str], column: str) -> str:
    return row.get(column, "").lower()


def _coded(row: Mapping[str, str]) -> Coded:
    said = {name: _said(row, name) for name in ("language", "coder_1", "coder_2", "settled")}
    return msgspec.convert(said | {"settled": said["settled"] or said["coder_1"]}, Coded)
