"""What was replaced, swapped, cut off or left out: `verify` notices it by the chain, the campaign's statement and the reports."""

import shutil
from pathlib import Path

import msgspec
import pytest
from verify.published import (
    CAMPAIGN,
    FIRST,
    SECOND,
    differences,
    drop_reports,
    hash_of,
    path_of,
    relink,
    rewrite_statement,
)

from chalicelib.domain import chain
from locallove.verify import verify

STATEMENT = f"{CAMPAIGN}/live-{FIRST}/settled-0001/statement.json"


def test_two_lives_swapped_are_noticed(plain: Path) -> None:
    folders = [path_of(plain, live).parent for live in (FIRST, SECOND)]
    shutil.move(folders[0], plain / "aside")
    shutil.move(folders[1], folders[0])
    shutil.move(plain / "aside", folders[1])
    first = differences(plain)[0]
    assert (first.file, first.says, first.computed) == (STATEMENT, SECOND, FIRST)


def test_two_entries_of_the_chain_swapped_are_noticed(plain: Path) -> None:
    hashes = [hash_of(path_of(plain, live)) for live in (FIRST, SECOND)]
    relink(plain, dict(zip(hashes, reversed(hashes), strict=True)))
    assert [each.file for each in differences(plain)][:2] == ["chain/000002.json", "chain/000001.json"]


def test_an_entry_of_the_chain_rewritten_without_those_after_it_is_noticed(plain: Path) -> None:
    rest = {file: file.read_bytes() for file in sorted((plain / "chain").iterdir())[1:]}
    drop_reports(plain)
    path = path_of(plain, FIRST)
    before = hash_of(path)
    path.write_bytes(path.read_bytes().replace(b'"software": "', b'"software": "forged '))
    relink(plain, {before: hash_of(path)})
    for file, body in rest.items():
        file.write_bytes(body)
    found = differences(plain)
    assert {each.file for each in found} == {"chain/000001.json", path_of(Path(), None).as_posix()}
    assert any("which the next entry chain/000002.json names" in each.what.en for each in found)


def test_a_chain_cut_in_the_middle_is_noticed(corrected: Path) -> None:
    (corrected / "chain/000003.json").unlink()
    assert differences(corrected)[0].file == "chain/000004.json"


def test_a_chain_whose_last_entry_is_removed_is_noticed_by_the_statement_that_it_leaves(corrected: Path) -> None:
    (corrected / "chain/000005.json").unlink()
    (first,) = differences(corrected)
    assert (first.file, "in no entry of the chain" in first.what.en) == (f"{CAMPAIGN}/campaign/settled-0002/statement.json", True)


def test_a_chain_cut_at_its_end_with_all_that_it_named_is_noticed_by_the_hash_that_one_expects(corrected: Path) -> None:
    newest = hash_of(path_of(corrected, FIRST, 2))
    assert verify(str(corrected), newest).ok
    drop_reports(corrected)
    for live, entry in ((FIRST, 4), (None, 5)):
        shutil.rmtree(path_of(corrected, live, 2).parent)
        (corrected / "chain" / chain.name(entry)).unlink()
    assert verify(str(corrected)).ok, "nothing in the tree tells"
    for expected in (newest, newest[:16], newest[:16].upper()):
        (only,) = differences(corrected, expected)
        assert (only.says, "expect" in only.what.en) == (expected, True)


def test_without_a_chain_the_answer_is_no(plain: Path) -> None:
    shutil.rmtree(plain / "chain")
    assert differences(plain)[0].file == "chain"


def test_a_live_left_out_of_the_campaigns_statement_is_noticed(plain: Path) -> None:
    drop_reports(plain)
    path = path_of(plain, None)
    before = hash_of(path)
    whole = msgspec.json.decode(path.read_bytes())
    whole["lives"] = whole["lives"][:1]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1))
    relink(plain, {before: hash_of(path)})
    found = differences(plain)
    assert {each.file for each in found} == {path.relative_to(plain).as_posix()}
    assert found[-1].says is None, "the second live's statement"


