"""What docs/verification.md tells to do by hand comes to the statement's figures."""

import re
import shutil
import subprocess
from pathlib import Path

from command_line import ROOT
from verify.conftest import Trees
from verify.published import FIRST, hash_of, path_of, statement_of


def test_by_hand_the_same_comes_out(trees: Trees, tmp_path: Path) -> None:
    folder = path_of(trees.plain, FIRST).parent
    for file in (folder / "statement.json", folder / "ledger-0001.ndjson.gz"):
        shutil.copy(file, tmp_path)
    shutil.copy(trees.plain / f"rules/{FIRST}.json", tmp_path / "rule.json")
    shutil.copy(trees.plain / "chain/000001.json", tmp_path / "chain-000001.json")
    found = re.search(r"```sh\n(.*?)```", (ROOT / "docs/verification.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    done = subprocess.run(["bash", "-euc", found[1]], cwd=tmp_path, capture_output=True, text=True, check=True)
    statement = statement_of(trees.plain, FIRST)
    *hashes, comment, gift, like, duplicates = done.stdout.splitlines()
    counts = statement.counts
    assert (comment, gift, like) == (f"comment {counts.comment}", f"gift {counts.gift}", f"like {counts.like}")
    assert int(duplicates) == statement.not_counted.duplicate == 7
    said = {name: digest for digest, name in (line.split() for line in hashes)}
    assert said["statement.json"] == hash_of(folder / "statement.json")
    assert said["statement.json"] in (tmp_path / "chain-000001.json").read_text()
    assert said["rule.json"] == statement.rule_sha256
    assert said["ledger-0001.ndjson.gz"] == statement.ledger[0].sha256
