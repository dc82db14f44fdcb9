"""The workbook's formulas, calculated by LibreOffice: what it finds is what the product says, also for other counts."""

import re
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from render import sample, settled, spreadsheet
from render.spreadsheet import Cells

from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Live
from chalicelib.domain.donations import Earned, donate, share_cap
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.domain.standing import Row, fold, stand
from chalicelib.domain.tally import Counts
from chalicelib.render.sheets import donation, lives, minutes, regions, summary
from chalicelib.render.sheets.cells import FIRST
from chalicelib.render.workbook import workbook

pytestmark = pytest.mark.needs("libreoffice")

ROW = FIRST + 1


def close(one: Any, other: Any) -> bool:
    """Whole numbers to the unit; shares and moments, which are fractions, to a millionth."""
    if isinstance(one, float) or isinstance(other, float):
        return bool(abs(one - other) < 1e-6)
    return bool(one == other)


def differing(found: Cells, expected: Cells, places: Sequence[tuple[str, str]]) -> list[Any]:
    return [(place, found.get(place), expected[place]) for place in places if not close(found.get(place), expected[place])]


def donations_of(cells: Cells, report: Report) -> list[Any]:
    return [cells[donation.NAME, f"G{ROW + place}"] for place in range(len(report.lives) + 1)]


def random_report(seed: int) -> Report:
    """A campaign of random rules and counts, about as likely below as above its cap, with ties and amounts of any size."""
    random = Random(seed)
    count, size = random.randint(1, 7), 10 ** random.randint(0, 11)
    alike = random.random() < 0.3
    data = sample.definition()
    data["currency"], data["exchange"]["currency"] = random.choice([("JPY", "USD"), ("USD", "JPY"), ("USD", "EUR")])
    data["exchange"] |= {"units": random.randint(1, 100), "minor": random.randint(1, 20_000)}
    template = data["lives"][0] | {"programme": []}
    rules = [_rule(random, size) for _ in range(count)]
    rules = [rules[0]] * count if alike else rules
    data["lives"] = [
        template
        | {"id": f"{random.randrange(10**6)}-{place}", "region": random.choice([*sample.RULES])}
        | {"donation": template["donation"] | rule}
        | _window(random)
        for place, rule in enumerate(rules)
    ]
    defined = sample.campaign(data)
    same = _counts(random, rules[0])
    totals = {
        live.id: fold(live, _rows(live, same if alike else _counts(random, rule)), defined.market_codes)
        for live, rule in zip(defined.lives, rules, strict=True)
    }
    alone = sum(donate(live.donation, totals[live.id].counts).minor for live in defined.lives)
    data["cap"] = max(1, alone - random.choice([-1, 0, 1, random.randint(0, alone)]))
    defined = sample.campaign(data)
    return campaign_report(Sources(stand(Applied(defined, 1, 0, {live.id: 1 for live in defined.lives}), totals)), sample.NOW_MS)


def _window(random: Random) -> dict[str, str]:
    """Three minutes of any day of a month, so that the order of lives is not that of their days."""
    day = random.randint(10, 28)
    return {"starts_at": f"2023-01-{day}T19:00:00+09:00", "ends_at": f"2023-01-{day}T19:03:00+09:00"}


