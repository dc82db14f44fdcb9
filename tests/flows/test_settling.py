"""Settling: what is recounted, what stops it, and that nothing changes when it runs again."""

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from itertools import count, product
from pathlib import Path
from threading import Barrier
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import refused, unanswered
from client import request
from flows.closed import Closed
from samples import LIVE

from chalicelib import runtime
from chalicelib.domain import chain
from chalicelib.domain.applied import Settled
from chalicelib.domain.payments import Payment
from chalicelib.domain.statement import Exclusion
from chalicelib.flows import reading
from chalicelib.flows.decisions import Decision, Differs, ItemsMissing, NotSettled, TooEarly, Unreadable
from chalicelib.store.clients import StorageRefused
from locallove.cloud.mirror import mirror
from locallove.verify import verify

MINUTE_MS, HOUR_MS = 60_000, 3_600_000


def test_a_live_is_settled_from_the_fence_on_and_not_before(closed: Closed) -> None:
    with pytest.raises(TooEarly, match="can be settled from"):
        closed.settle(at_ms=closed.opens_ms - 1)
    assert closed.published() == {}
    assert closed.settle().number == 1


def test_copies_are_dropped_by_the_stated_order_and_conflicts_are_numbered(closed: Closed) -> None:
    """First the moment of receipt, then the sender, then the batch id; what counts is what came first."""
    crowd = [closed.like(number, id=f"c{number}") for number in range(30)]
    closed.send("b-0", *crowd, before_ms=30 * MINUTE_MS)
    closed.send("b-9", closed.like(1, id="x", count=3), before_ms=20 * MINUTE_MS)
    closed.send("b-1", closed.like(1, id="x", count=5), before_ms=10 * MINUTE_MS)
    closed.send("b-3", closed.like(2, id="y", count=7), sender="studio")
    closed.send("b-4", closed.like(2, id="y", count=9))
    closed.send("b-6", closed.like(3, id="z", count=11))
    closed.send("b-5", closed.like(3, id="z", count=11))
    settled = closed.settle()
    statement = closed.statement()
    assert statement.counts.total == 30 + 3 + 9 + 11
    assert (statement.not_counted.duplicate, statement.not_counted.conflicting) == (3, 2)
    assert (statement.reconciled.totals.total, statement.reconciled.recounted.total) == (76, 76)
    lines = closed.ledger(settled)
    assert len(lines) == statement.receipts.accepted == 36
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    assert sorted(line["count"] for line in lines if line.get("not_counted") == "duplicate") == [5, 7, 11]
    told = gzip.decompress(closed.published()[f"{settled.folder}/sender-platform.ndjson.gz"]).splitlines()
    duplicates = {each["batch"]: each["duplicates"] for each in map(json.loads, told)}
    assert duplicates == {"b-0": 0, "b-9": 0, "b-1": 1, "b-4": 0, "b-6": 1, "b-5": 0}


def test_rehearsals_and_what_lies_outside_do_not_count_but_are_told(closed: Closed) -> None:
    closed.send("b-1", *(closed.like(number) for number in range(25)), closed.like(99, id="bad", count=0))
    closed.send("b-2", closed.like(-1, id="early", count=2), closed.like(3600, id="late", count=4))
    closed.send("b-3", closed.like(5, count=50), rehearsal=True)
    settled = closed.settle()
    statement = closed.statement()
    assert statement.counts.total == 25
    assert (statement.not_counted.outside, statement.not_counted.rehearsal, statement.not_counted.rejected) == (2, 1, 1)
    assert statement.rehearsal.like == 50
    assert [cell.like for minute in statement.outside for cell in minute.markets] == [2, 4]
    assert sorted(line.get("not_counted", "") for line in closed.ledger(settled))[-2:] == ["outside", "outside"]
    told = gzip.decompress(closed.published()[f"{settled.folder}/sender-platform.ndjson.gz"]).splitlines()
    assert sorted(json.loads(line)["batch"] for line in told) == ["b-1", "b-2"]


def test_a_market_with_fewer_than_20_reactions_is_not_named_anywhere(closed: Closed) -> None:
    """Nor by what was sent twice: copies are no crowd."""
    japan = [closed.like(number, id=f"j{number}") for number in range(20)]
    taiwan = [closed.like(number, id=f"t{number}", market="TW") for number in range(19)]
    closed.send("b-1", *japan, *taiwan)
    closed.send("b-2", *taiwan)
    settled = closed.settle()
    assert {cell.market: cell.like for cell in closed.statement().by_market} == {"JP": 20, "ZZ": 19}
    assert {line["market"] for line in closed.ledger(settled)} == {"JP", "ZZ"}
    counted = reading.consistently(runtime.service().totals)
    totals = reading.standing(applied(closed), counted, runtime.service().settled_totals).live(LIVE).totals
    assert {market: counts.like for market, counts in totals.by_market.items()} == {"JP": 20, "ZZ": 19}


