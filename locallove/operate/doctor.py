"""What a stage needs before a live, looked at one by one: a checklist that says what is wrong and what helps.

Answers for: each thing as one check, none hindering another; what AWS does not let one look at counts as not in order.
Refuses: changing anything.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import boto3
import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.answers import utc
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import MINUTE_MS, Live
from chalicelib.domain.frozen import frozen_part
from chalicelib.runtime import Service
from chalicelib.store.clients import StorageRefused, code
from chalicelib.store.secrets import NoSecrets
from locallove.operate import costing
from locallove.operate.costing import Plan
from locallove.operate.package import merged

FUNCTIONS = ("api", "counter", "publisher", "settler")
MOST_SKEW_MS = 5_000
"""A sender's clock may be five minutes off; ours that decides what is frozen should not."""
FREEZING_MS = 10 * MINUTE_MS
"""Two runs of the publisher, which writes the frozen rule."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at: what was found, and where it is not in order what helps."""

    of: str
    ok: bool
    found: str
    helps: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A live in its stage, and the busiest second that is expected: reactions, and how many of them come in a batch."""

    service: Service
    applied: Applied
    live: Live
    now_ms: int
    rate: int
    batch: int

    @property
    def prefix(self) -> str:
        """What the names of the stage's resources begin with."""
        return f"locallove-{self.service.settings.stage}"

    def client(self, name: Any) -> Any:
        """A client of AWS where the stage is."""
        return boto3.client(name, endpoint_url=self.service.settings.endpoint_url)


def examined(patient: Patient) -> Iterator[Check]:
    """Every check, one after the other."""
    for name, check in CHECKS.items():
        try:
            yield check(patient)
        except ClientError as error:
            denied = code(error) in ("AccessDenied", "AccessDeniedException")
            helps = f"credentials that may {error.operation_name}" if denied else "make deploy, and look at its outputs"
            yield Check(name, ok=False, found=str(error), helps=helps)
        except (BotoCoreError, StorageRefused) as error:
            yield Check(name, ok=False, found=f"AWS does not answer: {error}", helps="ask again; AWS's health page")


def _verdict(of: str, wrong: Sequence[str], fine: str, helps: str) -> Check:
    return Check(of, ok=False, found="; ".join(wrong), helps=helps) if wrong else Check(of, ok=True, found=fine)


def _clock(patient: Patient) -> Check:
    off_ms = patient.now_ms - patient.service.campaigns.clock_ms()
    # AWS tells whole seconds, so that up to one of them is nobody's fault.
    wrong = not -MOST_SKEW_MS <= off_ms <= MOST_SKEW_MS + 1000
    said = f"this machine's is {off_ms / 1000:+.1f} s off AWS's"
    return _verdict("clock", [said] if wrong else [], said, "set this machine's clock (NTP)")


