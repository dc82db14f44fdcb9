"""`locallove campaign`: what is checked, explained, shown and applied, and with which exit code."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import runtime
from locallove.cloud.local import LocalCloud
from locallove.operate.campaign import campaign

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "campaigns" / "local-love.toml")
FESTIVAL = str(ROOT / "campaigns" / "film-festival.toml")

TEN_MISTAKES = """
id = "Ten"
name = { ja = "十", en = "Ten" }
currency = "XXX"
colour = "red"
[[regions]]
id = "tohoku"
name = { ja = "東北", en = "Tohoku" }
[[markets]]
code = "JP"
name = { ja = "日本", en = "Japan" }
[[markets]]
code = "JP"
name = { ja = "日本", en = "Japan" }
[[lives]]
id = "one"
region = "atlantis"
title = { ja = "一", en = "One" }
starts_at = 2030-04-01T19:00:30+09:00
ends_at = 2030-04-01T19:00:00+09:00
[lives.donation]
fund = { ja = "基金", en = "Fund" }
base = -1
steps = [{ at = 10, reached = "nearly", amount = 1 }]
"""


def run(*arguments: str) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(campaign, arguments)


def definition(name: str = "shown", start: datetime | None = None, cap: int = 5000, minutes: int = 60) -> str:
    """A campaign file with one live, begun half an hour ago unless told otherwise."""
    begins = (start or datetime.now(UTC) - timedelta(minutes=30)).replace(second=0, microsecond=0)
    return f"""
