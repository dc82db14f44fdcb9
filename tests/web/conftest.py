"""What tests over HTTP share: a platform that may post, to one service for all tests of a file."""

from collections.abc import Iterator

import pytest
from looks.browser import browser
from playwright.sync_api import Browser, Page
from web.posting import Platform, three_lives

from locallove.cloud.local import local_cloud


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Who may post to a campaign of three lives; tests that share it use batch ids and, for totals, lives of their own."""
    with local_cloud(background=False) as cloud:
        yield Platform.of(cloud, three_lives())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for all tests of a file."""
    with browser() as running:
        yield running


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Page]:
    """A page as large as a television picture, whose console says nothing of a fault."""
    page, faults = chromium.new_page(viewport={"width": 1920, "height": 1080}), list[str]()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.close()
    assert faults == []
