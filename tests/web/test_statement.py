"""The proof of a settlement, at public addresses: each name leads to its file, and no other name anywhere."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec
import pytest
from aws_faults import asked, refused
from client import Answer, problem, request
from samples import sample_campaign
from web.settled import settled_campaign

from chalicelib import runtime
from chalicelib.domain import chain
from chalicelib.domain.answers import utc
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.statement import CampaignStatement, Statement
from chalicelib.flows.decisions import Decision
from locallove.cloud.local import LocalCloud, local_cloud

SETTLED = "settled-2026"
OF_LIVE = f"/v1/lives/{SETTLED}/statement"
OF_CAMPAIGN = f"/v1/campaigns/{SETTLED}/statement"
OF_BOTH = (OF_LIVE, OF_CAMPAIGN)


def unsettled_campaign() -> Campaign:
    """A campaign with a live in every status before settlement."""
    now = datetime.now(UTC)
    ends = {"scheduled-2026": 3.0, "on-2026": 0.5, "ended-2026": -2.0, "closed-2026": -30.0}
    lives = [
        msgspec.structs.replace(sample_campaign(now + timedelta(hours=hours)).lives[0], id=name) for name, hours in ends.items()
    ]
    return msgspec.structs.replace(sample_campaign(), id="unsettled", lives=tuple(lives))


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A service with a campaign that is settled and one of which no live is."""
    with local_cloud(background=False) as running:
        settled_campaign(running, SETTLED)
        running.apply(unsettled_campaign())
        yield running


def key(answer: Answer) -> str:
    """The key of the file that an answer sends to."""
    assert (answer.status, answer.body) == (302, b"")
    return urlsplit(answer.headers["location"]).path.removeprefix("/")


def file(answer: Answer) -> bytes:
    """What lies there."""
    found = runtime.service().reports.read(key(answer))
    assert found is not None
    return found.body


def signature(answer: Answer) -> str:
    return answer.headers["location"].rpartition("X-Amz-Signature=")[2]


def test_the_files_of_a_live_prove_its_statement(cloud: LocalCloud) -> None:
    """Every hash in the statement is that of the file to which the name leads, and the chain has the statement's own."""
    body = file(request(cloud.url + OF_LIVE))
    statement = msgspec.json.decode(body, type=Statement)
    assert (statement.live, statement.counts.total) == (SETTLED, 30)
    assert file(request(f"{cloud.url}{OF_LIVE}/statement.json")) == body
    assert sha256(file(request(f"{cloud.url}{OF_LIVE}/rule.json"))).hexdigest() == statement.rule_sha256
    (ledger,) = statement.ledger
    packed = file(request(f"{cloud.url}{OF_LIVE}/{ledger.name}"))
    assert (ledger.name, sha256(packed).hexdigest()) == ("ledger-0001.ndjson.gz", ledger.sha256)
    assert len(gzip.decompress(packed).splitlines()) == ledger.lines == 30
    entry = msgspec.json.decode(file(request(f"{cloud.url}{OF_LIVE}/chain-000001.json")), type=chain.Entry)
    assert entry.statement_sha256 == sha256(body).hexdigest()


def test_the_files_of_a_campaign_prove_its_statement(cloud: LocalCloud) -> None:
    body = file(request(cloud.url + OF_CAMPAIGN))
    statement = msgspec.json.decode(body, type=CampaignStatement)
    assert file(request(f"{cloud.url}{OF_CAMPAIGN}/statement.json")) == body
    assert statement.lives[0].statement_sha256 == sha256(file(request(cloud.url + OF_LIVE))).hexdigest()
    entries = [file(request(f"{cloud.url}{OF_CAMPAIGN}/chain-00000{number}.json")) for number in (1, 2)]
    assert chain.read(entries)[1].statement_sha256 == sha256(body).hexdigest()


@pytest.mark.parametrize("name", ["", "/statement.json", "/rule.json", "/ledger-0001.ndjson.gz", "/chain-000001.json"])
def test_a_link_is_for_this_moment_and_head_gets_one_of_its_own(cloud: LocalCloud, name: str) -> None:
    """A signature is of the method too: S3 would refuse HEAD of a link that was signed for GET."""
    got, head = (request(cloud.url + OF_LIVE + name, method=method) for method in ("GET", "HEAD"))
    assert key(got) == key(head)
    assert signature(got) != signature(head)
    for answer in (got, head):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "x-request-id" in answer.headers


