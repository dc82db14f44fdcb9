"""What a kit holds in memory: the batch being filled, finished batches in their order, and how much is under way.

Answers for: room that pushes back, cutting by size and by age, and handing every batch out once. For any number of threads.
Refuses: sending, and dropping anything.
"""

import time
from collections import deque
from threading import Condition, Lock

from locallove.kit.batches import Batch, Cutter, Part


class Full(Exception):
    """There was no room in time; what was handed in has not been taken."""


class Closed(Exception):
    """The kit takes nothing any more; what was handed in has not been taken."""


class Waiting:
    """Room for `room` reactions without an answer. A batch is cut when full, when `oldest_s` old, and at the end.

    Age is looked at by whoever takes: while all of them are busy, the open batch goes on filling and leaves none the later.
    """

    def __init__(self, cutter: Cutter, oldest_s: float, room: int) -> None:
        if room < cutter.most:
            raise ValueError(f"room for {room} reactions is less than one batch of {cutter.most}")
        self._cutter = cutter
        self._oldest_s = oldest_s
        self._room = room
        self._held = 0
        self._opened_at = 0.0
        self._ready: deque[Batch] = deque()
        self._closed = False
        lock = Lock()
        self._freed = Condition(lock)
        self._work = Condition(lock)

    def add(self, part: Part, timeout_s: float | None) -> None:
        """Take a reaction, waiting for room. Raises: Full, Closed."""
        with self._freed:
            self._make_room(1, timeout_s)
            if not self._cutter.fits(part):
                self._cut()
            self._cutter.add(part)
            self._held += 1
            if len(self._cutter) == self._cutter.most:
                self._cut()
            elif len(self._cutter) == 1:
                self._opened_at = time.monotonic()
                self._work.notify_all()

    def put(self, batch: Batch, timeout_s: float | None) -> None:
        """Take a finished batch, waiting for room; one larger than all the room goes when nothing else is held. Raises: Full,
        Closed."""
        with self._freed:
            self._make_room(batch.reactions, timeout_s)
            self._held += batch.reactions
            self._ready.append(batch)
            self._work.notify()

    def take(self) -> Batch | None:
        """The next batch, waiting for one; None when closed and nothing is left."""
        with self._work:
            while not self._ready:
                left_s = self._opened_at + self._oldest_s - time.monotonic()
                if not len(self._cutter):
                    if self._closed:
                        return None
                    self._work.wait()
                elif self._closed or left_s <= 0:
                    self._cut()
                else:
                    self._work.wait(left_s)
            return self._ready.popleft()

    def done(self, batch: Batch) -> None:
        """A batch that was taken needs no room any more."""
        with self._freed:
            self._held -= batch.reactions
            self._freed.notify_all()

    def close(self) -> None:
        """Take nothing any more; whoever waits for room is told, and what is held is handed out without waiting for age."""
        with self._freed:
            self._closed = True
            self._freed.notify_all()
            self._work.notify_all()

    def _make_room(self, reactions: int, timeout_s: float | None) -> None:
        def is_settled() -> bool:
            return self._closed or not self._held or self._held + reactions <= self._room

        if not self._freed.wait_for(is_settled, timeout_s):
            raise Full(f"{self._held} reactions wait for an answer, and there was no room for {reactions} more")
        if self._closed:
            raise Closed("the kit is closed")

    def _cut(self) -> None:
        self._ready.append(self._cutter.cut())
        self._work.notify()
