"""schemathesis reads the API's description from the running service and asks whatever it can think of: all of it must hold.

The service runs with the campaign of the description's own examples, closing so late that it takes them, and with one that is
settled and has a statement and reports, to which somebody is invited. What is generated is signed as it goes out, so that it is
read and counted and not only refused.
Every phase and every check runs.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest
import schemathesis
from client import request
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.checks import CHECKS
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from standardwebhooks.webhooks import Webhook
from web.settled import settled_campaign

from chalicelib import runtime
from chalicelib.domain import channels
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.channels import Part
from chalicelib.domain.festival import Voting
from chalicelib.domain.invitations import Invitation
from chalicelib.web import examples
from locallove.cloud.local import local_cloud

POST = "POST /v1/lives/{live}/reactions"
PARTS: dict[str, Part] = {f"POST /v1/festivals/{{campaign}}/{part}": part for part in channels.PARTS}
SETTLED = "settled-2026"
TOKEN = runtime.new_token()
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
GOOD_MOMENT = "2021-06-14T12:00:00+09:00"
A_HUNDRED_YEARS = 100 * 366 * 24 * 60  # minutes
GOOD = {**msgspec.to_builtins(examples.BATCH.reactions[0]), "id": "good"}
GOOD_FOR = {
    part: {**msgspec.to_builtins(getattr(batch, part)[0]), "entry" if part == "metrics" else "id": "good"}
    for part, batch in examples.FESTIVAL_BATCHES.items()
}
CONFIG = {
    "seed": 1,
    "generation": {"max-examples": 10, "database": "none", "no-shrink": True},
    # Much of what is drawn is there, much is not, so that both answers are asked for.
    "dictionaries": {
        "lives": {"values": [examples.LIVE.id]},
        "settled": {"values": [SETTLED]},
        "files": {"values": ["statement.json", "ledger-0001.ndjson.gz", "chain-000001.json"]},
        "campaigns": {"values": [examples.CAMPAIGN.id]},
        "festivals": {"values": [examples.FESTIVAL.id]},
        "invitations": {"values": [TOKEN]},
        "report": {"values": ["report.json", "report.ja.html", "totals.csv"]},
        "moments": {"values": [examples.BATCH.reactions[0].at]},
    },
    "parameters": {
        "path.live": {"dictionary": "lives", "probability": 0.7},
        "path.campaign": {"dictionary": "campaigns", "probability": 0.5},
        "path.file": {"dictionary": "files", "probability": 0.7},
        "body.reactions[*].at": {"dictionary": "moments", "probability": 0.7},
    },
    "operations": [
        {
            "include-path-regex": "^/v1/(lives|campaigns)/.*/statement",
            "parameters": {f"path.{of}": {"dictionary": "settled", "probability": 0.7} for of in ("live", "campaign")},
        },
        {
            "include-path-regex": "^/v1/festivals/",
            "parameters": {"path.campaign": {"dictionary": "festivals", "probability": 0.7}},
        },
        {
            "include-path-regex": "^/i/",
            "parameters": {
                "path.invitation": {"dictionary": "invitations", "probability": 0.7},
                "path.file": {"dictionary": "report", "probability": 0.7},
            },
        },
    ],
    # Methods that neither API Gateway nor the local server can hand on to the service (TRACE, QUERY) are not ours to answer.
    "phases": {"coverage": {"unexpected-methods": ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]}},
}


@dataclass
class Run:
    """What a run of schemathesis asked, was answered, and found fault with."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    phases: dict[str, Status] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, event: events.EngineEvent) -> None:
        """Take down what the event says."""
        if isinstance(event, events.FatalError | events.NonFatalError):
            self.faults.append(repr(event))
        elif isinstance(event, events.PhaseFinished):
            self.phases[event.phase.name.value] = event.status
        elif isinstance(event, events.ScenarioFinished):
            self._note(event.recorder)

    def _note(self, recorder: ScenarioRecorder) -> None:
        for case, interaction in recorder.interactions.items():
            if interaction.response is not None:
                self.answers[recorder.cases[case].value.operation.label, interaction.response.status_code] += 1
        for check in (each for checks in recorder.checks.values() for each in checks):
            self.checked[check.name] += 1
            if found := check.failure_info:
                self.faults.append(f"{check.name}: {found.failure.title}\n{found.failure.message}\n{found.code_sample}")

    def statuses(self, operation: str) -> set[int]:
        """All statuses that this operation answered."""
        return {status for asked, status in self.answers if asked == operation}


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    live = msgspec.structs.replace(examples.LIVE, settle_after_minutes=A_HUNDRED_YEARS)
    campaign = msgspec.structs.replace(examples.CAMPAIGN, lives=(live,))
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign)
        cloud.apply(open_festival())
        secrets = {to: cloud.add_sender(to) for to in (campaign.id, examples.FESTIVAL.id)}
        settled_campaign(cloud, SETTLED)
        cloud.publish()
        runtime.service().invitations.put(
            Invitation(sha256(TOKEN.encode()).hexdigest(), SETTLED, None, "宮城県", "ja", date.max, 0)
        )
        # Not by its address: then schemathesis would leave out the operations that give the description itself.
        description = request(f"{cloud.url}/v1/openapi.json").json
        schema = schemathesis.openapi.from_dict(description, config=schemathesis.Config.from_dict(CONFIG))
        schema.config.update(base_url=cloud.url)
        schema.auth.set_from_requests(Signing(secrets))
        schema.hook(map_case)
        run = Run()
        for event in from_schema(schema).execute():
            run.note(event)
        yield run


