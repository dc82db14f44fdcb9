"""What tests share: the running service, the recordings, and saying loudly what is missing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import botocore.session
import hypothesis
import pytest
from rehearsal import place
from samples import sample_campaign
from store.contract import dynamodb_local

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud

ROOT = Path(__file__).parents[1]

# A busy machine is slow, not wrong: no example of a property test fails for the time it took.
hypothesis.settings.register_profile("local-love", deadline=None)
hypothesis.settings.load_profile("local-love")

# Every imitated AWS begins with a boto3 session of its own; botocore's descriptions of AWS are read once for all of them.
botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: much of the time a test waits, for another process, a browser or a fence."""
    return 2 * (os.cpu_count() or 1)


class Need(NamedTuple):
    """Something beyond Python that a test needs: what it is, the command that helps, and whether it is there."""

    what: str
    help: str
    is_there: Callable[[], bool]


def data_folder() -> Path:
    """Where the recordings are: LOCALLOVE_DATA, or the folder beside the project."""
    return Path(os.environ.get("LOCALLOVE_DATA") or ROOT.parent / "shared" / "data")


def node() -> bool:
    """Whether there is a Node.js of 18 or newer."""
    if shutil.which("node") is None:
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.removeprefix("v").partition(".")[0]) >= 18


NEEDS = {
    "data": Need("the recordings", "LOCALLOVE_DATA=FOLDER make test", lambda: (data_folder() / "SOURCES.md").is_file()),  # noqa: PLW0108 - asked for when a test needs it
    "curl": Need(
        "curl and openssl", "apt-get install curl openssl", lambda: bool(shutil.which("curl") and shutil.which("openssl"))
    ),
    "node": Need("Node.js 18 or newer", "apt-get install nodejs", node),
    "chromium": Need("Chromium", "apt-get install chromium fonts-noto-cjk", lambda: shutil.which("chromium") is not None),
    "poppler": Need(
        "poppler's PDF tools",
        "apt-get install poppler-utils",
        lambda: bool(shutil.which("pdftotext") and shutil.which("pdffonts")),
    ),
    "libreoffice": Need("LibreOffice", "apt-get install libreoffice-calc", lambda: shutil.which("soffice") is not None),
    "dynamodb-local": Need("DynamoDB Local", "make contract", dynamodb_local.is_there),
    "rehearsal": Need("a package and ministack", "make rehearse", place.is_there),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what lacks something, or fail where LOCALLOVE_REQUIRE names it."""
    for marker in item.iter_markers("needs"):
        (thing,) = marker.args
        if not NEEDS[thing].is_there():
            if thing in os.environ.get("LOCALLOVE_REQUIRE", "").split(","):
                pytest.fail(f"LOCALLOVE_REQUIRE names {thing}, but {NEEDS[thing].what} cannot be found")
            pytest.skip(f"needs {thing}: {NEEDS[thing].what}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """The last lines say how many tests were skipped, for want of what, and the one command that helps."""
    yield
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for thing, need in NEEDS.items():
        if count := sum(f"needs {thing}: " in reason for reason in skipped):
            terminalreporter.write_line(f"{count} tests were skipped for want of {need.what}. What helps: {need.help}")


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
