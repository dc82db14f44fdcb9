"""Closing a festival: who competes, which votes count, who wins, and that nothing but the first decision is ever sealed."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import refused, unanswered
from festivals import ENDED_AT, VOTING_OPENS, Festival, entry, festival_campaign, vote
from flows.at_once import meanwhile, record

from chalicelib import runtime
from chalicelib.domain import channels
from chalicelib.domain.entrants import EntryDecision
from chalicelib.domain.festival_result import Undecided
from chalicelib.flows.decisions import Decision, NotSettled, TooEarly
from chalicelib.store.clients import StorageRefused
from locallove.cloud.local import local_cloud

BY_VOTES = {"id": "favourite", "name": {"ja": "投票", "en": "Favourite"}, "votes": {}}


@pytest.fixture
def polled() -> Iterator[Festival]:
    """A festival with one award, by votes, and three films."""
    with local_cloud(background=False) as cloud:
        festival = Festival.of(cloud, festival_campaign(awards=[BY_VOTES], metrics_as_of=None))
        festival.send("entries", "e-1", entry("a"), entry("b"), entry("c"))
        yield festival


def standing(festival: Festival) -> tuple[str | None, dict[str, str], dict[str, int]]:
    """The winner, each film's votes, and how many votes do not count, by reason."""
    result = festival.result("favourite")
    assert result.votes is not None
    return result.winner, {film.entry: film.score for film in result.films}, result.votes.not_counted


def test_most_votes_win(polled: Festival) -> None:
    polled.send("votes", "v-1", *(vote(number, "a") for number in range(3)), *(vote(10 + number, "b") for number in range(2)))
    polled.close()
    assert standing(polled) == ("a", {"a": "3", "b": "2"}, {})


def test_one_voter_from_two_devices(polled: Festival) -> None:
    """The first by its moment counts, whatever came first and in whichever batch; of one moment the smaller hash of the id."""
    polled.send("votes", "v-1", vote(5, "b", voter="one"), before_ms=90_000)
    polled.send("votes", "v-2", vote(4, "a", voter="one"), vote(6, "c", voter="one"))
    polled.close()
    assert standing(polled) == ("a", {"a": "1"}, {"repeated": 2})


def test_a_vote_after_close(polled: Festival) -> None:
    """By its moment it is outside the hours of voting; by its arrival it is never taken."""
    polled.send("votes", "v-1", vote(1, "b"), vote(2, "a", at=ENDED_AT.isoformat()))
    with pytest.raises(Exception, match="closed at") as refused:
        polled.send("votes", "v-2", vote(3, "a"), before_ms=0)
    assert type(refused.value).__name__ == "FestivalClosed"
    polled.close()
    assert standing(polled) == ("b", {"b": "1"}, {"outside": 1})


def test_votes_for_an_unknown_entry(polled: Festival) -> None:
    polled.send("votes", "v-1", vote(1, "nobody"), vote(2, "nobody"), vote(3, "a"))
    polled.close()
    assert standing(polled) == ("a", {"a": "1"}, {"unknown": 2})


def test_votes_for_ineligible_entries_and_own_ones_are_set_aside(polled: Festival) -> None:
    """They do not use a voter's vote up."""
    polled.send("entries", "e-2", entry("young", attested=False))
    polled.send("votes", "v-1", vote(1, "young", voter="one"), vote(2, "a", voter="one"), vote(3, "b", voter="creator-b"))
    polled.close()
    assert standing(polled) == ("a", {"a": "1"}, {"ineligible": 1, "own": 1})


def test_suspect_votes_are_held_apart_and_the_result_is_said_with_and_without_them(polled: Festival) -> None:
    held = [vote(number, "b", suspect="one address") for number in range(10, 15)]
    polled.send("votes", "v-1", vote(1, "a"), vote(2, "a"), vote(3, "b"), *held)
    polled.close()
    result = polled.result("favourite")
    assert result.votes is not None
    assert (result.winner, result.votes.with_held.winner) == ("a", "b")
    assert result.votes.held == {"one address": 5}
    assert [(film.entry, film.score, film.held) for film in result.films] == [("a", "2", 0), ("b", "1", 5)]


