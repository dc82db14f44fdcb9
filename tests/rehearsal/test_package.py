"""The whole package, libraries and all: its sizes, for which processor it is, and what linters find in its template."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from rehearsal import place

pytestmark = pytest.mark.needs("rehearsal")

MOST_UNPACKED = 250 * 1024 * 1024
"""Bytes of a function and its layers together, unpacked. Source: AWS Lambda quotas."""


def unpacked(archive: str) -> int:
    with ZipFile(place.package() / archive) as zipped:
        return sum(each.file_size for each in zipped.infolist())


def test_the_api_is_small_and_lambda_takes_the_layer() -> None:
    assert (place.package() / "deployment.zip").stat().st_size <= 3_000_000
    assert unpacked("deployment.zip") + unpacked("layer.zip") < MOST_UNPACKED


def test_the_libraries_are_there_and_boto3_is_not() -> None:
    """The Lambda runtime brings boto3; report libraries are in the layer alone."""
    with ZipFile(place.package() / "deployment.zip") as zipped:
        there = {name.partition("/")[0] for name in zipped.namelist()}
    assert {"aws_lambda_powertools", "msgspec", "standardwebhooks", "chalice", "chalicelib", "app.py"} <= there
    assert not {"boto3", "botocore", "typst", "xlsxwriter", "jinja2", "locallove", "moto"} & there


def test_the_service_is_compiled_and_names_no_folder_of_this_machine() -> None:
    with ZipFile(place.package() / "deployment.zip") as zipped:
        sources = {name for name in zipped.namelist() if name.startswith("chalicelib/") and name.endswith(".py")}
        compiled = {name: zipped.read(name) for name in zipped.namelist() if name.endswith(".pyc")}
    assert len([name for name in compiled if name.startswith("chalicelib/")]) == len(sources)
    assert [name for name, body in compiled.items() if str(Path.cwd()).encode() in body] == []


def test_no_file_has_the_date_of_its_packaging() -> None:
    """Equal content is an equal package, so that deploying it twice changes nothing."""
    for archive in ("deployment.zip", "layer.zip"):
        with ZipFile(place.package() / archive) as zipped:
            assert len({each.date_time for each in zipped.infolist()}) == 1


def test_cfn_lint_finds_nothing() -> None:
    """But for W1030: the certificate's parameter is empty, where its condition keeps it out."""
    lint = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W1030", "--format", "json"]
    done = subprocess.run([*lint, str(place.package() / "sam.json")], capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout or "[]")) == (0, []), done.stderr


def test_checkov_finds_nothing_that_has_no_reason_beside_its_resource() -> None:
    command = [str(place.checkov()), "--file", str(place.package() / "sam.json"), "--framework", "cloudformation"]
    done = subprocess.run(
        [*command, "--skip-download", "--compact", "--output", "json"], capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert [(each["check_id"], each["resource"]) for each in found["results"]["failed_checks"]] == []
    assert found["summary"]["passed"] > 50
    assert found["summary"]["parsing_errors"] == 0
    assert all(each["check_result"]["suppress_comment"] for each in found["results"]["skipped_checks"])
