"""What anyone may read, and what every answer carries."""

import http.client
from collections.abc import Iterator

import pytest
from aws_faults import refused
from client import Answer, problem, request
from samples import LIVE, sample_campaign

from chalicelib import __version__, runtime
from locallove.cloud.local import LocalCloud, local_cloud

READS = (
    f"/v1/lives/{LIVE}/totals",
    f"/v1/lives/{LIVE}/totals?series=minute",
    "/v1/campaigns/test-campaign/totals",
    "/v1/campaigns/test-campaign",
    "/v1/health",
)


@pytest.fixture(scope="module")
def resting() -> Iterator[LocalCloud]:
    """A service with the sample campaign, for tests that store nothing."""
    with local_cloud(background=False) as running:
        running.apply(sample_campaign())
        yield running


@pytest.mark.parametrize("path", READS)
def test_head_answers_as_get_without_a_body(resting: LocalCloud, path: str) -> None:
    got, asked = request(resting.url + path), request(resting.url + path, method="HEAD")
    assert (got.status, asked.status, asked.body) == (200, 200, b"")
    for name in ("content-type", "etag", "cache-control"):
        assert got.headers[name] == asked.headers[name]


def test_a_kept_alive_connection_bears_head_and_304(resting: LocalCloud) -> None:
    """An answer that is framed wrongly would be read as the beginning of the next."""
    connection = http.client.HTTPConnection(resting.url.removeprefix("http://"), timeout=10)
    connection.request("GET", READS[0])
    first = connection.getresponse()
    etag, body = first.headers["etag"], first.read()
    for method, headers, status in (("HEAD", {}, 200), ("GET", {"If-None-Match": etag}, 304), ("GET", {}, 200)):
        connection.request(method, READS[0], headers=headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, body if (method, status) == ("GET", 200) else b"")
    connection.close()


@pytest.mark.parametrize("path", READS[:4])
def test_who_has_these_bytes_gets_304(resting: LocalCloud, path: str) -> None:
    first = request(resting.url + path)
    assert first.headers["cache-control"] == "public, max-age=1"
    for asked in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = request(resting.url + path, headers={"If-None-Match": asked})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert request(resting.url + path, headers={"If-None-Match": '"other"'}).body == first.body


def test_every_answer_carries_the_security_headers_and_a_request_id(resting: LocalCloud) -> None:
    for path in (*READS, "/v1/lives/nowhere/totals"):
        headers = request(resting.url + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["referrer-policy"] == "no-referrer"
        assert len(headers["x-request-id"]) == 36


def test_a_campaigns_definition_says_its_rules_and_their_hashes(resting: LocalCloud) -> None:
    answer = request(f"{resting.url}/v1/campaigns/test-campaign").json
    (live,) = answer["lives"]
    assert (answer["currency"], answer["cap_minor"], live["id"]) == ("JPY", None, LIVE)
    assert "100" in live["rule"]["en"]
    assert "100" in live["rule"]["ja"]
    assert len(live["rule_sha256"]) == 64


def test_health_says_the_release_and_which_tables_answer(resting: LocalCloud) -> None:
    tables = {"reactions": True, "totals": True, "campaigns": True}
    assert request(f"{resting.url}/v1/health").json == {"status": "ok", "version": __version__, "tables": tables}
    with refused(runtime.service()._dynamodb, "GetItem", "ThrottlingException", lambda asked: b"-totals" in asked["body"]):
        sick = request(f"{resting.url}/v1/health")
    assert (sick.status, sick.json["status"], sick.json["tables"]) == (503, "degraded", {**tables, "totals": False})


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/lives", f"/v1/lives/{LIVE}", "/v2/health", "/favicon.ico"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_a_problem(resting: LocalCloud, path: str, method: str) -> None:
    assert problem(request(resting.url + path, method=method)) == (404, "unknown-path")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(resting: LocalCloud, method: str) -> None:
    answer = request(f"{resting.url}/v1/health", method=method)
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD"
    assert request(f"{resting.url}/v1/lives/{LIVE}/reactions").headers["allow"] == "POST"


def raw(cloud: LocalCloud, head: str, body: bytes = b"") -> Answer:
    """An answer to a request that no library would send."""
    connection = http.client.HTTPConnection(cloud.url.removeprefix("http://"), timeout=10)
    connection.connect()
    connection.sock.sendall(f"POST /v1/lives/{LIVE}/reactions HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode() + body)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


@pytest.mark.parametrize("length", ["abc", "-1", "１２"])
def test_a_length_that_is_none_is_refused_with_a_problem(resting: LocalCloud, length: str) -> None:
    assert problem(raw(resting, f"Content-Length: {length}")) == (411, "length-required")


def test_a_body_that_no_gateway_would_take_is_refused_unread(resting: LocalCloud) -> None:
    assert problem(raw(resting, f"Content-Length: {10**12}")) == (413, "too-large")
