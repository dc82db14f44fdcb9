"""`locallove demo` as a stranger runs it: sent is counted, and its files are what the manifests say."""

import json
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import IO

from client import request
from command_line import ROOT, living_in_session, locallove


def test_a_demo_is_exact_and_its_files_are_those_of_the_manifests(tmp_path: Path) -> None:
    """What lay in the folder before is still there, and the pages that it says to open are too."""
    mine = {tmp_path / "mine.txt": b"mine", tmp_path / "local-love" / "campaign" / "notes.md": b"notes"}
    for file, content in mine.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    done = locallove("demo", "--reactions", "3000", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "demo: sent 3000, counted 3000, exact"
    pointers = list(tmp_path.glob("local-love/*/latest.json"))
    assert len(pointers) == 1 + 5 + 5
    for pointer in pointers:
        latest = json.loads(pointer.read_bytes())
        manifest = pointer.parent / latest["folder"] / "manifest.json"
        assert sha256(manifest.read_bytes()).hexdigest() == latest["manifest_sha256"]
        files = json.loads(manifest.read_bytes())["files"]
        assert files
        for each in files:
            body = (manifest.parent / each["name"]).read_bytes()
            assert (len(body), sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
    assert {file: file.read_bytes() for file in mine} == mine
    opened = [Path(line.strip()) for line in done.stdout.splitlines() if line.endswith((".html", ".pdf", ".png", ".xlsx"))]
    assert [file.name for file in opened] == [
        "report.ja.html",
        "report.en.html",
        "summary.ja.pdf",
        "card.ja.png",
        "report.xlsx",
    ]
    assert all(file.is_file() for file in opened)


def test_a_demo_to_watch_says_where_and_is_ended_early_by_ctrl_c(tmp_path: Path) -> None:
    """The first Ctrl-C ends sending and the live with this minute; a second one, which spares the wait for it, leaves nothing."""
    command = [sys.executable, "-m", "locallove", "demo", "--watch", "9", "--reactions", "2000", "--out", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            watch_and_end(process)
        finally:
            process.terminate()
    assert process.returncode == 1
    assert living_in_session(process.pid) == []


def watch_and_end(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    live = line_with(process.stdout, "Watch it:").split()[0]
    public, overlay = (line_with(process.stdout, f"/{page}/").split()[0] for page in ("live", "overlay"))
    assert public == overlay.replace("/overlay/", "/live/")
    assert [request(page).status for page in (public, overlay)] == [200, 200]
    line_with(process.stderr, "Ctrl-C ends sending")
    api = f"{public.rpartition('/live/')[0]}/v1"
    wait_for_one(f"{api}/lives/{live}/totals")
    before = [each for each in request(f"{api}/campaigns/local-love").json["lives"] if each["id"] != live]
    assert sum(request(f"{api}/lives/{each['id']}/totals").json["counts"]["total"] for each in before) == 1_000
    process.send_signal(signal.SIGINT)
    line_with(process.stderr, f"{live} ends early")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)


def line_with(lines: IO[str], part: str) -> str:
    """The next line that has this part."""
    return next(line for line in lines if part in line)


def wait_for_one(totals: str) -> None:
    for _ in range(300):
        if request(totals).json["counts"]["total"]:
            return
        time.sleep(0.1)
    raise AssertionError("half a minute without a reaction")


def test_a_festivals_demo_is_exact_and_can_be_verified(tmp_path: Path) -> None:
    """Ballot stuffing, look-alikes and late films included: what was drawn is what was decided, and what comes out again."""
    arguments = ("--campaign", "campaigns/film-festival.toml", "--reactions", "1500", "--out", str(tmp_path))
    done = locallove("demo", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "demo: sent 1500, counted 1500, exact"
    assert "set aside" in done.stdout
    checked = locallove("verify", str(tmp_path))
    assert checked.returncode == 0, checked.stdout
