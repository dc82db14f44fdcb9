"""Files that are not what they should be, and folders with nothing in them."""

import gzip
import json
import os
import shutil
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from verify.published import CAMPAIGN, FIRST, differences, drop_reports, path_of, rewrite_statement, statement_of

from chalicelib.domain import chain
from chalicelib.domain.statement import File
from locallove.verify import NothingToVerify, verify
from locallove.verifying.findings import Difference

LEDGER = f"{CAMPAIGN}/live-{FIRST}/settled-0001/ledger-0001.ndjson.gz"
STATEMENT = f"{CAMPAIGN}/live-{FIRST}/settled-0001/statement.json"


def first(root: Path) -> Difference:
    return verify(str(root)).differences[0]


def replaced_ledger(root: Path, body: bytes, lines: int) -> list[Difference]:
    """What is said of a ledger that is listed just as it is."""
    path_of(root, FIRST, name="ledger-0001.ndjson.gz").write_bytes(body)
    drop_reports(root)
    listed = File("ledger-0001.ndjson.gz", lines, len(body), sha256(body).hexdigest())
    rewrite_statement(root, FIRST, ledger=(listed,))
    return [each for each in verify(str(root)).differences if each.file == LEDGER]


def test_a_ledger_that_is_not_gzip_is_named(plain: Path) -> None:
    (found,) = replaced_ledger(plain, b'{"id":"00"}\n', 1)
    assert "not a gzip file" in (found.computed or "")


def test_a_ledger_that_is_cut_off_is_named(plain: Path) -> None:
    whole = path_of(plain, FIRST, name="ledger-0001.ndjson.gz").read_bytes()
    (found,) = replaced_ledger(plain, whole[:-9], 112)
    assert "cut off" in (found.computed or "")


@pytest.mark.parametrize("line", [b"[" * 100_000 + b"\n", b"{}\n", b'{"id":1}\n', b"\xff\n", b'{"id":"a","kind":"like"}\n'])
def test_a_ledger_line_that_is_no_reaction_is_named(plain: Path, line: bytes) -> None:
    (found,) = replaced_ledger(plain, gzip.compress(line), 1)
    assert "line 1 cannot be read" in found.what.en


def test_a_gzip_bomb_of_lines_ends_at_the_number_that_the_statement_lists(plain: Path) -> None:
    line = b'{"id":"00000000000000000000","kind":"like","count":1,"market":"JP","minute":"2023-02-11T10:00Z"}\n'
    found = replaced_ledger(plain, gzip.compress(line * 1_000_000), 10)
    assert any("number of lines" in each.what.en and each.computed == "> 10" for each in found)


def test_a_gzip_bomb_of_one_line_is_not_unpacked(plain: Path) -> None:
    """128 MB of zeros: more memory than a line may take is never asked for."""
    packer, zeros = zlib.compressobj(9, wbits=31), b"0" * (1 << 24)
    body = b"".join([*(packer.compress(zeros) for _ in range(8)), packer.flush()])
    (found,) = replaced_ledger(plain, body, 1)
    assert "a line of more than" in (found.computed or "")


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"{}", b"[" * 1_000_000, b'{"a":' * 100_000, b"\xff\xfe", b"null"])
@pytest.mark.parametrize("file", [STATEMENT, f"rules/{FIRST}.json", "chain/000001.json", f"{CAMPAIGN}/campaign/latest.json"])
def test_json_that_is_none_or_deep_is_named(plain: Path, file: str, body: bytes) -> None:
    (plain / file).write_bytes(body)
    assert first(plain).file == file


@pytest.mark.parametrize("body", [b"", b"[" * 1_000_000, b"{}"])
@pytest.mark.parametrize("name", ["manifest.json", "report.json"])
def test_a_report_that_cannot_be_read_is_named(plain: Path, name: str, body: bytes) -> None:
    file = next(plain.glob(f"{CAMPAIGN}/campaign/2*/{name}"))
    file.write_bytes(body)
    assert first(plain).file == file.relative_to(plain).as_posix()


def test_a_report_is_not_blamed_for_the_manifest_beside_it(plain: Path) -> None:
    """In the folder that the pointer names, which takes both to be checked."""
    above = plain / CAMPAIGN / "campaign"
    folder = above / json.loads((above / "latest.json").read_text())["folder"]
    (folder / "manifest.json").write_bytes(b"{}")
    named = {each.file for each in differences(plain)}
    assert (folder / "manifest.json").relative_to(plain).as_posix() in named
    assert (folder / "report.json").relative_to(plain).as_posix() not in named


def test_a_statement_with_moments_or_a_currency_that_are_none_is_named(plain: Path) -> None:
    drop_reports(plain)
    window = statement_of(plain, FIRST).window
    for field in (f'"{window.starts_at}"', f'"{window.ends_at}"', '"JPY"'):
        path = path_of(plain, FIRST)
        text = path.read_text()
        path.write_text(text.replace(field, '"never"'))
        assert first(plain).file == STATEMENT
        path.write_text(text)


