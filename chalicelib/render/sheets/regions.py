"""The sheets of regions and of markets.

Answers for: regions in the campaign's order, never ranked, with shares that add up; each region by market.
Refuses: counts by market that follow the minutes, for the report has minutes by kind only; these are values, and say so.
"""

from collections.abc import Sequence

from chalicelib.domain.figures import MarketFigures, RegionFigures
from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.sheets.cells import FIRST, Book, Sheet, Spot, in_whole, span
from chalicelib.render.sheets.donation import Donations
from chalicelib.render.sheets.lives import Lives
from chalicelib.render.sheets.sharing import division, shared
from chalicelib.render.sheets.styles import KIND_COLOURS, LINE
from chalicelib.render.sheets.texts import both, in_both, said

NAME = "支援地域 Regions"

MARKETS = "視聴国・地域 Markets"

FIGURES = {name: 3 + place for place, name in enumerate((*KINDS, "total", "gift_value"))}

SHARE, DONATION = 8, 9

WORKINGS = 11

COLUMNS = ("sheet_number", "region", "partners", *FIGURES, "share", "donation")


def numbers(report: Report) -> dict[str, int]:
    """The number of each region, by its id, in the report's order from 1."""
    return {region.region: number for number, region in enumerate(report.regions, start=1)}


def regions(book: Book, report: Report, lives: Lives, donations: Donations) -> None:
    """Write the sheet with its chart. Raises: FigureTooLarge."""
    sheet = book.sheet(NAME)
    sheet.begin(both("by_region", "　"), both("method_share", " "), (6, 20, 40, 14, 13, 13, 15, 15, 11, 17))
    sheet.columns([both(name) for name in COLUMNS])
    found: dict[str, list[Spot]] = {name: [] for name in FIGURES}
    bottom = FIRST + len(report.regions)
    for row, region in enumerate(report.regions, start=FIRST):
        number = row - FIRST + 1
        sheet.number(row, 0, number, "number")
        sheet.texts(row, 1, (said(region.name), _partners(region)))
        for name, column in FIGURES.items():
            value = region.figures.gift_value if name == "gift_value" else getattr(region.figures.counts, name)
            found[name].append(sheet.formula(row, column, lives.of_region(name, number), value))
        given = in_whole(donations.of_region(number), report.exponent)
        sheet.money(row, DONATION, region.donation_minor, given)
    sheet.texts(bottom, 0, ("", both("total", " "), ""), "sum_text")
    for name, column in FIGURES.items():
        sheet.total(bottom, column, found[name])
    _shares(sheet, report, found["total"])
    given = in_whole(donations.total.address, report.exponent)
    sheet.money(bottom, DONATION, report.donation_minor, given, look="sum")
    sheet.worksheet.print_area(0, 0, bottom + 24, DONATION)
    _chart(book, sheet, bottom)


def markets(book: Book, report: Report) -> None:
    """Write the sheet: reactions of each region by market, and of each market by kind. Raises: FigureTooLarge."""
    sheet = book.sheet(MARKETS)
    width = len(report.regions)
    sheet.begin(both("region_by_market", "　"), both("sheet_markets_note", " "), (26, 8, *[14] * max(5, width + 1)))
    sheet.columns([both("market"), both("sheet_code"), *(said(region.name) for region in report.regions), both("total")])
    rows = [[region.by_market[place].figures.counts.total for region in report.regions] for place in range(len(report.markets))]
    below = _table(sheet, FIRST, report.markets, rows)
    sheet.columns([both("market"), both("sheet_code"), *(both(kind) for kind in KINDS), both("total")], below + 1, freeze=False)
    _table(sheet, below + 2, report.markets, [[getattr(each.figures.counts, kind) for kind in KINDS] for each in report.markets])


def _partners(region: RegionFigures) -> str:
    def listed(show: Display) -> str:
        separator, form = ("、", "{}（{}）") if show.japanese else (", ", "{} ({})")
        return separator.join(form.format(show.said(each.name), show.said(each.role)) for each in region.partners)

    return in_both(listed) if region.partners else ""


def _shares(sheet: Sheet, report: Report, totals: Sequence[Spot]) -> None:
    """Shares in permille by largest remainder, as the report's; as values where 15 digits are too few for that."""
    whole = sum(each.value for each in totals)
    by = division(1000, whole, whole)
    bottom = totals[-1].row + 1
    formulas: Sequence[str | None] = [None] * len(totals)
    if by is not None:
        sheet.text(FIRST - 2, WORKINGS, both("sheet_workings", " "), "note")
        permille = sheet.operand(FIRST - 2, WORKINGS - 1, 1000)
        shares = shared(sheet, WORKINGS, permille, totals, range(1, len(totals) + 1), by)
        total = f"SUM({span(totals, here=True)})"
        formulas = [f"IF({total}=0,0,({share})/1000)" for share in shares]
    for each, region, formula in zip(totals, report.regions, formulas, strict=True):
        sheet.share(each.row, SHARE, region.share_permille, formula)
    column = span([Spot(sheet.name, totals[0].row, SHARE, 0), Spot(sheet.name, bottom - 1, SHARE, 0)], here=True)
    permilles = sum(region.share_permille for region in report.regions)
    sheet.share(bottom, SHARE, permilles, f"ROUND(SUM({column}),3)", total=True)


def _chart(book: Book, sheet: Sheet, bottom: int) -> None:
    chart = book.chart({"type": "column", "subtype": "stacked"})
    for kind in KINDS:
        column = FIGURES[kind]
        chart.add_series(
            {
                "name": both(kind, " "),
                "categories": [NAME, FIRST, 1, bottom - 1, 1],
                "values": [NAME, FIRST, column, bottom - 1, column],
                "fill": {"color": KIND_COLOURS[kind]},
                "gap": 60,
            }
        )
    chart.set_title({"name": both("by_region", " "), "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": LINE}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 1040, "height": 380})
    sheet.worksheet.insert_chart(bottom + 2, 1, chart)


def _table(sheet: Sheet, row: int, names: Sequence[MarketFigures], rows: Sequence[Sequence[int]]) -> int:
    """A row for each market, sums at the right and below. Gives the first row below."""
    written = []
    for offset, (market, values) in enumerate(zip(names, rows, strict=True)):
        sheet.texts(row + offset, 0, (said(market.name, " "), market.market))
        cells = [sheet.operand(row + offset, column, value, "count") for column, value in enumerate(values, start=2)]
        written.append([*cells, sheet.total(row + offset, 2 + len(values), cells, "strong")])
    bottom = row + len(names)
    sheet.texts(bottom, 0, (both("total", " "), ""), "sum_text")
    for column in zip(*written, strict=True):
        sheet.total(bottom, column[0].column, column)
    return bottom + 1
