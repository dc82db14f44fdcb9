"""What was altered after it was published: `verify` says no, and names the file."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verify.conftest import Trees
from verify.published import (
    CAMPAIGN,
    FIRST,
    SECOND,
    differences,
    drop_reports,
    dumps,
    hash_of,
    loads,
    path_of,
    rewrite_ledger,
    rewrite_statement,
    statement_of,
)

from chalicelib.domain.statement import Statement
from locallove.verify import verify
from locallove.verifying.answer import Shown
from locallove.verifying.findings import Difference

LEDGER = f"{CAMPAIGN}/live-{FIRST}/settled-0001/ledger-0001.ndjson.gz"
STATEMENT = f"{CAMPAIGN}/live-{FIRST}/settled-0001/statement.json"
Lines = Callable[[list[str]], list[str]]


UNNOTICED = {
    "as_of", "campaign_name.en", "campaign_name.ja", "not_counted.conflicting", "not_counted.quarantined_records",
    "outside.markets.gift_value", "payments.receipt_sha256", "payments.recorded_at", "payments.reference", "payments.to",
    "region_name.en", "region_name.ja", "rehearsal.comment", "rehearsal.gift", "rehearsal.gift_value", "rehearsal.like",
    "rehearsal.market", "software", "title.en", "title.ja", "window.closes_at",
}  # fmt: skip
"""Fields of a statement that nobody can compute: a forger who mends every hash may change one. A printed hash tells."""


def names(difference: Difference, file: str) -> bool:
    """Whether a difference is of this file, or says that this file says otherwise."""
    return difference.file == file or file in difference.what.en


def files_of(root: Path) -> list[str]:
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())


def altered(lines: list[str]) -> list[str]:
    place = next(index for index, line in enumerate(lines) if loads(line)["kind"] == "like" and "not_counted" not in line)
    line = loads(lines[place])
    return [*lines[:place], dumps({**line, "count": line["count"] + 1}), *lines[place + 1 :]]


def removed(lines: list[str]) -> list[str]:
    return lines[:-1]


def added(lines: list[str]) -> list[str]:
    return [*lines, dumps({**loads(lines[0]), "id": "f" * 20})]


def reordered(lines: list[str]) -> list[str]:
    """The last line without a copy first: which is last hangs on the campaign's key, and a copy would be another forgery."""
    ids = [loads(line)["id"] for line in lines]
    last = max(place for place, own in enumerate(ids) if ids.count(own) == 1)
    return [lines[last], *lines[:last], *lines[last + 1 :]]


def copy_counted(lines: list[str]) -> list[str]:
    """A copy that is said to count."""
    return [dumps({key: value for key, value in loads(line).items() if value != "duplicate"}) for line in lines]


def outside_counted(lines: list[str]) -> list[str]:
    return [dumps({key: value for key, value in loads(line).items() if value != "outside"}) for line in lines]


def moved_to_a_market(lines: list[str]) -> list[str]:
    return [line.replace('"ZZ"', '"TW"') for line in lines]


def unknown_market(lines: list[str]) -> list[str]:
    return [line.replace('"JP"', '"FR"') for line in lines]


@pytest.mark.parametrize("tree", ["plain", "corrected"])
def test_what_was_not_altered_is_confirmed(trees: Trees, tree: str) -> None:
    answer = verify(str(getattr(trees, tree)))
    assert answer.ok, answer.differences
    assert all(check.ok for check in answer.checks)
    assert {each.live for each in answer.statements if isinstance(each, Shown)} == {None, FIRST, SECOND}


def test_after_any_file_is_changed_in_two_places_the_answer_is_no_and_names_it(corrected: Path) -> None:
    for file in files_of(corrected):
        body = (corrected / file).read_bytes()
        for place in (len(body) // 2, len(body) - 1):
            (corrected / file).write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
            assert any(names(each, file) for each in differences(corrected)), (file, place)
        (corrected / file).write_bytes(body)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_after_any_byte_of_any_file_is_changed_the_answer_is_no_and_names_it(plain: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(plain)))
    body = (plain / file).read_bytes()
    place, change = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(1, 255))
    (plain / file).write_bytes(body[:place] + bytes([body[place] ^ change]) + body[place + 1 :])
    try:
        assert any(names(each, file) for each in differences(plain))
    finally:
        (plain / file).write_bytes(body)


def test_a_file_that_is_missing_is_named(plain: Path) -> None:
    """But for senders' files, which are not public."""
    for file in files_of(plain):
        body = (plain / file).read_bytes()
        (plain / file).unlink()
        answer = verify(str(plain))
        if "/sender-" in file:
            assert answer.ok
            assert [check.of for check in answer.checks if check.ok is None] == [file]
        elif file == "chain/000003.json":
            assert answer.differences[0].file == path_of(Path(), None).as_posix(), "the entry would have named it"
        elif file.endswith("manifest.json"):
            assert any(each.file.startswith(file.removesuffix("manifest.json")) for each in answer.differences), file
        else:
            assert any(names(each, file) for each in answer.differences) or file.startswith("chain/"), file
        assert answer.ok == ("/sender-" in file)
        (plain / file).write_bytes(body)


