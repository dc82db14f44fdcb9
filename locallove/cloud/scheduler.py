"""The scheduler: reads the schedule expressions off the Chalice app and calls the functions as EventBridge does."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LambdaContext

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scheduled function and how often it runs."""

    name: str
    every_s: int


def context(name: str) -> LambdaContext:
    """A Lambda context for one invocation of the function of this name."""
    config = Config()
    return LambdaContext(name, config.lambda_memory_size or 128, max_runtime_ms=900_000)


def scheduled_event(name: str) -> dict[str, Any]:
    """The event with which EventBridge calls the function of this name, now."""
    now = datetime.now(UTC)
    return {
        "version": "0",
        "id": f"{now:%Y%m%d%H%M%S%f}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": "ap-northeast-1",
        "resources": [f"arn:aws:events:ap-northeast-1:123456789012:rule/{name}"],
        "detail": {},
    }


def schedules(app: Chalice) -> Iterator[Schedule]:
    """The schedules of the app. Raises: ValueError for an expression that is not a rate."""
    for source in app.event_sources:
        expression = getattr(source, "schedule_expression", None)
        if expression is not None:
            text = expression if isinstance(expression, str) else expression.to_string()
            found = _RATE.fullmatch(text)
            if found is None:
                raise ValueError(f"{source.name} runs at {text}; the local scheduler knows only rates")
            yield Schedule(source.name, int(found[1]) * _SECONDS[found[2]])


class Scheduler:
    """Runs every scheduled function at its rate, each run reported to `failed` if it raises."""

    def __init__(self, app: Chalice, failed: Callable[[str, Exception], None]) -> None:
        self._app = app
        self._failed = failed
        self._schedules = list(schedules(app))
        self._stop = threading.Event()

    def invoke(self, name: str) -> Any:
        """Run one scheduled function now, whatever its rate. Raises what it raises; KeyError for an unknown name."""
        return self._app.handler_map[name](scheduled_event(name), context(name))

    def run(self) -> None:
        """Run the functions at their rates until `stop` is called from another thread."""
        due = {each.name: time.monotonic() + each.every_s for each in self._schedules}
        while not self._stop.wait(0.5):
            for each in self._schedules:
                if time.monotonic() >= due[each.name]:
                    due[each.name] += each.every_s
                    try:
                        self.invoke(each.name)
                    except Exception as error:
                        self._failed(each.name, error)

    def stop(self) -> None:
        """Make `run` end."""
        self._stop.set()
