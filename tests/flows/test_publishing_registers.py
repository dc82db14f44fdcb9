"""Publishing what is on record beside the counts: an import makes new reports, and the same import again none."""

import json
from pathlib import Path
from typing import Any

import boto3
from click.testing import CliRunner
from domain.coverage_rows import FIGURE, STORY, file
from publishing import publish
from samples import LIVE

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud

PREFIXES = ("test-campaign/campaign", "test-campaign/region-kumamoto", f"test-campaign/live-{LIVE}")


def import_(path: Path, *rows: dict[str, str]) -> None:
    path.write_bytes(file(*rows))
    result = CliRunner().invoke(main, ["coverage", "import", str(path), "--campaign", "test-campaign"])
    assert result.exit_code == 0, result.output


def read(key: str) -> Any:
    settings = runtime.service().settings
    return json.loads(boto3.client("s3").get_object(Bucket=settings.reports_bucket, Key=key)["Body"].read())


def folders() -> list[str]:
    return [f"{prefix}/{read(f'{prefix}/latest.json')['folder']}" for prefix in PREFIXES]


def test_an_import_makes_new_reports_and_the_same_again_none(cloud: LocalCloud, campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "coverage.csv"
    cloud.apply(campaign)
    publish()
    before = folders()
    import_(path, STORY, STORY | {"title": "b", "region": "kumamoto"}, FIGURE)
    assert publish() == {"published": 3, "skipped": 0}
    after = folders()
    assert all(new > old for old, new in zip(before, after, strict=True))
    reports = [read(f"{folder}/report.json") for folder in after]
    assert [each["coverage"]["stories"] for each in reports] == [2, 1, 1]
    assert [len(each["stated"]) for each in reports] == [1, 0, 0]
    assert [read(f"{prefix}/latest.json")["mark"]["recorded"] for prefix in PREFIXES] == [1, 1, 1]
    import_(path, FIGURE, STORY | {"title": "b", "region": "kumamoto"}, STORY)
    assert publish() == {"published": 0, "skipped": 3}
    assert folders() == after


def test_an_import_that_takes_everything_back_is_the_newest_report(cloud: LocalCloud, campaign: Campaign, tmp_path: Path) -> None:
    """Fewer entries are no step back: what counts is how often something was put on record."""
    path = tmp_path / "coverage.csv"
    cloud.apply(campaign)
    import_(path, STORY, FIGURE)
    publish()
    import_(path)
    assert publish() == {"published": 1, "skipped": 2}, "nothing was about the region"
    report = read(f"{folders()[0]}/report.json")
    assert (report["coverage"]["entries"], report["stated"]) == ([], [])
    assert read(f"{PREFIXES[0]}/latest.json")["mark"]["recorded"] == 2
