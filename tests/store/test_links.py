"""Signed links, looked at as they are: the imitation takes any signature, S3 does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import runtime
from chalicelib.store import links
from chalicelib.store.links import Links
from locallove.cloud import aws

KEY = "test/live-a/settled-0001/statement.json"
BUCKET = "locallove-local-reports-123456789012"
ELSEWHERE = "http://127.0.0.1:5000"


@pytest.fixture(autouse=True, scope="module")
def imitated() -> Iterator[None]:
    with aws.imitated():
        yield


@pytest.fixture
def on_aws() -> Links:
    return Links(links.signing_client(None), BUCKET)


def said(link: str) -> dict[str, str]:
    """The query of a link, each name once."""
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def test_a_link_leads_to_the_buckets_own_regional_address(on_aws: Links) -> None:
    """The global host would redirect, and the signature is of the host."""
    place = urlsplit(on_aws.to(KEY))
    assert (place.scheme, place.netloc) == ("https", f"{BUCKET}.s3.{aws.REGION}.amazonaws.com")
    assert place.path == f"/{KEY}"


def test_a_link_is_signed_by_version_4_for_five_minutes_from_now(on_aws: Links) -> None:
    query = said(on_aws.to(KEY))
    now = datetime.now(UTC)
    assert (query["X-Amz-Algorithm"], query["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "300")
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert now - timedelta(seconds=5) < signed_at <= now
    assert query["X-Amz-Credential"].endswith(f"/{signed_at:%Y%m%d}/{aws.REGION}/s3/aws4_request")
    assert query["X-Amz-SignedHeaders"] == "host"
    assert len(query["X-Amz-Signature"]) == 64
    assert query["X-Amz-Security-Token"], "a function's credentials are temporary"
    assert not query.keys() & {"Signature", "AWSAccessKeyId", "Expires"}, "the old way"


def test_a_signature_is_good_for_one_object_and_one_method(on_aws: Links) -> None:
    signatures = {said(link)["X-Amz-Signature"] for link in (on_aws.to(KEY), on_aws.to(KEY, head=True), on_aws.to("other"))}
    assert len(signatures) == 3


def test_a_link_of_an_imitation_leads_to_its_one_host() -> None:
    link = Links(links.signing_client(ELSEWHERE), BUCKET).to(KEY)
    assert link.startswith(f"{ELSEWHERE}/{BUCKET}/{KEY}?")
    assert said(link)["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ({}, f"{BUCKET}.s3.{aws.REGION}.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": ELSEWHERE}, "127.0.0.1:5000"),
        ({"LOCALLOVE_LINKS_URL": "http://127.0.0.1:5001", "AWS_ENDPOINT_URL": ELSEWHERE}, "127.0.0.1:5001"),
    ],
)
def test_links_lead_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], host: str) -> None:
    """An imitation that other processes reach at another address than this one says so; else it is the same."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    runtime.service.cache_clear()
    assert urlsplit(runtime.service().links.to(KEY)).netloc == host
    runtime.service.cache_clear()
