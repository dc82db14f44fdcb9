"""AWS refusing, paging or telling another time, where botocore would go to the wire: the service's own code runs as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError


@contextmanager
def refused(
    client: Any, operation: str, error: str, when: Callable[[dict[str, Any]], bool] = lambda _: True, status: int = 400
) -> Iterator[list[str]]:
    """Until the end of the block AWS answers `operation` with `error` when the request says so; lists refusals.

    `when` is given the request as it would go out, with `url` and `body`: JSON for tables, the object itself for a bucket.
    """
    refusals: list[str] = []

    def refuse(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        if not when(params):
            return None
        refusals.append(operation)
        answer = {"Error": {"Code": error, "Message": "refused"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return SimpleNamespace(status_code=status), answer

    with _handling(client, "before-call", operation, refuse):
        yield refusals


@contextmanager
def unanswered(client: Any, operation: str, when: Callable[[dict[str, Any]], bool] = lambda _: True) -> Iterator[list[str]]:
    """Until the end of the block AWS does `operation`, but its answer is lost when this says so; lists what was lost."""
    lost: list[str] = []

    def lose(**answered: Any) -> None:
        if when(answered):
            lost.append(operation)
            raise ReadTimeoutError(endpoint_url=operation)

    with _handling(client, "after-call", operation, lose):
        yield lost


@contextmanager
def asked(client: Any, operation: str, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
    """Until the end of the block `operation` is asked with these parameters too, such as Limit=1; lists what was asked."""
    requests: list[dict[str, Any]] = []

    def ask(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        requests.append(params)
        return {**params, **parameters}

    with _handling(client, "provide-client-params", operation, ask):
        yield requests


@contextmanager
def dated(client: Any, operation: str, moment: datetime) -> Iterator[None]:
    """Until the end of the block AWS dates its answers to `operation` with this moment (cut to seconds, in UTC)."""

    def date(parsed: dict[str, Any], **_: Any) -> None:
        parsed["ResponseMetadata"]["HTTPHeaders"]["date"] = format_datetime(moment, usegmt=True)

    with _handling(client, "after-call", operation, date):
        yield


@contextmanager
def _handling(client: Any, event: str, operation: str, handler: Callable[..., Any]) -> Iterator[None]:
    """The handler is called at this event of the client's `operation` until the end of the block."""
    name = f"{event}.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register_first(name, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(name, handler)
