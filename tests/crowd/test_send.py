"""`locallove send`: a file in the contract's own form, every bad line before anything is sent, every answer by its line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from client import request
from samples import LIVE, reaction, sample_campaign

from chalicelib.domain.campaigns import Campaign
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud

ROOT = Path(__file__).parents[2]


class Platform:
    """A platform's engineer: a file, a secret and the command."""

    def __init__(self, cloud: LocalCloud, campaign: Campaign, folder: Path) -> None:
        self.cloud = cloud
        self.campaign = campaign
        self.file = folder / "lives.ndjson"
        cloud.apply(campaign)
        self.secret = cloud.add_sender(campaign.id)

    def write(self, *lines: bytes | dict[str, Any]) -> None:
        self.file.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))

    def likes(self, count: int) -> list[dict[str, Any]]:
        return [reaction(self.campaign, number) for number in range(count)]

    def send(self, *arguments: str, secret: str | None = None) -> Result:
        command = ["send", str(self.file), "--url", self.cloud.url, "--live", LIVE, *arguments]
        return CliRunner().invoke(main, command, env={"LOCALLOVE_SECRET": self.secret if secret is None else secret})

    def counted(self) -> dict[str, Any]:
        self.cloud.pump.drain()
        totals: dict[str, Any] = request(f"{self.cloud.url}/v1/lives/{LIVE}/totals").json
        return totals


@pytest.fixture
def platform(cloud: LocalCloud, tmp_path: Path) -> Platform:
    return Platform(cloud, sample_campaign(), tmp_path)


def test_what_is_in_the_file_is_counted_and_a_second_run_counts_nothing_more(platform: Platform) -> None:
    """Equal files make equal batches."""
    platform.write(*platform.likes(25))
    first = platform.send("--batch", "10", "--json")
    assert first.exit_code == 0
    answer = json.loads(first.stdout)
    assert {name: answer[name] for name in ("reactions", "batches", "accepted", "replayed", "unsent", "complaints")} == {
        "reactions": 25,
        "batches": 3,
        "accepted": 25,
        "replayed": 0,
        "unsent": 0,
        "complaints": [],
    }
    again = platform.send("--batch", "10")
    assert again.exit_code == 0
    assert again.stdout.splitlines()[6].split() == ["replayed", "3"]
    assert platform.counted()["counts"]["total"] == 25


def test_every_bad_line_is_listed_with_every_reason_and_nothing_is_sent(platform: Platform) -> None:
    """What the comment says is never shown. A blank line is none; `1.0` is an integer; a BOM is passed over."""
    good = platform.likes(3)
    platform.write(
        b"\xef\xbb\xbf" + json.dumps(good[0]).encode(),
        b"",
        b'{"id": "r9", "kind": "comment", "text": "SECRET WORDS"',
        {**good[1], "kind": "clap", "count": 0, "colour": "red"},
        {**good[1], "at": "2023-02-11 19:00"},
        {**good[1], "kind": "comment", "count": 2, "text": "SECRET WORDS" * 100},
        {**good[1], "id": "がんばれ"},
        {**good[1], "id": "r0"},
        {**good[1], "count": 1.0},
        b"5",
        b"[" * 100_000,
        b"\xff",
    )
    result = platform.send()
    said = result.stderr.replace(str(platform.file), "FILE").splitlines()
    assert result.exit_code == 1
    assert [line.split(":")[1] for line in said[:-1]] == ["3", "4", "5", "6", "7", "8", "10", "11", "12"]
    assert said[1] == (
        "FILE:4: /kind must be one of like, comment, gift; /count Expected `int` >= 1; /colour is not a known field"
    )
    assert said[2] == "FILE:5: /at must be RFC 3339 with an offset, such as 2023-02-11T19:00:03.120+09:00"
    assert said[3] == "FILE:6: /count is only for likes and gifts; /text is longer than 1 KiB in UTF-8"
    assert said[5] == "FILE:8: /id is the id of line 1"
    assert said[-1] == "Error: nothing sent (bad lines: 9); --skip-bad sends the others (good lines: 2)"
    assert "SECRET" not in result.output
    assert platform.counted()["counts"]["total"] == 0


