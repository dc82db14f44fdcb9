"""`locallove demo` as a stranger runs it: sent is counted, and its files are what the manifests say."""

import json
from hashlib import sha256
from pathlib import Path

from command_line import locallove


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
