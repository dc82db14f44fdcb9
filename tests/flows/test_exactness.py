"""Totals stay exact under every redelivery that Lambda may make; the obvious shortcuts do not, and this test shows it."""

from collections.abc import Iterator, Sequence

import boto3
import pytest
from flows.deliveries import CrashingTotals, play

from chalicelib import settings
from chalicelib.flows.counting import Counter, Entry, sum_of
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.totals import RowKey
from locallove.cloud import aws

SEEDS = range(25)


@pytest.fixture
def totals() -> Iterator[CrashingTotals]:
    with aws.imitated():
        yield CrashingTotals(boto3.client("dynamodb"), settings.read().totals_table)


class SkipsTheBatch(Counter):
    """The planted bug: a batch that begins at or below the row's position is skipped whole."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        self._totals.add_if_before(row, sum_of(entries), entries[0].position)


class PlainlyAdds(Counter):
    """The planted bug: every delivery is added."""

    def add_exactly_once(self, row: RowKey, entries: Sequence[Entry]) -> None:
        self._totals._add(row, sum_of(entries), ":guard = :guard", "")


def wrong_seeds(counter: type[Counter], totals: CrashingTotals) -> list[int]:
    """The seeds after which the totals differ from the truth."""
    subject = counter(totals, Quarantine(boto3.client("s3"), settings.read().reports_bucket))
    wrong = []
    for seed in SEEDS:
        truth, counted = play(seed, subject, totals)
        if counted != truth:
            wrong.append(seed)
    return wrong


def test_totals_stay_exact_under_every_redelivery(totals: CrashingTotals) -> None:
    assert wrong_seeds(Counter, totals) == []


def test_skipping_a_batch_that_begins_too_early_loses_counts(totals: CrashingTotals) -> None:
    assert len(wrong_seeds(SkipsTheBatch, totals)) > len(SEEDS) // 5


def test_plainly_adding_counts_twice(totals: CrashingTotals) -> None:
    assert len(wrong_seeds(PlainlyAdds, totals)) > len(SEEDS) // 2
