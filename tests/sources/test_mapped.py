"""CSV and NDJSON files by a mapping of columns: the recordings' own sums, and every form of a moment."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reactions import Reaction
from locallove.sources.mapped import columns, moment_ms, read
from locallove.sources.recording import BadRecording

TOKYO = ZoneInfo("Asia/Tokyo")
GIFTS = columns("gift", "id=seq,at=unix_s,value=amount_cents")


def read_json(*objects: dict[str, Any], mapping: str = "at=t,user=who,text=said") -> tuple[Reaction, ...]:
    lines = [json.dumps(each).encode() for each in objects]
    return read(lines, "test.ndjson", "room", columns("comment", mapping)).lives["room"]


@pytest.mark.needs("data")
def test_donations_add_up_to_the_sum_on_record(data: Path) -> None:
    """Every donation of a charity marathon, as gifts whose value is the amount in cents."""
    with (data / "donations" / "agdq2014.csv").open("rb") as lines:
        (gifts,) = read(lines, "agdq2014.csv", "agdq2014", GIFTS).lives.values()
    on_record = json.loads((data / "donations" / "totals.json").read_text())["agdq2014"]
    assert (len(gifts), sum(each.value or 0 for each in gifts)) == (28_100, 103_166_550)
    assert (len(gifts), sum(each.value or 0 for each in gifts)) == (on_record["n"], on_record["total_cents"])
    assert (gifts[0].at, gifts[-1].at) == ("2013-12-27T02:36:29.000Z", "2014-03-24T19:46:02.000Z")


@pytest.mark.needs("data")
def test_comments_are_all_there(data: Path) -> None:
    """3,650 comments in Japanese, whose times have no offset in the data."""
    taken = columns("comment", "at=published_at_local,user=author,text=message", ZoneInfo("UTC"))
    with (data / "chat-ja" / "comments.ndjson").open("rb") as lines:
        recording = read(lines, "comments.ndjson", "chat", taken)
    comments = recording.lives["chat"]
    assert len(comments) == 3_650
    assert (comments[0].at, comments[-1].at) == ("2021-09-30T12:52:17.000Z", "2021-09-30T13:11:59.000Z")
    assert recording.cut_texts == recording.repeated == 0


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        (1_676_109_603, None, 1_676_109_603_000),
        ("1676109603", None, 1_676_109_603_000),
        ("1676109603.1209", None, 1_676_109_603_120),
        (1_676_109_603_120, None, 1_676_109_603_120),
        ("1676109603120999", None, 1_676_109_603_120),
        ("2023-02-11T19:00:03.120999+09:00", None, 1_676_109_603_120),
        ("2023-02-11T10:00:03.120Z", TOKYO, 1_676_109_603_120),
        ("2023-02-11 19:00:03", TOKYO, 1_676_109_603_000),
    ],
)
def test_moments_are_read_in_every_form_and_cut_to_milliseconds(value: Any, zone: ZoneInfo | None, expected: int) -> None:
    """Seconds, milliseconds and microseconds as number or text; ISO 8601 with an offset, or without one in the zone given."""
    assert moment_ms(value, zone) == expected


@given(st.integers(100_000_000_000, 99_999_999_999_999))
def test_one_moment_is_the_same_in_every_unit(moment: int) -> None:
    """From 1973 on the three units cannot be mistaken for one another."""
    assert moment_ms(moment, None) == moment_ms(moment * 1000, None) == moment_ms(f"{moment / 1000:.3f}", None) == moment


@pytest.mark.parametrize("value", ["yesterday", "", "NaN", "-5", "1e30", "2023-02-30T00:00:00Z"])
def test_what_is_no_moment_is_said_to_be_none(value: str) -> None:
    """Text, and numbers that no clock shows."""
    with pytest.raises(ValueError, match=r"^is (neither|not) a number"):
        moment_ms(value, TOKYO)


def test_a_time_without_an_offset_needs_a_zone() -> None:
    """The error says what to do, and where."""
    with pytest.raises(BadRecording, match=r"^test\.ndjson:1: t is a time without an offset: .*--zone"):
        read_json({"t": "2023-02-11 19:00:03"}, mapping="at=t")


def test_what_is_missing_has_a_plain_default() -> None:
    """Ids from the line, users unknown."""
    one, two = read_json({"t": 1_676_109_603, "who": "u", "said": "a"}, {"t": 1_676_109_604, "who": ""})
    assert (one.id, one.user, one.text) == ("line-1", "u", "a")
    assert (two.id, two.user, two.text, two.market) == ("line-2", "unknown", None, None)


def test_reactions_come_in_order_of_time() -> None:
    """Whatever the order of the file: batches then hold fewer different minutes."""
    later, sooner = {"t": 1_676_109_605}, {"t": 1_676_109_603}
    assert [each.id for each in read_json(later, sooner, mapping="at=t")] == ["line-2", "line-1"]


def test_one_id_with_equal_content_is_there_once_and_said_to_be() -> None:
    """A block that was recorded twice."""
    row = b"1,1676109603,500"
    recording = read([b"\xef\xbb\xbfseq,unix_s,amount_cents\r\n", row + b"\r\n", row], "test.csv", "room", GIFTS)
    assert len(recording.lives["room"]) == recording.repeated == 1


def test_long_texts_are_cut_and_the_cutting_is_counted() -> None:
    """1 KiB of UTF-8, on a character border."""
    lines = [json.dumps({"t": 1_676_109_603, "said": "愛" * length}).encode() for length in (341, 342)]
    recording = read(lines, "test.ndjson", "room", columns("comment", "at=t,text=said"))
    assert [each.text for each in recording.lives["room"]] == ["愛" * 341] * 2
    assert recording.cut_texts == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"1,1676109603,500.5", "amount_cents is not a whole number"),
        (b"1,1676109603,-5", "amount_cents is not a whole number"),
        (b"1,1676109603,NaN", "amount_cents is not a whole number"),
        (b"1,1676109603,many", "amount_cents is not a whole number"),
        (b"1,,500", "unix_s is empty"),
        (b"1,soon,500", "unix_s is neither"),
        (b"1,99,500", "unix_s is not a moment"),
        (b"1,1676109603", "another number of cells"),
        (b"1,1676109603,500,7", "another number of cells"),
        (b'1,"16761"09603,500', "expected after"),
        (b"1,1676109603,\xff", "utf-8"),
        (b"0,1676109604,500", "id of an earlier line"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(line: bytes, said: str) -> None:
    """The error says what is wrong with which column, never what stands there."""
    lines = [b"seq,unix_s,amount_cents\n", b"0,1676109603,500\n", line]
    with pytest.raises(BadRecording, match=rf"^test\.csv:3: .*{said}") as bad:
        read(lines, "test.csv", "room", GIFTS)
    assert "many" not in str(bad.value)
    assert "soon" not in str(bad.value)


@pytest.mark.parametrize(
    ("line", "said"), [(b"[]", "Expected"), (b"{", "truncated"), (b'{"seq": {}, "unix_s": 1}', "seq is neither")]
)
def test_a_bad_object_is_named_by_file_and_line(line: bytes, said: str) -> None:
    """NDJSON: every line an object of texts and numbers."""
    with pytest.raises(BadRecording, match=rf"^test\.ndjson:2: .*{said}"):
        read([b'{"seq": 1, "unix_s": 1676109603}\n', line], "test.ndjson", "room", GIFTS)


def test_a_column_that_no_line_has_is_an_error() -> None:
    """A misspelt column would silently be worth nothing."""
    with pytest.raises(BadRecording, match=r"^test\.csv: no line has amount_cents; the last one has seq, unix_s, amount$"):
        read([b"seq,unix_s,amount\n", b"0,1676109603,500\n"], "test.csv", "room", GIFTS)


@pytest.mark.parametrize("content", [[], [b"seq,unix_s,amount_cents\n"], [b"\n"]])
def test_a_file_without_lines_has_no_lives(content: list[bytes]) -> None:
    """Nothing was recorded, and nothing is made up."""
    assert read(content, "test.csv", "room", GIFTS).lives == {}


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("", "field=column"),
        ("at", "field=column"),
        ("at=", "field=column"),
        ("id=seq", "at=COLUMN is needed"),
        ("at=t,at=u", "twice"),
        ("at=t,text=x", "a gift has no 'text'"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(mapping: str, said: str) -> None:
    """Before the file is opened."""
    with pytest.raises(ValueError, match=said):
        columns("gift", mapping)
