"""What `chalice package` makes of the app and of `infra/`: translated as CloudFormation will see it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from chalicelib.web.page import PAGES
from locallove.cloud.server import UNKNOWN_PATH
from locallove.operate.package import merged

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was packaged. Without requirements nothing is fetched: no test leaves the machine."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "chalicelib", project / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / ".chalice", project / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    shutil.copy(ROOT / "app.py", project)
    (project / "requirements.txt").write_text("")
    (project / "merge.json").write_text(json.dumps(merged()))
    chalice = str(Path(sys.executable).parent / "chalice")
    command = [chalice, "package", "--stage", "dev", "--merge-template", "merge.json", "out"]
    subprocess.run(command, cwd=project, env={**os.environ, "AWS_DEFAULT_REGION": "ap-northeast-1"}, check=True)
    return project / "out"


@pytest.fixture(scope="module")
def packaged(folder: Path) -> dict[str, Any]:
    """The packaged SAM template."""
    template: dict[str, Any] = json.loads((folder / "sam.json").read_text())
    return template


@pytest.fixture(scope="module")
def translated(packaged: dict[str, Any]) -> dict[str, Any]:
    """The resources after the SAM transform."""
    for resource in packaged["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
    translator = Translator({}, Parser())
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-1")
    resources: dict[str, Any] = translator.translate(packaged, {})["Resources"]
    return resources


def mappings(translated: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["Properties"] for each in translated.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]


def test_there_is_one_mapping_and_it_is_exact(translated: dict[str, Any]) -> None:
    """A second mapping, or one that gives up, skips the beginning or runs in parallel, would lose or double counts."""
    (mapping,) = mappings(translated)
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Reactions", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["TumblingWindowInSeconds"] > 0
    assert mapping["MaximumBatchingWindowInSeconds"] == 1
    assert mapping["MaximumRetryAttempts"] == -1
    assert mapping["MaximumRecordAgeInSeconds"] == -1
    assert [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]] == [{"eventName": ["INSERT"]}]


def test_no_event_was_made_by_a_misspelt_name(packaged: dict[str, Any]) -> None:
    events = {
        name: list(resource["Properties"].get("Events", {}))
        for name, resource in packaged["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert events == {
        "APIHandler": [],
        "CountReactions": ["CountReactionsDynamodbEventSource"],
        "PublishReports": ["PublishReportsEvent"],
        "SettleLives": ["SettleLivesEvent"],
    }


def test_static_pages_are_in_the_zip(folder: Path) -> None:
    """Chalice takes along what lies under `chalicelib`, whether Python or not."""
    pages = {f"chalicelib/web/pages/{page.name}" for page in PAGES.iterdir()}
    assert pages
    with ZipFile(folder / "deployment.zip") as zipped:
        assert pages - set(zipped.namelist()) == set()


def test_no_placeholder_is_left(packaged: dict[str, Any]) -> None:
    assert "given-by" not in json.dumps(packaged)


def test_every_function_knows_its_tables_and_its_bucket(packaged: dict[str, Any]) -> None:
    shared = {"LOCALLOVE_STAGE": {"Ref": "Stage"}, "LOCALLOVE_REPORTS_BUCKET": {"Ref": "Reports"}}
    for name, resource in packaged["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            variables = resource["Properties"]["Environment"]["Variables"]
            assert {key: value for key, value in variables.items() if key in shared} == shared
            assert name == "PublishReports" or variables == shared


def test_the_publisher_alone_knows_the_topic_and_the_address_that_the_api_is_deployed_at(packaged: dict[str, Any]) -> None:
    variables = packaged["Resources"]["PublishReports"]["Properties"]["Environment"]["Variables"]
    assert variables["LOCALLOVE_NOTICES_TOPIC"] == {"Ref": "Notices"}
    assert packaged["Resources"]["Notices"]["Type"] == "AWS::SNS::Topic"
    deployed = packaged["Outputs"]["EndpointURL"]["Value"]["Fn::Sub"]
    assert variables["LOCALLOVE_PUBLIC_URL"] == {"Fn::Sub": deployed.removesuffix("/")}
    assert "PublishReports" not in json.dumps(packaged["Resources"]["RestAPI"]), "neither can be made before the other"


def test_what_the_gateway_answers_by_itself_is_a_problem_as_locally(packaged: dict[str, Any]) -> None:
    """Defaults say no status: they stand for several."""
    body = packaged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    documents = {}
    for name, response in body["x-amazon-apigateway-gateway-responses"].items():
        template = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"why"')
        documents[name] = json.loads(template)
        assert documents[name].get("status") == (int(response["statusCode"]) if "statusCode" in response else None)
        assert response["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    status, name, title = UNKNOWN_PATH
    unknown = {"type": f"urn:locallove:{name}", "title": title, "status": status, "detail": title, "problems": []}
    assert documents["MISSING_AUTHENTICATION_TOKEN"] == unknown
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "REQUEST_TOO_LARGE", "THROTTLED"} <= documents.keys()