def applied(closed: Closed) -> Any:
    return runtime.service().campaigns.get(closed.campaign.id)


def test_settlement_killed_at_any_point_and_started_again_ends_in_the_same_bytes(closed: Closed) -> None:
    """Before each write and after each, by the operator or the schedule; a payment in between changes nothing either."""
    closed.send("b-1", *(closed.like(number) for number in range(30)))
    closed.send("b-2", closed.like(1), closed.like(3600))
    settled = closed.settle()
    undisturbed = closed.published()
    ways: tuple[Callable[[], Any], ...] = (closed.settle, closed.settle_all)
    for fault, again in product((refused, unanswered), ways):
        for killed_at in range(1, 20):
            forget(closed)
            killed = [settle_killed(closed, fault, killed_at)]
            pay(closed, f"{fault.__name__}-{again.__name__}-{killed_at}")
            again()
            assert msgspec.structs.replace(applied(closed).settled[LIVE], at_ms=0) == msgspec.structs.replace(settled, at_ms=0)
            assert closed.published() == undisturbed
            if not any(killed):
                break
        assert 6 <= killed_at < 19, "settling makes some ten writes"


def settle_killed(closed: Closed, fault: Any, killed_at: int) -> bool:
    """Settle with the so-manieth write failing; whether it came to that."""
    service, writes = runtime.service(), count(1)
    with (
        fault(
            service._s3, "PutObject", *(["SlowDown"] if fault is refused else []), when=lambda _: next(writes) == killed_at
        ) as s3,
        fault(
            service._dynamodb,
            "PutItem",
            *(["ThrottlingException"] if fault is refused else []),
            when=lambda _: next(writes) == killed_at,
        ) as dynamodb,
    ):
        try:
            closed.settle()
        except StorageRefused:
            assert s3 or dynamodb
            return True
    return False


def forget(closed: Closed) -> None:
    """As if the live had never been settled."""
    s3, dynamodb, settings = boto3.client("s3"), boto3.client("dynamodb"), runtime.service().settings
    for name in closed.published():
        s3.delete_object(Bucket=settings.reports_bucket, Key=name)
    for name in (f"settled#{LIVE}", "settled#"):
        key: Any = {"pk": {"S": f"campaign#{closed.campaign.id}"}, "sk": {"S": name}}
        dynamodb.delete_item(TableName=settings.campaigns_table, Key=key)


def pay(closed: Closed, reference: str) -> None:
    """A payment that is put on record after the live could be settled."""
    payment = Payment(LIVE, "JPY", 1, "2024-02-01", "Fund", reference, None, "2999-01-01T00:00:00Z")
    assert runtime.service().campaigns.pay(closed.campaign.id, payment)


def test_a_second_run_changes_nothing(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    first = closed.settle()
    published = closed.published()
    assert closed.settle(at_ms=closed.opens_ms + HOUR_MS) == first
    assert runtime.service().settler.settle_all(closed.opens_ms + 5 * MINUTE_MS) == {"settled": 0, "checked": 0}
    assert closed.published() == published


def test_four_settlements_at_once_end_in_one(closed: Closed) -> None:
    """The same live by all of them, and the campaign's own statement after it."""
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    together = Barrier(4)

    def settle(_: int) -> Settled:
        together.wait()
        return closed.settle()

    with ThreadPoolExecutor(4) as threads:
        records = {msgspec.structs.replace(each, link=None) for each in threads.map(settle, range(4))}
    assert len(records) == 1
    assert [entry.live for entry in chain.read(runtime.service().statements.chain())] == [LIVE, None]


def test_the_chain_has_the_live_and_then_the_campaign(closed: Closed) -> None:
    settled = closed.settle()
    entries = runtime.service().statements.chain()
    live, whole = chain.read(entries)
    assert (live.live, live.statement_sha256, live.previous_sha256) == (LIVE, settled.statement_sha256, None)
    assert (whole.live, whole.previous_sha256) == (None, sha256(entries[0]).hexdigest())


def test_a_batch_that_cannot_be_unpacked_stops_settlement_with_its_key_unless_excluded(closed: Closed) -> None:
    closed.send("b-1", closed.like(1, count=2))
    closed.send("b-2", closed.like(2, count=5))
    closed.cloud.pump.drain()
    spoil("platform#b-2", "packed", b"\x93\x01")
    with pytest.raises(Unreadable, match="platform#b-2"):
        closed.settle()
    assert not any("settled" in key for key in closed.published())
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="spoilt"))
    statement = closed.statement()
    assert statement.counts.total == 2
    assert statement.exclusion is not None
    assert (statement.exclusion.batches, statement.exclusion.reason) == (("platform#b-2",), "spoilt")


