"""Another process that gets in between, or a process that dies: played where botocore would go to the wire."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aws_faults import refused

from chalicelib import runtime
from chalicelib.store.clients import StorageRefused


def entry(number: int) -> Callable[[dict[str, Any]], bool]:
    """Tells the write of this entry of the chain."""
    return lambda request: f"chain/{number:06d}.json" in request["url"]


def record(name: str) -> Callable[[dict[str, Any]], bool]:
    """Tells the write of this record: `settled#` and the live, or nothing for the campaign."""
    return lambda request: f'"settled#{name}"'.encode() in request["body"]


@contextmanager
def meanwhile(operation: str, when: Callable[[dict[str, Any]], bool], other: Callable[[], Any]) -> Iterator[list[Any]]:
    """Before the first such write everything else is done; lists what it gave."""
    done: list[Any] = []
    began: list[bool] = []

    def get_in_between(request: dict[str, Any]) -> bool:
        if not began and when(request):
            began.append(True)
            done.append(other())
        return False

    with refused(_client(operation), operation, "SlowDown", get_in_between):
        yield done


def killed_at(operation: str, when: Callable[[dict[str, Any]], bool], deed: Callable[[], Any]) -> None:
    """Do it, and die before such a write."""
    error = "ThrottlingException" if operation == "PutItem" else "SlowDown"
    with refused(_client(operation), operation, error, when) as refusals:
        try:
            deed()
        except StorageRefused:
            assert refusals
            return
    raise AssertionError("it never came to that write")


def _client(operation: str) -> Any:
    service = runtime.service()
    return service._dynamodb if operation == "PutItem" else service._s3
