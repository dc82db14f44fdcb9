"""Reading tables: every page of an answer, and consistently where a decision hangs on it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from aws_faults import asked
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.tally import Counts
from chalicelib.runtime import Service
from chalicelib.store.totals import Addition, RowKey
from locallove.cloud import aws

MINUTE = 28_000_000


@pytest.fixture
def service() -> Iterator[Service]:
    with aws.imitated():
        runtime.service.cache_clear()
        yield runtime.service()
        runtime.service.cache_clear()


def put(service: Service, campaign: Campaign) -> None:
    epochs = {live.id: 1 for live in campaign.lives}
    service.campaigns.put(None, Applied(campaign, 1, 0, epochs, (), dict.fromkeys(epochs, 0)), list(epochs))


def test_totals_are_read_to_the_last_page(service: Service) -> None:
    """A query ends after 1 MB: a long live has more rows than that."""
    service.totals.mark_counted("one")
    for minute in range(MINUTE, MINUTE + 7):
        row = RowKey("one", minute, "0" * 12)
        assert service.totals.add_if_before(row, Addition({"JP": Counts(like=minute)}, "1" * 40, 5), "1" * 40) is None
    with asked(service._dynamodb, "Query", Limit=2) as pages:
        rows = list(service.totals.rows("one"))
    assert len(pages) >= 4
    assert [(row.minute, row.markets) for row in rows] == [
        (minute, {"JP": Counts(like=minute)}) for minute in range(MINUTE, MINUTE + 7)
    ]


def test_totals_from_a_minute_on_come_with_all_rehearsals(service: Service) -> None:
    """Rehearsals and the mark sort behind every minute; the mark is no row."""
    service.totals.mark_counted("one")
    for minute in (MINUTE, MINUTE + 1, MINUTE + 2, None):
        for shard in ("0" * 12, "f" * 12):
            addition = Addition({"JP": Counts(like=1)}, "1" * 40, 5)
            assert service.totals.add_if_before(RowKey("one", minute, shard), addition, "1" * 40) is None
    read = [row.minute for row in service.totals.rows("one", since=MINUTE + 1)]
    assert read == [*[MINUTE + 1] * 2, *[MINUTE + 2] * 2, None, None]
    assert len(list(service.totals.rows("one"))) == 8


def test_campaigns_are_listed_to_the_last_page(service: Service) -> None:
    """The pointers of lives lie between them."""
    sample = sample_campaign()
    names = [f"campaign-{number}" for number in range(5)]
    for name in names:
        put(
            service,
            msgspec.structs.replace(sample, id=name, lives=(msgspec.structs.replace(sample.lives[0], id=f"live-{name}"),)),
        )
    with asked(service._dynamodb, "Scan", Limit=2) as pages:
        assert sorted(service.campaigns.names()) == names
    assert len(pages) >= 5


@pytest.mark.parametrize("reader", ["receipt", "campaign", "live", "counted", "position"])
def test_what_a_decision_hangs_on_is_read_consistently(service: Service, reader: str) -> None:
    """A receipt just stored must be found by the retry that is refused now; what is frozen must be seen as frozen."""
    live = sample_campaign().lives[0]
    readers: dict[str, Any] = {
        "receipt": lambda: service.reactions.find(live, "platform", "b-1"),
        "campaign": lambda: service.campaigns.get("one"),
        "live": lambda: service.campaigns.campaign_of("one"),
        "counted": lambda: service.totals.is_counted("one"),
        "position": lambda: service.totals.position(RowKey("one", MINUTE, "0" * 12)),
    }
    with asked(service._dynamodb, "Query" if reader == "campaign" else "GetItem") as requests:
        assert not readers[reader]()
    assert [request.get("ConsistentRead") for request in requests] == [True]


@pytest.mark.parametrize("consistent", [True, False])
def test_totals_are_read_consistently_when_asked(service: Service, consistent: bool) -> None:
    """Reports are; the public totals need not be."""
    with asked(service._dynamodb, "Query") as requests:
        assert list(service.totals.rows("one", consistent=consistent)) == []
    assert [request["ConsistentRead"] for request in requests] == [consistent]
