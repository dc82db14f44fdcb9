"""The command `package`: infrastructure merged into one file, and `chalice package` called with it."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import yaml

from locallove.operate.bundling import ARCHITECTURES, ROOT, checked_runtime, compile_package, copy_project, make_layer
from locallove.operate.mistake import Mistake, writable

PARTS = ("data.yaml", "access.yaml", "functions.yaml", "edge.yaml", "alarms.yaml")


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags, read as the long form that JSON has (`!Sub x` is `{"Fn::Sub": "x"}`)."""


def _long_form(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise click.ClickException(f"!{suffix} at {node.start_mark} stands before a mapping")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


def load(text: str) -> Any:
    """A CloudFormation template, short tags in their long form."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that knows the tags


def merged() -> dict[str, Any]:
    """All parts of `infra/` as one template: sections are united. Raises: ClickException when two parts define one thing."""
    whole: dict[str, Any] = {}
    for part in PARTS:
        for section, content in load((ROOT / "infra" / part).read_text(encoding="utf-8")).items():
            if not isinstance(content, dict):
                whole.setdefault(section, content)
                continue
            there = whole.setdefault(section, {})
            if both := there.keys() & content.keys():
                raise click.ClickException(f"infra/{part} defines {', '.join(sorted(both))} again")
            there.update(content)
    return whole


@click.command()
@click.option("--stage", default="dev", show_default=True, help="Name of the deployment.")
@click.option(
    "--architecture",
    type=click.Choice(list(ARCHITECTURES)),
    default="arm64",
    show_default=True,
    help="Processor of the functions; x86_64 where the region has no other, or the package is to run on such a machine.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; build/STAGE if none is given.")
def package(stage: str, architecture: str, out: Path | None) -> None:
    """Make the template and the zips that CloudFormation deploys: sam.json, deployment.zip, layer.zip."""
    folder = (out or ROOT / "build" / stage).resolve()
    checked_stage(stage)
    version = checked_runtime(datetime.now(UTC).date())
    writable(folder)
    with TemporaryDirectory() as copy:
        project = Path(copy)
        copy_project(project, architecture)
        run_chalice(project, stage, folder)
    compile_package(folder / "deployment.zip")
    make_layer(folder / "layer.zip", version, architecture)
    sizes = ", ".join(f"{name} {(folder / name).stat().st_size / 1e6:.2f} MB" for name in ("deployment.zip", "layer.zip"))
    click.echo(f"packaged for Python {version}: {folder} ({sizes})")


def checked_stage(stage: str) -> str:
    """The stage, if it can be one. Raises: Mistake."""
    if not re.fullmatch("[a-z0-9-]{1,20}", stage):
        raise Mistake(f"stage {stage!r}: 1 to 20 of a-z, 0-9 and -, for it is part of every resource's name")
    return stage


def run_chalice(project: Path, stage: str, folder: Path) -> None:
    """`chalice package` of a project with all of `infra/` merged in. Raises: SystemExit with its exit code."""
    (project / "merge.json").write_text(json.dumps(merged()), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "chalice"), "package", "--stage", stage, "--merge-template", "merge.json"]
    # Chalice asks for a region, which the template does not name. It imports the project, and would pack what that compiles,
    # with the moment of its sources in it: equal packages would differ.
    environment = {"AWS_DEFAULT_REGION": "ap-northeast-1", **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if code := subprocess.run([*command, str(folder)], cwd=project, env=environment, check=False).returncode:
        raise SystemExit(code)
