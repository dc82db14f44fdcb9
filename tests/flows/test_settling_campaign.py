"""Settling a campaign: its statement is over the newest ones of its lives, and says why when it replaces another."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from flows.at_once import killed_at, meanwhile, record
from flows.closed import Closed, closed_campaign
from samples import LIVE

from chalicelib import runtime
from chalicelib.domain import chain
from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.statement import CampaignStatement, folder
from chalicelib.flows import reading
from chalicelib.flows.decisions import Decision
from locallove.cloud.local import local_cloud
from locallove.cloud.mirror import mirror
from locallove.verify import verify

EARLIER, TIED = "tohoku-test", "aomori-test"


def of_lives(*lives: str, cap: int | None = None) -> Campaign:
    """These lives in this order, each worth 1,000 without a reaction; `EARLIER` starts and ends before the others."""
    campaign = closed_campaign()
    live = msgspec.structs.replace(campaign.lives[0], donation=msgspec.structs.replace(campaign.lives[0].donation, base=1000))
    before = timedelta(minutes=10)
    earlier = msgspec.structs.replace(live, starts_at=live.starts_at - before, ends_at=live.ends_at - before)
    made = tuple(msgspec.structs.replace(earlier if name == EARLIER else live, id=name) for name in lives)
    return msgspec.structs.replace(campaign, cap=cap, lives=made)


def settle(campaign: Campaign) -> CampaignStatement:
    """Settle each live as the schedule does; gives the campaign's statement."""
    service = runtime.service()
    service.settler.settle_all(max(live.closes_at_ms for live in campaign.lives) + service.settings.fence_ms)
    return whole(campaign)


def on_record(campaign: Campaign) -> Applied:
    found = runtime.service().campaigns.get(campaign.id)
    assert found is not None
    return found


def whole(campaign: Campaign) -> CampaignStatement:
    settled = on_record(campaign).campaign_settled
    assert settled is not None
    return runtime.service().statements.of_campaign(settled)


def shared(campaign: Campaign) -> dict[str, int]:
    """What readers are told now."""
    service = runtime.service()
    lives = reading.standing(on_record(campaign), reading.consistently(service.totals), service.settled_totals).lives
    return {each.live.id: each.minor for each in lives}


@pytest.mark.parametrize("order", [(LIVE, EARLIER, TIED), (TIED, EARLIER, LIVE), (EARLIER, TIED, LIVE)])
def test_an_odd_yen_of_the_cap_goes_to_who_starts_first_wherever_it_stands_in_the_file(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    """In totals, statement and check alike: the two yen beyond 3 times 500 go to the earlier live, then to the smaller id."""
    expected = {EARLIER: 501, TIED: 501, LIVE: 500}
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := of_lives(*order, cap=1502))
        assert shared(campaign) == expected
        statement = settle(campaign)
        assert shared(campaign) == expected
        mirror(runtime.service().settings.reports_bucket, tmp_path)
    assert [(each.live, each.minor) for each in statement.lives] == [(live, expected[live]) for live in order]
    assert verify(str(tmp_path)).ok


def test_a_file_in_another_order_changes_no_share_and_corrects_nothing() -> None:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := of_lives(LIVE, EARLIER, cap=1501))
        settle(campaign)
        before, chained = shared(campaign), runtime.service().statements.chain()
        cloud.apply(moved := msgspec.structs.replace(campaign, lives=campaign.lives[::-1]))
        runtime.service().settler.settle(moved.id, LIVE, runtime.now_ms())
        assert settle(moved).corrects is None
        assert shared(moved) == before
        assert runtime.service().statements.chain() == chained


def test_a_live_that_is_added_later_is_named_as_the_reason(tmp_path: Path) -> None:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := of_lives(LIVE))
        settle(campaign)
        first = on_record(campaign).campaign_settled
        cloud.apply(more := of_lives(LIVE, EARLIER))
        corrects = settle(more).corrects
        mirror(runtime.service().settings.reports_bucket, tmp_path)
    assert first is not None
    assert corrects is not None
    assert (corrects.replaces, corrects.reason) == (first.statement_sha256, f"a live was added: {EARLIER}")
    assert verify(str(tmp_path)).ok


def test_a_live_that_was_corrected_is_named_as_the_reason_and_so_are_both() -> None:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := of_lives(LIVE))
        settle(campaign)
        correct(campaign, "a typing error")
        assert reason(campaign) == f"the statement of a live was corrected: {LIVE}"
        cloud.apply(more := of_lives(LIVE, EARLIER))
        correct(more, "another")
        settle(more)
        assert reason(more) == f"a live was added: {EARLIER}; the statement of a live was corrected: {LIVE}"


def correct(campaign: Campaign, why: str) -> Settled:
    return runtime.service().settler.settle(campaign.id, LIVE, runtime.now_ms(), Decision(correct=why))


def reason(campaign: Campaign) -> str:
    corrects = whole(campaign).corrects
    assert corrects is not None
    return corrects.reason


def test_who_finds_another_campaigns_statement_on_record_looks_again_whether_it_is_right(closed: Closed) -> None:
    """A slow process puts one over a statement that was corrected meanwhile; who corrected it loses, and tries again."""
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=500))
    killed_at("PutItem", record(""), closed.settle)
    place = folder(closed.campaign.id, None, 1)
    (digest,) = (digest for where, digest in closed.statements() if where == place)
    stale = Settled(None, 1, place, digest, closed.opens_ms)
    decision = Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="b-2 was forged")
    with meanwhile("PutItem", record(""), lambda: runtime.service().campaigns.settle(closed.campaign.id, stale, None)) as put:
        closed.settle(decision)
    assert put == [True]
    assert whole(closed.campaign).counts.total == closed.statement().counts.total == 1
    entries = chain.read(runtime.service().statements.chain())
    assert [entry.live for entry in entries] == [LIVE, LIVE, None, None]
