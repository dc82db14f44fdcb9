"""`locallove live`: settling, recounting and paying, as an operator does them, and what they refuse."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import boto3
import msgspec
import pytest
from click.testing import CliRunner, Result
from client import request
from flows.closed import Closed, closed_campaign
from samples import LIVE, batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

PAID = ("paid", LIVE, "--amount", "1000", "--on", "2023-02-10", "--to", "Kumamoto", "--reference", "ref-1")


@pytest.fixture
def closed() -> Iterator[Closed]:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := closed_campaign())
        yield Closed(cloud, campaign)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["live", *arguments])


def test_settle_says_what_was_counted_and_a_second_time_the_same(closed: Closed) -> None:
    closed.send("b-1", *(closed.like(number) for number in range(30)), closed.like(3600))
    closed.cloud.pump.drain()
    first, again = run("settle", LIVE), run("settle", LIVE)
    assert (first.exit_code, again.stdout) == (0, first.stdout)
    assert "counted      30: 30 likes" in first.stdout
    assert "1 outside the window" in first.stdout
    settled = json.loads(run("settle", LIVE, "--json").stdout)
    assert settled["statement_sha256"] in first.stdout
    assert (settled["number"], settled["link"]) == (1, 1)


def test_a_terminal_shows_no_log_and_no_metrics(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a program can read the JSON."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    done = run("settle", LIVE, "--json")
    assert json.loads(done.output)["live"] == LIVE


def test_settling_before_the_live_ended_is_refused_with_the_time(cloud: LocalCloud) -> None:
    campaign = sample_campaign(datetime.now(UTC) + timedelta(minutes=30))
    cloud.apply(campaign)
    for arguments in (("settle", LIVE), ("settle", LIVE, "--now")):
        done = run(*arguments)
        assert done.exit_code == 1
        assert f"{campaign.lives[0].ends_at.astimezone(UTC):%Y-%m-%dT%H:%M}" in done.stderr or "closes at" in done.stderr
    assert "cannot be settled before" in run("settle", LIVE, "--now").stderr


def test_settling_before_the_grace_is_refused_with_the_time_and_done_with_now(cloud: LocalCloud) -> None:
    """From then on no batch is taken, and the change of the closing is on record with its reason."""
    campaign = sample_campaign()
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    text = batch_text(campaign, [reaction(campaign, 1)])
    url = f"{cloud.url}/v1/lives/{LIVE}/reactions"
    assert request(url, text, signed_headers(secret, "b-1", text)).status == 202
    cloud.pump.drain()
    early = run("settle", LIVE)
    assert early.exit_code == 1
    assert "can be settled from" in early.stderr
    done = run("settle", LIVE, "--now", "--reason", "the prefecture waits")
    assert done.exit_code == 0, done.stderr
    assert request(url, text, signed_headers(secret, "b-2", text)).status == 409
    assert request(url, text, signed_headers(secret, "b-1", text)).status == 200, "also after settlement"
    applied = runtime.service().campaigns.get(campaign.id)
    assert applied is not None
    assert [change.reason for change in applied.changes] == ["the prefecture waits"]
    assert cloud.apply(campaign).campaign.lives[0].closes_at is not None, "a file that does not speak of it changes nothing"


def test_recount_only_reads_and_says_the_difference_per_minute(closed: Closed) -> None:
    closed.send("b-1", closed.like(1), closed.like(61, count=4))
    closed.send("b-2", closed.like(62, count=5))
    late = run("recount", LIVE)
    assert late.exit_code == 1
    assert late.stdout.count("counted 0") == 2
    closed.cloud.pump.drain()
    even = run("recount", LIVE)
    assert (even.exit_code, even.stdout) == (0, f"{LIVE}: 2 batches; quarantined records: 0; nothing differs\n")
    dynamodb, table = boto3.client("dynamodb"), runtime.service().settings.reactions_table
    (item,) = (item for item in dynamodb.scan(TableName=table)["Items"] if item["sk"]["S"] == "platform#b-2")
    dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    missing = run("recount", LIVE)
    assert missing.exit_code == 1
    assert "JP like: stored 4, counted 9" in missing.stdout
    (difference,) = json.loads(run("recount", LIVE, "--json").stdout)
    assert (difference["recounted"], difference["expected"]) == (4, 9)
    refused = run("settle", LIVE)
    assert refused.exit_code == 1
    assert "stored 4, counted 9" in refused.stderr


def test_a_payment_is_on_record_once_and_shown_in_the_totals(closed: Closed, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"not for the public")
    done = run(*PAID, "--receipt", str(receipt))
    assert (done.exit_code, done.stdout) == (0, f"on record: ¥1,000 for {LIVE}; paid in all ¥1,000\n")
    assert run(*PAID, "--receipt", str(receipt)).stdout == "on record already: nothing new\n"
    more = run(*PAID[:2], "--amount", "JPY 4,000", *PAID[4:-1], "ref-2")
    assert "paid in all ¥5,000" in more.stdout, "paying too much is shown, not refused"
    donation = request(f"{closed.cloud.url}/v1/lives/{LIVE}/totals").json["donation"]
    assert (donation["minor"], donation["paid_minor"]) == (1000, 5000)
    applied = runtime.service().campaigns.get(closed.campaign.id)
    assert applied is not None
    assert applied.payments[0].receipt_sha256 == sha256(b"not for the public").hexdigest()
    assert b"not for the public" not in b"".join(closed.published().values())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--amount": "USD 100"}, "is in USD, the campaign in JPY"),
        ({"--amount": "-5"}, "is no amount"),
        ({"--amount": "0"}, "is nothing"),
        ({"--amount": "1.50"}, "has 2 decimals; JPY has 0"),
        ({"--amount": "１００"}, "is no amount"),
        ({"--on": "10.2.2023"}, "is no day"),
        ({"--on": "2023-02-30"}, "is no day"),
        ({"--on": "20230210"}, "a day"),
        ({"--reference": ""}, "length >= 1"),
        ({"live": "nowhere-2026"}, "no campaign in force has a live 'nowhere-2026'"),
        ({"live": "NOWHERE"}, "cannot be a live's id"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(closed: Closed, changed: dict[str, str], said: str) -> None:
    """In another currency, negative, for an unknown live."""
    options = {**dict(zip(PAID[2::2], PAID[3::2], strict=True)), **changed}
    live = options.pop("live", LIVE)
    done = run("paid", live, *(word for option in options.items() for word in option))
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    applied = runtime.service().campaigns.get(closed.campaign.id)
    assert applied is not None
    assert applied.payments == ()


@pytest.mark.parametrize("command", [("recount", LIVE), ("settle", LIVE), ("settle", LIVE, "--now"), PAID])
def test_a_live_that_was_taken_out_of_its_campaign_is_none_that_is_in_force(cloud: LocalCloud, command: tuple[str, ...]) -> None:
    """Its epoch is kept, the live is not."""
    campaign = sample_campaign(datetime.now(UTC) + timedelta(days=1))
    other = msgspec.structs.replace(campaign.lives[0], id="another-live")
    cloud.apply(msgspec.structs.replace(campaign, lives=(*campaign.lives, other)))
    cloud.apply(msgspec.structs.replace(campaign, lives=(other,)))
    done = run(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"no campaign in force has a live {LIVE!r}" in done.stderr


def test_another_payment_under_the_same_reference_is_refused(closed: Closed) -> None:
    assert run(*PAID).exit_code == 0
    done = run(*PAID[:2], "--amount", "2000", *PAID[4:])
    assert done.exit_code == 2
    assert "another payment under the reference 'ref-1'" in done.stderr


def test_leaving_something_out_needs_a_reason(closed: Closed) -> None:
    done = run("settle", LIVE, "--exclude", "platform#b-1")
    assert done.exit_code == 2
    assert "--because" in done.stderr
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    assert run("settle", LIVE, "--exclude", "platform#b-1", "--because", "forged").exit_code == 0
    exclusion = closed.statement().exclusion
    assert exclusion is not None
    assert exclusion.reason == "forged"


def test_taking_something_again_needs_a_correction(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    assert run("settle", LIVE, "--exclude", "platform#b-1", "--because", "forged").exit_code == 0
    done = run("settle", LIVE, "--include", "platform#b-1")
    assert (done.exit_code, "--include needs --correct" in done.output) == (2, True)
    both = ("--exclude", "platform#b-1", "--because", "forged", "--include", "platform#b-1", "--correct", "honest")
    done = run("settle", LIVE, *both)
    assert (done.exit_code, "name the same: platform#b-1" in done.output) == (2, True)
    assert run("settle", LIVE, "--include", "platform#b-1", "--correct", "it was honest").exit_code == 0
    assert closed.statement().exclusion is None
