"""The command `deploy`: a package becomes a stage's stack, after it has been shown what that changes."""

import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from botocore.exceptions import ClientError

from chalicelib.store.clients import code
from locallove.operate.account import Account, reached_account
from locallove.operate.artifacts import packaged, uploaded
from locallove.operate.bundling import ROOT
from locallove.operate.kept import names
from locallove.operate.mistake import Mistake
from locallove.operate.package import checked_stage
from locallove.operate.stack import Change, Stack

_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-"}
_GENERATED = "OriginSecret"


class Deployed(msgspec.Struct, frozen=True):
    """What became of a deployment, for programs. `done`: the changes are in force, or there were none."""

    stack: str
    done: bool
    changes: tuple[Change, ...]
    outputs: dict[str, str]


@click.command()
@click.option("--stage", default="dev", show_default=True, help="Name of the deployment.")
@click.option(
    "--package", type=click.Path(file_okay=False, path_type=Path), help="Folder of the package; build/STAGE if none is given."
)
@click.option(
    "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="A parameter of the template; others stay as they are."
)
@click.option("--show", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Do not ask before carrying it out, on a terminal either.")
@click.option("--json", "as_document", is_flag=True, help="Say what was done as JSON.")
def deploy(stage: str, package: Path | None, given: tuple[str, ...], show: bool, yes: bool, as_document: bool) -> None:
    """Deploy what `package` has made; what changes is shown first, and a table or bucket with data is never replaced.

    On a terminal it asks before it carries that out. Exits with 2 for whatever stands in the way.
    """
    values = _values(given)
    folder = package or ROOT / "build" / checked_stage(stage)
    template = packaged(stage, folder)
    with reached_account() as account:
        stack = Stack(account, stage)
        before = stack.ready()
        parameters = _parameters(template, values, stage, before)
        if before is None:
            _refuse_taken(account, template, stage)
        address = uploaded(account, stage, folder, template)
        change_set, changes = stack.planned(address, parameters, new=before is None)
        _show(stack, account, changes)
        done = not changes
        if changes and _is_wanted(stack, change_set, changes, show=show, yes=yes):
            before, done = stack.carry_out(change_set, _tell), True
        outputs = {each["OutputKey"]: each["OutputValue"] for each in (before or {}).get("Outputs", ())}
    if as_document:
        click.echo(msgspec.json.encode(Deployed(stack.name, done, changes, outputs)))
    elif done:
        _say(stage, outputs)


def _values(given: Sequence[str]) -> dict[str, str]:
    """The parameters as they were given. Raises: Mistake."""
    if wrong := [each for each in given if not re.match("[A-Za-z0-9]+=", each)]:
        raise Mistake(f"--parameter {wrong[0]}: must be NAME=VALUE")
    return {name: value for name, _, value in (each.partition("=") for each in given)}


def _parameters(
    template: Mapping[str, Any], values: Mapping[str, str], stage: str, before: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Every parameter: as given, else as it is, else as the template says; CloudFront's secret is made here, and nobody sees it.

    Raises: Mistake that names each one that is missing or unknown.
    """
    defined, there = template["Parameters"], {each["ParameterKey"] for each in (before or {}).get("Parameters", ())}
    values = {**values, "Stage": stage}
    if _GENERATED in defined and _GENERATED not in values.keys() | there:
        values = {**values, _GENERATED: secrets.token_urlsafe(32)}
    wrong = [f"{name}: no such parameter; there is {', '.join(defined)}" for name in values if name not in defined]
    wrong += list(_missing(defined, values, there))
    if wrong:
        raise Mistake("\n".join(wrong))
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    return given + [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(there & defined.keys() - values.keys())]


def _missing(defined: Mapping[str, Any], values: Mapping[str, str], there: set[str]) -> Iterator[str]:
    for name, parameter in defined.items():
        if "Default" not in parameter and name not in values and name not in there:
            yield f"{name} is missing ({parameter.get('Description', 'no description')}): --parameter {name}=…"
    if values.get("Domain") and "CertificateArn" not in values and "CertificateArn" not in there:
        yield f"CertificateArn is missing ({defined['CertificateArn']['Description']}): --parameter CertificateArn=…"


def _refuse_taken(account: Account, template: Mapping[str, Any], stage: str) -> None:
    """Raises: Mistake where a new stack's tables or bucket are already there."""
    taken = []
    for kind, name in names(template, stage, account.number):
        try:
            if kind == "AWS::DynamoDB::Table":
                account.dynamodb.describe_table(TableName=name)
                taken.append(f"table {name}")
            else:
                where = account.s3.head_bucket(Bucket=name)["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
                taken.append(f"bucket {name}" + (f" (in {where})" if where and where != account.region else ""))
        except ClientError as error:
            if kind == "AWS::S3::Bucket" and code(error) == "403":
                taken.append(f"bucket {name} (of another account, or one that these credentials may not look at)")
            elif code(error) not in ("ResourceNotFoundException", "404", "NoSuchBucket"):
                raise
    if taken:
        raise Mistake(
            f"there is no stack locallove-{stage} in {account.region}, but its names are taken: {', '.join(taken)}. "
            "The stage lies in another region (set AWS_DEFAULT_REGION), or is left from a stack that was deleted: "
            f"take another stage, or, if these are empty, make destroy STAGE={stage}"
        )


def _is_wanted(stack: Stack, change_set: str, changes: Sequence[Change], *, show: bool, yes: bool) -> bool:
    """Whether to carry it out; if not, the change set is forgotten. Raises: Mistake where data would be cut off."""
    if lost := [f"{each.name} ({each.type})" for each in changes if each.loses_data]:
        stack.forget(change_set)
        raise Mistake(f"nothing is deployed: what keeps data would be replaced or removed, or may be: {', '.join(lost)}")
    wanted = not show and (yes or not sys.stdin.isatty() or click.confirm("Carry it out?", err=True))
    if not wanted:
        stack.forget(change_set)
    return wanted


def _show(stack: Stack, account: Account, changes: Sequence[Change]) -> None:
    if not changes:
        click.echo(f"{stack.name} in {account.region}: no changes", err=True)
        return
    click.echo(f"{stack.name} in {account.region}, account {account.number}: {len(changes)} changes", err=True)
    for each in changes:
        replaced = "  REPLACED" if each.replaced else ""
        click.echo(f"  {_SIGNS.get(each.action, '?')} {each.name:<32} {each.type}{replaced}", err=True)


def _tell(line: str) -> None:
    click.echo(f"  {line}", err=True)


def _say(stage: str, outputs: Mapping[str, str]) -> None:
    """Where what is deployed can be reached, and what the operator's commands need to know."""
    for name in ("EndpointURL", "PublicUrl"):
        click.echo(f"{name}: {outputs.get(name, '')}")
    click.echo(f"for commands: export LOCALLOVE_STAGE={stage} LOCALLOVE_REPORTS_BUCKET={outputs.get('ReportsBucket', '')}")
