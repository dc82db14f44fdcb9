"""Publishing: files first, the pointer last, nothing twice, nothing overwritten."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_faults import refused
from client import request
from publishing import QUICK, publish
from samples import LIVE, batch_text, reaction, signed_headers

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.publication import FOLDER, CannotBeMade
from chalicelib.render.formats import FORMATS, Format
from chalicelib.store.reports import Taken
from locallove.cloud.local import LocalCloud
from locallove.cloud.mirror import mirror
from locallove.verify import verify

PREFIXES = ("test-campaign/campaign", "test-campaign/region-kumamoto", f"test-campaign/live-{LIVE}")


@pytest.fixture
def post(cloud: LocalCloud, campaign: Campaign) -> Callable[..., None]:
    """Post and count a batch."""
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)

    def post(batch: str, **fields: Any) -> None:
        text = batch_text(campaign, [reaction(campaign, 1, id=batch, **fields)])
        answer = request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, batch, text))
        assert answer.status == 202
        cloud.pump.drain()

    return post


def published() -> dict[str, bytes]:
    s3, bucket = boto3.client("s3"), runtime.service().settings.reports_bucket
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_every_report_has_every_format_and_a_manifest_that_tells_the_truth(
    cloud: LocalCloud, campaign: Campaign, post: Callable[..., None]
) -> None:
    post("b-1", count=120)
    assert cloud.publish() == {"published": 3, "skipped": 0}
    files = published()
    for prefix in PREFIXES:
        latest = json.loads(files[f"{prefix}/latest.json"])
        folder = f"{prefix}/{latest['folder']}"
        manifest = json.loads(files[f"{folder}/manifest.json"])
        assert sha256(files[f"{folder}/manifest.json"]).hexdigest() == latest["manifest_sha256"]
        assert [each["name"] for each in manifest["files"]] == [each.name for each in FORMATS]
        assert manifest["missing"] == []
        for each in manifest["files"]:
            body = files[f"{folder}/{each['name']}"]
            assert (len(body), sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
        report = json.loads(files[f"{folder}/report.json"])
        assert report["figures"]["counts"]["total"] == 120
        assert report["donation_minor"] == 2000
    assert files[f"rules/{LIVE}.json"] == frozen_part(campaign, LIVE)


def test_what_has_not_moved_is_skipped(cloud: LocalCloud, post: Callable[..., None]) -> None:
    post("b-1")
    publish()
    before = published()
    assert publish() == {"published": 0, "skipped": 3}
    assert published() == before


def test_a_new_report_has_a_new_folder_and_the_pointer_moves_forward(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """Also when both changes were counted within one second."""
    post("b-1")
    publish()
    before = published()
    post("b-2")
    publish()
    after = published()
    for prefix in PREFIXES:
        first, second = (json.loads(files[f"{prefix}/latest.json"])["folder"] for files in (before, after))
        assert second > first
    old = {key: body for key, body in before.items() if not key.endswith("latest.json")}
    assert old.items() <= after.items()


def test_two_runs_at_once_leave_whole_reports_only_and_the_later_wins(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """A run that has read the totals is overtaken by a whole other run, which has seen one more batch."""
    post("b-1")
    service = runtime.service()
    overtaking: list[str] = []
    read = service.reports.read

    def overtaken(key: str) -> Any:
        found = read(key)
        if not overtaking:
            overtaking.append(key)
            post("b-2")
            publish()
        return found

    service.reports.read = overtaken  # type: ignore[method-assign]
    assert publish() == {"published": 0, "skipped": 3}
    files = published()
    for prefix in PREFIXES:
        latest = json.loads(files[f"{prefix}/latest.json"])
        folder = f"{prefix}/{latest['folder']}"
        assert sha256(files[f"{folder}/manifest.json"]).hexdigest() == latest["manifest_sha256"]
        assert json.loads(files[f"{folder}/report.json"])["figures"]["counts"]["total"] == 2


def test_a_folder_left_half_written_is_passed_over(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """As a run leaves it that was killed before its manifest, and whose totals then moved within the same second."""
    post("b-1")
    publish()
    (prefix, *_) = PREFIXES
    first = json.loads(published()[f"{prefix}/latest.json"])["folder"]
    next_second = f"{datetime.strptime(first, FOLDER).replace(tzinfo=UTC) + timedelta(seconds=1):{FOLDER}}"
    runtime.service().reports.write_once(f"{prefix}/{next_second}/report.json", b"half", "application/json")
    post("b-2")
    publish()
    files = published()
    latest = json.loads(files[f"{prefix}/latest.json"])
    assert latest["folder"] > next_second
    assert files[f"{prefix}/{next_second}/report.json"] == b"half"


def test_the_pointer_has_not_moved_while_the_manifest_is_not_there(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """Neither the first nor the next time; the run after that publishes."""
    for batch in ("b-1", "b-2"):
        post(batch)
        before = published()
        s3 = runtime.service()._s3
        refusing = refused(s3, "PutObject", "SlowDown", lambda request: "/manifest.json" in request["url"], 503)
        with refusing as refusals, pytest.raises(ExceptionGroup):
            publish()
        assert len(refusals) == len(PREFIXES)
        after = published()
        assert len(after) > len(before)
        for prefix in PREFIXES:
            assert after.get(f"{prefix}/latest.json") == before.get(f"{prefix}/latest.json")
        assert publish() == {"published": 3, "skipped": 0}


@pytest.mark.parametrize("file", ["report.json", "minutes.csv", "manifest.json", "latest.json"])
def test_a_crash_between_files_leaves_the_old_latest_in_force(cloud: LocalCloud, post: Callable[..., None], file: str) -> None:
    """From this file on nothing is written any more. The next run publishes a whole report."""
    post("b-1")
    publish()
    post("b-2")
    before, dead = published(), [False]

    def dies(request: dict[str, Any]) -> bool:
        dead[0] |= request["url"].endswith(f"/{file}")
        return dead[0]

    with refused(runtime.service()._s3, "PutObject", "SlowDown", dies, 503), pytest.raises(ExceptionGroup):
        publish()
    after = published()
    for prefix in PREFIXES:
        assert after[f"{prefix}/latest.json"] == before[f"{prefix}/latest.json"]
    assert before.items() <= after.items()
    assert publish() == {"published": 3, "skipped": 0}
    files = published()
    for prefix in PREFIXES:
        latest = json.loads(files[f"{prefix}/latest.json"])
        assert json.loads(files[f"{prefix}/{latest['folder']}/report.json"])["figures"]["counts"]["total"] == 2


def test_an_outsider_says_yes_to_what_runs_leave_that_are_killed_between_files(post: Callable[..., None], tmp_path: Path) -> None:
    """With one more reaction meanwhile the next run takes another folder, and the dead one's is never whole.

    All but the third write, the manifest: a folder that lacks only that is told from one whose manifest was taken away by nobody.
    """
    post("b-0")
    publish(*QUICK[:2])
    for killed_at in (write for write in range(1, len(PREFIXES) * 4 + 1) if write % 4 != 3):
        post(f"b-{killed_at}")
        writes = count(1)
        dies = partial(lambda writes, at, _: next(writes) >= at, writes, killed_at)
        with refused(runtime.service()._s3, "PutObject", "SlowDown", dies, 503), pytest.raises(ExceptionGroup):
            publish(*QUICK[:2])
        post(f"b-{killed_at}-more")
        assert publish(*QUICK[:2]) == {"published": 3, "skipped": 0}
    mirror(runtime.service().settings.reports_bucket, tmp_path)
    answer = verify(str(tmp_path))
    assert answer.ok, answer.differences
    left = {each.of.rpartition("/")[2] for each in answer.checks if "did not finish" in each.what.en}
    assert left == {"report.json"}


def test_one_format_failing_does_not_stop_the_others_and_is_named_and_raised(
    cloud: LocalCloud, post: Callable[..., None]
) -> None:
    post("b-1")
    with pytest.raises(ExceptionGroup) as caught:
        publish(Format("broken.txt", "text/plain", _fail), *FORMATS)
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError] * 3
    files = published()
    manifests = [json.loads(body) for key, body in files.items() if key.endswith("manifest.json")]
    assert [each["missing"] for each in manifests] == [[{"name": "broken.txt", "reason": "ZeroDivisionError"}]] * 3
    assert all(len(each["files"]) == len(FORMATS) for each in manifests)


def test_a_format_that_can_never_be_made_is_named_and_not_tried_again(cloud: LocalCloud, post: Callable[..., None]) -> None:
    post("b-1")
    never = Format("never.txt", "text/plain", _refuse)
    assert publish(*QUICK, never) == {"published": 3, "skipped": 0}
    manifests = [json.loads(body) for key, body in published().items() if key.endswith("manifest.json")]
    assert [each["missing"] for each in manifests] == [[{"name": "never.txt", "reason": "CannotBeMade", "lasting": True}]] * 3
    assert publish(*QUICK, never) == {"published": 0, "skipped": 3}


def test_one_format_failing_is_tried_again_by_the_next_run(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """While it fails, each run says so, and no run makes another folder of the same."""
    post("b-1")
    for _ in range(3):
        with pytest.raises(ExceptionGroup):
            publish(*QUICK, Format("late.txt", "text/plain", _fail))
    before = published()
    assert sum(key.endswith("manifest.json") for key in before) == len(PREFIXES)
    mended = (*QUICK, Format("late.txt", "text/plain", lambda _: b"made"))
    assert publish(*mended) == {"published": 3, "skipped": 0}
    files = published()
    for prefix in PREFIXES:
        latest = json.loads(files[f"{prefix}/latest.json"])
        assert (latest["missing"], files[f"{prefix}/{latest['folder']}/late.txt"]) == ([], b"made")
        assert json.loads(files[f"{prefix}/{latest['folder']}/report.json"])["since"] is None
    assert publish(*mended) == {"published": 0, "skipped": 3}


def test_a_report_says_how_far_it_is_from_the_one_before(cloud: LocalCloud, post: Callable[..., None]) -> None:
    """The comparison makes no new report by itself."""
    post("b-1", count=30)
    publish()
    post("b-2", count=12)
    assert publish() == {"published": 3, "skipped": 0}
    assert publish() == {"published": 0, "skipped": 3}
    files = published()
    for prefix in PREFIXES:
        first, second = sorted(key for key in files if key.startswith(prefix) and key.endswith("report.json"))
        assert json.loads(files[first])["since"] is None
        since = json.loads(files[second])["since"]
        assert (since["as_of"], since["total"], since["total_added"]) == (json.loads(files[first])["as_of"], 30, 12)


def _refuse(_: Any) -> bytes:
    raise CannotBeMade


def _fail(_: Any) -> bytes:
    raise ZeroDivisionError


def test_a_frozen_rule_that_differs_is_an_error_never_overwritten(cloud: LocalCloud, post: Callable[..., None]) -> None:
    post("b-1")
    service = runtime.service()
    service.reports.write_once(f"rules/{LIVE}.json", b"another rule", "application/json")
    with pytest.raises(ExceptionGroup) as caught:
        publish()
    assert [type(error) for error in caught.value.exceptions] == [Taken]
    assert published()[f"rules/{LIVE}.json"] == b"another rule"