def test_the_ledger_has_every_vote_and_no_voter(polled: Festival) -> None:
    polled.send("votes", "v-1", *(vote(number, "a", voter="one") for number in range(2)), vote(7, "b", suspect="odd"))
    polled.close()
    lines = polled.lines("votes-favourite-0001.ndjson.gz")
    assert sorted(line.get("not_counted", line.get("suspect", "counted")) for line in lines) == ["counted", "odd", "repeated"]
    assert lines == sorted(lines, key=lambda line: (line["voter"], line["at_ms"], line["id"]))
    assert not any("one" in str(line.values()) or "u7" in str(line.values()) for line in lines)


def test_a_rehearsal_is_never_decided_by(polled: Festival) -> None:
    polled.send("entries", "e-2", entry("d"), rehearsal=True)
    polled.send("votes", "v-1", vote(1, "a"))
    polled.send("votes", "v-2", *(vote(number, "b") for number in range(2, 9)), rehearsal=True)
    polled.close()
    assert standing(polled) == ("a", {"a": "1"}, {})
    assert [line["id"] for line in polled.lines("entries-0001.ndjson.gz")] == ["a", "b", "c"]


def test_a_batch_sent_twice_is_counted_once(polled: Festival) -> None:
    votes = [vote(number, "a") for number in range(3)]
    assert polled.send("votes", "v-1", *votes).replayed is False
    assert polled.send("votes", "v-1", *votes).replayed is True
    polled.close()
    assert standing(polled) == ("a", {"a": "3"}, {})


def test_a_tie_at_the_top(polled: Festival) -> None:
    """Nothing is sealed until the jury has decided; its word counts only between films that are equal."""
    polled.send("votes", "v-1", vote(1, "a"), vote(2, "b"))
    with pytest.raises(Undecided, match="favourite: a, b are equal after all tie-breaks"):
        polled.close()
    assert polled.applied().festival_settled is None


def test_before_a_fence_after_its_closing_it_is_not_closed(polled: Festival) -> None:
    with pytest.raises(TooEarly):
        polled.close(at_ms=polled.opens_ms - 1)


def test_close_run_twice_gives_the_same(polled: Festival) -> None:
    polled.send("votes", "v-1", vote(1, "a"))
    first = polled.close()
    before = polled.published()
    assert polled.close() == first == polled.applied().festival_settled
    assert polled.published() == before


def test_what_comes_on_record_after_the_seal_changes_nothing_but_by_a_correction(polled: Festival) -> None:
    polled.send("votes", "v-1", vote(1, "a"), vote(2, "a"), vote(3, "b"))
    first = polled.close()
    service = runtime.service()
    before = service.registered.get(polled.campaign.id)
    withdrawn = msgspec.structs.replace(before.festival, decisions=(EntryDecision("a", "withdraw", "asked to", "now"),))
    service.registered.put(polled.campaign.id, before, msgspec.structs.replace(before, festival=withdrawn))
    assert polled.close() == first
    corrected = polled.close(Decision(correct="the film was withdrawn"))
    assert (corrected.number, corrected.link) == (2, 2)
    assert standing(polled) == ("b", {"b": "1"}, {"withdrawn": 2})
    statement = service.statements.of_festival(corrected)
    assert statement.corrects is not None
    assert statement.corrects.replaces == first.statement_sha256
    assert polled.close(Decision(correct="the film was withdrawn")) == corrected


def test_a_correction_of_what_is_not_closed_is_refused(polled: Festival) -> None:
    with pytest.raises(NotSettled, match="no result yet"):
        polled.close(Decision(correct="early"))


def test_votes_that_are_counted_but_not_stored_stop_it(polled: Festival) -> None:
    polled.send("votes", "v-1", vote(1, "a"))
    polled.send("votes", "v-2", vote(2, "b"))
    polled.cloud.pump.drain()
    service = runtime.service()
    channel = channels.of_festival(polled.campaign, "votes")
    assert channel is not None
    (gone,) = [each for each in service.reactions.of_channel(channel) if each.batch == "v-2"]
    service._dynamodb.delete_item(
        TableName=service.settings.reactions_table, Key={"pk": {"S": gone.partition_key}, "sk": {"S": gone.sort_key}}
    )
    with pytest.raises(NotSettled, match="less is stored than was counted"):
        polled.close()


