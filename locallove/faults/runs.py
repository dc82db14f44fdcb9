"""Many worlds: over a pool of processes, in the order of their seeds, and with each planted bug until it is noticed.

Answers for: the same trace for the same seeds on any number of processes, and the fewest faults with which a seed still fails.
Worlds run in processes of their own whose hashes are not salted: nobody promises the order of a set, and calls follow from it.
"""

import logging
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b

from locallove.faults.bugs import BUGS
from locallove.faults.chance import KINDS, Fault
from locallove.faults.parts import PRODUCT
from locallove.faults.world import Outcome, World

ENOUGH = 1_000
"""In so many worlds every kind of fault must strike: a kind that never does proves nothing."""

EXPLAINED = 3
"""For so many seeds that fail it is found out with how few faults they do."""

_AT_ONCE = 10
_SHRINKING = 300
_UNINTERRUPTED = (signal.SIGINT, signal.SIG_IGN)
_METRICS = "POWERTOOLS_METRICS_DISABLED"


@dataclass(slots=True)
class Result:
    """What many worlds came to.

    `caught` is for each planted bug the first seed at which it was noticed; `few` for the first seeds that failed the fewest
    faults found with which they still do.
    """

    runs: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(KINDS, 0)))
    failed: list[Outcome] = field(default_factory=list)
    few: dict[int, list[Fault]] = field(default_factory=dict)
    caught: dict[str, int | None] = field(default_factory=dict)
    trace: "blake2b" = field(default_factory=lambda: blake2b(digest_size=16))

    def add(self, outcome: Outcome) -> None:
        """One world more; worlds come in the order of their seeds."""
        self.runs += 1
        self.events += outcome.events
        self.faults.update(outcome.counted)
        self.trace.update(outcome.trace.encode())
        if outcome.findings:
            self.failed.append(outcome)

    @property
    def all_is_well(self) -> bool:
        """Whether every promise held in every world, every planted bug was noticed, and every kind of fault struck."""
        return not self.failed and not self.never_struck and None not in self.caught.values()

    @property
    def never_struck(self) -> list[str]:
        """The kinds of faults that did not strike, where there were runs enough for each."""
        return [kind for kind, count in self.faults.items() if not count and self.runs >= ENOUGH]

    @property
    def lost(self) -> int:
        """Reactions that were acknowledged, or stored, and not counted."""
        return sum(finding.lost for outcome in self.failed for finding in outcome.findings)

    @property
    def doubled(self) -> int:
        """Reactions that were counted once too often."""
        return sum(finding.doubled for outcome in self.failed for finding in outcome.findings)

    @property
    def wrong_totals(self) -> int:
        """Worlds with a wrong figure in totals or statements."""
        return sum(any(finding.wrong_totals for finding in outcome.findings) for outcome in self.failed)


def play(seed: int, bug: str | None = None, only: Collection[Fault] | None = None) -> Outcome:
    """One world, in which nothing but the seed decides."""
    with _alone(seed):
        return World(seed, BUGS[bug] if bug else PRODUCT, only).play()


def first_caught(bug: str, seeds: Sequence[int]) -> int | None:
    """The first of the seeds at which this planted bug is noticed."""
    return next((seed for seed in seeds if play(seed, bug).findings), None)


def shrunk(outcome: Outcome, bug: str | None = None) -> list[Fault]:
    """The fewest faults found with which this seed still breaks the promise that it broke first.

    Parts of the list are left out, halves first, then smaller ones (delta debugging), as long as the promise stays broken.
    """
    promise, left = outcome.findings[0].promise, list(outcome.faults)
    parts, tries = 2, 0
    while len(left) > 1 and tries < _SHRINKING:
        size = -(-len(left) // parts)
        for start in range(0, len(left), size):
            tries += 1
            fewer = left[:start] + left[start + size :]
            if any(finding.promise == promise for finding in play(outcome.seed, bug, fewer).findings):
                left, parts = fewer, max(2, parts - 1)
                break
        else:
            if size == 1:
                break
            parts = min(len(left), parts * 2)
    return left


def run(seeds: Sequence[int], *, bugs: bool, plant: str | None = None, tell: Callable[[], None] = lambda: None) -> Result:
    """All these worlds, with the bug `plant` in them if one is named, and each planted bug until it is noticed if `bugs`.

    `tell` is called after each world, and after each planted bug.
    """
    result = Result()
    with _processes() as pool:
        looking = [(bug, pool.submit(first_caught, bug, seeds)) for bug in BUGS] if bugs else []
        for outcome in pool.map(partial(play, bug=plant), seeds, chunksize=_AT_ONCE):
            result.add(outcome)
            tell()
        for outcome, few in [(each, pool.submit(shrunk, each, plant)) for each in result.failed[:EXPLAINED]]:
            result.few[outcome.seed] = few.result()
        for bug, found in looking:
            result.caught[bug] = found.result()
            tell()
    return result


@contextmanager
def _processes() -> Iterator[Executor]:
    salt = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = "0"
    try:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(mp_context=context, initializer=signal.signal, initargs=_UNINTERRUPTED) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    finally:
        _set("PYTHONHASHSEED", salt)


@contextmanager
def _alone(seed: int) -> Iterator[None]:
    """No logs, no metrics, and the chance that the sender's waits have comes from the seed; afterwards all is as it was."""
    chance, metrics, disabled = random.getstate(), os.environ.get(_METRICS), logging.root.manager.disable
    random.seed(seed)
    os.environ[_METRICS] = "true"
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(disabled)
        _set(_METRICS, metrics)
        random.setstate(chance)


def _set(name: str, value: str | None) -> None:
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value
