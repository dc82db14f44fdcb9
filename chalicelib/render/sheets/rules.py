"""One live's donation rule as formulas: counts out of the minutes, base, steps, rates, minimum, cap, the campaign's cap.

Answers for: a block of the sheet of the donation, a line for each part, which together are the donation.
Refuses: sharing the campaign's cap (`sheets/donation.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from chalicelib.domain.donation_lines import RateLine, StepLine
from chalicelib.domain.figures import LiveFigures
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.sheets.cells import Sheet, Spot
from chalicelib.render.sheets.minutes import Minutes
from chalicelib.render.sheets.texts import both, said
from chalicelib.render.words import words_in

COLUMNS = ("line", "explained", "sheet_counted", "sheet_threshold", "sheet_amount_each", "sheet_times", "amount")

COUNT, THRESHOLD, EACH, TIMES, AMOUNT = 2, 3, 4, 5, 6

Counted: TypeAlias = Mapping[str, Spot]
"""A live's counts by kind, and their `total`."""


@dataclass(frozen=True, slots=True)
class LiveRule:
    """Where a live's block has its counts and what the rule gives alone, and the first row below it."""

    counted: Counted
    alone: Spot
    below: int


@dataclass(frozen=True, slots=True)
class Capped:
    """The cell with a live's donation under the campaign's cap, and what the block says of that cap."""

    share: Spot
    explained: str


class Block:
    """The block of one live, written line by line from `row` on."""

    def __init__(self, sheet: Sheet, row: int, currency: str) -> None:
        self._sheet = sheet
        self._row = row
        self._currency = currency

    def write(self, number: int, live: LiveFigures, minutes: Minutes, capped: Capped) -> LiveRule:
        """Write it. `number` is the live's in the sheet of minutes. Raises: FigureTooLarge."""
        lines = live.donation
        self._sheet.text(self._row, 0, f"{number}. {said(live.title, ' / ')}", "heading")
        self._sheet.texts(self._row, 1, [""] * AMOUNT, "heading")
        self._sheet.columns([both(name) for name in COLUMNS], self._row + 1, freeze=False)
        self._row += 2
        self._line("fund", said(lines.fund))
        self._line("rule", said(lines.rule))
        counted = self._counts(number, live, minutes)
        parts = [self._base(lines.base_minor)]
        parts += [self._step(step, counted["total"]) for step in lines.steps]
        parts += [self._rate(rate, counted[rate.kind]) for rate in lines.rates]
        alone = self._limited(parts, live)
        row = self._line("campaign_cap", capped.explained)
        share = capped.share
        self._sheet.formula(row, AMOUNT, f"{share.here}-{alone.here}", share.value - alone.value)
        row = self._line("live_donation", "", "sum")
        self._sheet.formula(row, AMOUNT, share.here, share.value, "sum")
        return LiveRule(counted, alone, self._row)

    def _line(self, key: str, explained: str, style: str = "text") -> int:
        row = self._row
        self._row += 1
        if style == "sum":
            self._sheet.texts(row, 0, (both(key), explained, "", "", "", ""), "sum_text")
        else:
            self._sheet.text(row, 0, both(key), "label")
            self._sheet.text(row, 1, explained)
        return row

    def _counts(self, number: int, live: LiveFigures, minutes: Minutes) -> Counted:
        counted = {}
        for kind in KINDS:
            row = self._line(kind, both("sheet_from_minutes", " "))
            counted[kind] = self._sheet.formula(row, COUNT, minutes.added_up(kind, number), getattr(live.figures.counts, kind))
        row = self._line("total", "")
        counted["total"] = self._sheet.total(row, COUNT, list(counted.values()))
        return counted

    def _base(self, minor: int) -> Spot:
        row = self._line("base", both("base_line"))
        each = self._sheet.operand(row, EACH, minor)
        return self._sheet.formula(row, AMOUNT, each.here, minor)

    def _step(self, step: StepLine, total: Spot) -> Spot:
        def values(show: Display) -> dict[str, object]:
            return {"at": show.number(step.at), "money": show.money(step.amount_minor, self._currency)}

        row = self._line("step", both(f"step_{step.reached}", values=values))
        count = self._sheet.formula(row, COUNT, total.here, total.value)
        at = self._sheet.operand(row, THRESHOLD, step.at)
        passes = ">=" if step.reached == "at-or-above" else ">"
        times = self._sheet.formula(row, TIMES, f"IF({count.here}{passes}{at.here},1,0)", int(step.passed))
        return self._given(row, times, step.amount_minor)

    def _rate(self, rate: RateLine, counted: Spot) -> Spot:
        def values(show: Display) -> dict[str, object]:
            kind = words_in(show.language)[rate.kind]
            return {"kind": kind, "per": show.number(rate.per), "money": show.money(rate.amount_minor, self._currency)}

        row = self._line("rate", both("sheet_rate_line", values=values))
        count = self._sheet.formula(row, COUNT, counted.here, counted.value)
        per = self._sheet.operand(row, THRESHOLD, rate.per)
        times = self._sheet.formula(row, TIMES, f"INT({count.here}/{per.here})", rate.full)
        return self._given(row, times, rate.amount_minor)

    def _given(self, row: int, times: Spot, minor: int) -> Spot:
        each = self._sheet.operand(row, EACH, minor)
        return self._sheet.formula(row, AMOUNT, f"{times.here}*{each.here}", times.value * minor)

    def _limited(self, parts: list[Spot], live: LiveFigures) -> Spot:
        """Subtotal, minimum and cap; gives the cell with what is left: what the rule gives alone."""
        lines = live.donation
        earned = self._sheet.total(self._line("subtotal", ""), AMOUNT, parts)
        row = self._line("minimum", both("sheet_minimum_line"))
        least = self._sheet.operand(row, EACH, lines.minimum_minor)
        lift = max(0, least.value - earned.value)
        lifted = self._sheet.formula(row, AMOUNT, f"MAX(0,{least.here}-{earned.here})", lift)
        row = self._line("cap", both("sheet_cap_line"))
        most = self._sheet.operand(row, EACH, lines.cap_minor)
        cut = min(0, most.value - earned.value - lift)
        capped = self._sheet.formula(row, AMOUNT, f"MIN(0,{most.here}-{earned.here}-{lifted.here})", cut)
        row = self._line("sheet_alone", "")
        whole = f"{earned.here}+{lifted.here}+{capped.here}"
        return self._sheet.formula(row, AMOUNT, whole, lines.before_campaign_cap_minor)
