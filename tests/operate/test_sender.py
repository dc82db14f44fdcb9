"""`locallove sender`: what adding, listing and revoking print, change and refuse, and with which exit code."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aws_faults import asked, refused
from click.testing import CliRunner, Result
from client import request
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

CAMPAIGN = "test-campaign"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalCloud]:
    """One service for all these tests."""
    with local_cloud(background=False) as running:
        running.apply(sample_campaign())
        yield running


@pytest.fixture(autouse=True)
def nobody(running: LocalCloud) -> None:
    """Nobody may post when a test begins."""
    secrets = runtime.service().secrets
    for sender in secrets.fetch(CAMPAIGN).senders:
        secrets.revoke(CAMPAIGN, sender.name, None)


def run(*arguments: str, campaign: str = CAMPAIGN) -> Result:
    """`locallove sender` with these arguments, for the sample campaign."""
    return CliRunner().invoke(main, ["sender", *arguments, "--campaign", campaign])


def status(cloud: LocalCloud, secret: str, batch: str) -> int:
    campaign = sample_campaign()
    text = batch_text(campaign, [reaction(campaign, 1)])
    return request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, batch, text)).status


def keys() -> dict[str, list[str]]:
    listed = json.loads(run("list", "--json").stdout)
    return {sender["sender"]: [key["key"] for key in sender["keys"]] for sender in listed["senders"]}


def number(key: str) -> int:
    return int(key.rpartition("-")[2])


def test_add_prints_a_secret_and_nothing_else_and_it_works(running: LocalCloud) -> None:
    added = run("add", "platform")
    assert (added.exit_code, added.stderr, len(added.stdout.splitlines())) == (0, "", 1)
    assert status(running, added.stdout.strip(), "add") == 202


def test_add_as_json_has_sender_and_secret_exactly(running: LocalCloud) -> None:
    added = run("add", "platform", "--json")
    answer = json.loads(added.stdout)
    assert (added.exit_code, list(answer), answer["sender"]) == (0, ["sender", "secret"], "platform")
    assert status(running, answer["secret"], "add-json") == 202


def test_secrets_are_all_different() -> None:
    assert len({run("add", name).stdout for name in ("a", "a", "b", "c")}) == 4


def test_list_shows_names_keys_and_when_made_and_no_secret() -> None:
    secrets = [run("add", name).stdout.strip() for name in ("platform", "platform", "studio")]
    answer = json.loads(run("list", "--json").stdout)
    assert answer["campaign"] == CAMPAIGN
    assert [sender["sender"] for sender in answer["senders"]] == ["platform", "studio"]
    (first, second), (third,) = (sender["keys"] for sender in answer["senders"])
    assert [key["key"].rpartition("-")[0] for key in (first, second, third)] == ["platform", "platform", "studio"]
    made = datetime.fromisoformat(third["made_at"])
    assert made.utcoffset() == timedelta(hours=9)
    assert abs(made - datetime.now(UTC)) < timedelta(minutes=1)
    text = run("list").stdout
    assert text.splitlines()[:2] == ["platform", f"  {first['key']}, made {first['made_at'][:16].replace('T', ' ')} JST"]
    for secret in secrets:
        assert secret.removeprefix("whsec_")[:8] not in text + json.dumps(answer)


def test_listing_nobody_says_so() -> None:
    assert run("list").stdout == "nobody may post\n"
    assert json.loads(run("list", "--json").stdout) == {"campaign": CAMPAIGN, "senders": []}


def test_rotation_adds_a_second_secret_then_revokes_the_first(running: LocalCloud) -> None:
    """Both work in between, so no batch is refused on the way."""
    old, new = (run("add", "platform").stdout.strip() for _ in range(2))
    assert (status(running, old, "rotation-1"), status(running, new, "rotation-2")) == (202, 202)
    first, second = keys()["platform"]
    assert run("revoke", "platform", "--key", first).stdout == f"revoked: {first}\n"
    assert (status(running, old, "rotation-3"), status(running, new, "rotation-4")) == (401, 202)
    assert keys() == {"platform": [second]}


def test_a_third_secret_is_refused_in_one_line_until_one_is_revoked() -> None:
    run("add", "platform")
    run("add", "platform")
    first, second = keys()["platform"]
    third = run("add", "platform", "--json")
    said = f"Error: {CAMPAIGN}: platform has 2 secrets already, {first} and {second}: revoke one first\n"
    assert (third.exit_code, third.stdout, third.stderr) == (1, "", said)
    run("revoke", "platform", "--key", first)
    assert run("add", "platform").exit_code == 0
    assert number(keys()["platform"][1]) > number(second)


def test_a_revoked_sender_is_gone_and_its_keys_ids_are_not_used_again(running: LocalCloud) -> None:
    secret = run("add", "platform").stdout.strip()
    (key,) = keys()["platform"]
    assert run("revoke", "platform").stdout == "revoked: platform\n"
    assert (keys(), status(running, secret, "gone")) == ({}, 401)
    run("add", "platform")
    assert number(keys()["platform"][0]) > number(key)


def test_a_ninth_sender_is_refused_in_one_line() -> None:
    for name in "abcdefgh":
        run("add", name)
    ninth = run("add", "i")
    assert (ninth.exit_code, ninth.stdout) == (1, "")
    assert ninth.stderr == f"Error: {CAMPAIGN}: there are 8 senders already: revoke one first\n"


@pytest.mark.parametrize("name", ["Platform", "a b", "", "名前", "a" * 65])
def test_a_name_that_cannot_be_one_is_refused_in_one_line(name: str) -> None:
    result = run("add", name)
    said = f"Error: {CAMPAIGN}: a sender's name must be 1 to 64 of the characters a-z, 0-9 and -\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["platform"], "there is no sender 'platform'"),
        (["studio", "--key", "studio-99"], "studio has no key 'studio-99'"),
        (["studio", "--key", ""], "studio has no key ''"),
    ],
)
def test_revoking_what_is_not_there_is_exit_2(arguments: list[str], said: str) -> None:
    run("add", "studio")
    result = run("revoke", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {CAMPAIGN}: {said}\n")
    assert list(keys()) == ["studio"]


@pytest.mark.parametrize("campaign", ["atlantis", "test-campaign/secrets", "../test-campaign", "", "a:1", "東北"])
@pytest.mark.parametrize("command", [["add", "platform"], ["list"], ["revoke", "platform"]])
def test_a_campaign_that_is_not_in_force_is_exit_2(command: list[str], campaign: str) -> None:
    with asked(runtime.service().secrets._client, "GetParameter") as requests:
        result = run(*command, campaign=campaign)
    assert len(requests) == (campaign == "atlantis")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: no campaign {campaign!r} is in force\n")


@pytest.mark.parametrize("error", ["AccessDeniedException", "ThrottlingException", "ValidationException"])
@pytest.mark.parametrize(
    ("command", "operation"),
    [
        (["add", "b"], "PutParameter"),
        (["add", "b"], "GetParameter"),
        (["list"], "GetParameter"),
        (["revoke", "a"], "PutParameter"),
    ],
)
def test_what_aws_refuses_is_one_line_without_a_secret(command: list[str], operation: str, error: str) -> None:
    run("add", "a")
    with refused(runtime.service().secrets._client, operation, error):
        result = run(*command)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.startswith("Error: AWS: ")
    assert list(keys()) == ["a"]


def test_without_the_environment_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCALLOVE_REPORTS_BUCKET")
    runtime.service.cache_clear()
    try:
        result = run("list")
    finally:
        monkeypatch.undo()
        runtime.service.cache_clear()
    assert (result.exit_code, result.stderr) == (2, "Error: LOCALLOVE_REPORTS_BUCKET is not set in the environment\n")
