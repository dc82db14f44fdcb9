"""What the stand-ins for boto3's clients share: one hook around every call, and errors that are botocore's own.

Answers for: a call happening alone and as a whole, or not at all; answers dated by the clock that is handed in.
Refuses: guessing. A parameter or a form that a stand-in does not know is NotImitated, which the service cannot catch.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from threading import Lock
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

Clock = Callable[[], int]
"""Gives the moment, in milliseconds since the epoch."""

Call = Callable[[], dict[str, Any]]
"""Lets AWS do what was asked, each time it is called; gives the answer. Raises: ClientError."""

Around = Callable[[str, Mapping[str, Any], Call], dict[str, Any]]
"""Stands around every call. Given the operation (`PutItem`), its parameters and the call, it gives what the caller is answered.

To refuse as AWS does: raise Refused. To crash, before or after: raise before or after the call. To lose the answer: call, then
raise. To retry as the SDK does: call twice. While it does not call, others may.
"""


class NotImitated(BaseException):
    """AWS may know this; the stand-in does not, and says so past every `except Exception` of the service."""


class Refused(Exception):
    """AWS refuses, with this code; the caller gets a ClientError. `more` stands in the answer beside the code."""

    def __init__(self, code: str, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.more = more


def invalid(message: str) -> Refused:
    """What DynamoDB and SSM answer to what can never be done."""
    return Refused("ValidationException", message)


def plainly(operation: str, parameters: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """The hook without faults: everything is done once and answered."""
    return call()


class Client:
    """A client of one AWS service. `exceptions` holds the error classes named in `errors`, as boto3's clients do."""

    errors: tuple[str, ...] = ()

    def __init__(self, clock: Clock, around: Around = plainly) -> None:
        self._clock = clock
        self._around = around
        self._alone = Lock()
        self.exceptions = SimpleNamespace(**{code: type(code, (ClientError,), {}) for code in self.errors})

    def _call(
        self, operation: str, asked: dict[str, Any], known: frozenset[str], deed: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """The answer to a call, through the hook. Raises: ClientError, NotImitated, what the hook raises."""
        if unknown := asked.keys() - known:
            raise NotImitated(f"{operation} with {', '.join(sorted(unknown))}")

        def call() -> dict[str, Any]:
            with self._as_boto3(operation), self._alone:
                answer = deed(asked)
            return {**answer, "ResponseMetadata": self._metadata(200)}

        with self._as_boto3(operation):
            return self._around(operation, asked, call)

    @contextmanager
    def _as_boto3(self, operation: str) -> Iterator[None]:
        try:
            yield
        except Refused as refused:
            raise self._error(operation, refused) from None

    def _error(self, operation: str, refused: Refused) -> ClientError:
        kind: type[ClientError] = getattr(self.exceptions, refused.code, ClientError)
        answer: Any = {"Error": {"Code": refused.code, "Message": str(refused)}, **refused.more}
        answer["ResponseMetadata"] = self._metadata(refused.status)
        return kind(answer, operation)

    def _metadata(self, status: int) -> dict[str, Any]:
        date = formatdate(self._clock() // 1000, usegmt=True)
        return {"HTTPStatusCode": status, "HTTPHeaders": {"date": date}, "RetryAttempts": 0}
