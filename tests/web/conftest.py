"""What tests over HTTP share: a platform that may post, to one service for all tests of a file."""

from collections.abc import Iterator

import pytest
from web.posting import Platform, three_lives

from locallove.cloud.local import local_cloud


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Who may post to a campaign of three lives; tests that share it use batch ids and, for totals, lives of their own."""
    with local_cloud(background=False) as cloud:
        yield Platform.of(cloud, three_lives())
