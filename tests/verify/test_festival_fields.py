"""Every field of everything that is published of a festival, changed by a forger who mends all hashes: never a traceback, and
yes only where nobody can know better.
"""

import gzip
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from verify.festival_trees import AWARDS, ENTRIES, FOLDER, RULE, STATEMENT, VOTES, Forgery, document, lines, mend, packed

from locallove.verify import verify

FILES = (STATEMENT, ENTRIES, VOTES, *(f"award-{award}.json" for award in AWARDS))
Place = tuple[Any, ...]

FREE = {
    STATEMENT: {
        "campaign_name.ja", "campaign_name.en", "software",  # words
        "entered.batches", "entered.rejected", "entered.duplicates", "entered.conflicts",  # no ledger has them; within bounds
        "received.batches", "received.rejected",  # the same
    },
    ENTRIES: {
        "creator",  # a hash under a key that nobody is told
        "posted_ms", "duration",  # as long as the entry stands as before, and is in no award
    },
    VOTES: {"id", "voter", "at_ms", "entry"},  # as long as the order is the same, and as many votes count of each film
    "award-grand-prix.json": {"nonce", "judged.sheet_sha256", "judged.scores.scores"},  # 8.50 for 8.5
    "award-audience.json": {"nonce"},
    "award-favourite.json": {"nonce"},
    "award-special.json": {"nonce", "tie.reason", "tie.sha256", "winner"},  # the jury's word on a tie
}  # fmt: skip
"""What may be another value of the same kind, unnoticed: it is the platform's word, the jury's or the operator's, or chance.
Every film of this festival is in two awards, or its creator and caption would be free as well. A hash that was printed tells.
"""


def leaves(value: Any, place: Place = ()) -> Iterator[Place]:
    """The place of each value that is none of others, and of each empty list or object."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items or not value:
        yield place
    for key, item in items:
        yield from leaves(item, (*place, key))


def named(place: Place) -> str:
    return ".".join(key for key in place if isinstance(key, str))


def put(value: Any, place: Place, found: Any) -> None:
    """Put a value in a place."""
    for key in place[:-1]:
        found = found[key]
    found[place[-1]] = value


def at(found: Any, place: Place) -> Any:
    for key in place:
        found = found[key]
    return found


def read(body: bytes, name: str) -> Any:
    return [json.loads(line) for line in gzip.decompress(body).splitlines()] if name.endswith(".gz") else json.loads(body)


def forgery(name: str, value: Any, place: Place) -> Forgery:
    return (lines if name.endswith(".gz") else document)(partial(put, value, place))


def others(value: Any) -> list[Any]:
    """Other values of the same kind."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1, value * 1000]
    if isinstance(value, str):
        turned = value[:-1] + ("0" if value[-1:] != "0" else "1")
        return [turned, value + "0", "a" if value != "a" else "b"]
    return ["forged", 1] if value is None else []


ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    "1/0",
    "nan",
    "1e999999999",
    "ab cd",
    "é" * 16,
    "A" * 64,
    0,
    -1,
    1.5,
    10**19,
    10**30,
    True,
    [],
    {},
    [[]],
    [{}],
)


def unnoticed(root: Path, name: str, tried: Iterator[tuple[Place, Any]]) -> set[str]:
    """The fields that were changed and the answer still was yes."""
    kept = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    honest, found = (root / FOLDER / name).read_bytes(), set()
    for place, value in tried:
        mend(root, name, forgery(name, value, place)(honest))
        if verify(str(root)).ok:
            found.add(named(place))
        for file, body in kept.items():
            file.write_bytes(body)
    return found


@pytest.mark.parametrize("name", FILES)
def test_only_what_nobody_can_know_may_be_another_value(festival: Path, name: str) -> None:
    document = read((festival / FOLDER / name).read_bytes(), name)
    places = [
        (place, value) for place in leaves(document) for value in others(at(document, place)) if value != at(document, place)
    ]
    assert len(places) > 40
    assert unnoticed(festival, name, iter(places)) == FREE[name]


@pytest.mark.parametrize("name", FILES)
def test_a_value_of_another_kind_is_never_a_traceback(festival: Path, name: str) -> None:
    found = read((festival / FOLDER / name).read_bytes(), name)
    within = {named(place[:size]): place[:size] for place in leaves(found) for size in range(1, len(place) + 1)}
    places = [(place, value) for place in within.values() for value in ODD if repr(value) != repr(at(found, place))]
    assert len(places) > 100
    assert unnoticed(festival, name, iter(places)) <= FREE[name]


def test_a_rule_that_was_changed_with_its_hash_is_never_a_traceback(festival: Path) -> None:
    """A moment at the end of time, a tie-break of another award, a criterion without weight: none could be put in force."""
    honest = (festival / RULE).read_bytes()
    kept, found, yes = {file: file.read_bytes() for file in festival.rglob("*.json")}, json.loads(honest), set()
    within = {named(place[:size]): place[:size] for place in leaves(found) for size in range(1, len(place) + 1)}
    for place in within.values():
        for value in (*ODD, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", ["views", "views"]):
            changed = json.loads(honest)
            put(value, place, changed)
            mend(festival, RULE, json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode())
            if repr(value) != repr(at(found, place)) and verify(str(festival)).ok:
                yes.add(named(place))
            for file, body in kept.items():
                file.write_bytes(body)
    criterion = "festival.awards.jury.criteria"
    assert yes == {f"{criterion}.id", f"{criterion}.name.ja", f"{criterion}.name.en"}, "names that decide nothing"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"NaN", b"[" * 1_000_000, b'{"a":' * 100_000, b"\xff\xfe", b'"\\ud800"']
)
def test_a_file_that_is_not_one_is_named(festival: Path, name: str, body: bytes) -> None:
    mend(festival, name, packed([body]) if name.endswith(".gz") else body)
    assert name in verify(str(festival)).differences[0].file
