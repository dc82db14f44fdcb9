"""What `chalice package` makes of the app and of `infra/`: translated as CloudFormation will see it."""

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from chalicelib.web.page import PAGES
from locallove.cloud.server import UNKNOWN_PATH
from locallove.operate.bundling import copy_project
from locallove.operate.package import run_chalice


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was packaged. Without requirements nothing is fetched: no test leaves the machine."""
    project = tmp_path_factory.mktemp("project")
    copy_project(project, "arm64")
    (project / "requirements.txt").write_text("")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        run_chalice(project, "dev", project / "out")
    return project / "out"


@pytest.fixture(scope="module")
def packaged(folder: Path) -> dict[str, Any]:
    """The packaged SAM template."""
    template: dict[str, Any] = json.loads((folder / "sam.json").read_text())
    return template


@pytest.fixture(scope="module")
def translated(packaged: dict[str, Any]) -> dict[str, Any]:
    """The resources after the SAM transform."""
    template = deepcopy(packaged)
    for resource in template["Resources"].values():
        for name in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][name] = "s3://bucket/key.zip"
    translator = Translator({}, Parser())
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-1")
    resources: dict[str, Any] = translator.translate(template, {})["Resources"]
    return resources


def functions(packaged: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties of every function, by name."""
    return {
        name: resource["Properties"]
        for name, resource in packaged["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


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
    events = {name: list(each.get("Events", {})) for name, each in functions(packaged).items()}
    assert events == {
        "APIHandler": [],
        "CountReactions": ["CountReactionsDynamodbEventSource"],
        "PublishReports": ["PublishReportsEvent"],
        "SettleLives": ["SettleLivesEvent"],
    }


def test_no_resource_is_everything(translated: dict[str, Any]) -> None:
    """Of the roles that were written here, and of those that the transform might add."""
    roles = [each["Properties"] for each in translated.values() if each["Type"] == "AWS::IAM::Role"]
    assert len(roles) == 4
    assert not any("ManagedPolicyArns" in role for role in roles)
    for role in roles:
        for policy in role["Policies"]:
            assert not [each for each in policy["PolicyDocument"]["Statement"] if each["Resource"] in ("*", ["*"])]


def test_no_bucket_is_public(translated: dict[str, Any]) -> None:
    buckets = [each["Properties"] for each in translated.values() if each["Type"] == "AWS::S3::Bucket"]
    policies = [each["Properties"]["PolicyDocument"] for each in translated.values() if each["Type"] == "AWS::S3::BucketPolicy"]
    assert [set(bucket["PublicAccessBlockConfiguration"].values()) for bucket in buckets] == [{True}]
    assert {statement["Effect"] for policy in policies for statement in policy["Statement"]} == {"Deny"}


def test_no_environment_variable_is_a_secret(packaged: dict[str, Any]) -> None:
    """Whoever may see a function's configuration sees its variables. What nobody is to see is a parameter with NoEcho."""
    hidden = [name for name, parameter in packaged["Parameters"].items() if parameter.get("NoEcho")]
    assert hidden == ["OriginSecret"]
    for name, properties in functions(packaged).items():
        said = json.dumps(properties["Environment"])
        assert "OriginSecret" not in said, name
        assert "resolve:" not in said, f"{name}: a dynamic reference puts the secret itself there"


def test_static_pages_are_in_the_zip(folder: Path) -> None:
    """Chalice takes along what lies under `chalicelib`, whether Python or not."""
    pages = {f"chalicelib/web/pages/{page.name}" for page in PAGES.iterdir()}
    assert pages
    with ZipFile(folder / "deployment.zip") as zipped:
        assert pages - set(zipped.namelist()) == set()


def test_nothing_is_in_the_zip_that_packaging_has_left(folder: Path) -> None:
    """Compiled modules hold the moment of their source: equal packages would differ, and deploying twice change something."""
    with ZipFile(folder / "deployment.zip") as zipped:
        assert [name for name in zipped.namelist() if "__pycache__" in name] == []


def test_no_placeholder_is_left(packaged: dict[str, Any]) -> None:
    assert "given-by" not in json.dumps(packaged)


def test_every_function_knows_its_tables_and_its_bucket(packaged: dict[str, Any]) -> None:
    """And where its metrics belong, so that two deployments in one account do not set off each other's alarms."""
    shared = {
        "LOCALLOVE_STAGE": {"Ref": "Stage"},
        "LOCALLOVE_REPORTS_BUCKET": {"Ref": "Reports"},
        "POWERTOOLS_METRICS_NAMESPACE": {"Fn::Sub": "LocalLove/${Stage}"},
    }
    for name, properties in functions(packaged).items():
        variables = properties["Environment"]["Variables"]
        assert {key: value for key, value in variables.items() if key in shared} == shared
        assert name in ("PublishReports", "APIHandler") or variables == shared


def test_the_publisher_alone_knows_the_topic_and_where_the_public_reads(packaged: dict[str, Any]) -> None:
    """The API is told the address only where somebody gave one: CloudFront's own cannot be known before the API is there."""
    found = functions(packaged)
    variables = found["PublishReports"]["Environment"]["Variables"]
    assert variables["LOCALLOVE_NOTICES_TOPIC"] == {"Ref": "Notices"}
    assert packaged["Resources"]["Notices"]["Type"] == "AWS::SNS::Topic"
    assert variables["LOCALLOVE_PUBLIC_URL"] == packaged["Outputs"]["PublicUrl"]["Value"]
    own = {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${Domain}"}, ""]}
    assert found["APIHandler"]["Environment"]["Variables"]["LOCALLOVE_PUBLIC_URL"] == own
    assert "PublishReports" not in json.dumps(packaged["Resources"]["RestAPI"]), "neither can be made before the other"


def test_functions_are_of_the_size_and_time_that_they_need(packaged: dict[str, Any]) -> None:
    """API Gateway waits 29 seconds: a function that takes longer would answer nobody."""
    found = functions(packaged)
    assert {name: each["Timeout"] for name, each in found.items()} == {
        "APIHandler": 15, "CountReactions": 60, "PublishReports": 300, "SettleLives": 900,
    }  # fmt: skip
    assert all(each["Architectures"] == ["arm64"] and each["MemorySize"] >= 1024 for each in found.values())
    kept = {name for name, each in found.items() if "ReservedConcurrentExecutions" in each}
    assert kept == {"APIHandler", "CountReactions"}, "so that nobody else's work can starve them"


def test_the_report_libraries_are_in_the_publishers_layer_alone(packaged: dict[str, Any]) -> None:
    layers = {name: each.get("Layers") for name, each in functions(packaged).items()}
    assert layers == {
        "APIHandler": None, "CountReactions": None, "PublishReports": [{"Ref": "ReportLayer"}], "SettleLives": None,
    }  # fmt: skip


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
