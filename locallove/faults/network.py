"""The network between senders and the service, and the service's instances: requests go straight to intake.

Answers for: requests and answers that are lost, requests that arrive twice or outlive their sender's patience, other texts under
the same id, instances whose clocks are wrong, that die, and that a release replaces.
Refuses: sockets. A `Connection` stands where `http.client`'s stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from chalicelib.domain.channels import Part
from chalicelib.flows.intake import Intake, Posted
from chalicelib.web.problems import translated
from chalicelib.web.responses import receipt_answer
from locallove.faults.chance import Chance
from locallove.faults.posts import part_of
from locallove.faults.scheduler import Crashed, Scheduler

INSTANCES = 3
SKEW_MS = 5_000
"""So wrong a clock may be."""

STALL_MS = 5_000
"""A call of a request that drags on takes up to so long; the whole request less than a function's time-out."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer as `http.client` gives it."""

    status: int
    body: bytes
    headers: Message
    reason: str = ""

    def read(self) -> bytes:
        """The body."""
        return self.body


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the live, or the campaign and the part of its festival; header names in lower case."""

    to: str
    part: Part | None
    headers: Mapping[str, str]
    body: bytes


class Instances:
    """The service's instances. `make` gives the intake of a fresh one; `judge` sees every answer that one of them gives."""

    def __init__(
        self,
        chance: Chance,
        scheduler: Scheduler,
        make: Callable[[], Intake],
        judge: Callable[[Mapping[str, str], bytes, Arrived], None],
    ) -> None:
        self._chance = chance
        self._scheduler = scheduler
        self._make = make
        self._judge = judge
        self._skews = [
            chance.number(f"skew {number}", -SKEW_MS, SKEW_MS) if chance.strikes("clock skew", f"instance {number}", 30) else 0
            for number in range(INSTANCES)
        ]
        self.renew()

    def renew(self) -> None:
        """All instances are new, and know nothing yet."""
        self._intakes = [self._make() for _ in range(INSTANCES)]

    def take(self, place: str, request: Request) -> Arrived:
        """The answer of one instance. Raises: Crashed, after which that instance is a new one."""
        number = self._chance.number(f"instance for {place}", 0, INSTANCES - 1)
        headers, body, part = request.headers, request.body, request.part
        posted = Posted(request.to, headers, body, self._scheduler.now_ms + self._skews[number], part)
        intake = self._intakes[number]
        try:
            answer = translated(lambda: receipt_answer(intake.take(posted)))
        except Crashed:
            self._intakes[number] = self._make()
            raise
        said = Message()
        for name, value in answer.headers.items():
            said[name] = str(value)
        text: Any = answer.body
        arrived = Arrived(answer.status_code, text.encode() if isinstance(text, str) else text, said)
        self._judge(headers, body, arrived)
        return arrived


class Connection:
    """A sender's connection. `release` makes a release of the service, at once."""

    def __init__(
        self, name: str, chance: Chance, scheduler: Scheduler, instances: Instances, release: Callable[[str], None]
    ) -> None:
        self._name = name
        self._chance = chance
        self._scheduler = scheduler
        self._instances = instances
        self._release = release
        self._attempts = 0
        self._asked = Request("", None, {}, b"")

    def request(self, _method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a request; it is on its way when the answer is asked for."""
        self._attempts += 1
        _, _, _, to, named = path.split("/")
        self._asked = Request(to, part_of(named), {name.lower(): value for name, value in headers.items()}, body)

    def getresponse(self) -> Arrived:
        """The answer. Raises: ConnectionError, TimeoutError."""
        chance, place = self._chance, f"{self._name}, attempt {self._attempts}"
        self._scheduler.sleep(chance.number(f"way|{place}", 5, 60))
        if chance.strikes("request lost", place, 3):
            raise ConnectionResetError("the request was lost")
        if chance.strikes("duplicate send", place, 4):
            self._again(f"{place}, duplicate", chance.number(f"later|{place}", 0, 90_000), 0)
        if chance.strikes("request outlives its sender's patience", place, 3):
            self._again(f"{place}, slow", 0, STALL_MS)
            self._scheduler.sleep(chance.number(f"patience|{place}", 0, 8_000))
            raise TimeoutError("no answer yet")
        try:
            arrived = self._instances.take(place, self._asked)
        except Crashed:
            raise ConnectionResetError("the instance is gone") from None
        if chance.strikes("response lost", place, 6):
            if chance.strikes("release between lost answer and retry", place, 20):
                self._release(place)
            raise ConnectionResetError("the answer was lost")
        return arrived

    def close(self) -> None:
        """Nothing is open."""

    def _again(self, place: str, after_ms: int, stalls_ms: int) -> None:
        asked = self._asked

        def take() -> None:
            task = self._scheduler.task
            assert task is not None
            task.stalls_ms = stalls_ms
            self._instances.take(place, asked)

        self._scheduler.begin(place, take, after_ms)
