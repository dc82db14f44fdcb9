"""Published trees that tests may spoil, made once."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from verify.festival_trees import AWARDS, closed, reveal
from verify.published import correct_one, settle_two

from chalicelib import runtime
from locallove.cloud.local import local_cloud
from locallove.cloud.mirror import mirror


class Trees(NamedTuple):
    """Folders that are copied for each test: as settled, and after a correction."""

    plain: Path
    corrected: Path


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    made = tmp_path_factory.mktemp("published")
    with local_cloud(background=False) as cloud:
        campaign = settle_two(cloud)
        mirror(runtime.service().settings.reports_bucket, made / "plain")
        correct_one(cloud, campaign)
        mirror(runtime.service().settings.reports_bucket, made / "corrected")
    return Trees(made / "plain", made / "corrected")


@pytest.fixture
def plain(trees: Trees, tmp_path: Path) -> Path:
    """A tree as settled."""
    return Path(shutil.copytree(trees.plain, tmp_path / "plain"))


@pytest.fixture
def corrected(trees: Trees, tmp_path: Path) -> Path:
    """A tree with a live settled twice."""
    return Path(shutil.copytree(trees.corrected, tmp_path / "corrected"))


@pytest.fixture(scope="session")
def festival_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is published of a revealed festival; not to be altered."""
    root = tmp_path_factory.mktemp("festival")
    with local_cloud(background=False) as cloud:
        closed(cloud)
        reveal(*AWARDS)
        mirror(runtime.service().settings.reports_bucket, root)
    return root


@pytest.fixture
def festival(festival_tree: Path, tmp_path: Path) -> Path:
    """A copy that may be altered."""
    return Path(shutil.copytree(festival_tree, tmp_path / "festival"))
