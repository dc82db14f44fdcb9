"""The command line as a stranger meets it: `run` starts and stops cleanly, and mistakes are one clear line."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from urllib.request import urlopen

import pytest
from client import request
from command_line import ROOT, living_in_session, locallove, running
from samples import signed_headers

from locallove.cloud import aws


def is_free(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_sigterm_during_run_leaves_no_process_and_no_port(name: str) -> None:
    with running() as (process, ready):
        assert request(f"{ready['url']}/v1/campaigns/{ready['campaign']}/totals").status == 200
        assert not is_free(ready["url"])
        process.send_signal(signal.Signals[name])
        assert process.wait(timeout=20) == 0
        assert is_free(ready["url"])
        assert living_in_session(process.pid) == []


def test_a_port_in_use_is_one_clear_line_and_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = locallove("run", "--port", str(port))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"Error: port {port} on 127.0.0.1 cannot be used: Address already in use\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--campaign", "nowhere.toml"),
        ("replay", "nowhere.ndjson"),
        ("campaign", "check", "nowhere.toml"),
        ("campaign", "explain", "nowhere.toml", "--live", "kumamoto-2023"),
        ("demo", "--campaign", "nowhere.toml"),
        ("simulate", "--campaign", "nowhere"),
    ],
)
def test_a_missing_file_is_one_clear_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    done = locallove(*arguments)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere." in line
    assert "No such file" in line


def test_an_unknown_live_on_the_command_line_is_one_clear_line_and_exit_2(tmp_path: Path) -> None:
    """In a file, in a service that runs elsewhere, and in a pipeline of one's own."""
    recording = tmp_path / "likes.csv"
    recording.write_text("at\n1676109603\n")
    answers = [
        locallove("campaign", "explain", "campaigns/local-love.toml", "--live", "nowhere-2026"),
        locallove("simulate", "--live", "nowhere-2026", "--reactions", "10"),
    ]
    with running() as (_, ready):
        elsewhere = ("--live", "nowhere-2026", "--url", ready["url"], "--campaign", ready["campaign"])
        for command in (("simulate", "--reactions", "10"), ("replay", str(recording), "--kind", "like", "--map", "at=at")):
            answers.append(locallove(*command, *elsewhere, LOCALLOVE_SECRET=ready["secret"]))
    for done in answers:
        (line,) = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (2, "")
        assert "nowhere-2026" in line


