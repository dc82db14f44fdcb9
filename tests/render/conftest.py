"""The sample before and after settlement, with something on record beside its counts."""

import pytest
from render import sample, settled
from render.books import REGISTERS

from chalicelib.domain.reports import Report, Sources, campaign_report


@pytest.fixture(scope="session")
def provisional() -> Report:
    """While the last live is still open."""
    return campaign_report(Sources(sample.shortened(), registers=REGISTERS), sample.NOW_MS)


@pytest.fixture(scope="session")
def final() -> Report:
    """After every live was settled."""
    standing, statements = settled.settled()
    return campaign_report(Sources(standing, statements, REGISTERS), sample.NOW_MS)


@pytest.fixture(scope="session", params=["provisional", "final"])
def report(request: pytest.FixtureRequest) -> Report:
    """Either, one after the other."""
    found: Report = request.getfixturevalue(request.param)
    return found
