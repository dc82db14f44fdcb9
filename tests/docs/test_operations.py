"""The runbook says what is there: every alarm, every right, every parameter, and commands that can be typed as they stand."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest
from docs.test_documentation import section, text_of
from infra.calls import ROLES, listed, statements

from locallove.__main__ import main
from locallove.operate.package import merged

PAGE = "docs/operations.md"
TEMPLATE = merged()
ALARMS = {
    each["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("locallove-${Stage}-"): each["Properties"]
    for each in TEMPLATE["Resources"].values()
    if each.get("Type") == "AWS::CloudWatch::Alarm"
}
SERVICES = {
    "dynamodb": ("reactions", "totals", "campaigns"),
    "s3": ("bucket",),
    "ssm": ("SSM",),
    "sns": ("SNS",),
    "logs": ("log",),
}


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_says_what_it_means_what_to_do_and_what_happens_else(alarm: str) -> None:
    found = re.search(rf"^### {alarm}\n(.*?)(?=^##|\Z)", text_of(PAGE), re.MULTILINE | re.DOTALL)
    assert found is not None
    said = found[1]
    assert "**It means**" in said
    assert "**If you do nothing**" in said
    assert "**Do" in said or alarm == "settling-missed", "which is the same as of the publisher, above it"


def test_no_alarm_is_described_that_is_not_there() -> None:
    assert set(re.findall(r"^### (.+)$", section(PAGE, "Alarms"), re.MULTILINE)) == ALARMS.keys()


def test_every_alarm_reaches_somebody_and_says_what_it_is_about() -> None:
    for name, properties in ALARMS.items():
        assert properties["AlarmActions"] == [{"Ref": "Alarms"}], name
        assert properties["AlarmDescription"], name


def rights(role: str) -> dict[str, set[str]]:
    """The actions of a role as the page names them, by what they are on."""
    found: dict[str, set[str]] = {}
    for statement in statements(role):
        for action in listed(statement["Action"]):
            service, _, name = action.partition(":")
            if service != "logs":
                what = next(
                    (table for table in SERVICES[service] if table.title() in str(statement["Resource"])), SERVICES[service][0]
                )
                found.setdefault(what, set()).add(name)
    return found


def rows(role: str) -> dict[str, set[str]]:
    """The same as the table on the page has them."""
    table = section(PAGE, "Who may do what")
    found: dict[str, set[str]] = {}
    own = False
    for function, what, may in re.findall(r"^\|([^|]*)\|([^|]*)\|([^|]*)\|$", table, re.MULTILINE):
        own = f"(`{role}`)" in function if function.strip() else own
        if own:
            found[what.strip(" `")] = set(re.findall(r"`([A-Z]\w+)`", may))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_rights_is_what_the_roles_say(role: str) -> None:
    assert rows(role) == rights(role)


def test_every_parameter_is_explained() -> None:
    table = section(PAGE, "Deploy a stage")
    assert {name for name in TEMPLATE["Parameters"] if f"`{name}`" not in table} == set()


def commands(page: str) -> Iterator[str]:
    """Every command of ours on a page, in a block or in a line."""
    text = text_of(page)
    yield from re.findall(r"^    (locallove .+?)(?: {2,}#.*)?$", text, re.MULTILINE)
    yield from (each for each in re.findall(r"`(locallove [^`]+)`", text) if each != "locallove …")


@pytest.mark.parametrize("command", sorted(set(commands(PAGE))))
def test_every_command_can_be_typed(command: str) -> None:
    """Its groups, its command and its options are there; what stands in capitals is for the reader to fill in."""
    words = [word for word in shlex.split(command)[1:] if word != "…"]
    found: Any = main
    while isinstance(found, click.Group):
        name = words.pop(0)
        found = found.get_command(click.Context(found), name)
        assert found is not None, f"{command}: no {name}"
    options = {option for each in found.params for option in (*each.opts, *each.secondary_opts)}
    assert {word for word in words if word.startswith("--")} - options == set()


def test_every_file_that_helps_names_is_a_heading() -> None:
    """The doctor sends people to this page: to headings that are there."""
    said = re.findall(r"docs/operations\.md, ([\w -]+)\"", text_of("locallove/operate/doctor.py"))
    headings = set(re.findall(r"^#+ (.+)$", text_of(PAGE), re.MULTILINE))
    assert said
    assert set(said) <= headings