@pytest.mark.parametrize("changed", [{"v": {"N": "9"}}, {"receipt": None}], ids=["another version", "an attribute gone"])
def test_an_item_that_no_release_has_written_stops_settlement_with_its_key(closed: Closed, changed: dict[str, Any]) -> None:
    closed.send("b-1", closed.like(1, count=2))
    closed.cloud.pump.drain()
    item = {name: value for name, value in {**item_of("platform#b-1"), **changed}.items() if value is not None}
    boto3.client("dynamodb").put_item(TableName=runtime.service().settings.reactions_table, Item=item)
    with pytest.raises(Unreadable, match="platform#b-1"):
        closed.settle()
    excluded = frozenset({"platform#b-1"})
    with pytest.raises(ItemsMissing):
        closed.settle(Decision(exclude_batches=excluded, exclude_because="broken"))
    closed.settle(Decision(exclude_batches=excluded, exclude_because="broken", accept_difference="it had been counted"))
    statement = closed.statement()
    assert statement.counts.total == 0
    assert [(each.recounted, each.expected) for each in statement.reconciled.differences] == [(0, 2)]


@pytest.mark.parametrize("spoilt", ["tally", "v"])
def test_an_unreadable_batch_that_is_left_out_explains_no_other_that_is_gone(closed: Closed, spoilt: str) -> None:
    """Of the one whose receipt can be read it is known exactly what it held, of the other only what any batch can hold."""
    closed.send("b-1", closed.like(1, count=2), closed.like(61, count=3))
    gone = ["gone-1"] if spoilt == "tally" else ["gone-1", "gone-2"]
    for batch in gone:
        closed.send(batch, *(closed.like(2, id=f"{batch}-{number}", kind="comment") for number in range(3000)))
    closed.cloud.pump.drain()
    hide("platform#b-1", spoilt)
    for batch in gone:
        delete(item_of(f"platform#{batch}"))
    decision = Decision(exclude_batches=frozenset({"platform#b-1"}), exclude_because="broken", accept_difference="it was counted")
    with pytest.raises(ItemsMissing, match="more than the unreadable batches that are left out can have held"):
        closed.settle(decision)
    assert not any("settled" in key for key in closed.published())


def test_an_unreadable_batch_that_is_left_out_explains_what_its_receipt_says(closed: Closed) -> None:
    closed.send("b-1", closed.like(1, count=2), closed.like(61, count=3))
    closed.cloud.pump.drain()
    hide("platform#b-1", "tally")
    excluded = Decision(exclude_batches=frozenset({"platform#b-1"}), exclude_because="broken")
    with pytest.raises(ItemsMissing, match="in 2 places; 0 quarantined"):
        closed.settle(excluded)
    closed.settle(replace(excluded, accept_difference="it was counted"))
    assert [(each.recounted, each.expected) for each in closed.statement().reconciled.differences] == [(0, 2), (0, 3)]


def hide(sort_key: str, name: str) -> None:
    """Make a batch's tally unreadable, or all of it: an item of a version that no release has written."""
    value = {"tally": {"B": b"\x93\x01"}, "v": {"N": "9"}}[name]
    item = {**item_of(sort_key), name: value}
    boto3.client("dynamodb").put_item(TableName=runtime.service().settings.reactions_table, Item=item)


def delete(item: dict[str, Any]) -> None:
    """As an operator's slip does."""
    key = {"pk": item["pk"], "sk": item["sk"]}
    boto3.client("dynamodb").delete_item(TableName=runtime.service().settings.reactions_table, Key=key)


def test_a_quarantined_batch_can_be_excluded(closed: Closed) -> None:
    """As one whose record counting could not read, and which cannot be unpacked either."""
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    closed.send("b-2", closed.like(2, count=3), closed.like(61, count=5))
    quarantine_one_row(closed)
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged"))
    statement = closed.statement()
    assert (statement.counts.total, statement.not_counted.excluded) == (1, 2)
    assert statement.reconciled.differences == ()


