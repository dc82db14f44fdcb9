"""The package deployed to ministack, an AWS of another make, by the operator's own commands: from a signed batch to a report.

ministack has no tumbling window: the mapping is pointed at `windowed.py`, which adds what one adds. Nothing else is different.
"""

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from client import Answer, request
from command_line import locallove
from rehearsal import place
from samples import signed_headers

from locallove.cloud.scheduler import scheduled_event

pytestmark = pytest.mark.needs("rehearsal")

STAGE = "rehearsal"
LIVE = "rehearsed-1"
WAIT_S = 60
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "ap-northeast-1"}


@dataclass(frozen=True)
class Ministack:
    """A running ministack, and the operator who works on it."""

    endpoint: str

    def operator(self, *arguments: str, **more: str) -> CompletedProcess[str]:
        return locallove(*arguments, **KEYS, AWS_ENDPOINT_URL=self.endpoint, **more)

    def client(self, name: Any) -> Any:
        return boto3.client(
            name, endpoint_url=self.endpoint, region_name="ap-northeast-1", aws_access_key_id="test", aws_secret_access_key="test"
        )


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LAMBDA_EXECUTOR": "local"}
    with place.running(["-m", "ministack"], tmp_path_factory.mktemp("ministack"), {**settings, **KEYS}):
        until(lambda: is_listening(port))
        yield Ministack(f"http://127.0.0.1:{port}")


@dataclass(frozen=True)
class Deployed:
    """A stage with a campaign, and what its platform knows: where to post and with which secret."""

    ministack: Ministack
    said: dict[str, Any]
    api: str
    bucket: str
    secret: str

    def post(self, batch: str, text: bytes) -> Answer:
        return request(f"{self.api}/v1/lives/{LIVE}/reactions", text, signed_headers(self.secret, batch, text))

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = request(f"{self.api}/v1/lives/{LIVE}/totals").json["counts"]
        return found


def deploy(ministack: Ministack) -> CompletedProcess[str]:
    return ministack.operator("deploy", "--stage", STAGE, "--package", str(place.package()), "--json")


@pytest.fixture(scope="module")
def deployed(ministack: Ministack, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Deployed, a campaign applied and a sender added, each by its command; then the mapping pointed at the wrapper."""
    done = deploy(ministack)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    stage = {"LOCALLOVE_STAGE": STAGE, "LOCALLOVE_REPORTS_BUCKET": said["outputs"]["ReportsBucket"]}
    file = str(tmp_path_factory.mktemp("campaign") / "rehearsed.toml")
    for command in (("new", "rehearsed", "--out", file), ("apply", file)):
        applied = ministack.operator("campaign", *command, **stage)
        assert applied.returncode == 0, applied.stderr
    added = ministack.operator("sender", "add", "platform", "--campaign", "rehearsed", "--json", **stage)
    assert added.returncode == 0, added.stderr
    point_mapping_at_wrapper(ministack.client("lambda"))
    api = f"{ministack.endpoint}/restapis/{said['outputs']['RestAPIId']}/api/_user_request_"
    return Deployed(ministack, said, api, stage["LOCALLOVE_REPORTS_BUCKET"], json.loads(added.stdout)["secret"])


def point_mapping_at_wrapper(functions: Any) -> None:
    """A second counter, of the same zip and the wrapper, takes the stream in the place of the first."""
    zipped = io.BytesIO((place.package() / "deployment.zip").read_bytes())
    with ZipFile(zipped, "a") as archive:
        archive.write(Path(__file__).with_name("windowed.py"), "windowed.py")
    counter = functions.get_function_configuration(FunctionName=f"locallove-{STAGE}-counter")
    functions.create_function(
        FunctionName="windowed",
        Handler="windowed.count_reactions",
        Code={"ZipFile": zipped.getvalue()},
        **{name: counter[name] for name in ("Role", "Runtime", "Timeout", "MemorySize")},
        Environment={"Variables": counter["Environment"]["Variables"]},
    )
    (mapping,) = functions.list_event_source_mappings()["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], FunctionName="windowed")


def until(is_so: Callable[[], bool]) -> None:
    """Wait for it. Raises: AssertionError after a minute."""
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline, "not within a minute"
        time.sleep(0.1)


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def likes(*numbers: int) -> bytes:
    """A batch of three likes for each number."""
    each = {"kind": "like", "count": 3, "at": "2030-04-01T19:00:03+09:00", "market": "JP", "user": "u1"}
    return json.dumps({"live": LIVE, "reactions": [{**each, "id": f"r{number}"} for number in numbers]}).encode()


def test_deploy_creates_everything(deployed: Deployed) -> None:
    assert {change["action"] for change in deployed.said["changes"]} == {"Add"}
    assert len(deployed.said["changes"]) > 40
    assert request(f"{deployed.api}/v1/health").json["status"] == "ok"


def test_deploying_twice_changes_nothing(deployed: Deployed) -> None:
    again = deploy(deployed.ministack)
    assert (again.returncode, json.loads(again.stdout)["changes"]) == (0, []), again.stderr
    assert f"locallove-{STAGE} in ap-northeast-1: no changes" in again.stderr


def test_a_signed_batch_goes_in_once_and_totals_come_out(deployed: Deployed) -> None:
    first = deployed.post("b-1", likes(1, 2))
    assert (first.status, first.json["counts"]["like"]) == (202, 6)
    until(lambda: deployed.counts()["like"] == 6)
    again = deployed.post("b-1", likes(1, 2))
    assert (again.status, again.json["replayed"]) == (200, True)
    assert deployed.post("b-2", likes(3)).status == 202
    until(lambda: deployed.counts()["like"] > 6)
    assert deployed.counts()["total"] == 9


def test_what_no_sender_signed_is_refused(deployed: Deployed) -> None:
    text = likes(9)
    stranger = signed_headers("whsec_" + "A" * 43 + "=", "b-9", text)
    assert request(f"{deployed.api}/v1/lives/{LIVE}/reactions", text, stranger).status == 401


def test_a_report_lands_in_the_bucket(deployed: Deployed) -> None:
    event, functions = json.dumps(scheduled_event("publish")), deployed.ministack.client("lambda")
    answer = functions.invoke(FunctionName=f"locallove-{STAGE}-publisher", Payload=event)
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    listed = deployed.ministack.client("s3").list_objects_v2(Bucket=deployed.bucket, Prefix=f"rehearsed/live-{LIVE}/")
    names = {each["Key"].rpartition("/")[2] for each in listed["Contents"]}
    assert {"report.ja.html", "report.xlsx", "summary.ja.pdf", "card.en.png", "manifest.json", "latest.json"} <= names


def test_destroy_refuses_while_there_is_data(deployed: Deployed) -> None:
    refused = deployed.ministack.operator("destroy", "--stage", STAGE, "--confirm", STAGE)
    assert refused.returncode == 2
    assert f"stage {STAGE} keeps data, and nothing is destroyed: table locallove-{STAGE}-reactions" in refused.stderr
    assert request(f"{deployed.api}/v1/health").json["status"] == "ok"
