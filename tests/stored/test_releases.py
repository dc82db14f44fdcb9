"""What any release has stored, this one reads: deployed in the midst of a live it counts, replays, settles and shows it all."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from client import request
from festivals import Festival
from publishing import publish
from samples import signed_headers
from stored import kept
from stored.kept import CAMPAIGN, COUNTED, FESTIVAL, SETTLED, STORED

from chalicelib import runtime
from chalicelib.flows.decisions import Decision
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.mirror import mirror
from locallove.verify import verify

SAMPLES = sorted(kept.FOLDER.glob("*.json"), key=lambda file: [int(part) for part in file.stem.split(".")])
AWARDS = ("grand-prix", "audience", "favourite")
COUNTS = {"like": 15, "comment": 1, "gift": 2, "total": 18}


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda file: file.stem)
def sample(request: pytest.FixtureRequest) -> Any:
    return json.loads(request.param.read_text())


@pytest.fixture
def taken_over(sample: Any) -> Iterator[LocalCloud]:
    """This release, with all that the other one has left."""
    with local_cloud(background=False) as cloud:
        kept.load(sample)
        yield cloud


def secret_in(sample: Any) -> str:
    found: str = json.loads(sample["secrets"][CAMPAIGN][-1])["senders"][0]["secrets"][0]["secret"]
    return found


def test_a_new_release_during_a_live_loses_nothing(sample: Any) -> None:
    """Batches that the last release stored and did not count yet are counted by this one, and settled to the same figures."""
    with local_cloud(background=False) as cloud:
        kept.load(sample, tables=("reactions", "campaigns"))
        cloud.pump.drain()
        for live in (COUNTED, STORED):
            assert request(f"{cloud.url}/v1/lives/{live}/totals").json["counts"] == COUNTS
            assert runtime.service().settler.settle(CAMPAIGN, live, runtime.now_ms()).live == live
            assert request(f"{cloud.url}/v1/lives/{live}/totals").json["counts"] == COUNTS


def test_a_batch_that_the_last_release_took_gets_its_receipt(sample: Any, taken_over: LocalCloud) -> None:
    """Whatever form that release kept it in: the receipt is stored, never made anew."""
    for live in (SETTLED, COUNTED, STORED):
        text = kept.text(live)
        answer = request(f"{taken_over.url}/v1/lives/{live}/reactions", text, signed_headers(secret_in(sample), "b-1", text))
        accepted = COUNTS | {"like": 16, "total": 19}
        assert (answer.status, answer.json["replayed"], answer.json["counts"]) == (200, True, accepted)
        assert answer.json["outside_window"] == 1


def test_what_the_last_release_counted_is_shown_and_settled(taken_over: LocalCloud) -> None:
    """Its rows are read as they are: settlement finds the recount equal to them."""
    assert request(f"{taken_over.url}/v1/lives/{COUNTED}/totals").json["counts"] == COUNTS
    settled = runtime.service().settler.settle(CAMPAIGN, COUNTED, runtime.now_ms())
    assert settled.link == 3, "the chain goes on after the last release's entry"


def test_what_the_last_release_settled_and_published_is_verified_and_gone_on_from(taken_over: LocalCloud, tmp_path: Path) -> None:
    answer = request(f"{taken_over.url}/v1/lives/{SETTLED}/totals").json
    assert (answer["status"], answer["counts"], answer["donation"]["paid_minor"]) == ("settled", COUNTS, 1000)
    runtime.service().settler.settle(CAMPAIGN, COUNTED, runtime.now_ms())
    assert publish()["published"] > 0
    mirror(runtime.service().settings.reports_bucket, tmp_path)
    assert verify(str(tmp_path)).ok


def test_a_festival_that_the_last_release_closed_is_shown_verified_and_decided_alike(
    taken_over: LocalCloud, tmp_path: Path
) -> None:
    """From the same stored batches this release decides every award as that one did."""
    standings = request(f"{taken_over.url}/v1/festivals/{FESTIVAL}/standings").json
    assert [(each["award"], each["winner"]) for each in standings["awards"]] == [
        ("grand-prix", None), ("audience", None), ("favourite", "a"),
    ]  # fmt: skip
    service, festival = runtime.service(), Festival(taken_over, kept.festival())
    before = [festival.result(award) for award in AWARDS]
    assert [each.winner for each in before] == ["b", "b", "a"]
    service.closer.close(FESTIVAL, runtime.now_ms(), runtime.new_key(), Decision(correct="a sample"))
    after = [msgspec.structs.replace(festival.result(each.award), nonce=each.nonce) for each in before]
    assert after == before
    mirror(service.settings.reports_bucket, tmp_path)
    answer = verify(str(tmp_path))
    assert answer.ok, answer.differences


def test_what_operators_put_on_record_is_there(sample: Any, taken_over: LocalCloud) -> None:
    registers = runtime.service().registered.get(CAMPAIGN)
    assert (len(registers.entries), len(registers.stated), registers.sentiment) == (1, 1, (kept.CODED,))
    ((invitation, downloads),) = runtime.service().invitations.of_campaign(CAMPAIGN)
    assert (invitation.for_whom, downloads) == ("宮城県", 1)
    assert request(f"{taken_over.url}/i/{sample['token']}/files.json").status == 200
    (held,) = runtime.service().quarantine.of_live("other")
    assert held.batch == "x#1"


def test_the_newest_sample_is_of_what_this_release_stores() -> None:
    """Else keep another beside it, named for the release to come: `python -m stored.kept tests/stored/RELEASE.json`."""
    with kept.made() as now:
        before, after = kept.forms(json.loads(SAMPLES[-1].read_text())), kept.forms(now)
    assert (sorted(after - before), sorted(before - after)) == ([], [])
