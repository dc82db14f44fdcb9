"""Who may do what: each role says exactly what, and no role may undo what was written once."""

from collections.abc import Iterator
from typing import Any

import pytest
from infra.calls import ROLES, TEMPLATE, listed, statements


def allowed(role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action, with the statement that allows it."""
    for statement in statements(role):
        for action in listed(statement["Action"]):
            yield action, statement


def test_every_function_has_a_role_of_its_own() -> None:
    functions = ("APIHandler", "CountReactions", "PublishReports", "SettleLives")
    found = [TEMPLATE["Resources"][name]["Properties"]["Role"] for name in functions]
    assert found == [{"Fn::GetAtt": [role, "Arn"]} for role in ROLES]


@pytest.mark.parametrize("role", ROLES)
def test_no_action_and_no_resource_is_a_wildcard(role: str) -> None:
    for action, statement in allowed(role):
        assert "*" not in action
        for resource in listed(statement["Resource"]):
            arn = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
            assert arn != "*"
            assert not arn.startswith("*")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_deletes_anything_and_nobody_lifts_a_hold(role: str) -> None:
    """Behind a delete marker what is written once could be written again."""
    for action, statement in allowed(role):
        assert "Delete" not in action
        assert "Bypass" not in action
        if action == "s3:PutObjectLegalHold":
            assert statement["Condition"] == {"StringEquals": {"s3:object-lock-legal-hold": "ON"}}


def writes_campaigns(role: str) -> list[Any]:
    """The keys that the role may write in the `campaigns` table."""
    campaigns = {"Fn::GetAtt": ["Campaigns", "Arn"]}
    writing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    return [
        statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
        for action, statement in allowed(role)
        if action in writing and campaigns in listed(statement["Resource"])
    ]


def test_each_function_writes_only_its_own_keys_of_the_campaigns() -> None:
    written = {role: writes_campaigns(role) for role in ROLES}
    assert written == {
        "ApiRole": [["access#*"]],
        "CounterRole": [],
        "PublisherRole": [["notice#*"]],
        "SettlerRole": [["campaign#*"]],
    }


def test_the_api_reads_of_reports_only_what_finds_them_and_signs_links_to_the_rest() -> None:
    reading = [statement for action, statement in allowed("ApiRole") if action == "s3:GetObject"]
    by_link = [each for each in reading if "Condition" in each]
    assert [each["Condition"] for each in by_link] == [{"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}]
    (directly,) = [each for each in reading if "Condition" not in each]
    names = {resource["Fn::Sub"].rpartition("/")[2] for resource in directly["Resource"]}
    assert names == {"latest.json", "manifest.json", "statement.json", "award-*.json", "*"}
    whole = [resource["Fn::Sub"] for resource in directly["Resource"] if resource["Fn::Sub"].endswith("/*")]
    assert whole == ["${Reports.Arn}/chain/*"]


def test_the_counter_cannot_write_a_reaction() -> None:
    reactions = {action for action, statement in allowed("CounterRole") if "Reactions" in str(statement["Resource"])}
    assert reactions == {
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    }  # fmt: skip


def test_the_bucket_takes_nothing_in_the_clear() -> None:
    (statement,) = TEMPLATE["Resources"]["ReportsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
