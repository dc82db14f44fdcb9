"""A platform to send to."""

from collections.abc import Iterator

import pytest
from sender.platform import Platform, listening


@pytest.fixture
def platform() -> Iterator[Platform]:
    with listening() as running:
        yield running
