"""What happens to other lives and regions: it makes no new report by itself, and takes none back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner
from domain.coverage_rows import STORY, file
from flows.closed import Closed, closed_campaign
from publishing import publish
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign, Live, Region
from chalicelib.domain.donations import Words
from chalicelib.flows.intake import Posted
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud

OTHER = "other-live"


def with_another(campaign: Campaign, **fields: Any) -> Campaign:
    """A second live, of a region of its own."""
    (live,) = campaign.lives
    tohoku = Region("tohoku", Words(ja="東北", en="Tohoku"))
    other: Live = msgspec.structs.replace(live, **({"id": OTHER, "region": tohoku.id} | fields))
    return msgspec.structs.replace(campaign, regions=(*campaign.regions, tohoku), lives=(live, other))


def folder_of(prefix: str) -> str:
    found = runtime.service().reports.read(f"test-campaign/{prefix}/latest.json")
    assert found is not None
    return str(json.loads(found.body)["folder"])


def report_of(prefix: str) -> Any:
    found = runtime.service().reports.read(f"test-campaign/{prefix}/{folder_of(prefix)}/report.json")
    assert found is not None
    return json.loads(found.body)


def test_a_run_that_does_not_know_another_lives_settlement_takes_no_final_report_back(cloud: LocalCloud) -> None:
    """Under the campaign's cap a live's donation and whether it is final hang on the other's, though nothing of its own moves."""
    campaign = msgspec.structs.replace(with_another(closed_campaign()), cap=1_500)
    cloud.apply(campaign)
    closed = Closed(cloud, campaign)
    closed.settle()
    service, overtaking = runtime.service(), list[str]()
    read = service.reports.read

    def overtaken(key: str) -> Any:
        found = read(key)
        if not overtaking and key.endswith("latest.json"):
            overtaking.append(key)
            service.settler.settle(campaign.id, OTHER, closed.opens_ms)
            publish()
        return found

    service.reports.read = overtaken  # type: ignore[method-assign]
    publish()
    assert overtaking
    for prefix in ("campaign", f"live-{LIVE}", f"live-{OTHER}"):
        assert report_of(prefix)["provisional"] is False, prefix
    assert publish() == {"published": 0, "skipped": 5}


def test_a_live_that_has_not_begun_has_no_new_report_while_another_is_on(cloud: LocalCloud) -> None:
    """It stands beside that one, but what still moves there makes no new report here; once it is final, it does."""
    campaign = sample_campaign()
    (live,) = campaign.lives
    month = timedelta(days=30)
    campaign = with_another(campaign, starts_at=live.starts_at + month, ends_at=live.ends_at + month)
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    folders = set()
    for number in range(3):
        text = batch_text(campaign, [reaction(campaign, number)])
        posted = Posted(LIVE, signed_headers(secret, f"b-{number}", text), text, runtime.now_ms())
        runtime.service().intake.take(posted)
        cloud.pump.drain()
        assert publish()["published"] >= 3
        folders.add(folder_of(f"live-{OTHER}"))
    assert len(folders) == 1
    assert report_of(f"live-{OTHER}")["earlier"][0]["counts"]["total"] == 1


def test_a_live_shows_an_earlier_one_once_that_is_final(cloud: LocalCloud) -> None:
    campaign = closed_campaign()
    (live,) = campaign.lives
    later = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=3)
    campaign = with_another(campaign, starts_at=later, ends_at=later + (live.ends_at - live.starts_at), closes_at=None)
    cloud.apply(campaign)
    closed = Closed(cloud, campaign)
    closed.send("b-1", *(closed.like(number) for number in range(30)))
    publish()
    closed.settle()
    publish()
    (earlier,) = report_of(f"live-{OTHER}")["earlier"]
    assert (earlier["live"], earlier["final"], earlier["counts"]["total"]) == (LIVE, True, 30)


def test_an_import_about_one_region_makes_no_new_report_of_another(cloud: LocalCloud, tmp_path: Path) -> None:
    cloud.apply(with_another(sample_campaign()))
    publish()
    before = {prefix: folder_of(prefix) for prefix in ("campaign", "region-kumamoto", "region-tohoku", f"live-{OTHER}")}
    (tmp_path / "coverage.csv").write_bytes(file(STORY | {"region": "kumamoto"}))
    arguments = ["coverage", "import", str(tmp_path / "coverage.csv"), "--campaign", "test-campaign"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    publish()
    moved = {prefix for prefix, folder in before.items() if folder_of(prefix) != folder}
    assert moved == {"campaign", "region-kumamoto"}
