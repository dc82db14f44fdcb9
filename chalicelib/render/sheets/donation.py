"""The sheet of the donation: every live's rule as formulas over the sheet of minutes, and the campaign's cap shared.

Answers for: a donation that anyone can follow and change a count for, to the minor unit (`domain/donations.py`).
Refuses: a cap that the report's own lives do not decide: a region's or a live's workbook shows its share as a value, and says so.

Amounts are whole minor units here, for formulas are exact with whole numbers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.figures import LiveFigures
from chalicelib.domain.money import JAPANESE
from chalicelib.domain.reports import InOtherCurrency, Report
from chalicelib.domain.wording import cap_in_words
from chalicelib.render.display import Display
from chalicelib.render.sheets.cells import FIRST, MOST_EXACT, Book, Sheet, Spot
from chalicelib.render.sheets.minutes import Minutes
from chalicelib.render.sheets.rules import AMOUNT, COUNT, Block, Capped, Counted, LiveRule
from chalicelib.render.sheets.sharing import Division, division, shared
from chalicelib.render.sheets.texts import Values, both, said

NAME = "寄付 Donation"

OVERVIEW = ("sheet_number", "scope_live", "total", "sheet_region_number", "sheet_alone", "campaign_cap", "donation")

REGION, ALONE, ADJUSTED = 3, 4, 5

WORKINGS = AMOUNT + 2
"""The column where the workings of sharing the cap begin."""


@dataclass(frozen=True, slots=True)
class Donations:
    """Where the donations stand (minor units): of each live, in all, and in the other currency's minor units."""

    counted: tuple[Counted, ...]
    lives: tuple[Spot, ...]
    total: Spot
    elsewhere: Spot | None

    def of_region(self, number: int) -> str:
        """The formula for the donation of the region with this number."""
        if not self.lives:
            return "0"
        first, last = self.lives[0].row + 1, self.lives[-1].row + 1
        return f"SUMIFS('{NAME}'!$G${first}:$G${last},'{NAME}'!$D${first}:$D${last},{number})"


def donation(book: Book, report: Report, minutes: Minutes, region_numbers: Mapping[str, int]) -> Donations:
    """Write the sheet. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("donation_explained", "　"), both("sheet_donation_note", " ", _unit(report)), (24, 62, 14, 14, 16, 12, 18))
    sheet.worksheet.freeze_panes(2, 0)
    sheet.columns([both(name) for name in OVERVIEW], freeze=False)
    rows = range(FIRST, FIRST + len(report.lives))
    cap = None
    if report.campaign_cap_minor is not None:
        cap = sheet.operand(rows.stop + 1, AMOUNT, report.campaign_cap_minor)
        sheet.text(cap.row, 0, both("campaign_cap"), "label")
        sheet.text(cap.row, 1, said(cap_in_words(cap.value, report.currency)))
    below, rules, begins = rows.stop + 4, [], []
    for number, (row, live) in enumerate(zip(rows, report.lives, strict=True), start=1):
        begins.append(below)
        capped = Capped(Spot(NAME, row, AMOUNT, live.donation.minor), _cap_explained(report))
        rules.append(Block(sheet, below, report.currency).write(number, live, minutes, capped))
        below = rules[-1].below + 1
    lives = _overview(sheet, report, rules, cap, region_numbers)
    total = sheet.total(rows.stop, AMOUNT, lives)
    sheet.worksheet.set_h_pagebreaks(begins)
    sheet.worksheet.print_area(0, 0, below, AMOUNT)
    other = report.donation_in_other_currency
    elsewhere = _elsewhere(sheet, report, other, total) if other else None
    return Donations(tuple(each.counted for each in rules), tuple(lives), total, elsewhere)


def tie_order(lives: Sequence[LiveFigures]) -> list[int]:
    """For each live which of equal remainders is served before which, from 1: the order of `domain/donations.py:share_cap`."""
    first = sorted(range(len(lives)), key=lambda place: (lives[place].starts_at, lives[place].live))
    return [first.index(place) + 1 for place in range(len(lives))]


def _cap_explained(report: Report) -> str:
    if report.campaign_cap_minor is None:
        return both("sheet_no_campaign_cap")
    if report.scope != "campaign":
        return both("sheet_cap_elsewhere")
    return both("sheet_cap_shared" if _division(report) else "sheet_cap_too_large")


def _division(report: Report) -> Division | None:
    """How the campaign's cap can be shared by formulas; None if not: not all of its lives are here, or 15 digits are too few."""
    caps = [live.donation.cap_minor for live in report.lives]
    if report.campaign_cap_minor is None or report.scope != "campaign" or not caps:
        return None
    return division(report.campaign_cap_minor, max(caps), sum(caps))


