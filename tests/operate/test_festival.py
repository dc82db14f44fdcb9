"""`locallove festival`, as an operator uses it: entries, the jury, closing, and revealing award by award."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from client import problem, request
from festivals import CAMPAIGN, Festival, entry, festival_campaign, vote
from samples import sample_campaign

from chalicelib import runtime
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

AN_HOUR_AFTER_VOTING = (100 * 24 - 1) * 3_600_000
"""In ms, before the latest closing that a festival can have."""

SHEET = "entry,juror,story,craft\n"


@pytest.fixture
def festival() -> Iterator[Festival]:
    """A festival whose three awards have everything but the jury's scores."""
    with local_cloud(background=False) as cloud:
        made = Festival.of(cloud)
        made.send("entries", "e-1", entry("a"), entry("b"), entry("young", attested=False), entry("short", duration=1))
        made.send("votes", "v-1", vote(1, "b"), vote(2, "b"), vote(3, "a"))
        made.snapshot("m-1", {"a": (100, 10), "b": (90, 10), "nobody": (9_999, 9_999)})
        cloud.pump.drain()
        yield made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["festival", *arguments])


def judged(folder: Path, *rows: str) -> Result:
    """Import a sheet with these rows."""
    file = folder / "sheet.csv"
    file.write_text(SHEET + "".join(f"{row}\n" for row in rows), "utf-8")
    return run("jury", "import", "--campaign", CAMPAIGN, "--award", "grand-prix", str(file))


def test_entries_are_listed_with_every_reason(festival: Festival) -> None:
    listed = json.loads(run("entries", "list", "--campaign", CAMPAIGN, "--json").stdout)
    assert {each["entry"]: (each["standing"], each["reasons"]) for each in listed} == {
        "a": ("eligible", []),
        "b": ("eligible", []),
        "short": ("ineligible", ["too-short"]),
        "young": ("ineligible", ["not-attested"]),
    }
    shown = run("entries", "list", "--campaign", CAMPAIGN, "--standing", "ineligible").stdout
    assert "short (too-short)" in " ".join(shown.split())
    assert " a" not in shown


def test_exported_captions_are_no_formulas(festival: Festival) -> None:
    festival.send("entries", "e-2", entry("f", caption="=1+1"))
    exported = run("entries", "export", "--campaign", CAMPAIGN).stdout_bytes.decode("utf-8-sig")
    assert ",'=1+1," in exported
    assert exported.startswith("entry,standing,reasons,")


