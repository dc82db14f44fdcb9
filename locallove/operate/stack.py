"""A stage's CloudFormation stack: how it stands, what a deployment would change in it, and carrying that out.

Answers for: what a change would do before it is made, whether it would cut data off, and waiting for its end.
Under a retry: what is already so is "no changes"; a deployment that was interrupted goes on at AWS, and the next one says so.
Refuses: making packages (`package.py`) and deleting data (`destroy.py`).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import msgspec
from botocore.exceptions import ClientError

from chalicelib.store.clients import code
from locallove.operate.account import Account
from locallove.operate.mistake import Mistake

KEEPS_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
POLL_S = 2.0
MAX_POLLS = 1800
"""An hour: CloudFront takes minutes, and a deployment that hangs is somebody's to look at."""

_Said = TypeVar("_Said")
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed", "No changes")
_FAILED = {
    "ROLLBACK_COMPLETE": "its first deployment failed and was taken back",
    "ROLLBACK_FAILED": "its first deployment failed and could not be taken back",
    "CREATE_FAILED": "its first deployment failed",
    "DELETE_FAILED": "it could not be deleted",
}


class Change(msgspec.Struct, frozen=True):
    """What becomes of one resource; `replaced`: another one takes its place, or may, and what was in it stays behind."""

    action: Literal["Add", "Modify", "Remove", "Import", "Dynamic"]
    name: str
    type: str
    replaced: bool

    @property
    def loses_data(self) -> bool:
        """Whether data would be cut off from the service."""
        return self.type in KEEPS_DATA and (self.replaced or self.action == "Remove")


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack of a stage in an account."""

    account: Account
    stage: str

    @property
    def name(self) -> str:
        """The stack's name."""
        return f"locallove-{self.stage}"

    def found(self) -> Mapping[str, Any] | None:
        """What CloudFormation says of the stack; None if there is none."""
        try:
            (stack,) = self.account.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if code(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def ready(self) -> Mapping[str, Any] | None:
        """The stack, if it can be deployed to; None if it is yet to be made. Raises: Mistake that says what to do first."""
        stack = self.found()
        status = stack["StackStatus"] if stack else "REVIEW_IN_PROGRESS"
        if stack is None or status == "REVIEW_IN_PROGRESS":
            return None
        if status in _FAILED:
            raise Mistake(
                f"{self.name} is {status}: {_FAILED[status]} ({stack.get('StackStatusReason', 'no reason given')}). "
                f"Take away what is left with: make destroy STAGE={self.stage}, then deploy again"
            )
        if status == "UPDATE_ROLLBACK_FAILED":
            raise Mistake(
                f"{self.name} is {status}: mend what its events name, then: "
                f"aws cloudformation continue-update-rollback --stack-name {self.name}"
            )
        if status.endswith("_IN_PROGRESS"):
            raise Mistake(f"{self.name} is {status}: somebody is deploying; wait until that has ended")
        return stack

    def planned(self, address: str, parameters: Sequence[Any], *, new: bool) -> tuple[str, tuple[Change, ...]]:
        """A change set for this template, and what it would change: nothing if all is so. Raises: Mistake, ClientError."""
        made = self.account.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{datetime.now(UTC):%Y%m%dT%H%M%S%f}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateURL=address,
            Parameters=parameters,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )["Id"]
        said = _until(lambda: self._change_set(made), lambda each: not each["Status"].endswith(("_PENDING", "_IN_PROGRESS")))
        reason = said.get("StatusReason") or ""
        if said["Status"] == "FAILED":
            self.forget(made)
            if any(each in reason for each in _NOTHING_TO_DO):
                return made, ()
            raise Mistake(f"{self.name}: CloudFormation does not take the template: {reason}")
        changes = tuple(_change(each["ResourceChange"]) for each in said["Changes"] if "ResourceChange" in each)
        if not changes:
            self.forget(made)
        return made, changes

    def forget(self, change_set: str) -> None:
        """Delete a change set that is not carried out."""
        self.account.cloudformation.delete_change_set(ChangeSetName=change_set, StackName=self.name)

    def carry_out(self, change_set: str, tell: Callable[[str], None]) -> Mapping[str, Any]:
        """Carry a change set out and wait for its end, telling each event; gives the stack. Raises: Mistake if it failed."""
        before = {each["EventId"] for each in self._events()}
        self.account.cloudformation.execute_change_set(ChangeSetName=change_set, StackName=self.name)
        stack = self._watched(before, tell)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if stack is None or status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            failures = "; ".join(_failures(self._events(before)))
            raise Mistake(f"{self.name} is {status}, nothing new is in force: {failures or 'its events name no reason'}")
        return stack

    def delete(self, tell: Callable[[str], None]) -> None:
        """Delete the stack and wait for its end; what keeps data stays. Raises: Mistake if it failed."""
        stack = self.found()
        if stack is None:
            return
        before = {each["EventId"] for each in self._events()}
        self.account.cloudformation.delete_stack(StackName=self.name)
        stack = self._watched(before, tell)
        if stack is not None:
            raise Mistake(f"{self.name} is {stack['StackStatus']}: {'; '.join(_failures(self._events(before)))}")

    def _change_set(self, change_set: str) -> dict[str, Any]:
        """The change set with all pages of its changes."""
        asked = {"ChangeSetName": change_set, "StackName": self.name}
        said: dict[str, Any] = dict(self.account.cloudformation.describe_change_set(**asked))  # type: ignore[arg-type]
        while token := said.pop("NextToken", None):
            page: dict[str, Any] = dict(self.account.cloudformation.describe_change_set(**asked, NextToken=token))  # type: ignore[arg-type]
            said = {**page, "Changes": said["Changes"] + page["Changes"]}
        return said

    def _watched(self, before: AbstractSet[str], tell: Callable[[str], None]) -> Mapping[str, Any] | None:
        told = set(before)

        def look() -> Mapping[str, Any] | None:
            stack = self.found()
            for event in self._events(told) if stack else ():
                told.add(event["EventId"])
                tell(f"{event['ResourceStatus']:<28} {event['LogicalResourceId']}")
            return stack

        return _until(look, lambda stack: stack is None or not stack["StackStatus"].endswith("_IN_PROGRESS"))

    def _events(self, before: AbstractSet[str] = frozenset()) -> list[Any]:
        """What has happened to the stack but for these events, the oldest first."""
        found: list[Any] = []
        for page in self.account.cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name):
            new = [event for event in page["StackEvents"] if event["EventId"] not in before]
            found += new
            if len(new) < len(page["StackEvents"]):
                break  # they come with the newest first
        return found[::-1]


def _until(ask: Callable[[], _Said], is_over: Callable[[_Said], bool]) -> _Said:
    """What is answered when it is over. Raises: Mistake after an hour."""
    for _ in range(MAX_POLLS):
        if is_over(answer := ask()):
            return answer
        time.sleep(POLL_S)
    raise Mistake("CloudFormation has been at it for an hour: look at the stack's events")


def _change(said: Mapping[str, Any]) -> Change:
    return Change(
        said["Action"], said["LogicalResourceId"], said["ResourceType"], said.get("Replacement") in ("True", "Conditional")
    )


def _failures(events: Sequence[Any]) -> Iterator[str]:
    """What failed by itself; whatever else was broken off says only so."""
    for event in events:
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            yield f"{event['LogicalResourceId']}: {reason}"
