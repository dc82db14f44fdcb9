"""The crowd: exact numbers, equal from equal seeds, and always what the contract takes."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import sample_campaign

from chalicelib.domain.money import apportion
from chalicelib.domain.reactions import Reaction, Terms, read, tally_of
from chalicelib.domain.tally import add_up
from locallove.crowd.crowd import Stage, crowd
from locallove.crowd.simulate import some_twice
from locallove.sender import Batch, batches

CAMPAIGN = sample_campaign(datetime(2023, 2, 11, 21, tzinfo=UTC))
LIVE = CAMPAIGN.lives[0]
STAGE = Stage(LIVE.id, LIVE.start_minute, LIVE.end_minute)
MARKETS = ["JP", "TW", "KR"]


def of(number: int, seed: int = 7) -> list[Reaction]:
    return list(crowd(STAGE, MARKETS, number, seed))


def total(reactions: list[Reaction]) -> int:
    return sum(each.count or 1 for each in reactions)


@given(st.integers(0, 3_000), st.integers())
@settings(max_examples=50)
def test_a_crowd_comes_to_exactly_the_number_asked_for(number: int, seed: int) -> None:
    """Likes and gifts count by their count, and so do the kinds' shares of 90, 7 and 3 in a hundred."""
    reactions = of(number, seed)
    kinds = Counter[str]()
    for each in reactions:
        kinds[each.kind] += each.count or 1
    assert [kinds["like"], kinds["comment"], kinds["gift"]] == apportion(number, (90, 7, 3))


def test_equal_seeds_give_equal_crowds_and_others_do_not() -> None:
    """A simulation can be run again; another seed or another live is another crowd."""
    assert of(2_000) == of(2_000)
    assert of(2_000) != of(2_000, seed=8)
    elsewhere = crowd(Stage("elsewhere", STAGE.start_minute, STAGE.end_minute), MARKETS, 2_000, 7)
    assert not {each.id for each in of(2_000)} & {each.id for each in elsewhere}


def test_everything_a_crowd_does_is_accepted_and_inside_the_window() -> None:
    """Read by the very rules that intake applies, batch by batch; sent and counted agree."""
    reactions = of(20_000)
    terms = Terms(CAMPAIGN, LIVE)
    for batch in batches(reactions, LIVE.id):
        reading = read(batch.text, terms)
        assert not reading.rejected
        tally = tally_of(reading.accepted)
        assert all(LIVE.covers(minute) for minute in tally)
        assert add_up(counts for markets in tally.values() for counts in markets.values()) == batch.counts


def test_a_crowd_acts_in_order_of_time_under_ids_of_nineteen_digits() -> None:
    """Ids are unique in the live and beyond 2^53, as platforms' are."""
    reactions = of(20_000)
    assert [each.at for each in reactions] == sorted(each.at for each in reactions)
    assert len({each.id for each in reactions}) == len(reactions)
    assert all(len(each.id) == 19 and each.id.isdecimal() for each in reactions)


def test_a_crowd_has_bursts_of_likes_markets_and_a_curve_with_peaks() -> None:
    """At most 15 likes in a burst; most viewers in Japan, a few nobody knows where; the finale far above a quiet minute."""
    reactions = of(50_000)
    assert {each.count for each in reactions if each.kind == "like"} >= set(range(1, 7)) | {15}
    assert max(each.count or 0 for each in reactions if each.kind == "like") == 15
    markets = Counter(each.market for each in reactions)
    assert set(markets) == {*MARKETS, None}
    assert markets["JP"] > len(reactions) / 2
    minutes = Counter[str]()
    for each in reactions:
        minutes[each.at[:16]] += each.count or 1
    in_order = [minutes[minute] for minute in sorted(minutes)]
    assert len(in_order) == 60
    assert in_order[-1] > 3 * in_order[15]
    assert in_order[30] > 2 * in_order[15]
    assert in_order[0] > in_order[15]


@pytest.mark.parametrize("number", [0, 1, 2, 50, 51, 120])
def test_every_fiftieth_batch_is_sent_twice(number: int) -> None:
    """The first one too, so that even a small crowd repeats itself; unchanged, later, and nothing is lost."""
    made = [next(batches([each], LIVE.id)) for each in of(600)[:number]]
    posted = list(some_twice(iter(made)))
    counts = Counter(batch.id for batch in posted)
    assert [batch.id for batch in made if counts[batch.id] == 2] == [batch.id for batch in made[::50]]
    assert len(posted) == number + len(made[::50])
    firsts: list[Batch] = []
    for batch in posted:
        if batch not in firsts:
            firsts.append(batch)
    assert firsts == made