def test_simulate_sends_to_a_service_that_runs_elsewhere() -> None:
    with running() as (_, ready):
        done = locallove(
            "simulate", "--reactions", "2000", "--seed", "3", "--json", "--url", ready["url"],
            "--campaign", ready["campaign"], LOCALLOVE_SECRET=ready["secret"],
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["equal"] is True
    assert result["sent"] == result["counted"]
    assert sum(result["sent"][kind] for kind in ("like", "comment", "gift")) == 2000


def test_every_command_has_help() -> None:
    assert locallove("--help").returncode == 0
    from locallove.__main__ import COMMANDS  # noqa: PLC0415

    for command in COMMANDS:
        done = locallove(command, "--help")
        assert (done.returncode, "Usage:" in done.stdout) == (0, True), command


def test_operators_commands_in_another_terminal_see_the_same_state() -> None:
    with running() as (_, ready):
        assert ready.keys() == {"url", "aws_endpoint_url", "campaign", "live_page", "overlay", "lives", "sender", "secret"}
        elsewhere = {"AWS_ENDPOINT_URL": ready["aws_endpoint_url"], **aws.seen_from_outside()}
        shown = locallove("campaign", "show", ready["campaign"], "--json", **elsewhere)
        added = locallove("sender", "add", "another", "--campaign", ready["campaign"], "--json", **elsewhere)
        assert json.loads(shown.stdout)["revision"] == 1
        secret = json.loads(added.stdout)["secret"]
        sent = locallove(
            "simulate", "--reactions", "50", "--seed", "5", "--json", "--url", ready["url"],
            "--campaign", ready["campaign"], LOCALLOVE_SECRET=secret,
        )  # fmt: skip
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["equal"] is True


SETTLING = """
import sys
from chalicelib import runtime
service = runtime.service()
(campaign,), (live,) = service.campaigns.names(), sys.argv[1:]
closes_ms = service.campaigns.get(campaign).campaign.live(live).closes_at_ms
service.settler.settle(campaign, live, closes_ms + service.settings.fence_ms)
"""
"""Settles a live as if it had closed: nobody waits a day for a test."""


def test_a_stranger_follows_the_links_to_what_was_settled_from_another_terminal() -> None:
    """Links lead to the imitated S3 on the second port; who follows them needs no AWS variable."""
    with running() as (_, ready):
        live = ready["lives"][-1]["id"]
        text = json.dumps({"live": live, "reactions": [like(number, ready["lives"][-1]) for number in range(3)]}).encode()
        url = f"{ready['url']}/v1/lives/{live}"
        assert request(f"{url}/reactions", text, signed_headers(ready["secret"], "b-1", text)).status == 202
        wait_until(lambda: request(f"{url}/totals").json["counts"]["total"] == 3)
        environment = {**os.environ, "AWS_ENDPOINT_URL": ready["aws_endpoint_url"], **aws.seen_from_outside()}
        subprocess.run([sys.executable, "-c", SETTLING, live], cwd=ROOT, env=environment, check=True, timeout=60)
        wait_until(lambda: request(f"{url}/statement").status == 302)
        with urlopen(f"{url}/statement", timeout=10) as answer:
            assert answer.url.startswith(ready["aws_endpoint_url"])
            statement = json.loads(answer.read())
        with urlopen(f"{url}/statement/ledger-0001.ndjson.gz", timeout=10) as answer:
            assert sha256(answer.read()).hexdigest() == statement["ledger"][0]["sha256"]
    assert (statement["live"], statement["counts"]["total"]) == (live, 3)


def like(number: int, live: dict[str, str]) -> dict[str, str]:
    return {"id": f"r{number}", "kind": "like", "at": live["starts_at"], "market": "JP", "user": "u"}


def wait_until(there: Callable[[], bool]) -> None:
    for _ in range(200):
        if there():
            return
        time.sleep(0.05)
    pytest.fail("it did not come within ten seconds")


def test_lives_in_the_past_are_moved_so_that_one_is_on_unless_as_written() -> None:
    """For as long as was asked; the others are over. The pages to watch are there."""
    with running("--minutes", "5") as (_, moved):
        now = datetime.now(UTC)
        windows = [[datetime.fromisoformat(live[moment]) for moment in ("starts_at", "ends_at")] for live in moved["lives"]]
        ((start, end),) = [window for window in windows if window[1] > now]
        assert start <= now
        assert timedelta(minutes=4) < end - now <= timedelta(minutes=6)
        assert moved["live_page"] == f"{moved['url']}/live/local-love"
        assert [request(moved[page]).status for page in ("live_page", "overlay")] == [200, 200]
    with running("--as-written") as (_, written):
        assert written["lives"][0]["starts_at"] == "2022-07-10T10:00:00Z"


@pytest.mark.parametrize(("options", "pace"), [((), True), (("--as-written",), False)])
def test_run_prints_a_crowd_at_a_pace_only_where_a_live_is_on(options: tuple[str, ...], pace: bool) -> None:
    command = [sys.executable, "-m", "locallove", "run", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = list(takewhile(lambda line: "AWS_ENDPOINT_URL" not in line, process.stdout))
        finally:
            process.terminate()
    assert sum("/live/local-love " in line or "/overlay/local-love " in line for line in lines) == 2
    (crowd,) = [line for line in lines if " simulate " in line]
    assert ("--pace live" in crowd) is pace


def test_the_request_that_run_prints_works_as_it_stands() -> None:
    """Read off the printed curl, so that no curl is needed. What it says has happened already."""
    command = [sys.executable, "-m", "locallove", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            _, *words = shlex.split(next(line for line in process.stdout if line.startswith("  curl ")))
            headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
            body = words[words.index("--data-binary") + 1].encode()
            answer = request(words[-1], body, headers)
        finally:
            process.terminate()
    assert (answer.status, answer.json["counts"]["like"]) == (202, 3)
    (sent,) = json.loads(body)["reactions"]
    assert datetime.fromisoformat(sent["at"]) <= datetime.now(UTC)
