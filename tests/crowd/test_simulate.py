"""`locallove simulate` against the running service, and what it says when something is not there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
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
