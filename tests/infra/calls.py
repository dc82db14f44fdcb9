"""What functions really ask of AWS, as IAM sees it: each call with the resource and the keys that a policy may be about.

Answers for: recording every call of every client, signed links too, under the role that a test says is at work, and whether a
role's policy allows it. Of IAM it knows what `infra/access.yaml` uses: exact actions, `*` in resources, and three conditions.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import botocore.handlers

from locallove.cloud.aws import ACCOUNT, REGION, STAGE
from locallove.operate.package import merged

TEMPLATE = merged()
ROLES = ("ApiRole", "CounterRole", "PublisherRole", "SettlerRole")
BUCKET = f"locallove-{STAGE}-reports-{ACCOUNT}"
ARNS: Mapping[str, str] = {
    **{
        name: f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/locallove-{STAGE}-{name.lower()}"
        for name in ("Reactions", "Totals", "Campaigns")
    },
    "Reports": f"arn:aws:s3:::{BUCKET}",
    "Notices": f"arn:aws:sns:{REGION}:{ACCOUNT}:locallove-{STAGE}-notices",
}
_ACTIONS: Mapping[str, str] = {
    "HeadObject": "GetObject",  # the right to read is the right to ask
    "ListObjectsV2": "ListBucket",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
}


@dataclass(frozen=True)
class Call:
    """One right that a call needs: an action on a resource (an ARN), and what conditions may ask about."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


@dataclass
class Recorder:
    """Every right that each role needed."""

    role: str | None = None
    needed: dict[str, set[Call]] = field(default_factory=dict)

    @contextmanager
    def at_work(self, role: str) -> Iterator[None]:
        """Until the end of the block it is this role's function that calls."""
        self.role = role
        try:
            yield
        finally:
            self.role = None

    def asked(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        """A call is about to be made, or a link signed."""
        service = model.service_model.service_name
        if self.role is not None and service != "dynamodbstreams":  # the stream is read by Lambda, not by the function
            by_link = bool(context.get("is_presign_request"))
            self.needed.setdefault(self.role, set()).update(_calls(service, model.name, params, by_link=by_link))

    def answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """S3 says that something is not there only to those who may list."""
        missing = parsed.get("Error", {}).get("Code") in ("NoSuchKey", "404")
        if missing and model.service_model.service_name == "s3" and self.role is not None:
            self.needed.setdefault(self.role, set()).add(Call("s3:ListBucket", ARNS["Reports"]))


@contextmanager
def recording() -> Iterator[Recorder]:
    """A recorder for every client that is made until the end of the block."""
    recorder = Recorder()
    handlers = [("before-parameter-build", recorder.asked), ("after-call", recorder.answered)]
    botocore.handlers.BUILTIN_HANDLERS.extend(handlers)
    try:
        yield recorder
    finally:
        for handler in handlers:
            botocore.handlers.BUILTIN_HANDLERS.remove(handler)


def _calls(service: str, operation: str, params: dict[str, Any], *, by_link: bool) -> Iterator[Call]:
    action = f"{service}:{_ACTIONS.get(operation, operation)}"
    if service == "dynamodb":
        keys = params.get("Key") or params.get("Item") or {"pk": params.get("ExpressionAttributeValues", {}).get(":pk", {})}
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{params['TableName']}"
        yield Call(action, table, (("dynamodb:LeadingKeys", keys["pk"].get("S", "")),))
    elif service == "s3":
        key = f"/{params['Key']}" if "Key" in params else ""
        resource = f"arn:aws:s3:::{params['Bucket']}{key}"
        yield Call(action, resource, (("s3:authType", "REST-QUERY-STRING" if by_link else "REST-HEADER"),))
        if hold := params.get("ObjectLockLegalHoldStatus"):
            yield Call("s3:PutObjectLegalHold", resource, (("s3:object-lock-legal-hold", hold),))
    elif service == "ssm":
        yield Call(action, f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{params['Name']}")
    else:
        yield Call(action, params["TopicArn"])


def listed(value: Any) -> list[Any]:
    """What IAM takes as one or many."""
    return value if isinstance(value, list) else [value]


def statements(role: str) -> list[dict[str, Any]]:
    """The statements of a role's policy."""
    (policy,) = TEMPLATE["Resources"][role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def allows(statement: Mapping[str, Any], call: Call) -> bool:
    """Whether a statement allows a call."""
    return (
        call.action in listed(statement["Action"])
        and any(fnmatchcase(call.resource, _arn(each)) for each in listed(statement["Resource"]))
        and all(
            any(fnmatchcase(dict(call.context).get(name, ""), pattern) for pattern in listed(patterns))
            for asked in statement.get("Condition", {}).values()
            for name, patterns in asked.items()
        )
    )


def _arn(resource: Mapping[str, Any]) -> str:
    """A resource of the template in this account."""
    if "Ref" in resource:
        return ARNS[resource["Ref"]]
    if "Fn::GetAtt" in resource:
        return ARNS[resource["Fn::GetAtt"][0]]
    said = {"Stage": STAGE, "AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
    named = {f"{name}.Arn": arn for name, arn in ARNS.items()}
    return re.sub(r"\$\{([^}]+)\}", lambda found: {**said, **named}.get(found[1], found[0]), resource["Fn::Sub"])