def test_the_hours_of_voting_are_half_open(polled: Festival) -> None:
    early, last = VOTING_OPENS - timedelta(milliseconds=1), ENDED_AT - timedelta(milliseconds=1)
    polled.send("votes", "v-1", vote(1, "a", at=early.isoformat()), vote(2, "b", at=last.isoformat()))
    polled.send("votes", "v-2", vote(3, "b", at=VOTING_OPENS.isoformat()))
    polled.close()
    assert standing(polled) == ("b", {"b": "2"}, {"outside": 1})


@pytest.mark.parametrize("keyless", [False, True], ids=["the seal's key is on record", "from the very first write"])
@pytest.mark.parametrize("fault", [refused, unanswered])
def test_close_killed_at_any_point_and_run_again_ends_in_one_result(polled: Festival, fault: Any, keyless: bool) -> None:
    """Before each write, and after each with its answer lost: the same bytes in the same places, whoever makes up another key."""
    polled.send("votes", "v-1", vote(1, "a"), vote(2, "a"), vote(3, "b", suspect="odd"))
    polled.close()
    undisturbed = polled.published()
    for killed_at in range(1, 20):
        forget(polled, keyless=keyless)
        killed = close_killed(polled, fault, killed_at)
        polled.close()
        found = polled.published()
        assert found.keys() == undisturbed.keys(), killed_at
        assert keyless or found == undisturbed
        if not killed:
            break
    assert 7 <= killed_at < 19, "closing makes some eight writes"


def close_killed(festival: Festival, fault: Any, killed_at: int) -> bool:
    """Close with the so-manieth write failing; whether it came to that."""
    service, writes = runtime.service(), count(1)
    with (
        fault(service._s3, "PutObject", *(["SlowDown"] if fault is refused else []), when=lambda _: next(writes) == killed_at),
        fault(
            service._dynamodb,
            "PutItem",
            *(["ThrottlingException"] if fault is refused else []),
            when=lambda _: next(writes) == killed_at,
        ),
    ):
        try:
            festival.close()
        except StorageRefused:
            return True
    return False


def forget(festival: Festival, *, keyless: bool) -> None:
    """As if the festival had never been closed, and where `keyless` as if nobody had ever tried to."""
    s3, dynamodb, settings = boto3.client("s3"), boto3.client("dynamodb"), runtime.service().settings
    for name in festival.published():
        s3.delete_object(Bucket=settings.reports_bucket, Key=name)
    campaign = festival.campaign.id
    keys: list[Any] = [{"pk": {"S": f"campaign#{campaign}"}, "sk": {"S": f"settled#{channels.result_of(campaign)}"}}]
    if keyless:
        keys.append({"pk": {"S": f"registers#{campaign}"}, "sk": {"S": "registers"}})
    for key in keys:
        dynamodb.delete_item(TableName=settings.campaigns_table, Key=key)


def test_two_that_close_at_once_seal_one_result(polled: Festival) -> None:
    """The other closes right before the first would put it on record: both give the same."""
    polled.send("votes", "v-1", vote(1, "a"))
    with meanwhile("PutItem", record(channels.result_of(polled.campaign.id)), polled.close) as other:
        assert polled.close() == other[0]
    assert [key for key in polled.published() if key.endswith("statement.json")] == [
        f"{polled.campaign.id}/festival/settled-0001/statement.json"
    ]


def test_results_cannot_be_guessed_from_their_hashes(polled: Festival) -> None:
    """Each has a nonce of its own, and a festival closed with another key has others."""
    polled.send("votes", "v-1", vote(1, "a"))
    polled.close()
    first = polled.result("favourite")
    assert len(bytes.fromhex(first.nonce)) == 32
    forget(polled, keyless=True)
    polled.close()
    again = polled.result("favourite")
    assert again.nonce != first.nonce
    assert msgspec.structs.replace(again, nonce=first.nonce) == first
