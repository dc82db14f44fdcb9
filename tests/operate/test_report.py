"""`locallove report`: the files that publishing makes, of live data or of a report.json."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flows.closed import Closed, closed_campaign
from operate.taken_out import LATER, taken_out
from samples import LIVE

from chalicelib.render import typeset
from chalicelib.render.formats import FORMATS
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud

CAMPAIGN = "test-campaign"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments])


@pytest.fixture
def closed(cloud: LocalCloud) -> Closed:
    cloud.apply(campaign := closed_campaign())
    subject = Closed(cloud, campaign)
    subject.send("b-1", *(subject.like(number) for number in range(42)))
    cloud.pump.drain()
    return subject


@pytest.mark.parametrize(
    ("arguments", "scope"), [((CAMPAIGN,), "campaign"), ((CAMPAIGN, "--region", "kumamoto"), "region"), ((LIVE,), "live")]
)
def test_it_makes_every_format_of_live_data(closed: Closed, tmp_path: Path, arguments: tuple[str, ...], scope: str) -> None:
    done = run(*arguments, "--out", str(tmp_path / "made"), "--json")
    assert done.exit_code == 0, done.output
    listed = json.loads(done.stdout)
    assert [each["name"] for each in listed["files"]] == [each.name for each in FORMATS]
    for each in listed["files"]:
        assert sha256((tmp_path / "made" / each["name"]).read_bytes()).hexdigest() == each["sha256"]
    made = json.loads((tmp_path / "made" / "report.json").read_text())
    assert (made["scope"], made["figures"]["counts"]["total"]) == (scope, 42)


def test_a_report_json_gives_the_same_files_again(closed: Closed, tmp_path: Path) -> None:
    assert run(CAMPAIGN, "--out", str(tmp_path / "first")).exit_code == 0
    done = run(str(tmp_path / "first" / "report.json"), "--out", str(tmp_path / "again"))
    assert done.exit_code == 0, done.output
    for each in FORMATS:
        first, again = (tmp_path / folder / each.name for folder in ("first", "again"))
        assert first.read_bytes() == again.read_bytes(), each.name
        assert str(again) in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "no campaign or live 'nowhere' is in force"),
        (("No Id",), "neither a campaign's or a live's id, nor a report.json"),
        ((CAMPAIGN, "--region", "nowhere"), f"{CAMPAIGN} has no region 'nowhere'"),
        ((LIVE, "--region", "kumamoto"), "--region goes with a campaign"),
        (("missing.json",), "missing.json: No such file"),
    ],
)
def test_what_is_not_there_is_named(closed: Closed, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, "--out", str(tmp_path / "made"))
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "made").exists()


def test_a_live_that_was_taken_out_has_no_report(cloud: LocalCloud, tmp_path: Path) -> None:
    taken_out(cloud)
    done = run(LATER, "--out", str(tmp_path / "made"))
    assert (done.exit_code, done.stderr) == (2, f"Error: no campaign in force has a live {LATER!r}\n")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("body", [b"", b"{}", b'{"version": 1}', b"[" * 100_000])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "report.json").write_bytes(body)
    done = run(str(tmp_path / "report.json"), "--out", str(tmp_path / "made"))
    assert (done.exit_code, "is no report of this release" in done.stderr) == (2, True)


def test_a_format_that_cannot_be_made_is_named_and_the_others_are_there(
    closed: Closed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here no font can be found."""
    monkeypatch.setattr("chalicelib.render.typeset.FOLDERS", (tmp_path / "nowhere",))
    typeset._fonts.cache_clear()
    done = run(CAMPAIGN, "--out", str(tmp_path / "made"))
    assert (done.exit_code, "summary.ja.pdf could not be made" in done.stderr) == (1, True), done.stderr
    printed = {each.name for each in FORMATS if each.name.endswith((".pdf", ".png"))}
    assert {each.name for each in (tmp_path / "made").iterdir()} == {each.name for each in FORMATS} - printed
