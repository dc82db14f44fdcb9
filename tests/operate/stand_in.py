"""AWS where botocore would go to the wire, for what moto does not know: a stack in any state, a deployed stage's functions.

Everything else of the account (who one is, buckets, tables, alarms) is moto's.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.handlers


@dataclass
class StandIn:
    """The stack's `status` (None: there is none), what a change set would change, and what was asked of it, in order."""

    status: str | None = None
    reason: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    change_set_failure: str | None = None
    becomes: str = "CREATE_COMPLETE"
    events: list[dict[str, Any]] = field(default_factory=list)
    a_page: int = 100
    asked: list[str] = field(default_factory=list)

    def answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        """Take the place of the wire for one call."""
        self.asked.append(model.name)
        answer: tuple[Any, dict[str, Any]] = getattr(self, f"_{model.name}")(params["body"])
        return answer

    def _DescribeStacks(self, _: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if self.status is None:
            return _said({"Error": {"Code": "ValidationError", "Message": "Stack does not exist"}}, 400)
        parameters = [{"ParameterKey": key, "ParameterValue": "****"} for key in self.parameters]
        outputs = [{"OutputKey": "PublicUrl", "OutputValue": "https://live.example"}]
        stack = {"StackStatus": self.status, "StackStatusReason": self.reason, "Parameters": parameters, "Outputs": outputs}
        return _said({"Stacks": [stack]})

    def _CreateChangeSet(self, body: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        numbers = [key.split(".")[2] for key in body if key.startswith("Parameters.") and key.endswith(".ParameterKey")]
        for number in numbers:
            name = body[f"Parameters.member.{number}.ParameterKey"]
            if (value := body.get(f"Parameters.member.{number}.ParameterValue")) is not None:
                self.parameters[name] = value
        return _said({"Id": "change-set"})

    def _DescribeChangeSet(self, body: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if self.change_set_failure is not None:
            return _said({"Status": "FAILED", "StatusReason": self.change_set_failure, "Changes": []})
        begin = int(body.get("NextToken", 0))
        end = begin + self.a_page
        page: dict[str, Any] = {"Status": "CREATE_COMPLETE"}
        page["Changes"] = [{"ResourceChange": each} for each in self.changes[begin:end]]
        return _said(page | ({"NextToken": str(end)} if end < len(self.changes) else {}))

    def _DeleteChangeSet(self, _: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return _said({})

    def _ExecuteChangeSet(self, _: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self.status = self.becomes
        return _said({})

    def _DescribeStackEvents(self, _: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        happened = self.events if "ExecuteChangeSet" in self.asked else []
        return _said({"StackEvents": [{"EventId": str(number), **each} for number, each in enumerate(happened)][::-1]})

    def _DeleteStack(self, _: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self.status = None
        return _said({})


@contextmanager
def cloudformation() -> Iterator[StandIn]:
    """The stand-in, for every session that is made until the end of the block."""
    stand_in = StandIn()
    with _in_place_of("cloudformation", stand_in.answer):
        yield stand_in


@contextmanager
def answering(service: str, answers: Mapping[str, dict[str, Any]]) -> Iterator[None]:
    """Until the end of the block a service answers these operations so, to whoever makes a client from now on."""
    with _in_place_of(service, lambda model, **_: _said(answers[model.name]) if model.name in answers else None):
        boto3.setup_default_session()
        yield


@contextmanager
def _in_place_of(service: str, answer: Callable[..., tuple[Any, dict[str, Any]] | None]) -> Iterator[None]:
    handler = (f"before-call.{service}", answer)
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    try:
        yield
    finally:
        botocore.handlers.BUILTIN_HANDLERS.remove(handler)


def _said(answer: dict[str, Any], status: int = 200) -> tuple[Any, dict[str, Any]]:
    return SimpleNamespace(status_code=status), {**answer, "ResponseMetadata": {"HTTPStatusCode": status}}
