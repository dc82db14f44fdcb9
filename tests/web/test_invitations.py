"""What the holder of a link can read, and that nobody else can tell a link that has ended from one that never was."""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from aws_faults import asked, refused
from client import Answer, problem, request
from command_line import ROOT
from web.invited import LONG_AGO, TOMORROW, downloads, invite, two_regions

from chalicelib import runtime, telemetry
from chalicelib.domain import publication
from chalicelib.domain.invitations import token_sha256
from chalicelib.domain.publication import File, Latest, Manifest
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.run import aws_for_others

OWN = "test-campaign/region-kumamoto"
OTHER = "test-campaign/region-tohoku"
WHOLE = "test-campaign/campaign"


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A service with published reports of a campaign and its two regions, whose signed links can be followed."""
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as running:
        running.apply(two_regions())
        running.publish()
        yield running


def pack(prefix: str) -> tuple[str, Manifest]:
    """The newest folder under a prefix, and its manifest."""
    reports = runtime.service().reports
    pointer = reports.read(f"{prefix}/latest.json")
    assert pointer is not None
    folder = f"{prefix}/{json.loads(pointer.body)['folder']}"
    manifest = reports.read(f"{folder}/manifest.json")
    assert manifest is not None
    return folder, msgspec.json.decode(manifest.body, type=Manifest)


def key(answer: Answer) -> str:
    """The key of the file that an answer sends to."""
    assert (answer.status, answer.body) == (302, b"")
    return urlsplit(answer.headers["location"]).path.split("/", 2)[2]


def looks(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """Everything about an answer that could tell one link from another: all but its moment and its own id."""
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in ("date", "x-request-id")]
    return answer.status, headers, answer.body


def no_links() -> dict[str, str]:
    """Tokens that open nothing: expired, revoked, guessed, and such as there can be none."""
    revoked, taken = invite(), invite()
    runtime.service().invitations.revoke(str(token_sha256(revoked)), runtime.now_ms())
    return {
        "expired": invite(expires_on=LONG_AGO),
        "revoked": revoked,
        "guessed": runtime.new_token(),
        "in capitals": taken.upper(),
        "cut": taken[:-1],
        "escaped": "%30" * 32,
        "its hash": str(token_sha256(taken)),
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["", "/files.json", "/report.json", "/nothing.json", "/..%2F..%2Flatest.json"])
def test_expired_revoked_and_guessed_look_the_same(cloud: LocalCloud, path: str, method: str) -> None:
    """Also for a file that was never there."""
    answers = {name: looks(request(f"{cloud.url}/i/{token}{path}", method=method)) for name, token in no_links().items()}
    assert len(set(map(repr, answers.values()))) == 1, answers
    status, _, _ = answers["guessed"]
    assert status == (404 if path else 200)


def test_files_that_are_there_and_not_look_the_same_without_a_link(cloud: LocalCloud) -> None:
    looked = {repr(looks(request(f"{cloud.url}/i/{invite(expires_on=LONG_AGO)}/{name}"))) for name in ("report.json", "x", "%00")}
    assert len(looked) == 1


def test_the_page_is_the_same_for_a_link_that_holds_and_one_that_does_not(cloud: LocalCloud) -> None:
    assert looks(request(f"{cloud.url}/i/{invite()}")) == looks(request(f"{cloud.url}/i/{runtime.new_token()}"))


def test_a_revoked_link_opens_nothing_more_at_once(cloud: LocalCloud) -> None:
    token = invite()
    assert request(f"{cloud.url}/i/{token}/files.json").status == 200
    runtime.service().invitations.revoke(str(token_sha256(token)), runtime.now_ms())
    for name in ("files.json", "report.json"):
        assert problem(request(f"{cloud.url}/i/{token}/{name}")) == (404, "unknown-invitation")


@pytest.mark.parametrize(("region", "prefix"), [(None, WHOLE), ("kumamoto", OWN), ("tohoku", OTHER)])
def test_every_file_fetched_through_its_link_equals_the_manifests_hash(
    cloud: LocalCloud, region: str | None, prefix: str
) -> None:
    """And files.json is what the manifest says."""
    token = invite(region=region)
    folder, manifest = pack(prefix)
    listed = request(f"{cloud.url}/i/{token}/files.json").json
    assert listed["files"] == [msgspec.to_builtins(file) for file in manifest.files]
    assert {each["name"] for each in listed["files"]} >= {"report.json", "report.ja.html", "totals.csv"}
    for each in listed["files"]:
        answer = request(f"{cloud.url}/i/{token}/{each['name']}")
        assert key(answer) == f"{folder}/{each['name']}"
        got = request(answer.headers["location"])
        assert (got.status, len(got.body), sha256(got.body).hexdigest()) == (200, each["bytes"], each["sha256"])
        assert got.headers["content-type"] == each["media_type"]


def test_a_link_to_a_file_is_signed_by_version_4_for_60_seconds(cloud: LocalCloud) -> None:
    token = invite()
    got, head = (request(f"{cloud.url}/i/{token}/report.json", method=method) for method in ("GET", "HEAD"))
    said = [
        {name: value for name, (value,) in parse_qs(urlsplit(each.headers["location"]).query).items()} for each in (got, head)
    ]
    for query in said:
        assert (query["X-Amz-Algorithm"], query["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "60")
        assert len(query["X-Amz-Signature"]) == 64
        assert not query.keys() & {"Signature", "AWSAccessKeyId", "Expires"}, "the old way"
    assert said[0]["X-Amz-Signature"] != said[1]["X-Amz-Signature"], "a signature is good for one method"


def test_files_json_says_for_whom_what_and_until_when(cloud: LocalCloud) -> None:
    token = invite(region="kumamoto", for_whom="熊本県", language="en")
    answer = request(f"{cloud.url}/i/{token}/files.json")
    assert {name: value for name, value in answer.json.items() if name != "files"} == {
        "for_whom": "熊本県",
        "title": "Test Kumamoto",
        "language": "en",
        "expires_on": f"{TOMORROW}",
        "published": True,
        "as_of": None,
        "missing": [],
    }


def test_before_anything_is_published_files_json_says_so(cloud: LocalCloud) -> None:
    campaign = msgspec.structs.replace(two_regions(), id="new-campaign", lives=())
    cloud.apply(campaign)
    token = invite("new-campaign")
    answer = request(f"{cloud.url}/i/{token}/files.json")
    assert (answer.status, answer.json["published"], answer.json["files"], answer.json["title"]) == (200, False, [], "Test")
    assert problem(request(f"{cloud.url}/i/{token}/report.json")) == (404, "unknown-file")


@pytest.mark.parametrize(
    "name",
    [
        "latest.json",
        "manifest.json",
        "..%2Flatest.json",
        "..%2F..%2Fregion-tohoku%2Flatest.json",
        "..%2F..%2Fcampaign%2F{whole}%2Freport.json",
        "..%2F..%2Fregion-tohoku%2F{other}%2Freport.json",
        "%2e%2e%2f%2e%2e%2fregion-tohoku%2f{other}%2freport.json",
        "..%252F..%252Fregion-tohoku%252F{other}%252Freport.json",
        "test-campaign%2Fregion-tohoku%2F{other}%2Freport.json",
        "..%5C..%5Cregion-tohoku%5Creport.json",
        "report.json%00",
        "report.json%2F",
        "REPORT.JSON",
        "only-of-the-campaign.csv",
        "not-in-the-manifest.csv",
        "%2e%2e",
    ],
)
def test_a_regions_invitation_cannot_name_anothers_file(cloud: LocalCloud, name: str) -> None:
    """Nor one of the campaign's, nor what lies in its own folder but not in the manifest."""
    folder, _ = pack(OWN)
    runtime.service().reports.write_once(f"{folder}/not-in-the-manifest.csv", b"x", "text/csv")
    token, before = invite(region="kumamoto"), downloads()
    written = name.format(whole=pack(WHOLE)[0].rpartition("/")[2], other=pack(OTHER)[0].rpartition("/")[2])
    for method in ("GET", "HEAD"):
        answer = request(f"{cloud.url}/i/{token}/{written}", method=method)
        assert (answer.status, "location" in answer.headers) == (404, False)
    answer = request(f"{cloud.url}/i/{token}/{written}")
    assert (problem(answer), answer.json["title"]) == ((404, "unknown-file"), "There is no such file")
    assert downloads() == before


