"""Publishing what is settled and paid: each is a new report, though no count has moved, and none goes back."""

import json
from typing import Any

from flows.closed import Closed
from publishing import publish
from samples import LIVE

from chalicelib import runtime
from chalicelib.domain.payments import Payment

PREFIXES = ("test-campaign/campaign", "test-campaign/region-kumamoto", f"test-campaign/live-{LIVE}")
MOVED, SAME = {"published": 3, "skipped": 0}, {"published": 0, "skipped": 3}


def pay(minor: int, reference: str) -> None:
    payment = Payment(LIVE, "JPY", minor, "2023-02-10", "熊本県", reference, None, "2023-02-10T00:00:00Z")
    assert runtime.service().campaigns.pay("test-campaign", payment)


def reports(closed: Closed) -> list[Any]:
    """The newest report of campaign, region and live."""
    files = closed.published()
    folders = [f"{prefix}/{json.loads(files[f'{prefix}/latest.json'])['folder']}" for prefix in PREFIXES]
    return [json.loads(files[f"{folder}/report.json"]) for folder in folders]


def test_a_payment_makes_a_new_report_though_no_count_moved(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    assert publish() == MOVED
    pay(700, "one")
    assert publish() == MOVED
    assert [(each["balance"]["paid_minor"], each["balance"]["open_minor"]) for each in reports(closed)] == [(700, 300)] * 3
    assert publish() == SAME


def test_settlement_makes_a_final_report_though_no_count_moved(closed: Closed) -> None:
    closed.send("b-1", *(closed.like(number) for number in range(30)))
    publish()
    assert [(each["provisional"], each["final_after"] is None) for each in reports(closed)] == [(True, False)] * 3
    settled = closed.settle()
    assert publish() == MOVED
    for each in reports(closed):
        assert (each["provisional"], each["final_after"], each["figures"]["counts"]["total"]) == (False, None, 30)
        assert each["lives"][0]["statement"]["published"]["sha256"] == settled.statement_sha256
        assert each["lives"][0]["statement"]["published"]["link"] == settled.link
    assert [each["statement"] is None for each in reports(closed)] == [False, True, True]
    assert publish() == SAME


def test_a_run_that_knows_less_never_takes_the_pointer_back(closed: Closed) -> None:
    """A run that has read what is paid is overtaken by a payment and a whole other run."""
    closed.send("b-1", closed.like(1))
    service = runtime.service()
    overtaking: list[str] = []
    read = service.reports.read

    def overtaken(key: str) -> Any:
        found = read(key)
        if not overtaking:
            overtaking.append(key)
            pay(700, "one")
            publish()
        return found

    service.reports.read = overtaken  # type: ignore[method-assign]
    assert publish() == SAME
    assert [each["balance"]["paid_minor"] for each in reports(closed)] == [700] * 3