def _tables(patient: Patient) -> Check:
    dynamodb, wrong = patient.client("dynamodb"), []
    for name in ("reactions", "totals", "campaigns"):
        table = dynamodb.describe_table(TableName=f"{patient.prefix}-{name}")["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=table["TableName"])["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        streams = name != "reactions" or table.get("StreamSpecification", {}).get("StreamEnabled", False)
        state = {"active": table["TableStatus"] == "ACTIVE", "recoverable": recovery == "ENABLED", "streaming": streams}
        wrong += [f"{name} is not {word}" for word, so in state.items() if not so]
    return _verdict("tables", wrong, "three, active and recoverable", "make deploy")


def _secrets(patient: Patient) -> Check:
    campaign = patient.applied.campaign.id
    try:
        senders = [each for each in patient.service.secrets.fetch(campaign).senders if each.secrets]
    except NoSecrets:
        senders = []
    found = ", ".join(f"{each.name} ({len(each.secrets)})" for each in senders)
    wrong = [] if senders else ["nobody may send"]
    return _verdict("secrets", wrong, f"senders and their secrets: {found}", f"locallove sender add NAME --campaign {campaign}")


def _rule(patient: Patient) -> Check:
    """Frozen, or to be frozen when the live starts; the hash is the one that the public definition names."""
    body, start_ms = frozen_part(patient.applied.campaign, patient.live.id), patient.live.start_minute * MINUTE_MS
    digest = sha256(body).hexdigest()[:16]
    stored = patient.service.reports.read(f"rules/{patient.live.id}.json")
    if stored is not None:
        wrong = [] if stored.body == body else ["the frozen rule is another than the one in force"]
        return _verdict("rule", wrong, f"frozen, SHA-256 {digest}", "announce nothing before it is known why")
    late = patient.now_ms > start_ms + FREEZING_MS
    wrong = [f"not frozen, although the live began at {utc(start_ms)}"] if late else []
    return _verdict("rule", wrong, f"to be frozen at {utc(start_ms)}, SHA-256 {digest}", "docs/operations.md, reports-fail")


def _functions(patient: Patient) -> Check:
    functions, wrong = patient.client("lambda"), []
    for name in FUNCTIONS:
        found = functions.get_function(FunctionName=f"{patient.prefix}-{name}")["Configuration"]
        if (found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")) != ("Active", "Successful"):
            wrong.append(f"{name} is {found.get('State')}, its last update {found.get('LastUpdateStatus')}")
    return _verdict("functions", wrong, f"{', '.join(FUNCTIONS)}: active", "make deploy")


def _layer(patient: Patient) -> Check:
    found = patient.client("lambda").get_function(FunctionName=f"{patient.prefix}-publisher")["Configuration"]
    layers = [each["Arn"].split(":layer:")[-1] for each in found.get("Layers", ())]
    wrong = [] if layers else ["the publisher has none: no report can be made"]
    return _verdict("layer", wrong, f"the publisher's: {', '.join(layers)}", "make deploy")


def _mapping(patient: Patient) -> Check:
    """There is one, it is on, and it is what exactness needs."""
    found = patient.client("lambda").list_event_source_mappings(FunctionName=f"{patient.prefix}-counter")["EventSourceMappings"]
    wrong = [] if len(found) == 1 else [f"{len(found)} lead to the counter, not one"]
    needed = {"StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1, "State": "Enabled"}
    for each in found:
        wrong += [f"{name} is {each.get(name)}, not {value}" for name, value in needed.items() if each.get(name) != value]
        wrong += [] if each.get("TumblingWindowInSeconds") else ["it has no tumbling window"]
    return _verdict("mapping", wrong, "one, on, from the beginning, never gives up", "make deploy")


def _alarms(patient: Patient) -> Check:
    named = [alarm.replace("${Stage}", patient.service.settings.stage) for alarm in alarm_names()]
    found = {each["AlarmName"]: each for each in patient.client("cloudwatch").describe_alarms(AlarmNames=named)["MetricAlarms"]}
    told = {
        "missing": [name for name in named if name not in found],
        "ringing": [name for name, each in found.items() if each["StateValue"] == "ALARM"],
    }
    wrong = [
        f"{what}: {', '.join(name.removeprefix(f'{patient.prefix}-') for name in names)}" for what, names in told.items() if names
    ]
    return _verdict("alarms", wrong, f"{len(found)}, none rings", "docs/operations.md, Alarms")


def alarm_names() -> list[str]:
    """What the template calls its alarms, for any stage."""
    resources = [each for each in merged()["Resources"].values() if each.get("Type") == "AWS::CloudWatch::Alarm"]
    return [each["Properties"]["AlarmName"]["Fn::Sub"] for each in resources]


def _listeners(patient: Patient) -> Check:
    sns = patient.client("sns")
    topics = [each["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for each in page["Topics"]]
    found = [
        each["SubscriptionArn"]
        for topic in topics
        if topic.endswith(f":{patient.prefix}-alarms")
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    ]
    confirmed = [each for each in found if each.startswith("arn:")]
    wrong = [] if confirmed else [f"nobody hears the alarms ({len(found)} have not confirmed)"]
    helps = "make deploy PARAMETERS=AlarmEmail=…, then confirm the mail that comes"
    return _verdict("listeners", wrong, f"{len(confirmed)} hear the alarms", helps)


def _quotas(patient: Patient) -> Check:
    """What the busiest second needs beside what this account and this live have."""
    minutes = patient.live.end_minute - patient.live.start_minute
    plan = Plan(1, patient.rate * minutes * 60, patient.batch, minutes, patient.applied.campaign.keep_days, patient.rate)
    needed = {each.of: each.needed for each in costing.quotas(plan)}
    dynamodb = patient.client("dynamodb")
    table = dynamodb.describe_table(TableName=patient.service.settings.reactions_table)["Table"]
    there = {
        costing.AT_ONCE: patient.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"],
        costing.WARM: table.get("WarmThroughput", {}).get("WriteUnitsPerSecond") or costing.WARM_BY_DEFAULT,
        costing.TABLE: dynamodb.describe_limits()["TableMaxWriteCapacityUnits"],
        costing.BUCKETS: patient.live.buckets,
    }
    wrong = [f"{name}: needs {needed[name]:,}, has {has:,}" for name, has in there.items() if needed[name] > has]
    fine = f"enough for {patient.rate:,} reactions a second in batches of {patient.batch}"
    return _verdict("quotas", wrong, fine, "locallove cost says how each is raised")


CHECKS: dict[str, Callable[[Patient], Check]] = {
    "clock": _clock,
    "tables": _tables,
    "secrets": _secrets,
    "rule": _rule,
    "functions": _functions,
    "layer": _layer,
    "mapping": _mapping,
    "alarms": _alarms,
    "listeners": _listeners,
    "quotas": _quotas,
}
