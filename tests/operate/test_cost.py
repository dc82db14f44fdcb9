"""`locallove cost`: what it reckons with is what the service does, and its two examples."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench import storage
from chalicelib import telemetry
from locallove.__main__ import main
from locallove.operate import costing
from locallove.operate.costing import Plan
from locallove.operate.package import merged

CAMPAIGN = ("--lives", "5", "--reactions", "5000000", "--batch", "500")


def cost(*options: str) -> Any:
    done = CliRunner().invoke(main, ["cost", *options, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_whole_campaign_costs_cents_to_count() -> None:
    found = cost(*CAMPAIGN)
    assert found["plan"]["rate"] == 1389, "ten times the average"
    assert found["counting_per_million"] < 0.05
    assert found["to_raise"] == []


def test_a_million_a_second_fits_into_default_quotas_but_for_what_is_named() -> None:
    """Tables that are new are slow at first, and a partition takes so much and no more."""
    found = cost(*CAMPAIGN, "--rate", "1000000")
    assert [each.partition(":")[0] for each in found["to_raise"]] == ["DynamoDB", "the live's buckets"]
    assert "PARAMETERS=WarmWrites=22000" in found["to_raise"][0]
    assert "buckets = 64" in found["to_raise"][1]
    assert {each["of"]: each["needed"] for each in found["quotas"]}["API Gateway: requests a second"] == 2000


def test_the_lines_of_a_part_are_its_sum() -> None:
    found = cost(*CAMPAIGN)
    for part in ("counting", "watching", "month"):
        assert found[part]["usd"] == pytest.approx(sum(line["usd"] for line in found[part]["lines"]))
        assert len(found[part]["lines"]) >= 2


def test_small_batches_cost_more() -> None:
    alone, together = (cost(*CAMPAIGN[:4], "--batch", size)["counting_per_million"] for size in ("1", "500"))
    assert alone > 50 * together


def test_it_says_what_is_to_be_raised() -> None:
    said = CliRunner().invoke(main, ["cost", *CAMPAIGN, "--rate", "1000000"]).stdout
    assert re.search(r"RAISE +22,000 of +4,000 ", said)
    assert "raise the live's buckets: by buckets = 64" in said
    assert "$0.0380 a million" in said


@pytest.mark.parametrize("options", [(), ("--lives", "0", "--reactions", "1"), (*CAMPAIGN, "--batch", "5001")])
def test_what_cannot_be_reckoned_is_refused(options: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, ["cost", *options]).exit_code == 2


@pytest.mark.parametrize(("size", "batches"), [(1, 20), (100, 5), (500, 3), (5000, 1)])
def test_a_batch_is_as_large_as_it_is_reckoned(size: int, batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So are the write units that are paid for, of the largest batch within three in a hundred."""
    monkeypatch.setattr(storage, "BATCH", size)
    real = storage.of_reactions(batches).item
    plan = Plan(1, size, size, 120, 45, 1)
    assert plan.item_bytes == pytest.approx(real, rel=0.08 if size < 500 else 0.03)
    assert plan.item_units == pytest.approx(storage.units(int(real)), rel=0.03)


def test_metrics_and_alarms_are_as_many_as_there_are() -> None:
    source = Path(telemetry.__file__).read_text("utf-8")
    metrics = {name for values in re.findall(r"_emit\(\{(.*?)\}\)", source) for name in re.findall(r'"(\w+)":', values)}
    alarms = [each for each in merged()["Resources"].values() if each.get("Type") == "AWS::CloudWatch::Alarm"]
    assert (len(metrics), len(alarms)) == (costing.METRICS, costing.ALARMS)