def test_a_batch_whose_reactions_are_not_what_was_counted_of_it_stops_settlement(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=5))
    closed.cloud.pump.drain()
    spoil("platform#b-1", "tally", item_of("platform#b-2")["tally"]["B"])
    with pytest.raises(Unreadable, match="platform#b-1"):
        closed.settle()


def test_what_an_interrupted_run_of_another_decision_has_written_is_left_alone(closed: Closed, tmp_path: Path) -> None:
    """And whoever checks all that is published is told yes."""
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=5))
    closed.cloud.pump.drain()
    assert settle_killed(closed, unanswered, 4)
    plain = closed.published()
    assert any(key.endswith("/statement.json") for key in plain), "killed when it was written and not yet on record"
    settled = closed.settle(Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged"))
    assert settled.folder.endswith("settled-0002")
    assert closed.statement().counts.total == 1
    assert plain.items() <= closed.published().items()
    mirror(runtime.service().settings.reports_bucket, tmp_path)
    assert verify(str(tmp_path)).ok


def test_what_a_leaked_key_signed_can_be_left_out(closed: Closed) -> None:
    closed.send("b-1", closed.like(1, count=2))
    closed.send("b-2", closed.like(2, count=5), sender="studio")
    closed.settle(Decision(exclude_keys=frozenset({"studio-1"}), exclude_because="the key leaked"))
    assert closed.statement().counts.total == 2
    assert closed.statement().not_counted.excluded == 1


def test_items_that_are_missing_stop_settlement_whatever_is_accepted(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2))
    closed.cloud.pump.drain()
    delete(item_of("platform#b-2"))
    with pytest.raises(ItemsMissing):
        closed.settle(Decision(accept_difference="whatever"))
    assert not any("settled" in key for key in closed.published())


def test_what_is_quarantined_is_missing_from_the_totals_and_counted_by_settlement(closed: Closed) -> None:
    """A batch over two minutes, of which DynamoDB refuses one row as invalid: only that minute is missing."""
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    closed.send("b-2", closed.like(2, count=3), closed.like(61, count=5))
    quarantine_one_row(closed)
    assert request(f"{closed.cloud.url}/v1/lives/{LIVE}/totals").json["counts"]["total"] == 4
    closed.settle()
    statement = closed.statement()
    assert (statement.counts.total, statement.not_counted.quarantined_records) == (9, 1)
    assert (statement.reconciled.totals.total, statement.reconciled.quarantined.total) == (4, 5)
    assert statement.reconciled.differences == ()


def test_a_quarantined_batch_that_is_gone_from_the_table_stops_settlement(closed: Closed) -> None:
    closed.send("b-2", closed.like(2, count=3), closed.like(61, count=5))
    quarantine_one_row(closed)
    delete(item_of("platform#b-2"))
    with pytest.raises(ItemsMissing, match="1 quarantined batches are gone"):
        closed.settle()


def quarantine_one_row(closed: Closed) -> None:
    """Let the second minute of what is not counted yet be refused."""
    minute = f"{closed.campaign.lives[0].start_minute + 1:010d}".encode()
    dynamodb = runtime.service()._dynamodb
    with refused(
        dynamodb, "UpdateItem", "ValidationException", lambda asked: minute in asked["body"] and b'":c0"' in asked["body"]
    ):
        closed.cloud.pump.drain()


def test_more_stored_than_counted_needs_a_reason_that_the_statement_shows(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    spoil_totals()
    with pytest.raises(Differs):
        closed.settle()
    closed.settle(Decision(accept_difference="the counter was broken by hand"))
    reconciled = closed.statement().reconciled
    assert reconciled.accepted_because == "the counter was broken by hand"
    assert [(each.recounted, each.expected) for each in reconciled.differences] == [(1, 0)]


def test_a_correction_is_a_new_statement_that_names_the_old_and_the_reason(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2))
    first = closed.settle()
    before = closed.published()
    decision = Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="b-2 was forged")
    second = closed.settle(decision)
    assert (second.number, second.folder) == (2, first.folder.replace("0001", "0002"))
    corrects = closed.statement().corrects
    assert corrects is not None
    assert (corrects.replaces, corrects.reason) == (first.statement_sha256, "b-2 was forged")
    assert before.items() <= closed.published().items(), "nothing final is ever overwritten"
    assert [entry.live for entry in chain.read(runtime.service().statements.chain())] == [LIVE, None, LIVE, None]


