"""Statements: what is read of them is read once, for a settled live never changes."""

from aws_faults import asked
from flows.closed import Closed, closed_campaign

from chalicelib import runtime
from chalicelib.domain.settlement import totals_of
from chalicelib.domain.tally import Counts
from chalicelib.store.statements import Statements
from locallove.cloud.local import local_cloud


def test_a_settled_lives_totals_are_those_of_its_statement_and_made_once() -> None:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := closed_campaign())
        closed = Closed(cloud, campaign)
        closed.send("b-1", closed.like(1, count=3))
        settled = closed.settle()
        statements = Statements(runtime.service().reports)
        with asked(runtime.service()._s3, "GetObject") as requests:
            totals = statements.totals_of_live(settled)
            assert statements.totals_of_live(settled) is totals
            assert totals == totals_of(statements.of_live(settled))
        assert len(requests) == 1
    assert totals.counts == Counts(like=3)