def _overview(
    sheet: Sheet, report: Report, rules: Sequence[LiveRule], cap: Spot | None, region_numbers: Mapping[str, int]
) -> list[Spot]:
    """One row for each live: what its rule gives alone, what the campaign's cap changes, its donation. Gives the donations."""
    counts, alone = [], []
    for row, (live, rule) in enumerate(zip(report.lives, rules, strict=True), start=FIRST):
        sheet.number(row, 0, row - FIRST + 1, "number")
        sheet.text(row, 1, said(live.title))
        counts.append(sheet.formula(row, COUNT, rule.counted["total"].here, rule.counted["total"].value))
        sheet.number(row, REGION, region_numbers[live.region], "number")
        alone.append(sheet.formula(row, ALONE, rule.alone.here, rule.alone.value))
    lives = _under_cap(sheet, report, alone, cap)
    changed = [
        sheet.formula(live.row, ADJUSTED, f"{live.here}-{one.here}", live.value - one.value)
        for one, live in zip(alone, lives, strict=True)
    ]
    bottom = FIRST + len(report.lives)
    sheet.texts(bottom, 0, (both("total", " "), "", "", ""), "sum_text")
    for column, spots in ((COUNT, counts), (ALONE, alone), (ADJUSTED, changed)):
        sheet.total(bottom, column, spots)
    return lives


def _under_cap(sheet: Sheet, report: Report, alone: Sequence[Spot], cap: Spot | None) -> list[Spot]:
    minors, by = [live.donation.minor for live in report.lives], _division(report)
    if cap is None:
        return [sheet.formula(each.row, AMOUNT, each.here, each.value, "strong") for each in alone]
    if by is None:
        return [sheet.number(each.row, AMOUNT, minor, "strong") for each, minor in zip(alone, minors, strict=True)]
    sheet.text(FIRST - 2, WORKINGS, both("sheet_workings", " "), "note")
    shares = shared(sheet, WORKINGS, cap, alone, tie_order(report.lives), by)
    total = f"SUM({alone[0].here}:{alone[-1].here})"
    return [
        sheet.formula(each.row, AMOUNT, f"IF({total}<={cap.here},{each.here},{share})", minor, "strong")
        for each, share, minor in zip(alone, shares, minors, strict=True)
    ]


def _elsewhere(sheet: Sheet, report: Report, other: InOtherCurrency, total: Spot) -> Spot:
    row, scale = total.row + 2, 10**other.exponent

    def values(show: Display) -> dict[str, object]:
        units, cost = show.money(other.units * scale, other.currency), show.money(other.cost_minor, report.currency)
        unit = f"1/{scale} {other.currency}" if other.exponent else other.currency
        return {"units": units, "cost": cost, "on": show.calendar_day(other.on), "source": other.source, "unit": unit}

    sheet.text(row, 0, both("sheet_elsewhere"), "label")
    sheet.text(row, 1, both("sheet_elsewhere_line", values=values))
    most = sum(live.donation.cap_minor for live in report.lives)
    if 2 * most * other.units * scale + other.cost_minor > MOST_EXACT:
        return sheet.number(row, AMOUNT, other.minor)
    units, cost = (sheet.operand(row, column, value) for column, value in ((2, other.units), (3, other.cost_minor)))
    formula = f"INT((2*{total.here}*{units.here}*{scale}+{cost.here})/(2*{cost.here}))"
    return sheet.formula(row, AMOUNT, formula, other.minor)


def _unit(report: Report) -> Values:
    part = f"1/{10**report.exponent} " if report.exponent else ""
    return lambda show: {"unit": part + (JAPANESE[report.currency] if show.japanese else report.currency)}
