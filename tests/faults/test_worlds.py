"""In a world in which everything goes wrong every promise holds, and each planted bug breaks one.

A thousand worlds are played by `.ci/run`, twenty thousand by `make prove`.
"""

import logging
import os
import random

import pytest

from locallove.faults.bugs import BUGS
from locallove.faults.runs import first_caught, play, shrunk

SEEDS = range(1, 13)
ENOUGH = range(1, 201)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_holds(seed: int) -> None:
    outcome = play(seed)
    assert outcome.findings == ()
    assert outcome.events > 50
    assert outcome.faults


def test_the_same_seed_gives_the_same_trace_and_another_another() -> None:
    assert play(3) == play(3)
    assert len({play(seed).trace for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_noticed(bug: str) -> None:
    """The seed that notices it is no accident: without the bug it finds nothing."""
    seed = first_caught(bug, ENOUGH)
    assert seed is not None
    assert play(seed).findings == ()


@pytest.mark.parametrize("bug", ["add, then mark", "settle without fence"])
def test_a_failing_seed_shrinks_to_few_faults_that_still_fail(bug: str) -> None:
    seed = first_caught(bug, ENOUGH)
    assert seed is not None
    outcome = play(seed, bug)
    few = shrunk(outcome, bug)
    assert set(few) < set(outcome.faults)
    assert outcome.findings[0].promise in {finding.promise for finding in play(seed, bug, few).findings}


def test_a_world_without_faults_has_none_and_keeps_every_promise() -> None:
    outcome = play(4, only=())
    assert outcome.faults == ()
    assert outcome.findings == ()


def test_a_world_leaves_nothing_behind() -> None:
    """Logs, metrics and the process's own chance are as they were."""
    before = logging.root.manager.disable, dict(os.environ), random.getstate()
    play(1)
    assert (logging.root.manager.disable, dict(os.environ), random.getstate()) == before
