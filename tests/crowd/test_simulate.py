"""`locallove simulate` against the running service, and what it says when something is not there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from client import request
from samples import LIVE, sample_campaign

from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[LocalCloud, str]]:
    """The service with everything turning, and the secret of a sender."""
    with local_cloud() as cloud:
        cloud.apply(sample_campaign())
        yield cloud, cloud.add_sender("test-campaign")


def simulate(url: str, secret: str | None, *arguments: str) -> Result:
    command = ["simulate", "--url", url, "--campaign", "test-campaign", "--json", *arguments]
    return CliRunner().invoke(main, command, env={"LOCALLOVE_SECRET": secret})


def test_what_is_sent_is_counted_and_whole_batches_sent_twice_count_once(running: tuple[LocalCloud, str]) -> None:
    """A second run with the same seed finds everything there, sends nothing new, and counts nothing new."""
    cloud, secret = running
    first = simulate(cloud.url, secret, "--reactions", "400", "--seed", "7", "--batch", "20")
    answer = json.loads(first.stdout)
    assert first.exit_code == 0
    assert answer["equal"] is True
    assert answer["sent"] == answer["counted"] == answer["lives"][LIVE]["counted"]
    assert (answer["sent"]["like"], answer["sent"]["comment"], answer["sent"]["gift"]) == (360, 28, 12)
    assert answer["batches"]["replayed"] >= 1
    again = json.loads(simulate(cloud.url, secret, "--reactions", "400", "--seed", "7", "--batch", "20").stdout)
    assert again["batches"]["replayed"] == again["batches"]["posted"]
    assert again["sent"] == again["counted"] == dict.fromkeys(("like", "comment", "gift", "gift_value"), 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--live", "nowhere"), "has no live 'nowhere'; it has kumamoto-test"),
        (("--campaign", "nowhere"), "answered 404"),
        (("--shares", "1,2"), "--shares needs 1 whole numbers"),
        (("--shares", "0"), "--shares needs 1 whole numbers"),
        (("--url", "ftp://127.0.0.1"), "is not an http or https address"),
        (("--url", "http://127.0.0.1:9"), "cannot be read"),
        (("--url", "http://127.0.0.1:port"), "cannot be read"),
    ],
)
def test_what_is_not_there_is_one_clear_line_and_2(
    running: tuple[LocalCloud, str], arguments: tuple[str, str], said: str
) -> None:
    """An unknown live or campaign, an address where nobody answers."""
    cloud, secret = running
    result = simulate(cloud.url, secret, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("secret", "said"),
    [(None, "LOCALLOVE_SECRET is not set"), ("a secret", "whsec_ followed by base64"), ("whsec_AAAA", "answered 401")],
)
def test_a_secret_that_does_not_sign_is_one_clear_line_and_2(
    running: tuple[LocalCloud, str], secret: str | None, said: str
) -> None:
    """The line never shows the secret."""
    cloud, _ = running
    result = simulate(cloud.url, secret, "--reactions", "20")
    assert result.exit_code == 2
    assert said in result.stderr
    assert secret is None or secret not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_an_address_it_starts_a_pipeline_of_its_own_and_ends_it() -> None:
    """The sample campaign, in processes of its own; a campaign without a file is said to have none."""
    command = [sys.executable, "-m", "locallove", "simulate", "--reactions", "50", "--live", "sendai-2022", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["equal"] is True
    assert answer["counted"]["like"] == 45
    assert CliRunner().invoke(main, ["simulate", "--campaign", "nowhere"]).exit_code == 2


@pytest.fixture(scope="module")
def on_air(running: tuple[LocalCloud, str]) -> tuple[str, str]:
    """The address of the same service and the secret of a sender, for a campaign with a live that is on, and one to come."""
    cloud, _ = running
    sample = sample_campaign(datetime.now(UTC) + timedelta(minutes=20))
    on = msgspec.structs.replace(sample.lives[0], id="on-air")
    later = msgspec.structs.replace(on, id="later", starts_at=on.ends_at, ends_at=on.ends_at + timedelta(hours=1))
    cloud.apply(msgspec.structs.replace(sample, id="on-air", lives=(on, later)))
    return cloud.url, cloud.add_sender("on-air")


def test_at_the_pace_of_a_live_a_crowd_comes_until_ctrl_c_and_what_was_sent_is_counted(on_air: tuple[str, str]) -> None:
    """Only to the live that is on; whole batches twice here too; nothing is counted in a minute that is still to come."""
    url, secret = on_air
    command = [sys.executable, "-m", "locallove", "simulate", "--pace", "live", "--reactions", "50000", "--json"]
    with subprocess.Popen(
        [*command, "--url", url, "--campaign", "on-air"],
        cwd=ROOT, env={**os.environ, "LOCALLOVE_SECRET": secret}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as sending:  # fmt: skip
        try:
            assert sending.stderr is not None
            assert sending.stderr.readline().startswith("on-air is on until ")
            seen = totals_seen(f"{url}/v1/lives/on-air/totals", 6)
            sending.send_signal(signal.SIGINT)
            said, complaints = sending.communicate(timeout=60)
        finally:
            sending.kill()
    assert (sending.returncode, complaints) == (0, "")
    answer = json.loads(said)
    assert answer["equal"] is True
    assert list(answer["lives"]) == ["on-air"]
    assert max(seen) <= sum(answer["sent"][kind] for kind in ("like", "comment", "gift")) < 25_000
    assert answer["batches"]["replayed"] >= 1
    minutes = request(f"{url}/v1/lives/on-air/totals?series=minute").json["series"]
    assert max(datetime.fromisoformat(each["at"]) for each in minutes if each["counts"]["total"]) <= datetime.now(UTC)


def totals_seen(url: str, different: int) -> set[int]:
    """Totals that a live showed, until there were so many different ones."""
    seen: set[int] = set()
    for _ in range(600):
        seen.add(request(url).json["counts"]["total"])
        if len(seen) == different:
            return seen
        time.sleep(0.1)
    pytest.fail(f"a minute long nothing but {sorted(seen)}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no live is on now, and none is to come: the last, kumamoto-test, ended at "),
        (("--campaign", "on-air", "--live", "later"), "no live is on now: the next, later, begins at "),
        (("--pace", "slow"), "'slow' is not one of 'fast', 'live'"),
    ],
)
def test_a_pace_that_cannot_be_is_said_and_2(
    running: tuple[LocalCloud, str], on_air: tuple[str, str], arguments: tuple[str, ...], said: str
) -> None:
    cloud, secret = running
    result = simulate(cloud.url, secret, "--pace", "live", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_crowd_at_a_pace_needs_an_address_for_nobody_could_watch() -> None:
    result = CliRunner().invoke(main, ["simulate", "--pace", "live"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--pace live needs --url" in result.stderr
