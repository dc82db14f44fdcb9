"""The stream pump: reads a DynamoDB stream and calls a handler as Lambda's event source mapping does.

Answers for: every shard from TRIM_HORIZON, batches in order, tumbling windows with their state and their final call, and after
a failure Lambda's own ways: the batch is halved and delivered again, overlapping what was delivered before it, for a poller may
resume from an earlier checkpoint; without end, and without giving up a record. Refuses: speed over likeness.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from locallove.cloud.windows import Window, records, state_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

Handler = Callable[[dict[str, Any]], Any]

BATCH_SIZE = 400
"""So many of our records fit into the 6 MB that Lambda takes in one call (batches of 500 reactions)."""
OVERLAP = 10
WINDOW_S = 60
IDLE_S = 0.2
MAX_BACKOFF_S = 5.0


@dataclass(slots=True)
class _Shard:
    """How far a shard has been read, the records still to be delivered, the last that were, and its open window."""

    id: str
    last: str | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[dict[str, Any]] = field(default_factory=list)
    size: int = BATCH_SIZE
    window: Window | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0
    not_before: float = 0.0


class Pump:
    """Delivers a stream to a handler, shard by shard. Whoever turns it waits for whoever does.

    `clock` gives seconds since the epoch: a window ends when its time does, in the midst of whatever is being delivered.
    """

    def __init__(
        self, client: "DynamoDBStreamsClient", stream_arn: str, handler: Handler, clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._arn = stream_arn
        self._handler = handler
        self._clock = clock
        self._shards: dict[str, _Shard] = {}
        self._turning = threading.Lock()
        self._stop = threading.Event()
        self.last_error: Exception | None = None

    def turn(self) -> bool:
        """Read and deliver once from every shard; whether there was anything to do (a batch to be tried again counts)."""
        with self._turning:
            self._discover()
            busy = False
            for shard in self._shards.values():
                if not shard.waiting:
                    self._read(shard)
                busy |= bool(shard.waiting)
                if shard.waiting and time.monotonic() >= shard.not_before:
                    self._deliver(shard)
            return busy

    def drain(self, timeout_s: float = 600.0) -> None:
        """Turn until everything in the stream has been delivered, then close the windows. Raises: TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while self.turn():
            if time.monotonic() > deadline:
                raise TimeoutError(f"records are still failing: {self.last_error!r}")
            self._stop.wait(self._pause())
        self.close_windows()

    def run(self) -> None:
        """Turn until `stop` is called from another thread."""
        while not self._stop.is_set():
            try:
                busy = self.turn()
            except Exception as error:  # the stream could not be read: Lambda's poller goes on, and so does this one
                self.last_error, busy = error, False
            self._stop.wait(self._pause() if busy else IDLE_S)
        self.close_windows()

    def stop(self) -> None:
        """Make `run` end."""
        self._stop.set()

    def close_windows(self) -> None:
        """The final call of every open window, without records; a shard that still has records keeps its window open."""
        with self._turning:
            for shard in self._shards.values():
                if not shard.waiting:
                    self._close_window(shard)

    def _pause(self) -> float:
        """How long nothing can be delivered because every waiting shard is backing off."""
        waiting = [shard.not_before for shard in tuple(self._shards.values()) if shard.waiting]
        return max(0.0, min(waiting, default=0.0) - time.monotonic())

    def _discover(self) -> None:
        described = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]
        for found in described["Shards"]:
            self._shards.setdefault(found["ShardId"], _Shard(found["ShardId"]))

    def _read(self, shard: _Shard) -> None:
        """The next records of a shard, through a new iterator each time: a failed transaction leaves moto's old ones blind."""
        position: Any = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard.last is not None:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": shard.last}
        iterator = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=shard.id, **position)["ShardIterator"]
        found = self._client.get_records(ShardIterator=iterator, Limit=BATCH_SIZE)["Records"]
        if found:
            shard.last = found[-1]["dynamodb"]["SequenceNumber"]
            wanted = [each for each in found if each["eventName"] == "INSERT"]
            shard.waiting.extend(records(wanted, self._arn))

    def _deliver(self, shard: _Shard) -> None:
        now_s = int(self._clock())
        batch = shard.waiting[: shard.size]
        again = shard.delivered if shard.failures else []
        try:
            if shard.window is not None and now_s >= shard.window.end_s:
                self._close_window(shard)
            if shard.window is None:
                shard.window = Window.around(self._arn, shard.id, now_s, WINDOW_S)
            shard.state = state_of(self._handler(shard.window.event([*again, *batch], shard.state)))
        except Exception as error:
            self._fail(shard, len(batch), error)
        else:
            del shard.waiting[: shard.size]
            shard.delivered = batch[-OVERLAP:]
            shard.size = min(BATCH_SIZE, shard.size * 2)
            shard.failures = 0

    def _fail(self, shard: _Shard, delivered: int, error: Exception) -> None:
        """Halve the batch and wait a little longer each time."""
        self.last_error = error
        shard.size = max(1, delivered // 2)
        shard.failures += 1
        shard.not_before = time.monotonic() + min(MAX_BACKOFF_S, 0.05 * 2 ** min(shard.failures, 10))

    def _close_window(self, shard: _Shard) -> None:
        if shard.window is not None:
            state_of(self._handler(shard.window.event([], shard.state, final=True)))
            shard.window, shard.state = None, {}