def _rule(random: Random, size: int) -> dict[str, Any]:
    cap = random.randint(1, 10 * size)
    at = random.randint(1, 10**6)
    steps = [(at, "at-or-above"), (at + 1, "above"), (at + 100, "above")]
    kinds = random.sample(["like", "comment", "gift"], random.randint(0, 3))
    return {
        "base": random.randint(0, cap),
        "steps": [{"at": at, "reached": reached, "amount": random.randint(0, size)} for at, reached in steps],
        "rates": [
            {"kind": kind, "per": random.randint(1, 999), "amount": random.randint(0, 1 + size // 10**6)} for kind in kinds
        ],
        "minimum": random.randint(0, cap),
        "cap": cap,
    }


def _counts(random: Random, rule: dict[str, Any]) -> Counts:
    """Counts that often come to just a step, one less or one more."""
    at = rule["steps"][0]["at"]
    like = max(0, random.choice([at - 1, at, at + 1, at + 2, at + 101, random.randint(0, 10**7)]) - 2)
    return Counts(like, 1, 1, 7)


def _rows(live: Live, counts: Counts) -> list[Row]:
    half = Counts(counts.like // 2, 0, 1, 7)
    rest = Counts(counts.like - half.like, 1, 0, 0)
    return [Row(live.start_minute, {"JP": half}, 1), Row(live.start_minute + 2, {"ZZ": rest}, 1)]


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    standing, statements = settled.settled()
    final = Sources(standing, statements)
    dollars = sample.definition() | {"currency": "USD"}
    dollars["exchange"] |= {"currency": "JPY"}
    enormous = sample.definition()
    for live in enormous["lives"]:
        live["donation"]["cap"] = 10**13
    return {
        "provisional": campaign_report(Sources(sample.shortened()), sample.NOW_MS),
        "final": campaign_report(final, sample.NOW_MS),
        "region": region_report(final, "okinawa", sample.NOW_MS),
        "live": live_report(final, "kumamoto-2023", sample.NOW_MS),
        "dollars": campaign_report(Sources(sample.standing(dollars)), sample.NOW_MS),
        "nothing": campaign_report(Sources(sample.counted([0] * 5)), sample.NOW_MS),
        "millions": campaign_report(Sources(sample.counted([10**12 + place for place in range(5)])), sample.NOW_MS),
        "enormous": campaign_report(Sources(sample.standing(enormous)), sample.NOW_MS),
        **{f"random-{seed}": random_report(seed) for seed in range(10)},
    }


CHANGED, LIKES = 2, 600_000
"""The live of which a minute is changed, which then passes a step and gives more by a rate, and the likes of its first minute."""


def changed(report: Report) -> tuple[Report, bytes]:
    """One cell of the sheet of minutes with other likes, all else as it was; and what the product gives for such counts."""
    body, row = workbook(report), ROW + sum(len(live.minutes) for live in report.lives[:CHANGED])
    name = f"xl/worksheets/sheet{spreadsheet.read(body).sheetnames.index(minutes.NAME) + 1}.xml"
    cell = re.compile(rf'(<c r="F{row}"[^>]*><v>)\d+(</v>)')
    assert len(cell.findall(spreadsheet.part(body, name))) == 1
    edited = spreadsheet.edited(body, lambda part: cell.sub(rf"\g<1>{LIKES}\2", part), name)
    defined, counts = sample.campaign(), []
    for place, live in enumerate(report.lives):
        more = LIKES - live.minutes[0].counts.like if place == CHANGED else 0
        found = live.figures.counts
        counts.append(Counts(found.like + more, found.comment, found.gift, 0))
    alone = [donate(live.donation, each) for live, each in zip(defined.lives, counts, strict=True)]
    assert alone[CHANGED].steps != tuple(step.amount_minor if step.passed else 0 for step in report.lives[CHANGED].donation.steps)
    earned = [Earned(live.start_minute, live.id, each.minor) for live, each in zip(defined.lives, alone, strict=True)]
    minors = share_cap(defined.cap, earned)
    shown = tuple(
        msgspec.structs.replace(live, donation=msgspec.structs.replace(live.donation, minor=minor))
        for live, minor in zip(report.lives, minors, strict=True)
    )
    total = sum(each.total for each in counts)
    figures = msgspec.structs.replace(report.figures, counts=msgspec.structs.replace(report.figures.counts, total=total))
    return msgspec.structs.replace(report, lives=shown, donation_minor=sum(minors), figures=figures), edited


@pytest.fixture(scope="module")
def made(reports: dict[str, Report]) -> dict[str, bytes]:
    return {name: workbook(report) for name, report in reports.items()}


@pytest.fixture(scope="module")
def found(made: dict[str, bytes], reports: dict[str, Report], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cells]:
    """All workbooks with a wrong value behind each formula, and one with another count, as LibreOffice calculates them."""
    files = {name: spreadsheet.spoiled(body) for name, body in made.items()}
    files["changed"] = changed(reports["provisional"])[1]
    calculated = spreadsheet.recalculated(files, tmp_path_factory.mktemp("libreoffice"))
    return {name: spreadsheet.cells(body) for name, body in calculated.items()}


def test_every_formula_comes_to_the_value_that_the_product_wrote(made: dict[str, bytes], found: dict[str, Cells]) -> None:
    """The values were spoilt before, so none of these is an old one."""
    for name, body in made.items():
        places = list(spreadsheet.formula_cells(body))
        assert len(places) > 20
        assert not differing(found[name], spreadsheet.cells(body), places), name


def test_what_is_no_formula_comes_through_unchanged(made: dict[str, bytes], found: dict[str, Cells]) -> None:
    for name in ("provisional", "final"):
        expected = {place: value for place, value in spreadsheet.cells(made[name]).items() if value != ""}
        assert not differing(found[name], expected, list(expected))


def test_random_rules_and_counts_give_what_the_product_gives(reports: dict[str, Report], found: dict[str, Cells]) -> None:
    bound = 0
    for name, report in reports.items():
        expected = [live.donation.minor for live in report.lives]
        assert donations_of(found[name], report) == [*expected, report.donation_minor], name
        bound += any(live.donation.minor < live.donation.before_campaign_cap_minor for live in report.lives)
    assert bound > 8, "too few of these campaigns reach their cap"


def test_a_changed_count_changes_step_donation_cap_and_sums(reports: dict[str, Report], found: dict[str, Cells]) -> None:
    before = reports["provisional"]
    after, _ = changed(before)
    minors = [live.donation.minor for live in after.lives]
    assert all(minor != live.donation.minor for minor, live in zip(minors, before.lives, strict=True)), "the cap is shared anew"
    assert donations_of(found["changed"], after) == [*minors, after.donation_minor]
    cells = found["changed"]
    assert cells[regions.NAME, f"G{ROW + len(after.regions)}"] == after.figures.counts.total != before.figures.counts.total
    assert cells[regions.NAME, f"J{ROW + CHANGED}"] == minors[CHANGED]
    assert cells[lives.NAME, f"R{ROW + CHANGED}"] == minors[CHANGED]
    totals = [value for (sheet, place), value in cells.items() if sheet == summary.NAME and place.startswith("B")]
    assert after.figures.counts.total in totals
    assert after.donation_minor in totals
