"""Reading what the stream delivers."""

import base64

import pytest
from flows.deliveries import FIRST_MINUTE, STREAM, record

from chalicelib.domain import stream, tally
from chalicelib.domain.stream import NoShard
from chalicelib.domain.tally import Counts
from locallove.cloud.windows import Window

WINDOW = Window(STREAM, "shardId-1", 0, 60)
LIKE = {FIRST_MINUTE: {"JP": Counts(like=1)}}


def test_records_come_in_the_order_of_their_positions_each_once() -> None:
    event = WINDOW.event([record(10**21, "one", LIKE), record(9 * 10**20, "one", LIKE), record(10**21, "one", LIKE)], {})
    assert [each.position for each in stream.read(event).records] == ["9".zfill(20) + "0" * 20, "1".zfill(19) + "0" * 21]


@pytest.mark.parametrize("missing", ["shardId", "eventSourceARN"])
def test_an_event_without_its_shard_is_refused(missing: str) -> None:
    event = WINDOW.event([], {})
    del event[missing]
    with pytest.raises(NoShard):
        stream.read(event)


def test_two_shards_or_two_streams_never_share_a_row() -> None:
    hashes = {stream.read(Window(arn, shard, 0, 60).event([], {})).shard_hash for arn in ("a", "b") for shard in ("one", "two")}
    assert len(hashes) == 4
    assert all(len(each) == 12 for each in hashes)


def test_an_item_of_another_version_or_kind_is_unreadable_not_ignored() -> None:
    later = record(10**20, "one", LIKE)
    later["dynamodb"]["NewImage"]["v"] = {"N": "2"}
    prizes = record(10**20 + 1, "one", LIKE)
    prizes["dynamodb"]["NewImage"]["of"] = {"S": "prizes"}
    delivery = stream.read(WINDOW.event([later, prizes], {}))
    assert delivery.records == ()
    assert [each.reason for each in delivery.unreadable] == [
        "ValueError: an item of version 2 of reactions, which this release cannot count",
        "ValueError: an item of version 1 of prizes, which this release cannot count",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("live", {"S": ""}),
        ("live", {"S": "x" * 65}),
        ("rehearsal", {"BOOL": "false"}),
        ("tally", {"B": base64.b64encode(tally.encode({FIRST_MINUTE: {"JP": Counts(like=-1)}})).decode()}),
        ("tally", {"B": "!"}),
    ],
)
def test_an_item_that_is_not_as_we_write_it_is_unreadable(field: str, value: dict[str, str]) -> None:
    """A live without a name, a rehearsal that is text, a tally with a negative count, a tally that is not base64."""
    odd = record(10**20, "one", LIKE)
    odd["dynamodb"]["NewImage"][field] = value
    delivery = stream.read(WINDOW.event([odd], {}))
    assert (len(delivery.records), len(delivery.unreadable)) == (0, 1)


@pytest.mark.parametrize("number", ["", "12a", "１２", "1" * 41, "-1"])
def test_what_is_not_a_sequence_number_is_an_error(number: str) -> None:
    with pytest.raises(ValueError, match="sequence number"):
        stream.position(number)
