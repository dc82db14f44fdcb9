"""The AWS of one world: tables with a stream, a bucket, parameters, and what goes wrong around every call to them.

Answers for: throttling, crashes before and after a write, answers that are lost, the SDK's own retry, an update that DynamoDB
refuses for good, calls that take long, and a record of every call, from which the trace is made.
Refuses: striking who is immune, and who sets the stage.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from locallove.faults.bucket import Bucket
from locallove.faults.chance import Chance
from locallove.faults.client import Call, Refused
from locallove.faults.parameters import Parameters
from locallove.faults.scheduler import Crashed, Scheduler, Task
from locallove.faults.stream import FIRST, Stream
from locallove.faults.tables import Tables

ARN = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/reactions/stream/2026-11-21T00:00:00.000"
REACTIONS, TOTALS, CAMPAIGNS, BUCKET = "reactions", "totals", "campaigns", "reports"
POISON = "KR"
"""The market whose counters DynamoDB refuses, now and whenever it is tried again."""

SETTLEMENT, CLOSING = "settlement", "closing"
"""Tasks whose names begin so settle lives, or close the festival: they are killed at any call, reads too."""

_CALLS = 6
"""A closing makes so many times the calls of a settlement: struck as often at each, it would never come to its writes."""

_WRITES = {"PutItem", "UpdateItem", "PutObject", "TransactWriteItems"}
_LONGEST_CALL_MS = 40
_ORDERS = (FIRST, 10**22 - 4, 10**39 - 4)


class Storage:
    """Stands where AWS stands. `calls` counts the calls, `overwritten` are keys of the bucket that changed and must not."""

    def __init__(self, chance: Chance, scheduler: Scheduler) -> None:
        self.calls = 0
        self.overwritten: list[str] = []
        self.trace = blake2b(digest_size=16)
        self.stream = Stream(ARN, 2, _ORDERS[chance.number("first position", 0, 2)])
        self.tables = Tables({REACTIONS: self.stream, TOTALS: None, CAMPAIGNS: None}, self._clock, self._around)
        self.bucket = Bucket(BUCKET, self._clock, self._around)
        self.parameters = Parameters(self._clock, self._around)
        self._chance = chance
        self._scheduler = scheduler
        self._percent = (0.2, 0.7, 1.5, 3)[chance.number("how rough", 0, 3)]
        self._written: dict[str, bytes] = {}

    def note(self, *facts: object) -> None:
        """Put this into the trace."""
        self.trace.update("|".join(map(str, (self._scheduler.now_ms, *facts, "\n"))).encode())

    def _clock(self) -> int:
        return self._scheduler.now_ms

    def _around(self, operation: str, parameters: Mapping[str, Any], call: Call) -> dict[str, Any]:
        task = self._scheduler.task
        if task is None:
            return self._kept(operation, parameters, call)
        task.calls += 1
        self.calls += 1
        place = f"{task.name}, call {task.calls}, {operation}"
        self._scheduler.sleep(self._chance.number(f"duration|{place}", 1, _LONGEST_CALL_MS + task.stalls_ms))
        outcome = "gone"
        try:
            answer = self._struck(operation, parameters, call, task, place)
            outcome = "done"
        except (ClientError, Refused) as error:
            outcome = error.code if isinstance(error, Refused) else error.response["Error"]["Code"]
            raise
        finally:
            self.note(place, _key(parameters), outcome)
        return answer

    def _struck(self, operation: str, parameters: Mapping[str, Any], call: Call, task: Task, place: str) -> dict[str, Any]:
        """The answer to a call, if it is answered."""
        write = operation in _WRITES
        if _is_poisoned(operation, parameters):
            raise Refused("ValidationException", "The stand-in takes no counters of this market")
        if task.immune:
            return self._kept(operation, parameters, call)
        if self._strikes("throttling", place):
            raise Refused("ThrottlingException", "Rate exceeded")
        killed = next((f"{each} killed" for each in (SETTLEMENT, CLOSING) if task.name.startswith(each)), None)
        if (write or killed) and self._strikes(killed or "crash before a write", f"{place}, before"):
            raise Crashed
        if write and self._strikes("applied write retried by the SDK", place):
            with suppress(ClientError):
                self._kept(operation, parameters, call)
                self._scheduler.sleep(self._chance.number(f"retry|{place}", 25, 500))
        answer = self._kept(operation, parameters, call)
        if (write or killed) and self._strikes(killed or "crash after a write", f"{place}, after"):
            raise Crashed
        if write and self._strikes("answer of a write lost", place):
            raise ReadTimeoutError(endpoint_url="https://stand-in.invalid")
        return answer

    def _strikes(self, kind: str, place: str) -> bool:
        return self._chance.strikes(kind, place, self._percent / (_CALLS if place.startswith(CLOSING) else 1))

    def _kept(self, operation: str, parameters: Mapping[str, Any], call: Call) -> dict[str, Any]:
        """The answer, after a look at whether something that is published was overwritten, or a pointer moved back."""
        answer = call()
        if parameters.get("TableName") == REACTIONS and operation == "PutItem":
            self._scheduler.rouse()
        if operation == "PutObject":
            key, body = parameters["Key"], bytes(parameters["Body"])
            before = self._written.get(key, body)
            if before != body and not (key.endswith("/latest.json") and _reach(before) <= _reach(body)):
                self.overwritten.append(key)
            self._written[key] = body
        return answer


def _reach(pointer: bytes) -> tuple[int, int]:
    said = json.loads(pointer)
    return said["epoch"], said["reactions"]


def _is_poisoned(operation: str, parameters: Mapping[str, Any]) -> bool:
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    return operation == "UpdateItem" and any(name.endswith(f".{POISON}") for name in names.values())


def _key(parameters: Mapping[str, Any]) -> str:
    """What a call is about, in a few words."""
    key = parameters.get("Key") or parameters.get("Item") or parameters.get("Name") or ""
    return f"{key['pk']['S']} {key['sk']['S']}" if isinstance(key, Mapping) else str(key)
