"""CSV for spreadsheets: every figure, plain numbers, no formulas."""

import csv
from io import StringIO

import pytest
from render import sample, settled

from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render.tables import guarded, minutes, totals

FIGURES = ("like", "comment", "gift", "total")


@pytest.fixture(scope="module")
def report() -> Report:
    return campaign_report(Sources(sample.shortened()), sample.NOW_MS)


def read(body: bytes) -> list[dict[str, str]]:
    """The rows of a file, as a spreadsheet reads them."""
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.count(b"\n") == body.count(b"\r\n") == body.decode("utf-8-sig").count("\r\n")
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline="")))


def test_totals_have_every_live_and_market_with_the_models_figures(report: Report) -> None:
    rows = [row for row in read(totals(report)) if row["row"] == "market"]
    expected = [(live, each) for live in report.lives for each in live.by_market]
    for row, (live, each) in zip(rows, expected, strict=True):
        assert (row["region"], row["live"], row["market"]) == (live.region, live.live, each.market)
        assert [int(row[kind]) for kind in FIGURES] == [getattr(each.figures.counts, kind) for kind in FIGURES]
        assert int(row["gift_value"]) == each.figures.gift_value
    assert {row["market"] for row in rows} == set(sample.MARKETS)


def test_the_sum_rows_are_the_sums_of_the_market_rows(report: Report) -> None:
    rows = read(totals(report))
    for column in (*FIGURES, "gift_value"):
        for live in report.lives:
            parts = [int(row[column]) for row in rows if (row["row"], row["live"]) == ("market", live.live)]
            (whole,) = [int(row[column]) for row in rows if (row["row"], row["live"]) == ("live", live.live)]
            assert sum(parts) == whole
        lives = [int(row[column]) for row in rows if row["row"] == "live"]
        (whole,) = [int(row[column]) for row in rows if row["row"] == "report"]
        assert sum(lives) == whole


def test_what_did_not_count_stands_in_rows_of_its_own(report: Report) -> None:
    rows = read(totals(report))
    for name in ("outside_window", "rehearsal"):
        own = [[int(row[kind]) for kind in FIGURES] for row in rows if row["row"] == name]
        assert own == [[getattr(getattr(live, name), kind) for kind in FIGURES] for live in report.lives]


MONEY = ("promised_minor", "earned_minor", "paid_minor", "open_minor")


@pytest.mark.parametrize(("lives", "word"), [(settled.LIVES, "final"), ((), "provisional")])
def test_money_stands_beside_each_live_and_the_report(lives: tuple[str, ...], word: str) -> None:
    """In minor units, with whether it may still change, and in no row that a pivot would add up a second time."""
    standing, statements = settled.settled(lives)
    report = campaign_report(Sources(standing, statements), sample.NOW_MS)
    rows = read(totals(report))
    own = [row for row in rows if row["row"] in ("live", "report")]
    for row, balance in zip(own, [*(live.balance for live in report.lives), report.balance], strict=True):
        assert [int(row[name]) for name in MONEY] == [getattr(balance, name) for name in MONEY]
        assert row["donation_is"] == word
    for row in rows:
        assert (row["row"] in ("live", "report")) == any(row[name] for name in (*MONEY, "donation_is"))


def test_minutes_have_every_minute_in_utc_and_in_japans_time(report: Report) -> None:
    rows = read(minutes(report))
    expected = [(live, minute) for live in report.lives for minute in live.minutes]
    for row, (live, minute) in zip(rows, expected, strict=True):
        assert (row["region"], row["live"]) == (live.region, live.live)
        assert [int(row[kind]) for kind in FIGURES] == [getattr(minute.counts, kind) for kind in FIGURES]
        assert int(row["gift_value"]) == minute.gift_value
        assert row["minute_utc"].replace(" ", "T") + ":00Z" == minute.at
    assert (rows[0]["minute_utc"], rows[0]["minute_jst"]) == ("2023-01-10 10:00", "2023-01-10 19:00")
    assert len(rows) == 110 + 4 * 120


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert guarded(f"a{start}") == f"a{start}"


def test_an_id_that_looks_like_a_formula_is_guarded_in_both_files() -> None:
    """Ids may begin with a hyphen."""
    data = sample.definition()
    data["lives"][0]["id"] = "-1"
    guarded_report = campaign_report(Sources(sample.standing(data)), sample.NOW_MS)
    for body in (totals(guarded_report), minutes(guarded_report)):
        lives = {row["live"] for row in read(body)}
        assert "'-1" in lives
        assert "-1" not in lives