@pytest.mark.parametrize("path", ["../../region-tohoku/x/report.json", "x/report.json", "region-tohoku/latest.json", "../../v1"])
def test_a_path_with_slashes_is_no_file_of_an_invitation(cloud: LocalCloud, path: str) -> None:
    assert problem(request(f"{cloud.url}/i/{invite(region='kumamoto')}/{path}")) == (404, "unknown-path")


def test_what_only_the_campaigns_manifest_lists_only_its_invitation_opens(cloud: LocalCloud) -> None:
    campaign = msgspec.structs.replace(two_regions(), id="by-hand", lives=())
    cloud.apply(campaign)
    reports = runtime.service().reports
    for prefix, names in (("by-hand/campaign", ("both", "whole")), ("by-hand/region-kumamoto", ("both", "own"))):
        files = tuple(File(f"{name}.csv", 1, "ab" * 32, "text/csv") for name in names)
        manifest = publication.encode(Manifest(1, "x", "x", None, files, ()))
        reports.write_once(f"{prefix}/20240215T103000Z/manifest.json", manifest, "application/json")
        latest = publication.encode(Latest(1, "20240215T103000Z", None, 1, 0, "", ""))
        reports.move(f"{prefix}/latest.json", latest, "application/json", None)
    opened = {
        (region, name): request(f"{cloud.url}/i/{invite('by-hand', region=region)}/{name}.csv").status
        for region in (None, "kumamoto")
        for name in ("both", "whole", "own")
    }
    assert [opened[None, name] for name in ("both", "whole", "own")] == [302, 302, 404]
    assert [opened["kumamoto", name] for name in ("both", "whole", "own")] == [302, 404, 302]


