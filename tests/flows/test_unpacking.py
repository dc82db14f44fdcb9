"""Unpacking a body: what is a text, what is too large, and what is no whole gzip member."""

import gzip
import tracemalloc

import pytest

from chalicelib.flows.unpacking import NotUnpackable, TooLarge, unpacked

MEBIBYTE = 1024 * 1024
TEXT = b'{"live": "kumamoto-test"}'


@pytest.mark.parametrize(
    "body",
    [TEXT, gzip.compress(TEXT), gzip.compress(TEXT, 0), b"", gzip.compress(b"")],
    ids=["plain", "gzipped", "gzipped as it is", "empty", "nothing gzipped"],
)
def test_a_body_is_its_text_plain_or_gzipped(body: bytes) -> None:
    assert unpacked(body) in (TEXT, b"")


def test_a_mebibyte_is_taken_plain_and_gzipped() -> None:
    text = b"x" * MEBIBYTE
    assert unpacked(text) == text
    assert unpacked(gzip.compress(text)) == text


@pytest.mark.parametrize(
    "body",
    [b"x" * (MEBIBYTE + 1), gzip.compress(b"x" * (MEBIBYTE + 1)), gzip.compress(TEXT) + b"\0" * MEBIBYTE],
    ids=["plain", "gzipped", "on the wire"],
)
def test_a_byte_more_is_too_large(body: bytes) -> None:
    """On the wire or once unpacked."""
    with pytest.raises(TooLarge):
        unpacked(body)


def test_a_bomb_is_refused_before_it_has_grown() -> None:
    """50 MB in 50 KB: unpacking stops at the limit, and so does the memory it takes."""
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            unpacked(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (gzip.compress(TEXT)[:-1], "cut off"),
        (gzip.compress(TEXT)[:15], "cut off"),
        (b"\x1f\x8b", "cut off"),
        (gzip.compress(TEXT) * 2, "after its one gzip member"),
        (gzip.compress(TEXT) + b"\0", "after its one gzip member"),
        (gzip.compress(TEXT)[:-8] + bytes(8), "broken gzip"),
        (b"\x1f\x8bgarbage and more of it", "broken gzip"),
    ],
    ids=["truncated", "truncated early", "magic only", "two members", "a byte after it", "wrong checksum", "no gzip"],
)
def test_what_is_not_one_whole_member_is_refused(body: bytes, said: str) -> None:
    """Taking part of it would count what was not signed, or less than was sent."""
    with pytest.raises(NotUnpackable, match=said):
        unpacked(body)