def test_a_share_of_the_campaigns_cap_moved_by_one_yen_is_noticed(plain: Path) -> None:
    drop_reports(plain)
    path = path_of(plain, None)
    before, text = hash_of(path), path.read_text()
    assert '"minor": 1667' in text
    assert '"minor": 833' in text
    path.write_text(text.replace('"minor": 1667', '"minor": 1666').replace('"minor": 833', '"minor": 834'))
    relink(plain, {before: hash_of(path)})
    first = differences(plain)[0]
    assert (first.says, first.computed) == ("1666", "1667")


def test_a_correction_that_names_another_statement_is_noticed(corrected: Path) -> None:
    drop_reports(corrected)
    path = path_of(corrected, FIRST, 2)
    before, whole = hash_of(path), path_of(corrected, None, 2)
    path.write_text(path.read_text().replace(hash_of(path_of(corrected, FIRST)), "0" * 64))
    old = hash_of(whole)
    whole.write_text(whole.read_text().replace(before, hash_of(path)))
    relink(corrected, {before: hash_of(path), old: hash_of(whole)})
    (only,) = differences(corrected)
    assert (only.file, only.says) == (path.relative_to(corrected).as_posix(), "0" * 64)


def test_a_report_of_another_statement_is_noticed(plain: Path) -> None:
    """Although its manifest and its pointer fit, it names statements that are not there."""
    before, whole = hash_of(path_of(plain, FIRST)), hash_of(path_of(plain, None))
    rewrite_statement(plain, FIRST, software="another")
    found = differences(plain)
    assert {(each.file.rpartition("/")[2], each.says) for each in found} == {("report.json", before), ("report.json", whole)}


def test_a_statement_of_another_live_under_this_lives_name_is_noticed_by_its_rule(plain: Path, tmp_path: Path) -> None:
    """Relabelled in statement and chain alike, in a folder without a name that could tell."""
    drop_reports(plain)
    rewrite_statement(plain, FIRST, live=SECOND)
    alone = tmp_path / "alone"
    shutil.copytree(path_of(plain, FIRST).parent, alone)
    shutil.copy(plain / f"rules/{FIRST}.json", alone / "rule.json")
    entry = msgspec.json.decode((plain / "chain/000001.json").read_bytes(), type=chain.Entry)
    (alone / "chain-000001.json").write_bytes(chain.encode(msgspec.structs.replace(entry, live=SECOND)))
    first = differences(alone)[0]
    assert (first.file, first.says, first.computed) == ("statement.json", SECOND, FIRST)
    assert "what the rule says (live)" in first.what.en


def test_a_statement_written_otherwise_is_noticed_although_every_hash_was_mended(plain: Path) -> None:
    """There is one form: what reads alike to a program must not have two hashes."""
    drop_reports(plain)
    path = path_of(plain, FIRST)
    before, whole = hash_of(path), path_of(plain, None)
    path.write_bytes(path.read_bytes() + b"\n")
    old = hash_of(whole)
    whole.write_text(whole.read_text().replace(before, hash_of(path)))
    relink(plain, {before: hash_of(path), old: hash_of(whole)})
    (only,) = differences(plain)
    assert (only.file, "not in the form" in only.what.en) == (STATEMENT, True)


@pytest.mark.parametrize("said", ['"scope": "campaign"', '"application/json"', '"version": 1', '"missing": []'])
def test_a_manifest_of_an_older_report_is_what_its_files_come_to(plain: Path, said: str) -> None:
    """The pointer has the hash of the newest only."""
    file = sorted(plain.glob(f"{CAMPAIGN}/campaign/2*/manifest.json"))[0]
    text = file.read_text()
    assert said in text
    file.write_text(text.replace(said, said.replace("campaign", "campaigm").replace("json", "jsom").replace("1", "2") + " "))
    assert {each.file for each in differences(plain)} == {file.relative_to(plain).as_posix()}