def test_each_decision_is_on_record_and_the_newest_in_force(festival: Festival) -> None:
    for verdict, reason in (("approve", "we asked"), ("reject", "a copy")):
        assert run("entries", "decide", "--campaign", CAMPAIGN, "short", "--verdict", verdict, "--reason", reason).exit_code == 0
    (short,) = [
        each for each in json.loads(run("entries", "list", "--campaign", CAMPAIGN, "--json").stdout) if each["entry"] == "short"
    ]
    assert short["standing"] == "rejected"
    assert [(each["verdict"], each["reason"]) for each in short["decisions"]] == [("approve", "we asked"), ("reject", "a copy")]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody", "--verdict", "reject", "--reason", "x"), 2, "no such entry: nobody"),
        (("young", "--verdict", "approve", "--reason", "x"), 1, "that cannot be approved"),
        (("a", "--verdict", "reject", "--reason", " "), 2, "1 to 300 characters"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(festival: Festival, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run("entries", "decide", "--campaign", CAMPAIGN, *arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert runtime.service().registered.get(CAMPAIGN).festival.decisions == ()


def test_the_template_has_a_row_for_each_film_and_juror(festival: Festival) -> None:
    made = run("jury", "template", "--campaign", CAMPAIGN, "--award", "grand-prix", "--juror", "Sato", "--juror", "Ito")
    rows = made.stdout_bytes.decode("utf-8-sig").splitlines()
    assert rows[0] == "entry,caption,juror,story,craft"
    assert [row.split(",")[0] for row in rows[1:]] == ["a", "b", "a", "b"]


def test_a_jury_sheet_with_text_for_a_number(festival: Festival, tmp_path: Path) -> None:
    """Every bad cell is listed, and nothing is on record."""
    done = judged(tmp_path, "a,Sato,eight,7", "b,Sato,11,7.123", "young,Ito,1,1", "a,Sato,1,1")
    assert done.exit_code == 1
    for said in (
        "line 2, story: must be",
        "line 3, story: must be",
        "line 3, craft: must be",
        "line 4, entry: is no",
        "line 5: repeats",
    ):
        assert said in done.stderr
    assert runtime.service().registered.get(CAMPAIGN).festival.sheets == ()


def test_missing_scores_are_named_and_stop_the_closing(festival: Festival, tmp_path: Path) -> None:
    done = judged(tmp_path, "a,Sato,8,7", "b,Sato,8,", "b,Ito,3,3")
    assert (done.exit_code, "missing: b, Sato, craft" in done.stdout) == (0, True)
    assert "missing: a, Ito, story" in done.stdout
    closed = run("close", "--campaign", CAMPAIGN)
    assert closed.exit_code == 1
    assert "grand-prix: the score is missing of b, Sato, craft" in closed.stderr


def test_reveal_before_close(festival: Festival) -> None:
    done = run("reveal", "--campaign", CAMPAIGN)
    assert (done.exit_code, "not closed yet" in done.stderr) == (1, True)
    standings = request(f"{festival.cloud.url}/v1/festivals/{CAMPAIGN}/standings").json
    assert [award["winner"] for award in standings["awards"]] == [None] * 3
    assert problem(request(f"{festival.cloud.url}/v1/festivals/{CAMPAIGN}/statement")) == (404, "not-settled")


def test_a_tie_at_the_top_asks_for_the_jurys_decision_file(festival: Festival, tmp_path: Path) -> None:
    judged(tmp_path, "a,Sato,8,7", "b,Sato,8,7")
    done = run("close", "--campaign", CAMPAIGN)
    assert (done.exit_code, "grand-prix: a, b are equal" in done.stderr, "festival jury tie" in done.stderr) == (1, True, True)
    file = tmp_path / "tie.csv"
    file.write_text("award,entry,reason\nnone,a,because\ngrand-prix,young,because\ngrand-prix,b,\n", "utf-8")
    bad = run("jury", "tie", "--campaign", CAMPAIGN, str(file))
    assert bad.exit_code == 1
    for said in ("line 2, award", "line 3, entry", "line 4, reason"):
        assert said in bad.stderr
    file.write_text("award,entry,reason\ngrand-prix,b,It moved us\n", "utf-8")
    assert run("jury", "tie", "--campaign", CAMPAIGN, str(file)).exit_code == 0
    assert run("close", "--campaign", CAMPAIGN).exit_code == 0
    result = festival.result("grand-prix")
    assert (result.winner, result.decided_by) == ("b", "jury")
    assert result.tie is not None
    assert (result.tie.entries, result.tie.reason) == (("a", "b"), "It moved us")


def test_award_by_award(festival: Festival, tmp_path: Path) -> None:
    """Sealed, nothing is told but the seal; an award that is revealed is told, and no other; then all of them."""
    judged(tmp_path, "a,Sato,8,7", "b,Sato,7.5,9", "a,Ito,8,8", "b,Ito,9,9")
    closed = run("close", "--campaign", CAMPAIGN)
    assert closed.exit_code == 0, closed.stderr
    again = run("close", "--campaign", CAMPAIGN)
    assert again.stdout == closed.stdout
    url = f"{festival.cloud.url}/v1/festivals/{CAMPAIGN}"
    runtime.service.cache_clear()
    sealed = request(f"{url}/standings").json
    assert sealed["status"] == "sealed"
    assert sealed["seal"]["statement_sha256"] in closed.stdout
    assert [award["winner"] for award in sealed["awards"]] == [None] * 3
    assert request(f"{url}/statement").status == 302
    assert request(f"{url}/statement/rule.json").status == 302
    for file in ("award-audience.json", "entries-0001.ndjson.gz", "votes-favourite-0001.ndjson.gz"):
        assert problem(request(f"{url}/statement/{file}")) == (404, "unknown-file"), file
    assert (
        "audience: a by creator-a, 120 (decided by score)" in run("reveal", "--campaign", CAMPAIGN, "--award", "audience").stdout
    )
    runtime.service.cache_clear()
    awards = request(f"{url}/standings").json["awards"]
    assert [(award["award"], award["winner"]) for award in awards] == [
        ("grand-prix", None),
        ("audience", "a"),
        ("favourite", None),
    ]
    assert request(f"{url}/statement/award-audience.json").status == 302
    assert problem(request(f"{url}/statement/votes-favourite-0001.ndjson.gz")) == (404, "unknown-file")
    assert run("reveal", "--campaign", CAMPAIGN).exit_code == 0
    runtime.service.cache_clear()
    revealed = request(f"{url}/standings").json
    assert revealed["status"] == "revealed"
    assert [award["winner"] for award in revealed["awards"]] == ["b", "a", "b"]
    assert revealed["awards"][0]["places"][0]["score"] == "17/2"
    assert revealed["awards"][2]["same_with_held"] is True
    assert request(f"{url}/statement/votes-favourite-0001.ndjson.gz").status == 302


def test_metrics_for_an_unknown_entry_decide_nothing(festival: Festival, tmp_path: Path) -> None:
    """Likes decide between equal sums; what is said of unknown entries is a number in the result; what fell is recorded."""
    festival.snapshot("m-0", {"a": (200, 1)}, at=festival.campaign.festival.entries.closes_at)  # type: ignore[union-attr]
    judged(tmp_path, "a,Sato,8,7")
    assert run("close", "--campaign", CAMPAIGN).exit_code == 0
    result = festival.result("audience")
    assert [(film.entry, film.score) for film in result.films] == [("a", "120"), ("b", "110")]
    assert result.metered is not None
    assert (result.metered.unknown_entries, result.metered.snapshots) == (1, 2)
    assert [(each.entry, each.views_before, each.views) for each in result.metered.backwards] == [("a", 200, 100)]


def test_now_ends_what_is_open_and_then_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once voting is over; the festival is frozen but for that moment."""
    monkeypatch.setenv("LOCALLOVE_FENCE_MS", "1000")
    with local_cloud(background=False) as cloud:
        made = Festival.of(cloud, festival_campaign(late_minutes=100 * 24 * 60))
        made.send("entries", "e-1", entry("a"), before_ms=AN_HOUR_AFTER_VOTING)
        made.send("votes", "v-1", vote(1, "a"), before_ms=AN_HOUR_AFTER_VOTING)
        made.snapshot("m-1", {"a": (1, 1)}, before_ms=AN_HOUR_AFTER_VOTING)
        cloud.pump.drain()
        assert run("close", "--campaign", CAMPAIGN).exit_code == 1
        judged(tmp_path, "a,Sato,8,7")
        done = run("close", "--campaign", CAMPAIGN, "--now")
        assert done.exit_code == 0, done.stderr
        assert made.result("favourite").winner == "a"


def test_what_is_no_festival_is_named(cloud: LocalCloud) -> None:
    cloud.apply(sample_campaign(datetime.now(UTC)))
    for arguments in (("entries", "list"), ("close",), ("reveal",)):
        done = run(*arguments, "--campaign", CAMPAIGN)
        assert (done.exit_code, "has no festival" in done.stderr) == (2, True)
    assert run("close", "--campaign", "nowhere").exit_code == 2
