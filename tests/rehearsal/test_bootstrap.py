"""The package as Lambda runs it: unpacked into an empty folder, started by Lambda's own bootstrap, without this tree."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from client import request
from rehearsal import place
from rehearsal.runtime_api import REQUEST_ID, runtime_api

from bench import workload
from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.run import aws_for_others
from locallove.cloud.scheduler import scheduled_event

pytestmark = pytest.mark.needs("rehearsal")

ANSWER_S = 60
FROM_AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Lambda unpacks: the function under `task`, its layer under `opt`."""
    root = tmp_path_factory.mktemp("lambda")
    for archive, name in (("deployment.zip", "task"), ("layer.zip", "opt")):
        with ZipFile(place.package() / archive) as zipped:
            zipped.extractall(root / name)
    return root


@dataclass(frozen=True)
class Aws:
    """An imitated AWS by its address, with a campaign in it, and the service beside it, which counts what was stored."""

    endpoint: str
    cloud: LocalCloud
    campaign: Campaign


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with local_cloud(background=False) as cloud, aws_for_others() as endpoint:
        cloud.apply(campaign := workload.campaign())
        runtime.service().secrets.add_sender(campaign.id, workload.SENDER, workload.SECRET, runtime.now_ms())
        yield Aws(endpoint, cloud, campaign)


def environment(function: str, endpoint: str) -> dict[str, str]:
    """What the packaged function is told, with what the imitated AWS calls things, and where AWS is."""
    template = json.loads((place.package() / "sam.json").read_text())
    variables = template["Resources"][function]["Properties"]["Environment"]["Variables"]
    told = {name: os.environ[name] for name in variables}
    return {**told, **{name: os.environ[name] for name in FROM_AWS}, "AWS_ENDPOINT_URL": endpoint}


def answered(task: Path, handler: str, event: Any, variables: dict[str, str]) -> tuple[str, Any]:
    """What the handler answers to one event, started as Lambda starts it."""
    with runtime_api(event) as (address, answers):
        told = {**variables, "AWS_LAMBDA_RUNTIME_API": address, "AWS_LAMBDA_FUNCTION_NAME": handler}
        with place.running(["-m", "awslambdaric", handler], task / "task", told):
            return answers.get(timeout=ANSWER_S)


def test_nothing_of_this_tree_can_be_imported_there(task: Path) -> None:
    """Else whatever is missing in the zip would be found here."""
    command = [str(place.python()), "-c", "import app, chalicelib; print(app.__file__, chalicelib.__file__); import locallove"]
    done = subprocess.run(command, cwd=task / "task", capture_output=True, text=True, check=False, env={})
    assert all(Path(file).is_relative_to(task) for file in done.stdout.split())
    assert len(done.stdout.split()) == 2, done.stderr
    assert "No module named 'locallove'" in done.stderr


def test_the_package_stores_a_signed_batch(task: Path, aws: Aws) -> None:
    live = workload.live(aws.campaign).id
    (batch,) = workload.Crowd(aws.campaign, seed=7).batches(1, 50)
    event = workload.proxy_event(live, batch)
    kind, answer = answered(task, "app.app", event, environment("APIHandler", aws.endpoint))
    assert (kind, answer["statusCode"]) == ("response", 202), answer
    assert json.loads(answer["body"])["accepted"] == 50
    assert answer["headers"]["X-Request-Id"] == REQUEST_ID, "one id from the answer to the log line"
    aws.cloud.pump.drain()
    counts = request(f"{aws.cloud.url}/v1/lives/{live}/totals").json["counts"]
    assert counts == json.loads(answer["body"])["counts"]
    assert counts["total"] > 50


def test_the_package_renders_a_report_with_its_layer_and_not_without(task: Path, aws: Aws) -> None:
    variables = environment("PublishReports", aws.endpoint)
    kind, answer = answered(task, "app.publish_reports", scheduled_event("publish"), variables)
    assert kind == "error"
    assert "No module named 'typst'" in answer["errorMessage"]
    with_layer = {**variables, "PYTHONPATH": str(task / "opt" / "python")}
    kind, answer = answered(task, "app.publish_reports", scheduled_event("publish"), with_layer)
    assert (kind, answer["published"] > 0) == ("response", True), answer
    s3, bucket = boto3.client("s3"), runtime.service().settings.reports_bucket
    (latest,) = (key for key in keys(bucket) if key.endswith("campaign/latest.json"))
    folder = json.loads(s3.get_object(Bucket=bucket, Key=latest)["Body"].read())["folder"]
    key = latest.replace("latest.json", f"{folder}/manifest.json")
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert manifest["missing"] == [], "every format was made, PDF and picture with the layer's fonts among them"


def keys(bucket: str) -> list[str]:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]
