"""Records and the chain: whoever is slow or dies, a statement stands in the chain before the one that corrects it."""

from pathlib import Path

import pytest
from flows.at_once import entry, killed_at, meanwhile, record
from flows.closed import Closed
from samples import LIVE

from chalicelib import runtime
from chalicelib.domain import chain
from chalicelib.domain.applied import Applied, Settled
from chalicelib.flows.decisions import Decision, NotSettled
from locallove.cloud.mirror import mirror
from locallove.verify import verify

FORGED = Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="b-2 was forged")


@pytest.fixture
def stored(closed: Closed) -> Closed:
    """The live with two batches stored."""
    closed.send("b-1", closed.like(1))
    closed.send("b-2", closed.like(2, count=500))
    closed.cloud.pump.drain()
    return closed


def applied(closed: Closed) -> Applied:
    found = runtime.service().campaigns.get(closed.campaign.id)
    assert found is not None
    return found


def links(closed: Closed) -> list[tuple[str | None, str]]:
    """The chain: whose statement, and the folder that it lies in."""
    folders = {digest: folder for folder, digest in closed.statements()}
    return [(each.live, folders[each.statement_sha256][-4:]) for each in chain.read(runtime.service().statements.chain())]


def holds(tmp_path: Path) -> bool:
    """Whether anyone who checks everything that is published is told yes."""
    mirror(runtime.service().settings.reports_bucket, tmp_path)
    return verify(str(tmp_path)).ok


def test_who_is_slow_to_link_gives_the_correction_that_was_put_on_record_meanwhile(stored: Closed, tmp_path: Path) -> None:
    with meanwhile("PutObject", entry(1), lambda: stored.settle(FORGED)) as corrected:
        given = stored.settle()
    assert corrected == [given]
    assert given == applied(stored).settled[LIVE]
    assert (given.number, given.link) == (2, 2)
    assert links(stored) == [(LIVE, "0001"), (LIVE, "0002"), (None, "0001")]
    assert holds(tmp_path)


def test_the_place_of_a_statement_is_put_on_record_by_whoever_is_first(stored: Closed) -> None:
    with meanwhile("PutItem", record(LIVE), stored.settle) as first:
        assert stored.settle() == first[0]
    assert links(stored) == [(LIVE, "0001"), (None, "0001")]


def test_a_campaigns_statement_that_is_slow_to_be_linked_stands_before_its_correction(stored: Closed, tmp_path: Path) -> None:
    with meanwhile("PutObject", entry(2), lambda: stored.settle(FORGED)):
        stored.settle()
    assert links(stored) == [(LIVE, "0001"), (LIVE, "0002"), (None, "0001"), (None, "0002")]
    assert holds(tmp_path)


def test_a_campaigns_statement_whose_settling_died_before_the_chain_stands_before_its_correction(
    stored: Closed, tmp_path: Path
) -> None:
    killed_at("PutObject", entry(2), stored.settle)
    stored.settle(FORGED)
    assert links(stored) == [(LIVE, "0001"), (LIVE, "0002"), (None, "0001"), (None, "0002")]
    assert holds(tmp_path)


@pytest.mark.parametrize("settled_before", [True, False], ids=["two corrections", "a decision and the schedule"])
def test_a_decision_that_somebody_elses_overtook_is_not_taken_for_done(stored: Closed, *, settled_before: bool) -> None:
    decision, other = FORGED, Decision(correct="another reason")
    if settled_before:
        stored.settle()
    else:
        decision, other = Decision(exclude_batches=FORGED.exclude_batches, exclude_because="forged"), Decision()
    with meanwhile("PutItem", record(LIVE), lambda: stored.settle(other)) as first, pytest.raises(NotSettled, match="somebody"):
        stored.settle(decision)
    assert applied(stored).settled[LIVE] == first[0]


@pytest.mark.parametrize("settled_before", [True, False], ids=["two corrections", "a decision and the schedule"])
def test_a_tree_in_which_the_later_folder_lost_the_race_comes_out_the_same(
    stored: Closed, tmp_path: Path, *, settled_before: bool
) -> None:
    """The one that wins has written its statement first and its record last."""
    decision, other = FORGED, Decision(correct="another reason")
    if settled_before:
        stored.settle()
    else:
        decision, other = Decision(exclude_batches=FORGED.exclude_batches, exclude_because="forged"), Decision()
    killed_at("PutItem", record(LIVE), lambda: stored.settle(other))
    with meanwhile("PutItem", record(LIVE), lambda: stored.settle(other)), pytest.raises(NotSettled, match="somebody"):
        stored.settle(decision)
    folders = sorted(folder for folder, _ in stored.statements() if f"live-{LIVE}/" in folder)
    assert folders[-1] > applied(stored).settled[LIVE].folder, "the loser's lies after the winner's"
    assert holds(tmp_path)


def test_the_same_decision_made_twice_at_once_is_one(stored: Closed) -> None:
    stored.settle()
    with meanwhile("PutItem", record(LIVE), lambda: stored.settle(FORGED)) as first:
        again: Settled = stored.settle(FORGED)
    assert [again] == first
    assert links(stored) == [(LIVE, "0001"), (None, "0001"), (LIVE, "0002"), (None, "0002")]