id = "{name}"
name = {{ ja = "表示", en = "Shown" }}
currency = "JPY"
[[regions]]
id = "tohoku"
name = {{ ja = "東北", en = "Tohoku" }}
[[markets]]
code = "JP"
name = {{ ja = "日本", en = "Japan" }}
[[lives]]
id = "{name}-live"
region = "tohoku"
title = {{ ja = "一", en = "One" }}
starts_at = {begins.isoformat()}
ends_at = {(begins + timedelta(minutes=minutes)).isoformat()}
[lives.donation]
fund = {{ ja = "基金", en = "Fund" }}
base = 1000
cap = {cap}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place for a campaign file."""
    return tmp_path / "campaign.toml"


def test_a_campaign_file_with_ten_mistakes_gives_ten_lines_and_nothing_is_applied(cloud: LocalCloud, file: Path) -> None:
    file.write_text(TEN_MISTAKES)
    for command in ("check", "apply"):
        result = run(command, str(file))
        assert (result.exit_code, result.stdout) == (1, "")
        assert sorted(result.stderr.splitlines()) == [
            "colour: is not a known field",
            "currency: must be one of JPY, KRW, VND, USD, EUR, GBP, TWD, THB, IDR, PHP, MYR",
            "id: must be 1 to 64 of the characters a-z, 0-9 and -",
            "lives[0].donation.base: Expected `int` >= 0",
            "lives[0].donation.cap: is required",
            "lives[0].donation.steps[0].reached: must be one of at-or-above, above",
            "lives[0].ends_at: must be at least a minute after starts_at",
            "lives[0].region: is not a region of this campaign",
            "lives[0].starts_at: must be on a whole minute",
            "markets[1].code: 'JP' is already there",
        ]
    assert list(runtime.service().campaigns.names()) == []


def test_the_sample_passes_check() -> None:
    result = run("check", SAMPLE)
    assert (result.exit_code, result.stdout) == (0, f"{SAMPLE}: local-love is in order (lives: 5)\n")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'id = "a"\nname = \n', "not TOML: Invalid value (at line 2, column 8)"),
        (b'id = "a"\n\nname = "\xff"\n', "not UTF-8 text (at line 3)"),
        (b"id = " + b"[" * 100_000, "not TOML that can be read: nested too deeply"),
    ],
    ids=["syntax", "bytes", "depth"],
)
def test_a_syntax_error_is_named_with_its_line(file: Path, content: bytes, line: str) -> None:
    file.write_bytes(content)
    result = run("check", str(file))
    assert (result.exit_code, result.stderr) == (1, line + "\n")


@pytest.mark.parametrize("command", ["check", "explain", "apply"])
def test_a_missing_file_is_one_clear_line_and_exit_2(command: str, file: Path) -> None:
    result = run(command, str(file))
    assert (result.exit_code, result.stderr) == (2, f"Error: {file}: No such file or directory\n")


def test_explain_says_every_rule_in_both_languages() -> None:
    result = run("explain", SAMPLE)
    assert result.exit_code == 0
    assert "目標の50,000以上になった場合、1,000,000円を寄付します。" in result.stdout
    assert "If likes, comments and gifts together come to more than 300,000, ¥1,500,000 is added." in result.stdout
    assert "キャンペーン全体の寄付額の上限は22,500,000円です。" in result.stdout
    assert "In all" not in result.stdout


def test_explain_gives_the_donation_for_a_number_with_each_part() -> None:
    result = run("explain", SAMPLE, "--live", "okinawa-2023", "--reactions", "120050")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == "For 120,050 reactions in each live, all taken as likes."
    assert {"base ¥1,000,000", "rate, every 100 likes ¥360,000", "donation ¥1,360,000", "In all: ¥1,360,000"} <= set(lines)


def test_explain_says_what_limited_a_donation(file: Path) -> None:
    file.write_text("cap = 1500\n" + definition(cap=2000).replace("base = 1000", "minimum = 1800"))
    lines = [" ".join(line.split()) for line in run("explain", str(file), "--reactions", "0").stdout.splitlines()]
    assert {"limited by the minimum ¥1,800", "under the campaign's cap ¥1,500", "donation ¥1,500"} <= set(lines)


@pytest.mark.parametrize(
    ("reactions", "sendai", "kumamoto"),
    [(49_999, 0, 1_000_000), (50_000, 1_000_000, 1_000_000), (99_999, 1_000_000, 1_000_000), (100_000, 1_000_000, 2_000_000)],
)
def test_explain_as_json_has_the_golden_figures(reactions: int, sendai: int, kumamoto: int) -> None:
    answer = json.loads(run("explain", SAMPLE, "--reactions", str(reactions), "--json").stdout)
    assert [live["donation"]["minor"] for live in answer["lives"][:2]] == [sendai, kumamoto]
    assert answer["minor"] == sum(live["donation"]["minor"] for live in answer["lives"])


def test_explain_says_how_a_festivals_awards_are_decided_in_both_languages() -> None:
    said = run("explain", FESTIVAL).stdout
    for award in ("grand-prix", "audience", "favourite"):
        assert f"\n  {award}\n" in said
    assert "応募期間は、2021年4月12日0時00分から2021年5月31日23時59分までです" in said
    assert "Grand Prix: the jury scores from 0 to 10" in said
    found = json.loads(run("explain", FESTIVAL, "--json").stdout)["festival"]
    assert [each["award"] for each in found["awards"]] == ["grand-prix", "audience", "favourite"]
    assert json.loads(run("explain", SAMPLE, "--json").stdout)["festival"] is None


def test_explaining_an_unknown_live_is_one_clear_line_and_exit_2() -> None:
    result = run("explain", SAMPLE, "--live", "atlantis")
    assert (result.exit_code, result.stderr) == (2, f"Error: {SAMPLE} has no live 'atlantis'\n")


def test_new_writes_a_file_that_passes_check(file: Path) -> None:
    assert run("new", "spring-2030", "--out", str(file)).exit_code == 0
    assert run("check", str(file)).stdout == f"{file}: spring-2030 is in order (lives: 1)\n"


def test_every_option_that_the_new_file_only_mentions_is_right(file: Path) -> None:
    """With the comment signs before its optional keys taken away it still passes."""
    run("new", "spring-2030", "--out", str(file))
    keys = ("cap", "keep_text", "keep_days", "limits", "exchange", "partners", "settle_after_minutes", "buckets", "cast")
    text = file.read_text()
    for key in (*keys, "programme", "rates", "minimum"):
        assert f"\n# {key} = " in text
        text = text.replace(f"\n# {key} = ", f"\n{key} = ")
    file.write_text(text)
    assert run("check", str(file)).exit_code == 0, run("check", str(file)).stderr


def test_new_never_overwrites(file: Path) -> None:
    file.write_text("mine")
    result = run("new", "spring-2030", "--out", str(file))
    assert (result.exit_code, result.stderr) == (2, f"Error: {file}: File exists\n")
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["Spring", "", 'x" #', "a" * 63])
def test_new_refuses_what_cannot_be_an_id(name: str, file: Path) -> None:
    result = run("new", name, "--out", str(file))
    assert (result.exit_code, len(result.stderr.splitlines()), file.exists()) == (2, 1, False)


def test_new_writes_into_the_folder_of_campaigns_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "spring-2030").stdout == "wrote campaigns/spring-2030.toml\n"
    assert run("check", "campaigns/spring-2030.toml").exit_code == 0


def test_apply_says_what_changes_and_puts_it_in_force(cloud: LocalCloud, file: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    file.write_text(definition(start=tomorrow))
    assert run("apply", str(file)).stdout == "shown: (none) → defined (lives: 1)\napplied: shown, revision 1\n"
    file.write_text(definition(start=tomorrow, cap=6000))
    assert run("apply", str(file)).stdout == "lives.shown-live.donation.cap: 5000 → 6000\napplied: shown, revision 2\n"
    assert run("apply", str(file)).stdout == "nothing changes\napplied: shown, revision 2\n"


def test_a_dry_run_applies_nothing(cloud: LocalCloud, file: Path) -> None:
    file.write_text(definition())
    result = run("apply", str(file), "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "shown: (none) → defined (lives: 1)\ndry run: nothing applied\n")
    assert run("show", "shown").stderr == "Error: no campaign 'shown' is in force\n"


def test_apply_refuses_what_is_frozen(cloud: LocalCloud, file: Path) -> None:
    """A live that has begun keeps its rule, and changes its end with a reason only."""
    begun = datetime.now(UTC) - timedelta(minutes=30)
    file.write_text(definition(start=begun))
    run("apply", str(file))
    file.write_text(definition(start=begun, cap=6000, minutes=90))
    result = run("apply", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "lives[0].donation.cap: is frozen, for shown-live has begun: 5000 cannot become 6000",
        "lives[0].ends_at: shown-live has begun: a change of its window needs a reason",
    ]
    assert runtime.service().campaigns.get("shown").revision == 1  # type: ignore[union-attr]


def test_apply_refuses_a_live_that_has_been_counted_before_its_start(cloud: LocalCloud, file: Path) -> None:
    """Its first counted batch freezes a live even before it begins; the store's own condition says so."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    file.write_text(definition(start=tomorrow))
    run("apply", str(file))
    runtime.service().totals.mark_counted("shown-live")
    file.write_text(definition(start=tomorrow, cap=6000))
    result = run("apply", str(file))
    assert (result.exit_code, result.stderr) == (1, "live shown-live has already been counted: its rule is frozen\n")


