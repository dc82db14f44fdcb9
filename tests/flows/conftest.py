"""A live that has closed, for tests of settlement."""

from collections.abc import Iterator

import pytest
from flows.closed import Closed, closed_campaign

from locallove.cloud.local import local_cloud


@pytest.fixture
def closed() -> Iterator[Closed]:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := closed_campaign())
        yield Closed(cloud, campaign)
