"""The ledger's files: the lines come back as they went in, in bounded memory, and a broken file is said to be one."""

import gzip
import tracemalloc

import pytest

from chalicelib.domain import ledger
from chalicelib.domain.ledger import Line


def lines(number: int) -> list[bytes]:
    return [
        b'{"id":"%020x","kind":"like","count":%d,"market":"JP","minute":"2023-02-11T10:00Z"}\n' % (n, n + 1)
        for n in range(number)
    ]


def test_lines_come_back_as_they_went_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """In files of so many lines each; how the bytes of a file arrive does not matter."""
    monkeypatch.setattr(ledger, "LINES_IN_A_FILE", 1_000)
    files = list(ledger.packed(lines(2_500)))
    assert [number for number, _ in files] == [1_000, 1_000, 500]
    read = [line for _, body in files for line in ledger.read((body[at : at + 7] for at in range(0, len(body), 7)), Line)]
    assert [(line.id, line.count) for line in read] == [(f"{n:020x}", n + 1) for n in range(2_500)]


def test_equal_lines_make_equal_bytes() -> None:
    assert list(ledger.packed(lines(100))) == list(ledger.packed(lines(100)))
    assert list(ledger.packed([])) == []


@pytest.mark.parametrize(
    "broken",
    [
        gzip.compress(b"".join(lines(3)))[:-1],
        gzip.compress(b"".join(lines(3))) + b"x",
        gzip.compress(lines(1)[0][:-1]),
        b"",
        b"no gzip",
    ],
    ids=["cut off", "something after it", "no line end", "empty", "no gzip"],
)
def test_a_file_that_is_not_whole_is_an_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(ledger.read(iter([broken]), Line))


@pytest.mark.parametrize("line", [b"{}", b'{"id":"a","kind":"like","count":1,"market":"JP","minute":"m","user":"u"}', b"[]"])
def test_a_line_that_is_none_is_an_error(line: bytes) -> None:
    """One more field, such as a user, is no ledger line."""
    with pytest.raises(ValueError, match=r"."):
        list(ledger.read(iter([gzip.compress(line + b"\n")]), Line))


def test_a_file_of_any_length_is_read_in_bounded_memory() -> None:
    """50 MB of lines in 150 KB."""
    bomb = gzip.compress(lines(1)[0] * 600_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in ledger.read(iter([bomb]), Line)) == 600_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_line_is_as_the_recount_writes_it() -> None:
    (line,) = ledger.read(iter([gzip.compress(lines(1)[0])]), Line)
    assert line == Line("0" * 20, "like", 1, "JP", "2023-02-11T10:00Z")
