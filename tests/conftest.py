"""What tests share: the running service, the recordings, and saying loudly what is missing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import sample_campaign

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud

ROOT = Path(__file__).parents[1]

NEEDED = {
    "data": "the recordings: put them beside the project or set LOCALLOVE_DATA to their folder",
}


def data_folder() -> Path:
    """Where the recordings are: LOCALLOVE_DATA, or the folder beside the project."""
    return Path(os.environ.get("LOCALLOVE_DATA") or ROOT.parent / "shared" / "data")


def is_there(thing: str) -> bool:
    """Whether a needed thing is on this machine."""
    return {"data": (data_folder() / "SOURCES.md").is_file}[thing]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what lacks something, or fail where LOCALLOVE_REQUIRE names it."""
    for marker in item.iter_markers("needs"):
        (thing,) = marker.args
        if not is_there(thing):
            if thing in os.environ.get("LOCALLOVE_REQUIRE", "").split(","):
                pytest.fail(f"LOCALLOVE_REQUIRE names {thing}, which is missing: {NEEDED[thing]}")
            pytest.skip(f"needs {NEEDED[thing]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say how many tests were skipped, for want of what, and what helps."""
    skipped = terminalreporter.stats.get("skipped", [])
    for thing, help_line in NEEDED.items():
        count = sum(1 for report in skipped if help_line in str(report.longrepr))
        if count:
            terminalreporter.write_line(f"{count} tests skipped for want of: {thing}. What helps: {help_line}")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of recordings."""
    return data_folder()


@pytest.fixture
def campaign() -> Campaign:
    """A small campaign whose live ended a minute ago."""
    return sample_campaign()


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    """The service, running but for the pump, which a test turns itself."""
    with local_cloud(background=False) as running:
        yield running