def test_a_campaign_is_not_settled_before_its_lives_though_clocks_differ(closed: Closed) -> None:
    """Else the two of them look for ever as if the live had been corrected since."""
    closed.send("b-1", closed.like(1))
    with (
        refused(runtime.service()._s3, "PutObject", "SlowDown", lambda asked: "/campaign/settled-" in asked["url"], status=503),
        pytest.raises(StorageRefused),
    ):
        closed.settle(at_ms=closed.opens_ms + 5000)
    assert closed.settle_all() == {"settled": 0, "checked": 0}
    assert applied(closed).campaign_settled.at_ms == applied(closed).settled[LIVE].at_ms == closed.opens_ms + 5000


def test_the_same_correction_again_changes_nothing_and_a_further_one_keeps_what_was_left_out(closed: Closed) -> None:
    for number in range(1, 4):
        closed.send(f"b-{number}", closed.like(number, count=10**number))
    closed.settle()
    first = Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="b-2 was forged")
    second = closed.settle(first)
    published = closed.published()
    assert closed.settle(first) == second
    assert closed.published() == published
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-3"}), exclude_because="forged too", correct="so was b-3"))
    statement = closed.statement()
    assert statement.counts.total == 10
    assert statement.exclusion is not None
    assert (statement.exclusion.batches, statement.exclusion.reason) == (("platform#b-2", "platform#b-3"), "forged; forged too")
    links = [entry.live for entry in chain.read(runtime.service().statements.chain())]
    assert links == [LIVE, None] * 3


def test_a_statement_that_was_not_linked_is_linked_before_it_is_corrected(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.cloud.pump.drain()
    assert settle_killed(closed, refused, 6), "killed before the chain's first entry"
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-1"}), exclude_because="forged", correct="forged"))
    assert [entry.live for entry in chain.read(runtime.service().statements.chain())] == [LIVE, LIVE, None]


def test_a_correction_takes_again_what_was_left_out_by_mistake(closed: Closed) -> None:
    for number in range(1, 4):
        closed.send(f"b-{number}", closed.like(number, count=10**number))
    batches = frozenset({"platform#b-2", "platform#b-3"})
    closed.settle(Decision(exclude_batches=batches, exclude_because="forged"))
    again = Decision(include_batches=frozenset({"platform#b-2"}), correct="it was honest")
    settled = closed.settle(again)
    assert closed.settle(again) == settled, "the same correction twice is one"
    assert closed.statement().counts.total == 110
    assert closed.statement().exclusion == Exclusion(("platform#b-3",), "forged")
    with pytest.raises(NotSettled, match="not left out, so it cannot be taken again: platform#b-1, platform#b-2"):
        closed.settle(Decision(include_batches=frozenset({"platform#b-1", "platform#b-2"}), correct="so was b-1"))
    closed.settle(Decision(include_batches=frozenset({"platform#b-3"}), correct="it was honest"))
    assert (closed.statement().counts.total, closed.statement().exclusion) == (1110, None)


def test_a_correction_of_the_same_reason_that_names_a_key_leaves_out_what_it_signed(closed: Closed) -> None:
    """Statements name batches: whether a key's are left out already shows only when they are read."""
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=10))
    closed.send("b-3", closed.like(3, count=40), sender="studio")
    closed.settle()
    leaked = Decision(exclude_because="leaked", correct="a key leaked")
    closed.settle(replace(leaked, exclude_batches=frozenset({"platform#b-2"})))
    with_key = replace(leaked, exclude_keys=frozenset({"studio-1"}))
    third = closed.settle(with_key)
    assert (third.number, closed.statement().counts.total) == (3, 1)
    assert closed.statement().exclusion == Exclusion(("platform#b-2", "studio#b-3"), "leaked")
    assert closed.settle(with_key) == third, "the same correction twice is one"
    with pytest.raises(NotSettled, match="nothing is stored of what is to be left out: studio-9"):
        closed.settle(replace(leaked, exclude_keys=frozenset({"studio-1", "studio-9"})))


def test_why_batches_were_left_out_is_not_said_of_others_once_all_of_them_are_taken_again(closed: Closed) -> None:
    for number in range(1, 4):
        closed.send(f"b-{number}", closed.like(number))
    first, second, third = (frozenset({f"platform#b-{number}"}) for number in range(1, 4))
    closed.settle(Decision(exclude_batches=first, exclude_because="A"))
    closed.settle(Decision(include_batches=first, exclude_batches=second, exclude_because="B", correct="not b-1 but b-2"))
    assert closed.statement().exclusion == Exclusion(("platform#b-2",), "B")
    closed.settle(Decision(exclude_batches=third, exclude_because="C", correct="b-3 too"))
    assert closed.statement().exclusion == Exclusion(("platform#b-2", "platform#b-3"), "B; C")