def test_a_link_to_a_folder_above_is_named_and_not_followed(plain: Path) -> None:
    (plain / CAMPAIGN / "again").symlink_to(plain)
    assert (first(plain).file, "not followed" in (first(plain).computed or "")) == (f"{CAMPAIGN}/again", True)


def test_a_link_to_itself_is_named(plain: Path) -> None:
    path = path_of(plain, FIRST, name="ledger-0001.ndjson.gz")
    path.unlink()
    path.symlink_to(path.name)
    assert (first(plain).file, "cannot be read" in first(plain).what.en) == (LEDGER, True)


def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(plain: Path) -> None:
    for file in (LEDGER, STATEMENT, "chain/000001.json", next(plain.glob("*/campaign/2*/totals.csv"))):
        aside = (plain / file).rename(plain.parent / "aside")
        os.mkfifo(plain / file)
        assert any(each.computed == "not a regular file" for each in verify(str(plain)).differences), file
        (plain / file).unlink()
        aside.rename(plain / file)


def test_an_unreadable_file_is_named(plain: Path) -> None:
    """Root may read everything, but a process's memory has nothing at its beginning: reading fails."""
    path = path_of(plain, FIRST, name="ledger-0001.ndjson.gz")
    path.unlink()
    path.symlink_to("/proc/self/mem")
    assert (first(plain).file, "cannot be read" in first(plain).what.en) == (LEDGER, True)


def test_where_there_is_nothing_to_verify_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingToVerify, match="the folder is empty"):
        verify(str(tmp_path))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NothingToVerify, match="no statement and no report"):
        verify(str(tmp_path))
    (tmp_path / "loop").symlink_to("loop")
    for path in ("nowhere", "notes.txt", "loop"):
        with pytest.raises(NothingToVerify, match="no such folder"):
            verify(str(tmp_path / path))


def test_a_single_folder_as_downloaded_is_checked_by_itself(plain: Path, tmp_path: Path) -> None:
    """With the names that the public address gives them, and without what is not public."""
    alone = tmp_path / "alone"
    shutil.copytree(path_of(plain, FIRST).parent, alone)
    (alone / "sender-platform.ndjson.gz").unlink()
    shutil.copy(plain / f"rules/{FIRST}.json", alone / "rule.json")
    for entry in (plain / "chain").iterdir():
        shutil.copy(entry, alone / f"chain-{entry.name}")
    for path in (alone, alone / "statement.json"):
        answer = verify(str(path))
        assert answer.ok, answer.differences
        assert [check.of for check in answer.checks if check.ok is None] == ["sender-platform.ndjson.gz"]
    (alone / "rule.json").write_text((alone / "rule.json").read_text().replace("1000", "1001"))
    assert first(alone).file == "rule.json"
    (alone / "rule.json").unlink()
    assert "not there" in first(alone).what.en


def test_a_part_of_a_tree_is_checked_with_what_lies_above_it(plain: Path, corrected: Path) -> None:
    for folder in (path_of(plain, FIRST).parent, path_of(plain, None).parent, path_of(plain, FIRST).parents[1], plain / CAMPAIGN):
        answer = verify(str(folder))
        assert answer.ok, answer.differences
        assert answer.statements
    replaced = first(path_of(corrected, FIRST).parent)
    assert "replaced by a newer one (chain/000004.json)" in replaced.what.en


def test_what_is_the_operators_alone_is_not_judged(plain: Path) -> None:
    (plain / "quarantine/shard").mkdir(parents=True)
    (plain / "quarantine/shard/1.json").write_text("{}")
    answer = verify(str(plain))
    assert answer.ok
    assert [check.of for check in answer.checks if check.ok is None] == ["quarantine/shard/1.json"]


def test_of_the_chain_entries_of_campaigns_that_are_not_here_it_says_so(plain: Path) -> None:
    """Whoever has one campaign's folder of a bucket with several can check that one."""
    entries = [file.read_bytes() for file in sorted((plain / "chain").iterdir())]
    (plain / "chain/000004.json").write_bytes(chain.encode(chain.following(entries, "other", None, "0" * 64)))
    answer = verify(str(plain))
    assert answer.ok, answer.differences
    assert [check.of for check in answer.checks if check.ok is None] == ["chain/000004.json"]


def test_the_rule_of_a_live_that_is_not_settled_is_not_judged(plain: Path) -> None:
    rule = (plain / f"rules/{FIRST}.json").read_text()
    (plain / "rules/later-2030.json").write_text(rule.replace(FIRST, "later-2030"))
    answer = verify(str(plain))
    assert answer.ok
    assert [check.of for check in answer.checks if check.ok is None] == ["rules/later-2030.json"]
    (plain / "rules/other-2030.json").write_text(rule)
    assert first(plain).file == "rules/other-2030.json"
