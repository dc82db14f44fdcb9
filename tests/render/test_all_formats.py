"""All formats of a report together: the same figures to the unit, nothing of other regions, and none that fails on extremes."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from render import crowded, sample, settled, spreadsheet
from render.crowded import Size
from render.printed import Printed
from render.reading import read

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.render.display import Display
from chalicelib.render.formats import FORMATS, make
from chalicelib.render.words import Language

KINDS = ("like", "comment", "gift", "total")
LANGUAGES: tuple[Language, ...] = ("ja", "en")
READ = (
    "report.json",
    "totals.csv",
    "minutes.csv",
    "report.ja.html",
    "report.en.html",
    "summary.ja.pdf",
    "summary.en.pdf",
    "report.xlsx",
)
"""What can be read back as text; a card is a picture."""


def files_of(report: Report) -> dict[str, bytes]:
    made = make(report)
    assert made.failures == []
    assert [each.name for each in made.files] == [each.name for each in FORMATS]
    return {each.name: body for each, body in made.files.items()}


@pytest.fixture(scope="module")
def sources() -> Sources:
    standing, statements = settled.settled(said=("見本の受取人", *settled.SAID[1:]))
    return Sources(standing, statements, sample.registers())


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.needs("poppler")
def test_every_figure_is_the_same_to_the_unit_in_every_format_and_parts_sum_up(sources: Sources, tmp_path: Path) -> None:
    report = campaign_report(sources, sample.NOW_MS)
    files, counts = files_of(report), report.figures.counts
    expected = [getattr(counts, kind) for kind in KINDS]
    said: dict[str, Any] = json.loads(files["report.json"])
    assert [said["figures"]["counts"][kind] for kind in KINDS] == expected
    assert [sum(each["figures"]["counts"][kind] for each in said["regions"]) for kind in KINDS] == expected
    table = rows_of(files["totals.csv"])
    (whole,) = (row for row in table if row["row"] == "report")
    assert [int(whole[kind]) for kind in KINDS] == expected
    assert [sum(int(row[kind]) for row in table if row["row"] == "market") for kind in KINDS] == expected
    assert [sum(int(row[kind]) for row in rows_of(files["minutes.csv"])) for kind in KINDS] == expected
    assert int(whole["earned_minor"]) == report.donation_minor == sum(live.donation.minor for live in report.lives)
    cells = spreadsheet.cells(files["report.xlsx"])
    assert {*expected, report.figures.gift_value, report.donation_minor} <= {v for v in cells.values() if isinstance(v, int)}
    for language in LANGUAGES:
        show, page = Display(language), read(files[f"report.{language}.html"])
        assert [page.first(id=kind).text for kind in KINDS] == [show.number(each) for each in expected]
        assert page.first(id="donation").text == show.money(report.donation_minor, report.currency)
        text = Printed(files[f"summary.{language}.pdf"], tmp_path).text
        donation = show.money(report.donation_minor, report.currency)
        assert all(each in text for each in (*map(show.number, expected), "".join(donation.split())))


def texts_of(files: dict[str, bytes], folder: Path) -> dict[str, str]:
    """What each format says, digits with and without commas."""
    found = {}
    for name in READ:
        if name.endswith(".pdf"):
            said = Printed(files[name], folder).text
        elif name.endswith(".xlsx"):
            said = "\n".join(str(each) for each in spreadsheet.cells(files[name]).values())
        else:
            said = files[name].decode("utf-8-sig")
        found[name] = said + said.replace(",", "")
    return found


@pytest.mark.needs("poppler")
def test_a_regions_pack_holds_only_that_regions_figures_and_of_the_campaign_the_public_total(
    sources: Sources, tmp_path: Path
) -> None:
    whole = campaign_report(sources, sample.NOW_MS)
    texts = texts_of(files_of(region_report(sources, "okinawa", sample.NOW_MS)), tmp_path)
    for name, text in texts.items():
        assert (str(whole.campaign_total) in text) == (not name.endswith(".csv")), name
        for region in whole.regions:
            theirs = [str(region.figures.counts.total), str(region.donation_minor), region.name.ja, region.name.en]
            if region.region == "okinawa":
                assert theirs[0] in text or name == "minutes.csv", name
            else:
                assert [each for each in theirs if each in text] == [], name


@pytest.mark.parametrize("make_report", [campaign_report, lambda *of: live_report(of[0], "okinawa-2023", of[1])])
def test_a_live_without_reactions(make_report: Callable[[Sources, int], Report]) -> None:
    report = make_report(Sources(sample.counted([0] * 5)), sample.NOW_MS)
    assert report.figures.counts.total == 0
    files_of(report)


def test_a_region_without_lives() -> None:
    data = sample.definition()
    data["lives"] = data["lives"][:4]
    standing = sample.standing(data)
    for report in (campaign_report(Sources(standing), sample.NOW_MS), region_report(Sources(standing), "kurume", sample.NOW_MS)):
        empty = report.regions[-1]
        assert (empty.region, empty.figures.counts.total, empty.donation_minor) == ("kurume", 0, 0)
        files_of(report)


def test_a_campaign_of_one_minute() -> None:
    standing = crowded.standing(Size(regions=1, markets=1, lives=1, minutes=1, reactions=3))
    for report in crowded.reports(Sources(standing), "region-0", "live-0"):
        assert len(report.lives[0].minutes) == 1
        files_of(report)


def test_counts_of_a_million_millions() -> None:
    standing = crowded.standing(Size(regions=2, markets=2, lives=2, reactions=2 * 10**12))
    for report in crowded.reports(Sources(standing), "region-0", "live-0"):
        assert report.figures.counts.total >= 10**12
        files_of(report)
