"""Lambda's events for a DynamoDB stream with a tumbling window, and what Lambda makes of the reply.

Answers for: the event's form (`Records`, `window`, `state`, `shardId`, final calls without records) and the rule that a reply
without `state` is a failure. Tests build their redeliveries with it. Source: AWS Lambda developer guide, tumbling windows.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class BadReply(Exception):
    """The handler's reply is not what Lambda asks of a window: the batch counts as failed."""


@dataclass(frozen=True, slots=True)
class Window:
    """A tumbling window of one shard; times in seconds since the epoch."""

    stream_arn: str
    shard: str
    start_s: int
    end_s: int

    @classmethod
    def around(cls, stream_arn: str, shard: str, now_s: int, seconds: int) -> "Window":
        """The window that a moment falls into."""
        start = now_s - now_s % seconds
        return cls(stream_arn, shard, start, start + seconds)

    def event(self, records: Sequence[Mapping[str, Any]], state: Mapping[str, Any], *, final: bool = False) -> dict[str, Any]:
        """The event that Lambda delivers for these records; the final one of a window may have none."""
        return {
            "Records": list(records),
            "window": {"start": _moment(self.start_s), "end": _moment(self.end_s)},
            "state": dict(state),
            "shardId": self.shard,
            "eventSourceARN": self.stream_arn,
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": False,
        }


def state_of(reply: Any) -> dict[str, Any]:
    """The state that a handler hands on. Raises: BadReply."""
    if not isinstance(reply, dict) or not isinstance(reply.get("state"), dict):
        raise BadReply("the reply has no state")
    if reply.get("batchItemFailures"):
        raise BadReply(f"{len(reply['batchItemFailures'])} records reported as failed")
    state: dict[str, Any] = reply["state"]
    return state


def records(found: Iterable[Mapping[str, Any]], stream_arn: str) -> list[dict[str, Any]]:
    """Records of the DynamoDB Streams API in the form in which Lambda delivers them: bytes as base64, times as numbers."""
    return [
        {
            "eventID": each["eventID"],
            "eventName": each["eventName"],
            "eventVersion": each["eventVersion"],
            "eventSource": each["eventSource"],
            "awsRegion": each["awsRegion"],
            "eventSourceARN": stream_arn,
            "dynamodb": _jsonable(each["dynamodb"]),
        }
        for each in found
    ]


def _jsonable(value: Any) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, Mapping):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