@pytest.mark.parametrize(
    "name",
    [
        "sender-platform.ndjson.gz",
        "ledger-0002.ndjson.gz",
        "ledger-0001.ndjson",
        "chain-000003.json",
        "chain-000000.json",
        "chain-0000001.json",
        "chain-1.json",
        "chain-%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%91.json",
        "000001.json",
        "STATEMENT.JSON",
        "statement.json%0A",
        "..%2Fsettled-0001%2Fstatement.json",
        "%2e%2e",
        "latest.json",
    ],
)
@pytest.mark.parametrize("of", OF_BOTH)
def test_no_other_name_leads_anywhere(cloud: LocalCloud, of: str, name: str) -> None:
    answer = request(f"{cloud.url}{of}/{name}")
    assert problem(answer) == (404, "unknown-file")
    assert "location" not in answer.headers
    assert answer.json["detail"].startswith("there is statement.json")
    assert answer.json["detail"].endswith("and of the chain chain-000001.json and the following")
    assert ("rule.json, ledger-0001.ndjson.gz" in answer.json["detail"]) == (of == OF_LIVE)


@pytest.mark.parametrize("name", ["chain-", "chain-1.json", "chain-000001.json.gz", "chain-..%2F000001.json"])
def test_the_bucket_is_asked_for_nothing_but_entries_of_the_chain(cloud: LocalCloud, name: str) -> None:
    key(request(cloud.url + OF_LIVE))  # from here on the statement is known
    with asked(runtime.service()._s3, "GetObject") as questions:
        assert problem(request(f"{cloud.url}{OF_LIVE}/{name}")) == (404, "unknown-file")
    assert questions == []


@pytest.mark.parametrize("name", ["rule.json", "ledger-0001.ndjson.gz"])
def test_a_campaign_has_no_rule_and_no_ledger_of_its_own(cloud: LocalCloud, name: str) -> None:
    assert problem(request(f"{cloud.url}{OF_CAMPAIGN}/{name}")) == (404, "unknown-file")


@pytest.mark.parametrize("name", ["", "/statement.json", "/rule.json", "/chain-000001.json", "/nothing.json"])
@pytest.mark.parametrize("status", ["scheduled", "on", "ended", "closed"])
def test_before_settlement_the_status_is_told_and_from_when_on_it_can_be(cloud: LocalCloud, status: str, name: str) -> None:
    live = f"{status}-2026"
    answer = request(f"{cloud.url}/v1/lives/{live}/statement{name}")
    closes_ms = runtime.service().definitions.of_live(live, runtime.now_ms())[1].closes_at_ms
    opens = utc(closes_ms + runtime.service().settings.fence_ms)
    assert problem(answer) == (404, "not-settled")
    assert answer.json["detail"] == f"{live} is {status}; it can be settled from {opens} on"
    assert answer.headers["cache-control"] == "no-store"


def test_a_campaign_says_how_many_of_its_lives_are_settled(cloud: LocalCloud) -> None:
    answer = request(f"{cloud.url}/v1/campaigns/unsettled/statement")
    assert problem(answer) == (404, "not-settled")
    assert answer.json["detail"] == "unsettled is on; of its 4 lives 0 are settled"


def test_what_is_not_there_has_no_statement(cloud: LocalCloud) -> None:
    assert problem(request(f"{cloud.url}/v1/lives/nowhere-2026/statement")) == (404, "unknown-live")
    assert problem(request(f"{cloud.url}/v1/campaigns/nowhere/statement/statement.json")) == (404, "unknown-campaign")


@pytest.mark.parametrize("of", OF_BOTH)
def test_a_statement_is_read_and_nothing_else(cloud: LocalCloud, of: str) -> None:
    answer = request(cloud.url + of, b"", method="PUT")
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD"


def test_while_the_bucket_does_not_answer_the_chain_is_not_said_to_end(cloud: LocalCloud) -> None:
    """Whoever reads the chain takes 404 for its end."""
    with refused(runtime.service()._s3, "GetObject", "SlowDown", status=503) as refusals:
        answer = request(f"{cloud.url}{OF_LIVE}/chain-000001.json")
    assert refusals
    assert problem(answer) == (503, "storage-refused")


def test_after_a_correction_the_name_leads_to_the_newest_statement(cloud: LocalCloud) -> None:
    campaign = settled_campaign(cloud, "corrected-2026").id
    before = file(request(f"{cloud.url}/v1/lives/{campaign}/statement"))
    runtime.service().settler.settle(campaign, campaign, runtime.now_ms(), Decision(correct="a test"))
    runtime.service.cache_clear()
    after = request(f"{cloud.url}/v1/lives/{campaign}/statement")
    assert key(after) == f"{campaign}/live-{campaign}/settled-0002/statement.json"
    corrects = msgspec.json.decode(file(after), type=Statement).corrects
    assert corrects is not None
    assert corrects.replaces == sha256(before).hexdigest()
    of_campaign = request(f"{cloud.url}/v1/campaigns/{campaign}/statement")
    assert key(of_campaign) == f"{campaign}/campaign/settled-0002/statement.json"
