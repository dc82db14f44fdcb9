"""The command `verify` as a stranger calls it."""

import json
import sys
from pathlib import Path
from subprocess import run

from command_line import ROOT, locallove
from verify.conftest import Trees
from verify.published import FIRST, hash_of, path_of

WITHOUT_AWS = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("boto3", "botocore", "chalice", "moto", "jinja2", "aws_lambda_powertools"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuses())
from locallove.__main__ import main
main(["verify", *sys.argv[1:]])
"""


def test_it_answers_yes_with_no_aws_library(trees: Trees) -> None:
    done = run([sys.executable, "-c", WITHOUT_AWS, str(trees.plain)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Yes. ")


def test_it_answers_yes_in_both_languages_and_ends_with_what_it_cannot_show(trees: Trees) -> None:
    digest = hash_of(path_of(trees.plain, FIRST))
    english = locallove("verify", str(trees.plain), "--expect", digest[:16], "--lang", "en")
    japanese = locallove("verify", str(trees.plain), LC_ALL="", LC_MESSAGES="", LANG="ja_JP.UTF-8", PYTHONUTF8="1")
    assert (english.returncode, japanese.returncode) == (0, 0)
    assert english.stderr == japanese.stderr == "", "no bar where there is no terminal"
    assert english.stdout.startswith("Yes. ")
    assert japanese.stdout.startswith("はい。")
    assert f"{FIRST}: 172 reactions, donation ¥2,000, SHA-256 {digest[:16]}" in english.stdout
    assert f"{FIRST}：リアクション 172、寄付額 2,000円" in japanese.stdout
    for said, heading in ((english.stdout, "What this cannot show:"), (japanese.stdout, "この確認では分からないこと：")):
        assert len(said.partition(heading)[2].strip().splitlines()) == 5


def test_it_answers_no_with_the_first_difference_and_the_number_of_the_others(plain: Path) -> None:
    (plain / f"rules/{FIRST}.json").unlink()
    english, japanese = (locallove("verify", str(plain), "--lang", language) for language in ("en", "ja"))
    assert (english.returncode, japanese.returncode) == (1, 1)
    lines = english.stdout.splitlines()
    assert lines[0].startswith("No. ")
    assert lines[2] == f"The first difference: rules/{FIRST}.json"
    assert lines[4].startswith("Other differences: ")
    assert japanese.stdout.startswith("いいえ。")
    assert f"最初の不一致：rules/{FIRST}.json" in japanese.stdout
    assert "What this cannot show:" in english.stdout


def test_it_answers_as_json(plain: Path) -> None:
    assert json.loads(locallove("verify", str(plain), "--json").stdout)["ok"] is True
    done = locallove("verify", str(plain), "--json", "--expect", "0" * 64, "--lang", "en")
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], len(said["cannot_show"])) == (1, False, 5)
    assert set(said["differences"][0]) == {"file", "what", "says", "computed"}
    assert {check["ok"] for check in said["checks"]} == {True, False}


def test_where_nothing_can_be_read_it_exits_with_2(tmp_path: Path) -> None:
    for arguments, said in (
        ([str(tmp_path)], "nothing to verify"),
        ([str(tmp_path / "nowhere")], "no such folder"),
        (["http://127.0.0.1:1/v1/lives/a/statement"], "refused"),
        (["https://example.org/"], "an address ends in"),
        ([str(tmp_path), "--expect", "abc"], "64 hexadecimal digits"),
    ):
        done = locallove("verify", *arguments)
        assert (done.returncode, done.stdout, said in done.stderr) == (2, "", True), done.stderr
