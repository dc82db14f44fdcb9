"""Largest remainder as formulas: a whole shared in proportion, step by step, exact in the arithmetic of spreadsheets.

Answers for: the same shares as `domain/money.py:apportion` for whatever the cells hold later, as long as their bounds hold.
Refuses: what cannot be divided exactly with 15 digits; the caller then writes the shares as values.

`whole * weight / total` may be longer than 15 digits, so it is divided as by hand: `weight` in digits to a base, the remainder of
one digit carried to the next. Every dividend stays below `MOST_EXACT`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.render.sheets.cells import MOST_EXACT, Sheet, Spot, span
from chalicelib.render.sheets.texts import both


@dataclass(frozen=True, slots=True)
class Division:
    """How weights are cut: `digits` of them to the base `base`."""

    base: int
    digits: int


@dataclass(frozen=True, slots=True)
class _Terms:
    """What every weight is divided with: the whole, the formula for the sum of all weights and its value, how weights are cut."""

    whole: Spot
    total: str
    total_is: int
    by: Division


def division(whole: int, greatest: int, total: int) -> Division | None:
    """How to divide for weights up to `greatest` that sum up to `total`; None where 15 digits are not enough."""
    if whole * greatest <= MOST_EXACT:
        return Division(MOST_EXACT, 1)
    base = 10 ** (len(str(MOST_EXACT // (whole + total))) - 1)
    if base < 10:
        return None
    digits = 1
    while base**digits <= greatest:
        digits += 1
    return Division(base, digits)


def shared(sheet: Sheet, column: int, whole: Spot, weights: Sequence[Spot], order: Sequence[int], by: Division) -> list[str]:
    """The formula of each share. The workings are written beside the weights, from `column` on: per digit what is divided,
    quotient and remainder; then the order of equal remainders (1 first) and the rank. Their names stand in the row above.

    The formulas hold where the sum of the weights is not 0. Raises: FigureTooLarge.
    """
    named = [both(key) for key in ("sheet_dividend", "sheet_quotient", "sheet_remainder")] * by.digits
    row = weights[0].row - 1
    sheet.texts(row, column, [*named, both("sheet_tie_order"), both("sheet_rank")], "head")
    total = max(1, sum(each.value for each in weights))
    terms = _Terms(whole, f"MAX(1,SUM({span(weights, here=True)}))", total, by)
    rows = [_divided(sheet, column, weight, terms) for weight in weights]
    quotients, remainders = zip(*rows, strict=True)
    place = column + 3 * by.digits
    ties = [sheet.operand(each.row, place, tie) for each, tie in zip(weights, order, strict=True)]
    ranks = _ranked(sheet, place + 1, remainders, ties)
    left = f"{whole.here}-SUM({span(quotients, here=True)})"
    return [f"{quotient.here}+IF({rank.here}<={left},1,0)" for quotient, rank in zip(quotients, ranks, strict=True)]


def _divided(sheet: Sheet, column: int, weight: Spot, terms: _Terms) -> tuple[Spot, Spot]:
    """The workings of one weight. Gives the cells of quotient and remainder."""
    row, by, whole = weight.row, terms.by, terms.whole
    quotient = remainder = None
    for digit in reversed(range(by.digits)):
        power = by.base**digit
        value = (weight.value // power if quotient is None else weight.value // power % by.base) * whole.value
        cut = f"INT({weight.here}/{power})" if power > 1 else weight.here
        if quotient is not None:
            cut = f"({cut}-INT({weight.here}/{power * by.base})*{by.base})"
        formula = f"{whole.here}*{cut}"
        if remainder is not None:
            formula, value = f"{remainder.here}*{by.base}+{formula}", remainder.value * by.base + value
        dividend = sheet.formula(row, column, formula, value)
        carried, before = (f"{quotient.here}*{by.base}+", quotient.value * by.base) if quotient else ("", 0)
        whole_part = f"INT({dividend.here}/{terms.total})"
        quotient = sheet.formula(row, column + 1, f"{carried}{whole_part}", before + value // terms.total_is)
        remainder = sheet.formula(row, column + 2, f"{dividend.here}-{whole_part}*{terms.total}", value % terms.total_is)
        column += 3
    assert quotient is not None
    assert remainder is not None
    return quotient, remainder


def _ranked(sheet: Sheet, column: int, remainders: Sequence[Spot], ties: Sequence[Spot]) -> list[Spot]:
    every, orders = span(remainders, here=True), span(ties, here=True)
    keys = [(-each.value, tie.value) for each, tie in zip(remainders, ties, strict=True)]
    return [
        sheet.formula(
            each.row,
            column,
            f"1+SUMPRODUCT(({every}>{each.here})+({every}={each.here})*({orders}<{tie.here}))",
            1 + sum(other < key for other in keys),
        )
        for each, tie, key in zip(remainders, ties, keys, strict=True)
    ]
