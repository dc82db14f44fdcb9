"""Tasks that take turns by a clock of their own: threads of which one runs at any moment, so that equal plans give equal runs.

Answers for: a moment that moves only while every task waits; tasks going on in the order of the moments they wait for.
Refuses: chance. Who waits says for how long; two that wait for one moment go on in the order in which they began to wait.
"""

import traceback
from collections.abc import Callable
from heapq import heappop, heappush
from threading import Lock, Thread
from threading import local as of_thread

MAX_TURNS = 50_000
"""So many turns no world needs: what goes on for longer does not come to rest."""


class Crashed(BaseException):
    """The process that ran this is gone, past every `except Exception` of the service."""


class Restless(BaseException):
    """The world does not come to rest."""


class Task:
    """Something that is being done. `name` is the same in every run; `immune` is what no fault strikes; `calls` counts."""

    def __init__(self, name: str, deed: Callable[[], object], *, immune: bool) -> None:
        self.name = name
        self.immune = immune
        self.stalls_ms = 0
        self.calls = 0
        self.deed = deed
        self.turn = Lock()
        self.turn.acquire()


class Scheduler:
    """Runs tasks one at a time. `now_ms` is the moment, in milliseconds since the epoch."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.over = False
        self.broken: list[str] = []
        self._waiting: list[tuple[int, int, Task]] = []
        self._parked: list[Task] = []
        self._turns = 0
        self._own = of_thread()
        self._rest = Lock()
        self._rest.acquire()

    @property
    def task(self) -> Task | None:
        """The task that asks; None for who sets the stage and looks at it afterwards."""
        return getattr(self._own, "task", None)

    def begin(self, name: str, deed: Callable[[], object], after_ms: int = 0, *, immune: bool = False) -> None:
        """Let this be done from then on. A crash ends it; what else it raises is kept in `broken`."""
        task = Task(name, deed, immune=immune)
        self._wait(task, after_ms)
        Thread(target=self._live, args=(task,), daemon=True).start()

    def sleep(self, wait_ms: float) -> None:
        """Let others go on, and go on oneself so many milliseconds later."""
        if (task := self.task) is not None:
            self._wait(task, round(wait_ms))
            self._hand_over(task)

    def park(self) -> None:
        """Wait until somebody calls `rouse`, or the world is at rest for good."""
        if (task := self.task) is not None and not self.over:
            self._parked.append(task)
            self._hand_over(task)

    def rouse(self) -> None:
        """Let those go on that are parked."""
        for task in self._parked:
            self._wait(task, 100)
        self._parked.clear()

    def run(self) -> None:
        """Until all that is left is parked. Raises: Restless."""
        if self._waiting:
            self._next().turn.release()
            self._rest.acquire()
        if self._turns > MAX_TURNS:
            raise Restless

    def end(self) -> None:
        """Let those that are parked find that it is over, and end."""
        self.over = True
        self.rouse()
        self.run()

    def _live(self, task: Task) -> None:
        task.turn.acquire()
        self._own.task = task
        try:
            task.deed()
        except (Crashed, Restless):
            pass
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.broken.append(f"{task.name}: {type(error).__name__} in {where.name}, line {where.lineno}: {error}")
        self._hand_over(None)

    def _wait(self, task: Task, wait_ms: int) -> None:
        self._turns += 1
        heappush(self._waiting, (self.now_ms + max(0, wait_ms), self._turns, task))

    def _hand_over(self, task: Task | None) -> None:
        """Let the next go on, and wait for one's own turn unless that is the next, or this was the last."""
        following = self._next() if self._waiting else None
        if following is None or following is not task:
            (following.turn if following else self._rest).release()
            if task is not None:
                task.turn.acquire()
        if task is not None and self._turns > MAX_TURNS:
            raise Restless

    def _next(self) -> Task:
        moment, _, task = heappop(self._waiting)
        self.now_ms = max(self.now_ms, moment)
        return task
