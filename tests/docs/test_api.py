"""The guide for those who integrate: its programs, as they stand on the page, with nothing of ours."""

import base64
import hmac
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from client import request
from command_line import ROOT, running
from sender.platform import SECRET, Platform, Told, listening

from chalicelib.domain.answers import TotalsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.invitations import InvitedTo
from chalicelib.domain.reactions import Batch, Reaction

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
PROGRAMS = {
    "curl": ("sh", "send.sh", ["sh"]),
    "Python": ("python", "send.py", [sys.executable]),
    "JavaScript": ("js", "send.mjs", ["node"]),
}
NEEDED = {"curl": [pytest.mark.needs("curl")], "Python": [], "JavaScript": [pytest.mark.needs("node")]}
IN_EACH_LANGUAGE = [pytest.param(name, marks=NEEDED[name], id=name) for name in PROGRAMS]


def blocks(language: str) -> list[str]:
    """The page's programs and documents of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def start(name: str, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    """A program of the page, saved under its name and begun where `batch.json` is."""
    language, file, command = PROGRAMS[name]
    (folder / file).write_text(blocks(language)[0], "utf-8")
    everything = {**os.environ, **environment}
    return subprocess.Popen(
        [*command, file], cwd=folder, env=everything, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def said(program: "subprocess.Popen[str]") -> tuple[int, dict[str, Any]]:
    """The status and the answer that the program printed."""
    out, trouble = program.communicate(timeout=60)
    assert program.returncode == 0, trouble
    status, _, answer = out.partition("\n")
    return int(status), json.loads(answer)


def the_batch(ready: dict[str, Any]) -> str:
    """The page's batch, with the live and the time of a service that runs."""
    live = max(ready["lives"], key=lambda each: each["ends_at"])
    start, text = datetime.fromisoformat(live["starts_at"]), blocks("json")[0].replace("kumamoto-2023", live["id"])
    for minute in range(2):
        moved = (start + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M")
        text = text.replace(f"2023-02-11T19:{minute:02d}", moved)
    return text.replace("+09:00", "Z")


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, Any]]:
    with running() as (_, printed):
        yield printed


@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_a_strangers_client_posts_to_run_and_is_replayed(ready: dict[str, Any], name: str, tmp_path: Path) -> None:
    """All languages send the one text under the one id: whoever comes first is answered 202, all others 200."""
    text = the_batch(ready)
    (tmp_path / "batch.json").write_text(text, "utf-8")
    live = json.loads(text)["live"]
    environment = {"LOCALLOVE_URL": ready["url"], "LOCALLOVE_LIVE": live, "LOCALLOVE_SECRET": ready["secret"]}
    first, again = (said(start(name, tmp_path, **environment)) for _ in range(2))
    assert first[0] == (202 if not first[1]["replayed"] else 200)
    assert again == (200, {**first[1], "replayed": True})
    assert first[1]["sha256"] == sha256(text.encode()).hexdigest()
    assert first[1]["counts"] == {"like": 15, "comment": 1, "gift": 3, "total": 19}


@pytest.mark.needs("node")
def test_a_strangers_client_reads_totals(ready: dict[str, Any], tmp_path: Path) -> None:
    """Once posted by all of them, the batch is counted once."""
    (tmp_path / "batch.json").write_text(the_batch(ready), "utf-8")
    live = json.loads(the_batch(ready))["live"]
    environment = {"LOCALLOVE_URL": ready["url"], "LOCALLOVE_LIVE": live, "LOCALLOVE_SECRET": ready["secret"]}
    said(start("Python", tmp_path, **environment))
    (tmp_path / "read.mjs").write_text(
        blocks("js")[1] + "while ((await totals()).counts.total === 0) await new Promise((go) => setTimeout(go, 200));\n"
        "console.log(JSON.stringify((await totals()).counts));\n"
    )
    done = subprocess.run(
        ["node", "read.mjs"],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    expected = {"like": 15, "comment": 1, "gift": 3, "total": 19}
    assert json.loads(done.stdout.splitlines()[-1]) == expected
    assert request(f"{ready['url']}/v1/lives/{live}/totals").json["counts"] == expected


@pytest.mark.needs("curl")
@pytest.mark.needs("node")
def test_the_programs_retry_as_the_page_says(tmp_path: Path) -> None:
    """The same text under the same id, each attempt signed for its own moment; after a broken connection and a 503."""
    with listening() as curl, listening() as python, listening() as javascript:
        platforms = dict(zip(PROGRAMS, (curl, python, javascript), strict=True))
        begun = []
        for name, platform in platforms.items():
            platform.answers = [Told(0, stores=True), Told(503, {"Retry-After": "2"}, b"{}"), Told(202)]
            folder = tmp_path / name
            folder.mkdir()
            (folder / "batch.json").write_text(blocks("json")[0], "utf-8")
            live = {"LOCALLOVE_URL": platform.url, "LOCALLOVE_LIVE": "kumamoto-2023", "LOCALLOVE_SECRET": SECRET}
            begun.append(start(name, folder, **live))
        assert [said(program)[0] for program in begun] == [200, 200, 200]
        for platform in platforms.values():
            assert_signed_anew(platform)


def assert_signed_anew(platform: Platform) -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    assert len(platform.attempts) == 3
    for attempt in platform.attempts:
        stamp = attempt.headers["webhook-timestamp"]
        signed = hmac.digest(key, f"batch-0001.{stamp}.".encode() + attempt.body, "sha256")
        assert attempt.headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
        assert attempt.body == blocks("json")[0].encode()
    stamps = [int(attempt.headers["webhook-timestamp"]) for attempt in platform.attempts]
    assert stamps[2] - stamps[1] >= 2, "Retry-After asked for two seconds"


@pytest.mark.parametrize("kind", [Batch, Reaction, Receipt, TotalsAnswer, InvitedTo])
def test_every_field_is_explained(kind: type[msgspec.Struct]) -> None:
    """In the table of its document, or by an example and the text below it."""
    missing = [
        field.name for field in msgspec.structs.fields(kind) if f"`{field.name}`" not in PAGE and f'"{field.name}"' not in PAGE
    ]
    assert missing == []