def open_festival() -> Campaign:
    """The festival of the examples, which takes whatever comes."""
    festival = examples.FESTIVAL.festival
    assert festival is not None
    never = datetime(2999, 1, 1, tzinfo=UTC)
    entering = msgspec.structs.replace(festival.entries, closes_at=never)
    voting = Voting(festival.entries.opens_at, never)
    lasting = msgspec.structs.replace(festival, entries=entering, voting=voting, metrics_as_of=never)
    return msgspec.structs.replace(examples.FESTIVAL, festival=lasting)


def map_case(_: Any, case: "schemathesis.Case[Any]") -> "schemathesis.Case[Any]":
    """A well-formed batch becomes one of the live that is asked, with a good reaction: nothing less is promised a 202."""
    well_formed = case.meta is None or not case.meta.is_negative_at(ParameterLocation.BODY)
    body: Any = case.body
    if well_formed and case.operation.label == POST and isinstance(body, dict):
        case.body = {**body, "live": case.path_parameters.get("live"), "reactions": [*body["reactions"], GOOD]}
    part = PARTS.get(case.operation.label)
    if well_formed and part and isinstance(body, dict):
        at = {"at": GOOD_MOMENT} if part == "metrics" else {}
        case.body = {**body, **at, "festival": case.path_parameters.get("campaign"), part: [*body[part], GOOD_FOR[part]]}
    return case


class Signing(AuthBase):
    """Signs requests as a sender does, about every second one gzipped; a wrong timestamp or batch id stays as it is."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self._webhooks = {to: Webhook(secret) for to, secret in secrets.items()}

    def __call__(self, prepared: PreparedRequest) -> PreparedRequest:
        headers: Any = prepared.headers
        now = datetime.now(UTC)
        text = prepared.body if isinstance(prepared.body, bytes) else b""
        digest = sha256(text)
        if re.fullmatch(r"[0-9]{10}", headers.get("webhook-timestamp", "")):
            headers["webhook-timestamp"] = str(int(now.timestamp()))
        if headers.get("webhook-id") == examples.BATCH_ID:
            # It is in nearly everything that is generated; only the first would be stored, all others were conflicts.
            headers["webhook-id"] = digest.hexdigest()
        said = text.decode("utf-8", "replace")
        to = examples.FESTIVAL.id if "/v1/festivals/" in str(prepared.url) else examples.CAMPAIGN.id
        headers["webhook-signature"] = self._webhooks[to].sign(headers.get("webhook-id", ""), now, said)
        if headers.get("content-type") == "application/json" and digest.digest()[0] % 2:
            headers["content-type"] = "application/gzip"
            prepared.prepare_body(gzip.compress(text, mtime=0), None)
        return prepared


def test_what_the_description_says_holds(run: Run) -> None:
    assert run.faults == [], "\n\n".join(run.faults)


def test_every_check_was_made_in_every_phase(run: Run) -> None:
    assert {phase: run.phases[phase] for phase in PHASES} == dict.fromkeys(PHASES, Status.SUCCESS)
    assert run.checked.keys() == set(CHECKS.get_all_names()), "a check is new or left out"


def test_every_operation_was_asked(run: Run) -> None:
    """Reads found what is there, and not what is not; batches were stored, replayed, and refused for every reason."""
    assert {200, 202, 400, 401, 404, 405, 415, 422} <= run.statuses(POST)
    for post in PARTS:
        assert {202, 400, 401, 404, 405, 415, 422} <= run.statuses(post), post
    assert {200, 404, 405} <= run.statuses("GET /v1/festivals/{campaign}/standings")
    assert {200, 400, 404, 405} <= run.statuses("GET /v1/lives/{live}/totals")
    for read in ("campaigns/{campaign}", "campaigns/{campaign}/totals"):
        assert {200, 404, 405} <= run.statuses(f"GET /v1/{read}")
    for read in ("lives/{live}", "campaigns/{campaign}"):
        assert {302, 404, 405} <= run.statuses(f"GET /v1/{read}/statement")
        assert {302, 404, 405} <= run.statuses(f"GET /v1/{read}/statement/{{file}}")
    assert {200, 405} <= run.statuses("GET /i/{invitation}")
    assert {200, 404, 405} <= run.statuses("GET /i/{invitation}/files.json")
    assert {302, 404, 405} <= run.statuses("GET /i/{invitation}/{file}")
    for read in ("health", "openapi.json"):
        assert {200, 405} <= run.statuses(f"GET /v1/{read}")