def test_show_has_the_window_in_japans_time_and_its_changes(cloud: LocalCloud, file: Path) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=30)
    file.write_text(definition(start=begun))
    run("apply", str(file))
    file.write_text(definition(start=begun, minutes=90))
    assert run("apply", str(file), "--reason", "the host went on").exit_code == 0
    shown = json.loads(run("show", "shown", "--json").stdout)
    (live,) = shown["lives"]
    start = datetime.fromisoformat(live["starts_at"])
    assert (shown["revision"], live["status"], live["epoch"]) == (2, "on", 2)
    assert (start.utcoffset(), start) == (timedelta(hours=9), begun.replace(second=0, microsecond=0))
    assert datetime.fromisoformat(live["ends_at"]) - start == timedelta(minutes=90)
    text = run("show", "shown").stdout
    assert "shown-live (tohoku): on, epoch 2" in text
    assert "the host went on" in text


@pytest.mark.usefixtures("cloud")
def test_a_festival_is_shown_and_frozen_once_entries_have_opened(tmp_path: Path) -> None:
    text = Path(FESTIVAL).read_text("utf-8")
    assert run("apply", FESTIVAL).exit_code == 0
    shown = json.loads(run("show", "film-festival", "--json").stdout)["festival"]
    assert shown["frozen"] is True
    assert (shown["entries_open_at"], shown["entries_close_at"]) == ("2021-04-12T00:00:00+09:00", "2021-06-01T00:00:00+09:00")
    assert shown["awards"] == ["grand-prix", "audience", "favourite"]
    assert "festival, frozen; awards: grand-prix, audience, favourite" in run("show", "film-festival").stdout
    (tmp_path / "changed.toml").write_text(text.replace("least_seconds = 15 ", "least_seconds = 14 "))
    refused = run("apply", str(tmp_path / "changed.toml"))
    assert refused.exit_code == 1
    assert "festival.entries.least_seconds: is frozen, for entries have opened: 15 cannot become 14\n" in refused.stderr


def test_showing_an_unknown_campaign_is_one_clear_line_and_exit_2(cloud: LocalCloud) -> None:
    result = run("show", "atlantis")
    assert (result.exit_code, result.stderr) == (2, "Error: no campaign 'atlantis' is in force\n")


def test_check_explain_and_new_need_no_aws_library(tmp_path: Path) -> None:
    """They run where boto3 cannot be imported."""
    program = (
        "import sys; sys.modules.update(boto3=None, botocore=None, chalice=None, moto=None);"
        "from locallove.operate.campaign import campaign; campaign(sys.argv[1:])"
    )
    for arguments in (
        ["check", SAMPLE],
        ["explain", SAMPLE, "--reactions", "1"],
        ["new", "a", "--out", str(tmp_path / "a.toml")],
    ):
        done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
