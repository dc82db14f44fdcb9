"""AWS refusing calls, where botocore would go to the wire: the service's own code runs as it is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any


@contextmanager
def refused(
    client: Any, operation: str, error: str, when: Callable[[dict[str, Any]], bool] = lambda _: True, status: int = 400
) -> Iterator[list[str]]:
    """Until the end of the block DynamoDB answers `operation` with `error` when the request's body says so; lists refusals."""
    refusals: list[str] = []

    def refuse(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        if not when(json.loads(params["body"])):
            return None
        refusals.append(operation)
        answer = {"Error": {"Code": error, "Message": "refused"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return SimpleNamespace(status_code=status), answer

    name = f"before-call.dynamodb.{operation}"
    client.meta.events.register_first(name, refuse)
    try:
        yield refusals
    finally:
        client.meta.events.unregister(name, refuse)
