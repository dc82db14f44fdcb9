"""The table that two people fill in: a text to a row, what each of them judged, and what they settled on.

Answers for: the file that is written (for its owner's eyes only, from its first moment on) and every bad row of one that returns.
Each row says where the sample is from, so that the file alone is enough. Refuses: users, and showing a text or any other cell.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from chalicelib.domain.sentiment import COMMENTS, JUDGEMENTS, NO_LANGUAGE, Coded, Draw
from chalicelib.render.tables import csv_of
from locallove.operate.drawing import Text, rows_of
from locallove.operate.mistake import Mistake

COLUMNS = ("number", "text", "language", "coder_1", "coder_2", "settled", "drawn")
NEEDED = tuple(name for name in COLUMNS if name != "text")

_BY_FIRST_LETTER = (
    "aabefkmnrsvyz", "baegimnors", "caehorsuvy", "daevz", "eelnostu", "fafijory", "gadlnuv", "haeiortuyz", "iadegikostu", "jav",
    "kagijklmnorsuvwy", "labginotuv", "mghiklnrsty", "nabdeglnorvy", "ocjmrs", "pailst", "qu", "rmnouw", "sacdegiklmnoqrstuvw",
    "taeghiklnorstwy", "ugkrz", "veio", "wao", "xh", "yio", "zahu",
)  # fmt: skip
LANGUAGES = frozenset(word[0] + second for word in _BY_FIRST_LETTER for second in word[1:])
"""ISO 639-1. (`jp` is a country, and not among them.)"""

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
    """A table that came back: what was drawn, what was coded, and every problem in it."""

    drawn: Drawn
    coded: list[Coded]
    problems: list[str]


def write(file: Path, drawn: Drawn, texts: Sequence[Text]) -> None:
    """Write the table, for nobody but its owner to read. Raises: Mistake when there is such a file or it cannot be written."""
    rows = (
        (number, each.text, each.language if each.language in LANGUAGES else None, None, None, None, str(drawn))
        for number, each in enumerate(texts, start=1)
    )
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            os.fchmod(opened.fileno(), 0o600)  # a umask may have taken away more than others' rights
            opened.write(csv_of(COLUMNS, rows))
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from error


def read(file: Path) -> Filled:
    """The table as it came back. Raises: Mistake when it is no such table at all."""
    rows = list(rows_of(file, NEEDED))
    drawn = _drawn(rows[0][1]["drawn"]) if rows else None
    if drawn is None:
        raise Mistake(f"{file}: is no sample, or its first row no longer says in `drawn` what was drawn")
    coded: list[Coded] = []
    problems: list[str] = []
    numbers: set[int] = set()
    for line, row in rows:
        found = list(_row_problems(row, drawn, numbers))
        where = f"row {row['number']}" if _number(row) else f"line {line}"
        problems += [f"{where}, {column}: {why}" for column, why in found]
        if not found:
            coded.append(_coded(row))
    missing = [str(number) for number in range(1, drawn.draw.sample + 1) if number not in numbers]
    problems += [f"row {number}: is missing" for number in missing]
    return Filled(drawn, coded, problems)


def _drawn(said: str) -> Drawn | None:
    found = _DRAWN.fullmatch(said.strip())
    if found is None:
        return None
    sample, population, on, campaign, live, source = found.groups()
    if not 1 <= int(sample) <= int(population):
        return None
    return Drawn(campaign, Draw(live, source or COMMENTS, on, int(sample), int(population)))


def _row_problems(row: dict[str, str], drawn: Drawn, numbers: set[int]) -> Iterator[tuple[str, str]]:
    """Columns, and what is wrong in each; the row's number is noted among `numbers`."""
    number = _number(row)
    if not 1 <= number <= drawn.draw.sample:
        yield "number", f"must be a number from 1 to {drawn.draw.sample}"
    elif number in numbers:
        yield "number", "is there twice"
    numbers.add(number)
    if _said(row, "language") not in {*LANGUAGES, NO_LANGUAGE}:
        yield "language", f"must be a language of two letters (ISO 639-1) such as ja, or {NO_LANGUAGE} where there are no words"
    yield from _judgement_problems(*(_said(row, name) for name in ("coder_1", "coder_2", "settled")))
    if row["drawn"].strip() != str(drawn):
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


def _number(row: dict[str, str]) -> int:
    """The number of a row, 0 where it has none."""
    said = row["number"].strip()
    return int(said) if re.fullmatch("[0-9]{1,9}", said) else 0


def _said(row: dict[str, str], column: str) -> str:
    return row[column].strip().lower()


def _coded(row: dict[str, str]) -> Coded:
    said = {name: _said(row, name) for name in ("language", "coder_1", "coder_2", "settled")}
    return msgspec.convert(said | {"settled": said["settled"] or said["coder_1"]}, Coded)
