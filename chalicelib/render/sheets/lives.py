"""The sheet of lives, and the sheet of curves.

Answers for: one row for each live, whose counts follow the sheet of minutes; one area chart for each live.
Refuses: the donation's lines (`sheets/donation.py`) and statements (`sheets/summary.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS
from chalicelib.render.sheets.cells import FIRST, Book, Sheet, Spot, in_whole
from chalicelib.render.sheets.donation import Donations
from chalicelib.render.sheets.minutes import AT, COUNTED, Minutes
from chalicelib.render.sheets.minutes import NAME as MINUTES
from chalicelib.render.sheets.styles import KIND_COLOURS, LINE
from chalicelib.render.sheets.texts import both, said

NAME = "ライブ Lives"

CURVES = "グラフ Charts"

CHART_ROWS = 16
"""The rows from one chart to the next; two are printed on a page."""

COLUMNS = (
    "sheet_number", "sheet_region_number", "region", "scope_live", "begins", "sheet_ends", "status",
    "sheet_standing", *KINDS, "total", "gift_value", "peak", "sheet_peak_count", "outside_window", "rehearsal", "donation",
)  # fmt: skip

FIGURES = {name: COLUMNS.index(name) for name in (*KINDS, "total", "gift_value")}

PEAK, ASIDE, DONATION = COLUMNS.index("peak"), COLUMNS.index("outside_window"), COLUMNS.index("donation")

WIDTHS = (6, 8, 13, 30, 16, 16, 14, 10, 12, 11, 11, 13, 12, 16, 11, 11, 11, 15)


@dataclass(frozen=True, slots=True)
class Lives:
    """Where the figures of lives stand, and their sums below them."""

    figures: Mapping[str, tuple[Spot, ...]]
    totals: Mapping[str, Spot]

    def of_region(self, figure: str, number: int) -> str:
        """The formula for a figure of the region with this number."""
        spots = self.figures[figure]
        if not spots:
            return "0"
        first, last = spots[0].row + 1, spots[-1].row + 1
        return f"SUMIFS({spots[0].address}:{spots[-1].here},'{NAME}'!$B${first}:$B${last},{number})"


def lives(book: Book, report: Report, minutes: Minutes, donations: Donations, region_numbers: Mapping[str, int]) -> Lives:
    """Write the sheet. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("sheet_lives", "　"), both("sheet_lives_note", " "), WIDTHS)
    sheet.columns([both(name) for name in COLUMNS])
    names = {region.region: region.name for region in report.regions}
    found: dict[str, list[Spot]] = {name: [] for name in (*FIGURES, "donation")}
    for row, live in enumerate(report.lives, start=FIRST):
        number = row - FIRST + 1
        sheet.number(row, 0, number, "number")
        sheet.number(row, 1, region_numbers[live.region], "number")
        sheet.texts(row, 2, (said(names[live.region]), said(live.title)))
        sheet.moment(row, 4, live.starts_at, "minute")
        sheet.moment(row, 5, live.ends_at, "minute")
        sheet.texts(row, 6, (both(live.status), both("final" if live.final else "provisional")))
        for kind in (*KINDS, "total"):
            spot = donations.counted[number - 1][kind]
            found[kind].append(sheet.formula(row, FIGURES[kind], spot.address, spot.value, "count"))
        value = minutes.added_up("gift_value", number)
        found["gift_value"].append(sheet.formula(row, FIGURES["gift_value"], value, live.figures.gift_value))
        if live.peak:
            sheet.moment(row, PEAK, live.peak.at, "minute")
            sheet.number(row, PEAK + 1, live.peak.total)
        sheet.number(row, ASIDE, live.outside_window.total)
        sheet.number(row, ASIDE + 1, live.rehearsal.total)
        given = donations.lives[number - 1]
        found["donation"].append(sheet.money(row, DONATION, given.value, in_whole(given.address, report.exponent)))
    return Lives({name: tuple(spots) for name, spots in found.items()}, _sums(sheet, report, found, donations))


def curves(book: Book, report: Report, minutes: Minutes) -> None:
    """Write the sheet of charts: the minutes of each live as a stacked area."""
    sheet = book.sheet(CURVES)
    sheet.begin(both("per_minute", "　"), "", (12,) * 12)
    for place, (first, live) in enumerate(zip(minutes.begins, report.lives, strict=True)):
        last = first + len(live.minutes) - 1
        chart = book.chart({"type": "area", "subtype": "stacked"})
        for kind in KINDS:
            column = COUNTED[kind]
            chart.add_series(
                {
                    "name": both(kind, " "),
                    "categories": [MINUTES, first, AT, last, AT],
                    "values": [MINUTES, first, column, last, column],
                    "fill": {"color": KIND_COLOURS[kind]},
                }
            )
        # The title is a cell's: as text, one that begins with = would be taken for a formula.
        chart.set_title({"name": [NAME, FIRST + place, COLUMNS.index("scope_live")], "name_font": {"size": 12}, "overlay": False})
        every = max(1, len(live.minutes) // 12)
        chart.set_x_axis({"text_axis": True, "num_format": "hh:mm", "interval_unit": every, "interval_tick": every})
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": LINE}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 1040, "height": 300})
        sheet.worksheet.insert_chart(2 + CHART_ROWS * place, 0, chart)
    sheet.worksheet.set_h_pagebreaks([2 + CHART_ROWS * place for place in range(2, len(report.lives), 2)])


def _sums(sheet: Sheet, report: Report, found: Mapping[str, Sequence[Spot]], donations: Donations) -> dict[str, Spot]:
    row = FIRST + len(report.lives)
    sheet.texts(row, 0, [both("total", " ") if column == 3 else "" for column in range(len(COLUMNS))], "sum_text")
    totals = {name: sheet.total(row, column, found[name]) for name, column in FIGURES.items()}
    sheet.number(row, ASIDE, report.outside_window.total, "sum")
    sheet.number(row, ASIDE + 1, report.rehearsal.total, "sum")
    given = donations.total
    totals["donation"] = sheet.money(row, DONATION, given.value, in_whole(given.address, report.exponent), look="sum")
    return totals