@pytest.mark.parametrize("change", [altered, removed, added, reordered])
def test_a_ledger_line_altered_removed_added_or_reordered_is_noticed_by_the_files_hash(plain: Path, change: Lines) -> None:
    rewrite_ledger(plain, FIRST, change, listed=False)
    assert differences(plain)[0].file == LEDGER


@pytest.mark.parametrize(
    ("change", "file", "what"),
    [
        (altered, STATEMENT, "not what the ledger comes to"),
        (removed, STATEMENT, "not what the ledger comes to"),
        (added, STATEMENT, "not what the ledger comes to"),
        (reordered, LEDGER, "line 2 is out of order"),
        (copy_counted, LEDGER, "only the first of copies may count"),
        (outside_counted, LEDGER, "inside or outside the window"),
        (moved_to_a_market, STATEMENT, "not what the ledger comes to"),
        (unknown_market, LEDGER, "a market that the rule does not have"),
    ],
)
def test_a_ledger_forged_with_all_its_hashes_is_noticed_by_counting_again(
    plain: Path, change: Lines, file: str, what: str
) -> None:
    honest = hash_of(path_of(plain, FIRST))
    drop_reports(plain)
    rewrite_ledger(plain, FIRST, change, listed=True)
    first = differences(plain)[0]
    assert (first.file, what in first.what.en) == (file, True), first
    assert any("hash that you expect" in each.what.en for each in differences(plain, honest))


def test_a_market_with_few_reactions_may_not_be_named(plain: Path) -> None:
    def named(lines: list[str]) -> list[str]:
        return [line.replace('"ZZ"', '"TW"') for line in lines if '"TW"' not in line or "duplicate" in line]

    drop_reports(plain)
    rewrite_ledger(plain, FIRST, named, listed=True)
    assert any(each.computed == "3 < 20" for each in differences(plain))


def test_a_rule_changed_by_one_yen_is_noticed(plain: Path) -> None:
    rule = plain / f"rules/{FIRST}.json"
    rule.write_text(rule.read_text().replace('"base":1000', '"base":1001'))
    assert differences(plain)[0].file == f"rules/{FIRST}.json"
    drop_reports(plain)
    rewrite_statement(plain, FIRST, rule_sha256=hash_of(rule))
    first = differences(plain)[0]
    assert first.file == STATEMENT
    assert (first.says, first.computed) == ("1000", "1001")
    assert "what the rule gives" in first.what.en


def test_a_donation_changed_by_one_yen_is_noticed(plain: Path) -> None:
    drop_reports(plain)
    donation = statement_of(plain, FIRST).donation
    rewrite_statement(plain, FIRST, donation=msgspec.structs.replace(donation, minor=donation.minor + 1))
    first = differences(plain)[0]
    assert (first.file, first.says, first.computed) == (STATEMENT, "2001", "2000")
    assert "donation.minor" in first.what.en


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield place
    else:
        for key, item in items:
            yield from leaves(item, (*place, key))


def forged(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else "forged" if value is None else f"{value}0"


def test_of_a_forged_statement_only_what_the_ledger_does_not_have_goes_unnoticed(plain: Path) -> None:
    """Field by field, with every hash mended."""
    drop_reports(plain)
    honest, kept = path_of(plain, FIRST).read_bytes(), shutil.copytree(plain, plain.parent / "kept")
    unnoticed, tried = set(), set()
    for place in leaves(msgspec.json.decode(honest)):
        name = ".".join(str(key) for key in place if isinstance(key, str))
        if name in tried:
            continue
        tried.add(name)
        document = inner = msgspec.json.decode(honest)
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = forged(inner[place[-1]])
        try:
            made = msgspec.convert(document, Statement)
        except msgspec.ValidationError:
            continue
        rewrite_statement(plain, FIRST, **{field: getattr(made, field) for field in made.__struct_fields__})
        unnoticed |= {name} if verify(str(plain)).ok else set()
        shutil.copytree(kept, plain, dirs_exist_ok=True)
    assert len(tried) > 90
    assert unnoticed == UNNOTICED


def test_a_statement_relabelled_for_another_live_is_noticed(plain: Path) -> None:
    drop_reports(plain)
    rewrite_statement(plain, FIRST, live=SECOND)
    first = differences(plain)[0]
    assert (first.file, first.says, first.computed) == (STATEMENT, SECOND, FIRST)
    assert "another live's" in first.what.en


def test_a_file_that_nothing_names_is_named(plain: Path) -> None:
    for place in ("notes.txt", f"{CAMPAIGN}/notes.md", f"{CAMPAIGN}/live-{FIRST}/settled-0001/ledger-0002.ndjson.gz"):
        (plain / place).write_bytes(b"mine")
        (only,) = differences(plain)
        assert (only.file, "no check covers" in only.what.en) == (place, True)
        (plain / place).unlink()


def test_a_recount_and_totals_raised_alike_are_noticed_by_the_ledger(plain: Path) -> None:
    drop_reports(plain)
    honest = statement_of(plain, FIRST).reconciled
    more = msgspec.structs.replace(honest.totals, like=honest.totals.like + 1, total=honest.totals.total + 1)
    assert honest.totals == honest.recounted
    rewrite_statement(plain, FIRST, reconciled=msgspec.structs.replace(honest, totals=more, recounted=more))
    (only,) = differences(plain)
    assert "reconciled.recounted.like" in only.what.en
