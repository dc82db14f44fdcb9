"""The kit itself: reactions in from any thread, batches out over a few connections, a report of what became of them.

Answers for: every reaction that was taken has an outcome when `close` is over. Refuses: keeping anything on disk; that is the
caller's. What is promised under a retry and after a crash stands in `locallove.sender`.
"""

import atexit
import time
from collections.abc import Callable
from contextlib import closing, suppress
from threading import Event, Lock, Thread
from types import TracebackType

from chalicelib.domain.reactions import Reaction
from locallove.kit.batches import Batch, Cutter, part_of
from locallove.kit.patience import PERSISTENT, Patience, Watch
from locallove.kit.posting import GaveUp, Sender
from locallove.kit.report import Outcome, Report
from locallove.kit.waiting import Waiting


class Unanswered(Exception):
    """Some batches have no final answer; `report.given_up` has them, to be kept and sent again as they are."""

    def __init__(self, report: Report) -> None:
        first = report.given_up[0].gave_up
        super().__init__(f"{len(report.given_up)} of {report.batches} batches have no final answer; the first: {first}")
        self.report = report


class Kit:
    """Sends the reactions of one live as they happen; also finished batches of any live. Use it in a `with` statement.

    `live` is where `add` sends to (None: only `send` is used); a batch is cut at `most` reactions and when its first one is
    `oldest_s` seconds old; `room` is how many reactions without an answer are held before adding waits; `workers` is how many
    connections send at once. `on_outcome` is called once for each batch, by one thread at a time; it must neither add nor close,
    and what it raises counts as no answer. Unlike a command, a kit goes on through 401 and 404 until its patience ends.

    Raises: ValueError for an address, a secret or a room that cannot be one.
    """

    def __init__(  # noqa: PLR0913 - what a platform sets by name, each with its default
        self,
        url: str,
        secret: str,
        live: str | None = None,
        *,
        most: int = 500,
        oldest_s: float = 1.0,
        room: int = 10_000,
        workers: int = 2,
        rehearsal: bool = False,
        patience: Patience = PERSISTENT,
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._live = live
        self._waiting = Waiting(Cutter(live or "", most, rehearsal=rehearsal), oldest_s, room)
        self._on_outcome = on_outcome
        self._report = Report()
        self._telling = Lock()
        self._stopped = Event()
        watch = Watch(sleep=self._pause)
        senders = [Sender(url, secret, patience=patience, watch=watch) for _ in range(workers)]
        # Daemons, so that a program that forgets to close does not hang: it closes when it ends, and still loses nothing.
        self._threads = [Thread(target=self._work, args=(sender,), daemon=True) for sender in senders]
        for thread in self._threads:
            thread.start()
        atexit.register(self.close)

    def add(self, reaction: Reaction, timeout_s: float | None = None) -> None:
        """Take a reaction; while there is no room, wait. Once this returns, the reaction will have an outcome.

        Raises (and has then not taken it): Full after `timeout_s` seconds without room, Closed, ValueError for what could only be
        rejected. Add an act once: two batches with the same act are both counted.
        """
        if self._live is None:
            raise ValueError("a kit without a live sends finished batches only")
        self._waiting.add(part_of(reaction), timeout_s)

    def send(self, batch: Batch, timeout_s: float | None = None) -> None:
        """Take a finished batch, such as one that was given up earlier; it goes out as it is. Raises: Full, Closed, as `add`."""
        self._waiting.put(batch, timeout_s)

    @property
    def report(self) -> Report:
        """What became of the batches so far."""
        return self._report

    def stop(self) -> None:
        """Take nothing any more and begin no new attempt: what has no answer after the attempts under way is given up."""
        self._stopped.set()
        self._waiting.close()

    def close(self, timeout_s: float | None = None) -> Report:
        """Take nothing any more, send what is waiting, and wait until everything has an outcome; a second call gives the same.

        After `timeout_s` seconds `stop` is called; attempts under way are still waited for (`answer_s` at most). Raises:
        Unanswered when batches were given up.
        """
        atexit.unregister(self.close)
        self._waiting.close()
        try:
            self._join(timeout_s)
        except BaseException:  # waiting was interrupted: whoever waits no longer wants no further attempts
            self._stopped.set()
            raise
        if self._report.given_up:
            raise Unanswered(self._report)
        return self._report

    def __enter__(self) -> "Kit":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close. After an exception what was added is sent all the same, but Unanswered does not hide it; an interrupt stops."""
        if kind is None:
            self.close()
            return
        with suppress(Unanswered):
            self.close(None if issubclass(kind, Exception) else 0)

    def _join(self, timeout_s: float | None) -> None:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                self.stop()
                thread.join()

    def _work(self, sender: Sender) -> None:
        with closing(sender):
            while (batch := self._waiting.take()) is not None:
                self._tell(self._outcome(sender, batch))
                self._waiting.done(batch)

    def _outcome(self, sender: Sender, batch: Batch) -> Outcome:
        try:
            self._pause(0)
            return Outcome(batch, answer=sender.post(batch.live, batch.id, batch.text))
        except GaveUp as gave_up:
            return Outcome(batch, gave_up=gave_up)
        except Exception as error:  # a thread has nobody above it, and the batch must not vanish with it
            return _broken(batch, error)

    def _tell(self, outcome: Outcome) -> None:
        with self._telling:
            try:
                if self._on_outcome is not None:
                    self._on_outcome(outcome)
            except Exception as error:  # the caller has not taken the answer in, so the batch stays to be sent again
                outcome = _broken(outcome.batch, error)
            self._report = self._report.plus(outcome)

    def _pause(self, wait_s: float) -> None:
        if self._stopped.wait(wait_s):
            raise GaveUp(0, "stopped before there was a final answer")


def _broken(batch: Batch, error: Exception) -> Outcome:
    return Outcome(batch, gave_up=GaveUp(0, f"batch {batch.id}: {type(error).__name__}: {error}"))
