"""`locallove invite`: what creating, listing and revoking print, change and refuse, and with which exit code."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import refused
from click.testing import CliRunner, Result
from client import problem, request
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.invitations import token_sha256
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

CAMPAIGN = "test-campaign"
TODAY = datetime.now(timezone(timedelta(hours=9))).date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def running() -> Iterator[LocalCloud]:
    """One service for all these tests, with reports."""
    with local_cloud(background=False) as running:
        running.apply(sample_campaign())
        running.publish()
        yield running


@pytest.fixture(autouse=True)
def nobody(running: LocalCloud) -> None:
    """Nobody is invited when a test begins."""
    table = runtime.service().settings.campaigns_table
    dynamodb = boto3.client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith(("invitation#", "access#")):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def run(*arguments: str, campaign: str = CAMPAIGN, **environment: str) -> Result:
    """`locallove invite` with these arguments, for the sample campaign."""
    return CliRunner(env=environment).invoke(main, ["invite", *arguments, "--campaign", campaign])


def create(*arguments: str, whom: str = "宮城県", expires: str = f"{TOMORROW}", **environment: str) -> Result:
    return run("create", "--for", whom, "--expires", expires, *arguments, **environment)


def listed(campaign: str = CAMPAIGN) -> list[dict[str, Any]]:
    answer = json.loads(run("list", "--json", campaign=campaign).stdout)
    assert answer["campaign"] == campaign
    found: list[dict[str, Any]] = answer["invitations"]
    return found


def test_create_prints_a_link_and_nothing_else_and_it_works(running: LocalCloud) -> None:
    made = create("--region", "kumamoto", "--url", f"{running.url}/")
    assert (made.exit_code, made.stderr, len(made.stdout.splitlines())) == (0, "", 1)
    link = made.stdout.strip()
    assert link.startswith(f"{running.url}/i/")
    answer = request(f"{link}/files.json")
    assert (answer.status, answer.json["for_whom"], answer.json["title"]) == (200, "宮城県", "Test 熊本")


def test_without_an_address_the_path_is_printed_and_the_environment_may_name_one() -> None:
    assert create().stdout.startswith("/i/")
    assert create(LOCALLOVE_URL="https://example.org/api").stdout.startswith("https://example.org/api/i/")


def test_create_as_json_has_id_and_link_exactly() -> None:
    answer = json.loads(create("--json").stdout)
    assert list(answer) == ["id", "link"]
    digest = token_sha256(answer["link"].removeprefix("/i/"))
    assert digest is not None
    assert answer["id"] == digest[:12] == listed()[0]["id"]


def test_the_link_is_shown_once_and_kept_nowhere(running: LocalCloud) -> None:
    token = create().stdout.strip().removeprefix("/i/")
    table = runtime.service().settings.campaigns_table
    assert token not in repr(boto3.client("dynamodb").scan(TableName=table)["Items"])
    assert token not in run("list").stdout + run("list", "--json").stdout


def test_list_shows_for_whom_of_what_until_when_and_downloads(running: LocalCloud) -> None:
    link = create("--region", "kumamoto", "--lang", "en", "--url", running.url, whom="Kumamoto Prefecture").stdout.strip()
    create(whom="基金")
    for name in ("report.json", "totals.csv"):
        assert request(f"{link}/{name}").status == 302
    first, second = listed()
    made = datetime.fromisoformat(first.pop("made_at"))
    assert abs(made - datetime.now(UTC)) < timedelta(minutes=1)
    assert made.utcoffset() == timedelta(hours=9)
    assert first == {
        "id": first["id"],
        "for_whom": "Kumamoto Prefecture",
        "region": "kumamoto",
        "language": "en",
        "expires_on": f"{TOMORROW}",
        "revoked_at": None,
        "holds": True,
        "downloads": 2,
    }
    assert (second["for_whom"], second["region"], second["language"], second["downloads"]) == ("基金", None, "ja", 0)
    assert run("list").stdout.splitlines() == [
        f"{first['id']}  Kumamoto Prefecture",
        "  reports of region kumamoto, page in English",
        f"  holds to the end of {TOMORROW} JST",
        "  downloads: 2",
        f"{second['id']}  基金",
        "  reports of the whole campaign, page in Japanese",
        f"  holds to the end of {TOMORROW} JST",
        "  downloads: 0",
    ]


def test_listing_nobody_says_so() -> None:
    assert run("list").stdout == "nobody is invited\n"
    assert listed() == []


def test_a_revoked_link_stops_at_once_and_is_listed_as_revoked(running: LocalCloud) -> None:
    link, other = (create("--url", running.url).stdout.strip() for _ in range(2))
    first = listed()[0]["id"]
    assert run("revoke", first).stdout == f"revoked: {first}\n"
    assert problem(request(f"{link}/files.json")) == (404, "unknown-invitation")
    assert request(f"{other}/files.json").status == 200
    gone, left = listed()
    assert (gone["holds"], left["holds"], left["revoked_at"]) == (False, True, None)
    assert f"  revoked {gone['revoked_at'][:16].replace('T', ' ')} JST" in run("list").stdout.splitlines()
    assert run("revoke", first).exit_code == 0
    assert listed()[0]["revoked_at"] == gone["revoked_at"], "the first moment stays"


def test_what_has_expired_is_listed_as_expired() -> None:
    create()
    (each,) = (each for each, _ in runtime.service().invitations.of_campaign(CAMPAIGN))
    old = msgspec.structs.replace(each, sha256="0" * 64, expires_on=TODAY - timedelta(days=1))
    runtime.service().invitations.put(old)
    assert f"  expired: it held to the end of {TODAY - timedelta(days=1)} JST" in run("list").stdout.splitlines()
    assert [each["holds"] for each in listed() if each["id"] == "0" * 12] == [False]


@pytest.mark.parametrize("id", ["0" * 12, "", "not-an-id"])
def test_revoking_what_is_not_there_is_one_line_and_exit_2(id: str) -> None:
    create()
    done = run("revoke", id)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"Error: {CAMPAIGN} has no invitation {id!r}\n")
    assert listed()[0]["holds"]


def test_the_last_day_may_be_today() -> None:
    assert create(expires=f"{TODAY}").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "whom", "expires", "said"),
    [
        (("--region", "tohoku"), "宮城県", f"{TOMORROW}", "test-campaign has no region 'tohoku': there is kumamoto"),
        ((), "", f"{TOMORROW}", "it must say for whom it is"),
        ((), "　", f"{TOMORROW}", "it must say for whom it is"),
        ((), "a\nb", f"{TOMORROW}", "for whom it is must be one line of text"),
        ((), "宮城県", "2024-03-31", "2024-03-31 is over in Japan"),
        ((), "宮城県", f"{TODAY - timedelta(days=1)}", f"{TODAY - timedelta(days=1)} is over in Japan"),
        ((), "宮城県", "2024-02-30", "'2024-02-30' is no day, such as 2024-03-31"),
        ((), "宮城県", "20990331", "'20990331' is no day, such as 2024-03-31"),
        ((), "宮城県", "２０９９-03-31", "'２０９９-03-31' is no day, such as 2024-03-31"),
        ((), "宮城県", "", "'' is no day, such as 2024-03-31"),
        (
            ("--url", "example.org"),
            "宮城県",
            f"{TOMORROW}",
            "--url: 'example.org' is no address, such as https://example.org/api",
        ),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_2(arguments: tuple[str, ...], whom: str, expires: str, said: str) -> None:
    done = create(*arguments, whom=whom, expires=expires)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"Error: {said}\n")
    assert listed() == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    done = create("--region", "nowhere", whom=" ", expires="soon")
    assert done.exit_code == 2
    assert all(each in done.stderr for each in ("no region 'nowhere'", "for whom", "'soon' is no day"))


@pytest.mark.parametrize("command", [("create", "--for", "x", "--expires", f"{TOMORROW}"), ("list",), ("revoke", "0" * 12)])
@pytest.mark.parametrize("campaign", ["nowhere", "No Campaign", ""])
def test_an_unknown_campaign_is_one_line_and_exit_2(command: tuple[str, ...], campaign: str) -> None:
    done = run(*command, campaign=campaign)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"Error: no campaign {campaign!r} is in force\n")


def test_aws_that_does_not_answer_is_one_line_and_exit_1_and_no_link_is_printed() -> None:
    with refused(runtime.service()._dynamodb, "PutItem", "ThrottlingException"):
        done = create()
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Error: AWS: ThrottlingException\n")


def test_help_says_in_which_zone_a_day_ends() -> None:
    said = " ".join(CliRunner().invoke(main, ["invite", "create", "--help"]).stdout.split())
    assert "to the end of that day in Japan (JST, UTC+9)" in said
    assert "LOCALLOVE_URL" in said
