"""`locallove coverage`: what an import prints, puts on record and refuses, and with which exit code."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_faults import asked, refused
from click.testing import CliRunner, Result
from domain.coverage_rows import FIGURE, STORY, file
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.registers import Registers
from chalicelib.domain.sentiment import Sentiment
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

CAMPAIGN = "test-campaign"
OTHER = STORY | {"title": "another", "url": "https://news.example/"}

SENTIMENT = (Sentiment(None, "見本調査会社", "2023-03-01", 100, 5_000, 60, 30, 10, 900, 825, 945, 880, ("ja", "en")),)

Import = Callable[..., Result]


@pytest.fixture(scope="module", autouse=True)
def running() -> Iterator[LocalCloud]:
    """One service for all these tests."""
    with local_cloud(background=False) as running:
        running.apply(sample_campaign())
        yield running


@pytest.fixture(autouse=True)
def nothing() -> None:
    """Nothing is on record when a test begins."""
    registered = runtime.service().registered
    registered.put(CAMPAIGN, registered.get(CAMPAIGN), Registers())


@pytest.fixture
def import_(tmp_path: Path) -> Import:
    """`locallove coverage import` of a file with these rows or bytes."""

    def run(*rows: dict[str, str], content: bytes | None = None, campaign: str = CAMPAIGN) -> Result:
        path = tmp_path / "coverage.csv"
        path.write_bytes(file(*rows) if content is None else content)
        return CliRunner().invoke(main, ["coverage", "import", str(path), "--campaign", campaign])

    return run


def listed(*options: str) -> Result:
    return CliRunner().invoke(main, ["coverage", "list", "--campaign", CAMPAIGN, *options])


def on_record() -> Registers:
    return runtime.service().registered.get(CAMPAIGN)


def test_an_import_puts_the_whole_file_on_record_and_says_what_changed(import_: Import) -> None:
    first = import_(STORY, OTHER, FIGURE)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "test-campaign: on record",
        "  entries            2 (2 added, 0 changed, 0 removed)",
        "  figures of others  1 (1 added, 0 changed, 0 removed)",
    ]
    second = import_(OTHER | {"tone": "neutral"}, STORY | {"date": "2023-02-20"})
    assert second.stdout.splitlines()[1:] == [
        "  entries            2 (1 added, 1 changed, 1 removed)",
        "  figures of others  0 (0 added, 0 changed, 1 removed)",
    ]
    assert [(each.on, each.tone) for each in on_record().entries] == [("2023-02-11", "neutral"), ("2023-02-20", None)]
    assert on_record().stated == ()


def test_the_same_file_again_or_in_another_order_changes_nothing(import_: Import) -> None:
    import_(STORY, OTHER, FIGURE)
    before = on_record()
    with asked(runtime.service().registered._client, "PutItem") as puts:
        for rows in ((STORY, OTHER, FIGURE), (FIGURE, OTHER, STORY)):
            again = import_(*rows)
            assert (again.exit_code, again.stdout) == (0, "test-campaign: no change (entries: 2, figures of others: 1)\n")
    assert (on_record(), puts) == (before, [])


def test_a_file_with_only_its_first_line_empties_the_register(import_: Import) -> None:
    import_(STORY, FIGURE)
    assert "0 (0 added, 0 changed, 1 removed)" in import_().stdout
    assert (on_record().entries, on_record().stated) == ((), ())


def test_three_bad_rows_import_nothing_and_name_three_rows(import_: Import, tmp_path: Path) -> None:
    import_(STORY)
    before = on_record()
    bad = import_(OTHER, STORY | {"country": "Japan"}, FIGURE, FIGURE | {"value": "many"}, STORY | {"title": ""})
    path = tmp_path / "coverage.csv"
    assert (bad.exit_code, bad.stdout) == (1, "")
    assert bad.stderr.splitlines() == [
        f"{path}: line 3, country: must be two capital letters of ISO 3166-1, such as JP",
        f"{path}: line 5: repeats line 4: the same date, label_ja, label_en, source, region",
        f"{path}: line 5, value: must be a whole number from 0 to 1,000,000,000,000; commas only between groups of three digits",
        f"{path}: line 6, title: is required",
        "Error: nothing imported (problems: 4)",
    ]
    assert on_record() == before


def test_a_file_in_shift_jis_is_named_and_nothing_is_imported(import_: Import) -> None:
    result = import_(content=file(STORY).decode().encode("cp932"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Shift_JIS (cp932): save the file as “CSV UTF-8”" in result.stderr
    assert on_record().entries == ()


def test_a_region_must_be_one_of_the_campaigns(import_: Import) -> None:
    assert import_(STORY | {"region": "kumamoto"}).exit_code == 0
    assert "region: must be empty or one of kumamoto" in import_(STORY | {"region": "tohoku"}).stderr


def test_what_others_have_put_on_record_beside_coverage_stays(import_: Import) -> None:
    """An import replaces entries and figures only."""
    registered = runtime.service().registered
    with_more = registered.put(CAMPAIGN, on_record(), Registers(sentiment=SENTIMENT))
    import_(STORY)
    assert on_record().sentiment == with_more.sentiment == SENTIMENT


def test_the_template_can_be_imported_as_it_is(import_: Import) -> None:
    template = CliRunner().invoke(main, ["coverage", "template"]).stdout_bytes
    assert template.startswith(b"\xef\xbb\xbf")
    assert template.count(b"\r\n") == template.count(b"\n")
    assert "4 (4 added" in import_(content=template).stdout


def test_list_shows_entries_and_figures_in_the_order_of_days(import_: Import) -> None:
    assert listed().stdout == "nothing is on record\n"
    import_(STORY | {"date": "2023-03-01", "region": "kumamoto"}, FIGURE, STORY)
    assert listed().stdout.splitlines() == [
        "2023-02-11  story  -  見本放送: ライブで応援",
        "2023-03-01  story  kumamoto  見本放送: ライブで応援",
        "2023-02-12  figure  -  見本プラットフォーム: Viewers: 81,234 people",
    ]


def test_list_as_json_has_every_field(import_: Import) -> None:
    import_(STORY, FIGURE)
    answer = json.loads(listed("--json").stdout)
    assert answer["campaign"] == CAMPAIGN
    assert answer["revision"] == on_record().revision
    assert {name: answer["entries"][0][name] for name in ("kind", "outlet", "on", "url")} == {
        "kind": "story",
        "outlet": "見本放送",
        "on": "2023-02-11",
        "url": None,
    }
    assert answer["stated"][0]["value"] == 81_234


@pytest.mark.parametrize("campaign", ["atlantis", "", "東北", "test-campaign/"])
def test_a_campaign_that_is_not_in_force_is_exit_2(import_: Import, campaign: str) -> None:
    said = f"Error: no campaign {campaign!r} is in force\n"
    for result in (
        import_(STORY, campaign=campaign),
        CliRunner().invoke(main, ["coverage", "list", "--campaign", campaign]),
    ):
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)


def test_a_file_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.csv", "No such file or directory"), (tmp_path, "Is a directory")):
        result = CliRunner().invoke(main, ["coverage", "import", str(path), "--campaign", CAMPAIGN])
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {path}: {why}\n")


def test_two_imports_at_once_do_not_lose_one(import_: Import) -> None:
    """Somebody else imports between this one's read and its write: exit code 1, and the other's register stays."""
    registered = runtime.service().registered
    others: list[Registers] = []

    def interfere(_: dict[str, Any]) -> bool:
        if not others:
            others.append(Registers())
            others[0] = registered.put(CAMPAIGN, registered.get(CAMPAIGN), Registers())
        return False

    with refused(registered._client, "PutItem", "never", when=interfere):
        result = import_(STORY)
    said = "Error: test-campaign: somebody else has changed what is on record meanwhile: look and do it again\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)
    assert on_record() == others[0]


def test_a_file_that_is_too_much_is_exit_1_and_nothing_is_imported(import_: Import) -> None:
    titles = (f"{number:x}" + "".join(chr(0x4E00 + number * each % 20_000) for each in range(1, 290)) for number in range(3_000))
    result = import_(*(STORY | {"title": title} for title in titles))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: test-campaign: too much to put on record: ")
    assert on_record().entries == ()


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "Query"])
def test_what_aws_refuses_is_one_line(import_: Import, operation: str) -> None:
    service = runtime.service()
    client = service.campaigns._client if operation == "Query" else service.registered._client
    with refused(client, operation, "AccessDeniedException"):
        result = import_(STORY)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.startswith("Error: AWS: ")
    assert on_record().entries == ()


def test_no_address_is_ever_looked_at(import_: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is looked up and nothing is connected to but the imitated AWS, which needs no network here."""
    reached: list[object] = []

    def reach(*target: object, **_: object) -> None:
        reached.append(target)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", reach)
    monkeypatch.setattr(socket.socket, "connect", reach)
    assert import_(OTHER).exit_code == 0
    assert listed().exit_code == 0
    assert reached == []
    assert on_record().entries[0].url == OTHER["url"]
