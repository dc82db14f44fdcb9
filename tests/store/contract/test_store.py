"""The store's own classes on every engine: what they promise holds wherever boto3's client is a real one or a stand-in."""

import msgspec
import pytest
from flows.deliveries import CrashingTotals, play
from samples import sample_campaign
from store.contract.engines import DYNAMODB_LOCAL, STANDIN, Engine
from store.contract.test_streams import batch

from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.stream import position
from chalicelib.domain.tally import Counts
from chalicelib.flows.counting import Counter
from chalicelib.store.campaigns import Campaigns, NotApplied
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.reactions import Reactions
from chalicelib.store.totals import Addition, RowKey, Totals
from locallove.faults.bucket import Bucket

SEEDS = {STANDIN: range(200), "moto": range(5), DYNAMODB_LOCAL: range(25)}


@pytest.fixture
def reactions(engine: Engine) -> Reactions:
    return Reactions(engine.dynamodb, engine.tables.reactions_table)


@pytest.fixture
def totals(engine: Engine) -> CrashingTotals:
    return CrashingTotals(engine.dynamodb, engine.tables.totals_table)


@pytest.fixture
def campaigns(engine: Engine) -> Campaigns:
    return Campaigns(engine.dynamodb, engine.tables.campaigns_table, engine.tables.totals_table)


def test_a_batch_put_twice_is_stored_once(reactions: Reactions, name: str) -> None:
    """The second is told of the first: its hash, to see whether it is the same text, and its receipt."""
    first = batch(name, 1)
    assert reactions.put(first) is None
    earlier = reactions.put(first)
    assert earlier is not None
    assert (earlier.sha256, earlier.receipt) == (first.sha256, first.receipt)


def test_another_text_under_a_batchs_id_changes_nothing(engine: Engine, reactions: Reactions, name: str) -> None:
    first = batch(name, 1)
    other = msgspec.structs.replace(first, sha256=b"\xff" * 32, receipt=b"{}", tally=b"", packed=b"")
    reactions.put(first)
    earlier = reactions.put(other)
    assert earlier is not None
    assert earlier.sha256 == first.sha256
    found = engine.dynamodb.get_item(
        TableName=engine.tables.reactions_table,
        Key={"pk": {"S": first.partition_key}, "sk": {"S": first.sort_key}},
        ConsistentRead=True,
    )
    assert bytes(found["Item"]["packed"]["B"]) == first.packed


def test_a_batch_is_found_by_its_sender_and_id(reactions: Reactions) -> None:
    live = sample_campaign().lives[0]
    stored = msgspec.structs.replace(batch(live.id, 1), buckets=live.buckets)
    assert reactions.find(live, stored.sender, stored.batch) is None
    reactions.put(stored)
    found = reactions.find(live, stored.sender, stored.batch)
    assert found is not None
    assert found.receipt == stored.receipt


def test_every_batch_of_a_live_is_read_from_its_buckets(reactions: Reactions, name: str) -> None:
    """As settlement reads them: in each bucket by sender and batch id, whole."""
    live = msgspec.structs.replace(sample_campaign().lives[0], id=name)
    stored = [msgspec.structs.replace(batch(name, number), buckets=live.buckets) for number in range(40)]
    for each in stored:
        reactions.put(each)
    read = list(reactions.of_channel(live))
    assert sorted(read, key=lambda each: each.batch) == stored
    assert read == sorted(read, key=lambda each: (int(each.partition_key.partition("#")[2]), each.sort_key))


def row(name: str) -> RowKey:
    return RowKey(name, 28_000_000, "0" * 12)


def addition(last: str, like: int) -> Addition:
    return Addition({"JP": Counts(like=like), "ZZ": Counts(comment=like)}, position(last), 5)


def test_a_row_takes_what_lies_after_its_position(totals: Totals, name: str) -> None:
    """From a sequence number of 39 digits to one of 40 too; what it refuses it answers with its position."""
    last = ("9" * 21, "9" * 39, "1" + "0" * 39)
    assert totals.add_if_before(row(name), addition(last[0], 1), position("9" * 20)) is None
    assert totals.add_if_before(row(name), addition(last[1], 2), position(last[0])) == position(last[0])
    assert totals.add_if_at(row(name), addition(last[1], 2), position(last[0])) is None
    assert totals.add_if_at(row(name), addition(last[2], 4), position(last[0])) == position(last[1])
    assert totals.add_if_before(row(name), addition(last[2], 4), position("9" * 39 + "9")) is None
    assert totals.position(row(name)) == position(last[2])
    assert [each.markets for each in totals.rows(name, consistent=True)] == [{"JP": Counts(like=7), "ZZ": Counts(comment=7)}]


def test_an_update_repeated_by_the_sdk_finds_itself_applied(totals: Totals, name: str) -> None:
    """The answer is its own position, at which nothing remains to be added."""
    again = addition("5", 1)
    assert totals.add_if_before(row(name), again, position("3")) is None
    assert totals.add_if_before(row(name), again, position("3")) == again.last
    assert [each.markets["JP"] for each in totals.rows(name)] == [Counts(like=1)]


def test_a_live_is_marked_before_it_is_counted(engine: Engine, totals: Totals, name: str) -> None:
    assert not totals.is_counted(name)
    totals.mark_counted(name)
    Totals(engine.dynamodb, engine.tables.totals_table).mark_counted(name)
    assert totals.is_counted(name)
    assert list(totals.rows(name)) == []


def sample(name: str) -> Campaign:
    """A campaign with one live, whose ids nobody else has."""
    campaign = sample_campaign()
    return msgspec.structs.replace(campaign, id=name, lives=(msgspec.structs.replace(campaign.lives[0], id=f"{name}-live"),))


def applied(campaign: Campaign, revision: int) -> Applied:
    return Applied(campaign, revision, 0, {live.id: 1 for live in campaign.lives}, (), {live.id: 0 for live in campaign.lives})


def test_a_revision_is_put_in_force_all_or_nothing(campaigns: Campaigns, totals: Totals, name: str) -> None:
    """Not over somebody else's, not with another campaign's live, not when its live has been counted."""
    campaign = sample(name)
    live = campaign.lives[0].id
    first, second = applied(campaign, 1), applied(campaign, 2)
    campaigns.put(None, first, [live])
    assert campaigns.get(name) == first
    assert campaigns.campaign_of(live) == name
    campaigns.put(first, second, [])
    assert campaigns.get(name) == second
    with pytest.raises(NotApplied, match="changed by somebody else"):
        campaigns.put(first, applied(campaign, 3), [])
    other = msgspec.structs.replace(campaign, id=f"{name}-other")
    with pytest.raises(NotApplied, match=f"live {live} belongs to another campaign"):
        campaigns.put(None, applied(other, 1), [])
    assert campaigns.get(other.id) is None
    totals.mark_counted(live)
    with pytest.raises(NotApplied, match=f"live {live} has already been counted"):
        campaigns.put(second, applied(campaign, 3), [live])
    assert campaigns.get(name) == second


def test_campaigns_are_listed(campaigns: Campaigns, name: str) -> None:
    campaigns.put(None, applied(sample(name), 1), [])
    assert name in list(campaigns.names())


def test_totals_stay_exact_under_every_redelivery(engine: Engine, totals: CrashingTotals) -> None:
    """The schedules of `tests/flows/test_exactness.py`, on every engine."""
    counter = Counter(totals, Quarantine(Bucket("reports", lambda: 0), "reports"))  # type: ignore[arg-type]
    played = [(seed, *play(seed, counter, totals)) for seed in SEEDS[engine.name]]
    assert [seed for seed, truth, counted in played if counted != truth] == []