def test_a_decision_that_would_have_no_effect_is_refused(closed: Closed) -> None:
    """A name mistyped, or a live that the schedule settled a moment ago."""
    closed.send("b-1", closed.like(1))
    for mistyped in (
        Decision(exclude_batches=frozenset({"platform#b-9"}), exclude_because="forged"),
        Decision(exclude_keys=frozenset({"platform-9"}), exclude_because="leaked"),
        Decision(correct="nothing to correct"),
        Decision(include_batches=frozenset({"platform#b-1"})),
    ):
        with pytest.raises(NotSettled, match=r"nothing is stored of|no statement yet"):
            closed.settle(mistyped)
    closed.settle()
    with pytest.raises(NotSettled, match="needs a correction"):
        closed.settle(Decision(exclude_batches=frozenset({"platform#b-1"}), exclude_because="forged"))


def test_a_campaigns_statement_that_an_interrupted_run_left_is_not_taken_for_a_corrected_one(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=500))
    closed.settle()
    key: Any = {"pk": {"S": f"campaign#{closed.campaign.id}"}, "sk": {"S": "settled#"}}
    boto3.client("dynamodb").delete_item(TableName=runtime.service().settings.campaigns_table, Key=key)
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="forged"))
    whole = applied(closed).campaign_settled
    assert whole.folder.endswith("settled-0002")
    assert runtime.service().statements.of_campaign(whole).counts.total == closed.statement().counts.total == 1


def test_an_accepted_difference_names_no_small_market(closed: Closed) -> None:
    closed.send("b-1", *(closed.like(number, id=f"j{number}") for number in range(20)), closed.like(1, id="t", market="TW"))
    closed.cloud.pump.drain()
    spoil_totals()
    closed.settle(Decision(accept_difference="the counter was broken by hand"))
    assert {each.market for each in closed.statement().reconciled.differences} == {"JP", "ZZ"}


def test_an_hour_later_the_same_batches_are_there_or_it_is_an_alarm(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    settled = closed.settle()
    settler = runtime.service().settler
    assert settler.settle_all(settled.at_ms + HOUR_MS - 1) == {"settled": 0, "checked": 0}
    assert settler.settle_all(settled.at_ms + HOUR_MS) == {"settled": 0, "checked": 1}
    assert settler.settle_all(settled.at_ms + 2 * HOUR_MS) == {"settled": 0, "checked": 0}


def test_a_batch_that_appears_after_settlement_is_an_alarm(closed: Closed) -> None:
    closed.send("b-1", closed.like(1))
    settled = closed.settle()
    closed.send("b-2", closed.like(2))
    with pytest.raises(ExceptionGroup, match="could not be settled"):
        runtime.service().settler.settle_all(settled.at_ms + HOUR_MS)


def test_batches_received_after_the_closing_are_told_and_not_taken(closed: Closed) -> None:
    """Stored by an instance that did not know of an earlier closing yet."""
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=5))
    item = item_of("platform#b-2")
    item["received_at"] = {"N": str(closed.closes_ms)}
    boto3.client("dynamodb").put_item(TableName=runtime.service().settings.reactions_table, Item=item)
    closed.settle()
    assert closed.statement().counts.total == 1
    assert closed.statement().not_counted.late == 1
    assert closed.statement().reconciled.recounted.total == 6


def item_of(sort_key: str) -> dict[str, Any]:
    items = boto3.client("dynamodb").scan(TableName=runtime.service().settings.reactions_table)["Items"]
    return next(dict(item) for item in items if item["sk"]["S"] == sort_key)


def spoil(sort_key: str, name: str, value: bytes) -> None:
    """Change a stored item by hand, as no release does."""
    item = {**item_of(sort_key), name: {"B": value}}
    boto3.client("dynamodb").put_item(TableName=runtime.service().settings.reactions_table, Item=item)


def spoil_totals() -> None:
    """Take all counters of a row away by hand."""
    dynamodb, table = boto3.client("dynamodb"), runtime.service().settings.totals_table
    (row,) = (item for item in dynamodb.scan(TableName=table)["Items"] if "q" in item)
    dynamodb.put_item(TableName=table, Item={name: value for name, value in row.items() if "." not in name})
