"""Invitations in their table: found by hash, counted once a request, and never with the token itself."""

from collections.abc import Iterator
from datetime import date

import boto3
import msgspec
import pytest
from aws_faults import asked
from botocore.exceptions import ClientError

from chalicelib import runtime
from chalicelib.domain.invitations import Invitation, token_sha256
from chalicelib.store.invitations import Invitations
from locallove.cloud import aws


@pytest.fixture
def invitations() -> Iterator[Invitations]:
    with aws.imitated():
        runtime.service.cache_clear()
        yield runtime.service().invitations
        runtime.service.cache_clear()


def invitation(number: int, campaign: str = "test-campaign") -> Invitation:
    return Invitation(f"{number:064x}", campaign, None, f"guest {number}", "en", date(2024, 3, 31), number)


def downloads(invitations: Invitations) -> list[int]:
    return [downloads for _, downloads in invitations.of_campaign("test-campaign")]


def test_it_is_found_by_its_hash_as_it_was_put(invitations: Invitations) -> None:
    invitations.put(invitation(1))
    assert invitations.find(invitation(1).sha256) == invitation(1)
    assert invitations.find(invitation(2).sha256) is None


def test_one_that_is_there_is_never_replaced(invitations: Invitations) -> None:
    invitations.put(invitation(1))
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        invitations.put(msgspec.structs.replace(invitation(1), for_whom="somebody else"))
    assert invitations.find(invitation(1).sha256) == invitation(1)


def test_a_revoked_one_keeps_its_first_moment(invitations: Invitations) -> None:
    invitations.put(invitation(1))
    for now_ms in (5, 6):
        invitations.revoke(invitation(1).sha256, now_ms)
    found = invitations.find(invitation(1).sha256)
    assert found is not None
    assert found.revoked_at_ms == 5


def test_revoking_what_is_not_there_makes_nothing(invitations: Invitations) -> None:
    invitations.revoke(invitation(1).sha256, 5)
    assert invitations.find(invitation(1).sha256) is None
    assert list(invitations.of_campaign("test-campaign")) == []


def test_a_campaigns_are_listed_to_the_last_page_the_oldest_first(invitations: Invitations) -> None:
    for number in (3, 1, 4, 2):
        invitations.put(invitation(number))
        invitations.put(invitation(number + 10, "another"))
    with asked(runtime.service()._dynamodb, "Scan", Limit=2) as pages:
        found = [each.made_at_ms for each, _ in invitations.of_campaign("test-campaign")]
    assert found == [1, 2, 3, 4]
    assert len(pages) >= 4
    assert all(page["ConsistentRead"] for page in pages)


def test_a_lookup_is_one_consistent_get(invitations: Invitations) -> None:
    with asked(runtime.service()._dynamodb, "GetItem") as questions:
        invitations.find(invitation(1).sha256)
    assert [question["ConsistentRead"] for question in questions] == [True]


def test_a_request_is_counted_once_however_often_the_sdk_repeats_it(invitations: Invitations) -> None:
    invitations.put(invitation(1))
    for request in ("r-1", "r-1", "r-2"):
        invitations.count_download(invitation(1).sha256, request)
    assert downloads(invitations) == [2]


def test_what_the_api_writes_has_a_key_that_begins_with_access(invitations: Invitations) -> None:
    """Its role may write nothing else of this table but festival entries."""
    invitations.put(invitation(1))
    with asked(runtime.service()._dynamodb, "UpdateItem") as updates:
        invitations.count_download(invitation(1).sha256, "r-1")
    assert [update["Key"]["pk"]["S"].partition("#")[0] for update in updates] == ["access"]


def test_the_table_holds_no_token(invitations: Invitations) -> None:
    token = runtime.new_token()
    digest = token_sha256(token)
    assert digest is not None
    invitations.put(msgspec.structs.replace(invitation(1), sha256=digest))
    invitations.count_download(digest, "r-1")
    table = runtime.service().settings.campaigns_table
    stored = repr(boto3.client("dynamodb").scan(TableName=table)["Items"])
    assert digest in stored
    assert token not in stored
