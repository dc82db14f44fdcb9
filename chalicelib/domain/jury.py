"""The jury: its sheet of scores, read from CSV, and the weighted means that come of it.

Answers for: every bad cell of a sheet, missing scores by name, means as exact fractions.
Refuses: floats and rounding: a mean is a fraction until it is shown.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, TypeAlias

import msgspec

from chalicelib.domain.festival import Jury
from chalicelib.domain.sheets import CellProblem, Columns, Row, rows

_SCORE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?", re.ASCII)


Reason: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
"""Why the jury decided so."""


class Score(msgspec.Struct, frozen=True):
    """One juror's scores of an entry, by criterion in the award's order: decimals as they were written, None where missing."""

    entry: str
    juror: str
    scores: tuple[str | None, ...]


class Sheet(msgspec.Struct, frozen=True):
    """An award's scores, the SHA-256 of the file that they were read from, and when (RFC 3339 in UTC)."""

    award: str
    scores: tuple[Score, ...]
    sha256: str
    at: str


class TieDecision(msgspec.Struct, frozen=True):
    """What the jury decided where all tie-breaks left a tie: the winner, why, and the SHA-256 of its file."""

    award: str
    entry: str
    reason: Reason
    sha256: str
    at: str


DECISION_COLUMNS = Columns(("award", "entry", "reason"))


def columns(jury: Jury) -> Columns:
    """The columns of a sheet: the film's caption is there for the reader, and not read."""
    return Columns(("entry", "juror", *(each.id for each in jury.criteria)), ("caption",))


def read(content: bytes, jury: Jury, competing: Collection[str]) -> tuple[tuple[Score, ...] | None, list[CellProblem]]:
    """The scores of a sheet, or None and every bad cell. A cell may be empty: that score is missing."""
    found, problems = rows(content, columns(jury))
    seen: dict[tuple[str, str], int] = {}
    scores: list[Score] = []
    for row in found:
        problems += _row_problems(row, jury, competing, seen)
        cells = row.cells
        given = tuple(cells.get(each.id) for each in jury.criteria)
        scores.append(Score(cells.get("entry", ""), cells.get("juror", ""), given))
    if not found and not problems:
        problems.append(CellProblem(2, None, "has no row"))
    if problems:
        return None, sorted(problems, key=lambda each: each.line)
    return tuple(sorted(scores, key=lambda each: (each.entry, each.juror))), []


def is_score(cell: str, jury: Jury) -> bool:
    """Whether this is a number from 0 to the highest, with at most two decimals."""
    return _SCORE.fullmatch(cell) is not None and Fraction(cell) <= jury.highest


def missing(scores: Sequence[Score], jury: Jury) -> list[str]:
    """Every score that is missing, by name: of an entry that somebody scored, each juror owes each criterion."""
    given = {(each.entry, each.juror): each.scores for each in scores}
    jurors, judged = sorted({each.juror for each in scores}), sorted({each.entry for each in scores})
    nothing: tuple[str | None, ...] = (None,) * len(jury.criteria)
    return [
        f"{entry}, {juror}, {criterion.id}"
        for entry in judged
        for juror in jurors
        for criterion, score in zip(jury.criteria, given.get((entry, juror), nothing), strict=True)
        if score is None
    ]


def means(scores: Sequence[Score], jury: Jury) -> dict[str, tuple[Fraction, ...]]:
    """Of each entry the mean of each criterion, in the award's order; no score may be missing."""
    sums: dict[str, list[list[Fraction]]] = {}
    for each in scores:
        sums.setdefault(each.entry, []).append([Fraction(score) for score in each.scores if score is not None])
    return {
        entry: tuple(sum(column, Fraction()) / len(given) for column in zip(*given, strict=True)) for entry, given in sums.items()
    }


def weighted(of_criteria: Mapping[str, Sequence[Fraction]], jury: Jury) -> dict[str, Fraction]:
    """Of each entry the weighted mean over the criteria."""
    whole = sum(each.weight for each in jury.criteria)
    return {
        entry: sum((mean * each.weight for mean, each in zip(found, jury.criteria, strict=True)), Fraction()) / whole
        for entry, found in of_criteria.items()
    }


def _row_problems(row: Row, jury: Jury, competing: Collection[str], seen: dict[tuple[str, str], int]) -> Iterator[CellProblem]:
    entry, juror = row.cells.get("entry"), row.cells.get("juror")
    for name, cell in (("entry", entry), ("juror", juror)):
        if cell is None:
            yield CellProblem(row.line, name, "is required")
    if entry is not None and entry not in competing:
        yield CellProblem(row.line, "entry", "is no entry that competes")
    if entry is not None and juror is not None:
        line = seen.setdefault((entry, juror), row.line)
        if line != row.line:
            yield CellProblem(row.line, None, f"repeats line {line}: the same entry and juror")
    for criterion in jury.criteria:
        cell = row.cells.get(criterion.id)
        if cell is not None and not is_score(cell, jury):
            yield CellProblem(row.line, criterion.id, f"must be a number from 0 to {jury.highest:,}, with at most two decimals")