def test_downloads_are_counted_once_per_302(cloud: LocalCloud) -> None:
    """Neither the page nor the list is a download, and neither is a file that is not there."""
    token, before = invite(), downloads()
    for path in ("", "/files.json", "/nothing.json", "/report.json", "/totals.csv", "/report.json"):
        request(f"{cloud.url}/i/{token}{path}")
    assert downloads() - before == 3


def test_head_counts_nothing(cloud: LocalCloud) -> None:
    token, before = invite(), downloads()
    assert request(f"{cloud.url}/i/{token}/report.json", method="HEAD").status == 302
    assert downloads() == before


def test_without_its_count_no_file_is_given(cloud: LocalCloud) -> None:
    """Whoever is told 503 asks again, and is counted then."""
    token, before = invite(), downloads()
    with refused(runtime.service()._dynamodb, "UpdateItem", "ThrottlingException") as refusals:
        answer = request(f"{cloud.url}/i/{token}/report.json")
    assert (problem(answer), "location" in answer.headers, len(refusals)) == ((503, "storage-refused"), False, 1)
    assert answer.headers["retry-after"]
    assert answer.json["detail"].startswith("Ask again. If this was a batch, "), "it was none"
    assert downloads() == before
    assert request(f"{cloud.url}/i/{token}/report.json").status == 302
    assert downloads() == before + 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["", "/files.json", "/report.json", "/nothing.json"])
@pytest.mark.parametrize("holds", [True, False])
def test_nothing_of_an_invitation_is_kept_found_or_told_on(cloud: LocalCloud, path: str, method: str, holds: bool) -> None:
    token = invite() if holds else runtime.new_token()
    headers = request(f"{cloud.url}/i/{token}{path}", method=method).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"


def test_no_log_line_holds_a_token_whatever_happens(cloud: LocalCloud, caplog: pytest.LogCaptureFixture) -> None:
    """A line names the path's form, not the path."""
    caplog.set_level("DEBUG", telemetry.SERVICE)
    token = invite()
    for path in ("", "/files.json", "/report.json", "/nothing.json"):
        request(f"{cloud.url}/i/{token}{path}")
    with refused(runtime.service()._s3, "GetObject", "AccessDenied", status=403):
        assert problem(request(f"{cloud.url}/i/{token}/files.json")) == (500, "unexpected")
    with refused(runtime.service()._dynamodb, "GetItem", "ThrottlingException"):
        assert problem(request(f"{cloud.url}/i/{token}/files.json")) == (503, "storage-refused")
    assert [record.message for record in caplog.records].count("request answered") == 6
    said = caplog.text + repr([vars(record) for record in caplog.records])
    assert "unexpected error" in said
    assert said.count("'/i/{invitation}/files.json'") == 3
    assert token not in said


def test_what_can_be_no_token_costs_the_table_nothing(cloud: LocalCloud) -> None:
    with asked(runtime.service()._dynamodb, "GetItem") as questions:
        assert request(f"{cloud.url}/i/{'x' * 32}/files.json").status == 404
    assert questions == []


def test_the_apis_start_imports_nothing_of_invitations() -> None:
    names = ("chalicelib.domain.invitations", "chalicelib.flows.invitations", "chalicelib.store.invitations")
    program = f"import sys, app; print([name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
