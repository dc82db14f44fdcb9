"""The benchmark runs and says what it measured. No time and no ratio of times is judged here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import reads, storage

ROOT = Path(__file__).parents[2]

FIGURES = {
    "CPU per reaction at the API": {"handler_1", "handler_100", "handler_500", "floor", "put_item_each", "handler_to_floor"},
    "Slow path": {
        "good_ms",
        "bad_ms",
        "bad_to_good",
        "fields_ms",
        "brackets_ms",
        "good_mb",
        "bad_mb",
        "fields_mb",
        "brackets_mb",
    },
    "Requests per second of the local server": {"server_1_on_1", "server_500_on_8", "server_reactions", "server_kept_to_unkept"},
    "Totals read": {"read_row_bytes", "read_120_2_cold_ms", "read_120_2_warm_ms", "read_120_2_kept_ms", "read_120_2_cold_units"},
    "Totals watched": {"polls_plain", "polls_same", "polls_series", "poll_bytes_plain", "poll_bytes_same", "poll_bytes_series"},
    "Settlement and verification": {"settle_100000", "settle_100000_mb", "verify_100000", "verify_100000_mb"},
    "Festival": {"close_s", "close_cpu_s", "close_mb", "close_verify", "close_verify_mb"},
    "Reports": {"report_s", "reports_s", "reports_mb"},
    "Fault simulation": {"simulation_steps", "simulation_per_s"},
    "Write units and stored bytes": {
        "stored_bytes",
        "intake_units",
        "totals_units",
        "units",
        "vote_stored_bytes",
        "vote_intake_units",
        "vote_totals_units",
        "vote_units",
        "vote_slow_units",
        "vote_to_reaction",
    },
    "Stream records counted": {"records_per_s", "cpu_full", "cpu_single"},
    "Cold import": {"clients_ms", "service_ms", "service_to_clients"},
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one quick run prints, which is also what it writes."""
    out = tmp_path_factory.mktemp("bench") / "deep" / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "--json", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    assert printed == json.loads(out.read_text("utf-8"))
    return printed


def test_every_row_has_its_figures_and_none_is_zero(measured: dict[str, Any]) -> None:
    assert measured["run"]["quick"] is True
    assert list(measured["rows"]) == list(FIGURES)
    for row, keys in FIGURES.items():
        assert keys <= set(measured["rows"][row])
    assert all(figure["value"] > 0 for figures in measured["rows"].values() for figure in figures.values())


def test_write_units_and_stored_bytes_stay_within_their_targets(measured: dict[str, Any]) -> None:
    """Sizes are no times: equal batches have equal sizes on every machine."""
    row = measured["rows"]["Write units and stored bytes"]
    assert {key for key, figure in row.items() if figure.get("meets")} == {
        "stored_bytes",
        "units",
        "vote_stored_bytes",
        "vote_units",
    }


def test_a_vote_costs_what_a_reaction_costs(measured: dict[str, Any]) -> None:
    """At the same pace: nothing but the film's id in place of a market makes it larger."""
    assert measured["rows"]["Write units and stored bytes"]["vote_to_reaction"]["value"] < 1.2


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "寄付"}}, 2 + 6),
        ({"n": {"N": "1234567"}}, 1 + 4 + 1),
        ({"n": {"N": "1200"}}, 1 + 1 + 1),
        ({"n": {"N": "0"}}, 1 + 0 + 1),
        ({"b": {"B": b"\x00\x01\x02"}, "yes": {"BOOL": True}}, 1 + 3 + 3 + 1),
    ],
)
def test_sizes_follow_the_rule_of_dynamodb(item: dict[str, Any], size: int) -> None:
    """Names and values in bytes; of a number a byte for two significant digits, and one more."""
    assert storage.size(item) == size


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1024, 1), (1025, 2), (10_509, 11)])
def test_a_write_unit_is_a_kilobyte_begun(size: int, units: int) -> None:
    assert storage.units(size) == units


def rows(number: int, size: int) -> list[dict[str, Any]]:
    """So many rows of this size, the name of the attribute included."""
    return [{"b": {"B": bytes(size - 1)}}] * number


@pytest.mark.parametrize(
    ("pages", "units"),
    [
        ([rows(1, 1)], 0.5),
        ([rows(8, 512)], 0.5),
        ([rows(9, 512)], 1.0),
        ([rows(1, 1), rows(1, 1)], 1.0),
    ],
)
def test_a_query_is_charged_by_the_page_and_half_when_eventually_consistent(pages: reads.Pages, units: float) -> None:
    """4 KB begun of what a page has read in all, not of each item."""
    assert reads.read_units(pages) == units


def test_a_page_ends_with_the_row_that_makes_it_a_megabyte() -> None:
    assert [len(page) for page in reads.in_pages(iter(rows(5_000, 512)))] == [2_048, 2_048, 904]


def test_a_warm_read_costs_a_fraction_of_a_cold_one(measured: dict[str, Any]) -> None:
    """Units are no times: eleven of 120 minutes are read."""
    row = measured["rows"]["Totals read"]
    assert row["read_120_2_warm_units"]["value"] * 5 < row["read_120_2_cold_units"]["value"]