def test_the_good_lines_go_where_that_is_asked_for(platform: Platform) -> None:
    """The bad ones are listed all the same."""
    platform.write(b"{}", *platform.likes(3), b"nonsense")
    result = platform.send("--skip-bad", "--json")
    assert result.exit_code == 0
    assert [line.partition(".ndjson:")[2][0] for line in result.stderr.splitlines()] == ["1", "5"]
    assert (json.loads(result.stdout)["accepted"], json.loads(result.stdout)["skipped"]) == (3, 2)
    assert platform.counted()["counts"]["total"] == 3


def test_what_the_platform_rejects_is_named_by_its_line(platform: Platform) -> None:
    """In the second batch, behind a blank line, and in a batch without any good reaction."""
    likes = platform.likes(5)
    platform.write(likes[0], likes[1], b"", likes[2], {**likes[3], "count": 1_001}, {**likes[4], "at": "2001-01-01T00:00:00Z"})
    result = platform.send("--batch", "2", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (answer["accepted"], answer["rejected"], answer["refused"]) == (3, 1, 1)
    assert sorted(line.partition(".ndjson:")[2] for line in answer["complaints"])[0] == (
        "5: /count is more than the 1000 that the campaign allows"
    )
    assert any(".ndjson:6-6: refused with 422" in line for line in answer["complaints"])
    assert any(".ndjson:6: /at is more than 24 hours outside" in line for line in answer["complaints"])
    assert platform.counted()["counts"]["total"] == 3


def test_a_rehearsal_is_shown_apart(platform: Platform) -> None:
    """And never counted."""
    platform.write(*platform.likes(4))
    assert platform.send("--rehearsal").exit_code == 0
    totals = platform.counted()
    assert (totals["counts"]["total"], totals["rehearsal"]["total"]) == (0, 4)


def test_a_wrong_secret_ends_it_and_says_what_was_not_sent(platform: Platform) -> None:
    """A command does not wait for a quarter of an hour. No batch is lost from the figures."""
    platform.write(*platform.likes(30))
    result = platform.send("--batch", "1", "--json", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "answered 401" in answer["complaints"][0]
    assert answer["given_up"] + answer["unsent"] == 30
    assert platform.counted()["counts"]["total"] == 0


def test_standard_input_is_read_to_its_end_before_anything_is_sent(platform: Platform) -> None:
    """A pipe cannot be read twice; it is all the same."""
    lines = b"\n".join(json.dumps(each).encode() for each in platform.likes(3))
    command = [sys.executable, "-m", "locallove", "send", "-", "--url", platform.cloud.url, "--live", LIVE, "--json"]
    environment = {"LOCALLOVE_SECRET": platform.secret, "PATH": ""}
    bad = subprocess.run(command, cwd=ROOT, env=environment, input=lines + b"\n{", capture_output=True, check=False, timeout=60)
    assert bad.returncode == 1
    assert bad.stderr.startswith(b"<stdin>:4: ")
    assert platform.counted()["counts"]["total"] == 0
    sent = subprocess.run(command, cwd=ROOT, env=environment, input=lines, capture_output=True, check=False, timeout=60)
    assert (sent.returncode, sent.stderr) == (0, b"")
    assert json.loads(sent.stdout)["accepted"] == 3


@pytest.mark.parametrize(
    ("arguments", "secret", "said"),
    [
        ((), "", "LOCALLOVE_SECRET is not set"),
        ((), "whsec_", "whsec_ followed by base64"),
        (("--url", "ftp://127.0.0.1"), None, "not an http or https address"),
        (("--live", "Tohoku 2023"), None, "cannot be a live's id"),
        (("--batch", "5001"), None, "--batch"),
    ],
)
def test_what_cannot_be_is_one_clear_line_and_2(
    platform: Platform, arguments: tuple[str, ...], secret: str | None, said: str
) -> None:
    """Before anything is sent."""
    platform.write(*platform.likes(1))
    result = platform.send(*arguments, secret=secret)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_without_reactions_and_one_that_is_not_there(platform: Platform) -> None:
    """Nothing sent is no success."""
    platform.write(b"")
    empty = platform.send()
    assert (empty.exit_code, "has no reactions" in empty.stderr) == (2, True)
    platform.file.unlink()
    assert platform.send().exit_code == 2
