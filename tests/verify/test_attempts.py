"""What an attempt left that came to nothing, to settle or to publish, is set aside by `verify`, and nothing else is."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from verify.published import CAMPAIGN, FIRST, differences, hash_of, path_of, statement_of

from chalicelib.domain import statement
from chalicelib.domain.publication import FOLDER
from chalicelib.domain.statement import Correction
from locallove.verify import verify


@pytest.fixture
def overtaken(plain: Path) -> Path:
    """A tree in which the first live was settled in its second folder: in the first another decision had begun."""
    shutil.copytree(path_of(plain, FIRST).parent, path_of(plain, FIRST, 2).parent)
    attempt(plain, 1)
    return plain


def attempt(root: Path, number: int, corrects: str | None = None) -> Path:
    """A statement that the chain does not have, in this folder; `corrects` is the SHA-256 of the one that it replaces."""
    path = path_of(root, FIRST, number)
    path.parent.mkdir(exist_ok=True)
    correction = Correction(corrects, "an error") if corrects else None
    path.write_bytes(
        statement.encode(msgspec.structs.replace(statement_of(root, FIRST), software="another", corrects=correction))
    )
    return path


def unchecked(root: Path) -> set[str]:
    """The files of the first live that the answer says are not checked, because an attempt was overtaken."""
    place = f"{CAMPAIGN}/live-{FIRST}/settled-"
    return {each.of for each in verify(str(root)).checks if "overtook" in each.what.en and each.of.startswith(place)}


def test_an_attempt_that_was_overtaken_is_not_checked_and_not_shown(overtaken: Path) -> None:
    answer = verify(str(overtaken))
    assert answer.ok
    assert hash_of(path_of(overtaken, FIRST)) not in {each.sha256 for each in answer.statements}
    left = {path.relative_to(overtaken).as_posix() for path in path_of(overtaken, FIRST).parent.iterdir()}
    assert unchecked(overtaken) == left
    path_of(overtaken, FIRST).unlink()
    assert verify(str(overtaken)).ok, "it may have died before it wrote a statement"


def test_nobody_is_told_yes_for_the_hash_or_the_folder_of_an_attempt(overtaken: Path) -> None:
    path = path_of(overtaken, FIRST)
    assert not verify(str(overtaken), hash_of(path)).ok
    (only,) = verify(str(path.parent)).differences
    assert (only.file, only.computed) == (path.relative_to(overtaken).as_posix(), hash_of(path))


def test_an_attempt_that_lost_the_record_to_one_in_an_earlier_folder_was_overtaken_too(corrected: Path) -> None:
    """Nothing follows a statement of the chain but a correction of it, and it is corrected once."""
    first_of_all, correction = attempt(corrected, 3), attempt(corrected, 4, hash_of(path_of(corrected, FIRST)))
    (correction.parent / "ledger-0001.ndjson.gz").write_bytes(b"whatever")
    answer = verify(str(corrected))
    assert answer.ok, answer.differences
    left = [*first_of_all.parent.iterdir(), *correction.parent.iterdir()]
    assert unchecked(corrected) == {path.relative_to(corrected).as_posix() for path in left}
    assert not verify(str(corrected), hash_of(correction)).ok


def test_a_statement_that_could_be_the_chains_next_was_not_overtaken(corrected: Path) -> None:
    """Its entry may have been cut off, and those of what came after it."""
    following = attempt(corrected, 3, hash_of(path_of(corrected, FIRST, 2)))
    after_that = attempt(corrected, 4, hash_of(following))
    names = {path.relative_to(corrected).as_posix() for path in (following, after_that)}
    assert names <= {each.file for each in differences(corrected)}
    assert unchecked(corrected) == set()


def test_a_later_folder_without_a_statement_was_not_overtaken(corrected: Path) -> None:
    ledger = attempt(corrected, 3).rename(path_of(corrected, FIRST, 3, name="ledger-0001.ndjson.gz"))
    assert [each.file for each in differences(corrected)] == [ledger.relative_to(corrected).as_posix()]


def test_where_a_statement_of_the_chain_is_gone_nothing_is_taken_for_an_attempt(corrected: Path) -> None:
    """As when the first statement is replaced, although it was corrected later."""
    attempt(corrected, 1)
    assert path_of(Path(), FIRST).as_posix() in {each.file for each in differences(corrected)}
    assert unchecked(corrected) == set()


def test_what_no_attempt_leaves_is_named_beside_it(overtaken: Path) -> None:
    (path_of(overtaken, FIRST).parent / "note.txt").write_text("see the other folder")
    (only,) = differences(overtaken)
    assert only.file == path_of(Path(), FIRST, name="note.txt").as_posix()


@pytest.fixture
def died(plain: Path) -> Path:
    """A folder of a report of the first live as a publication leaves it that was killed before its manifest."""
    folder = beside(plain, -7)
    folder.mkdir()
    for file in ("report.json", "totals.csv"):
        (folder / file).write_text("whatever")
    return folder


def beside(root: Path, seconds: int) -> Path:
    """The folder of the first live's report that is so many seconds newer than the newest."""
    live = root / CAMPAIGN / f"live-{FIRST}"
    newest = datetime.strptime(json.loads((live / "latest.json").read_text())["folder"], FOLDER).replace(tzinfo=UTC)
    return live / f"{newest + timedelta(seconds=seconds):{FOLDER}}"


def test_what_a_publication_left_that_died_is_listed_as_not_checked(plain: Path, died: Path) -> None:
    for path in (plain, died.parent):
        answer = verify(str(path))
        assert answer.ok, answer.differences
        said = {each.of for each in answer.checks if each.ok is None and "did not finish" in each.what.en}
        assert said == {file.relative_to(plain).as_posix() for file in died.iterdir()}
    (died / "report.json").unlink()
    assert verify(str(plain)).ok, "it may have died before any file"


def test_nobody_is_told_yes_for_a_folder_that_is_not_whole(died: Path) -> None:
    assert {each.file.rpartition("/")[2] for each in differences(died)} == {"report.json", "totals.csv"}


def test_what_no_publication_leaves_is_named_beside_it(plain: Path, died: Path) -> None:
    """A file that is no report's, one in a folder below, one in a folder of another name, and one beside a manifest."""
    slipped = [
        died / "note.txt",
        died / "more" / "report.json",
        died.parent / "corrected" / "report.json",
        beside(plain, 0) / "totals.ja.csv",
    ]
    for file in slipped:
        file.parent.mkdir(exist_ok=True)
        file.write_text("whatever")
    assert {each.file for each in differences(plain)} == {file.relative_to(plain).as_posix() for file in slipped}


def test_a_folder_after_the_pointers_without_a_manifest_is_a_difference(plain: Path, died: Path) -> None:
    """Nothing says that it came to nothing: a manifest may have been taken away."""
    late = died.rename(beside(plain, 1))
    assert {each.file for each in differences(plain)} == {file.relative_to(plain).as_posix() for file in late.iterdir()}


@pytest.mark.parametrize("body", [None, b"{", b'{"version":1}'])
def test_without_a_pointer_to_a_whole_folder_no_publication_is_taken_for_dead(
    plain: Path, died: Path, body: bytes | None
) -> None:
    pointer = died.parent / "latest.json"
    if body is None:
        (beside(plain, 0) / "manifest.json").unlink()
    else:
        pointer.write_bytes(body)
    assert {file.relative_to(plain).as_posix() for file in died.iterdir()} <= {each.file for each in differences(plain)}
