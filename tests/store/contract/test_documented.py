"""Every difference between the engines that the tests expect stands in the documentation, and no other."""

import re
from pathlib import Path

from store.contract.differences import DIFFERENCES
from store.contract.engines import DYNAMODB_LOCAL, MOTO, STANDIN

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
COLUMNS = (DYNAMODB_LOCAL, MOTO, STANDIN)
AS_AWS = "the same"


def test_the_documentation_states_every_difference() -> None:
    """A row for each behaviour; a cell says `the same`, or what the engine does instead."""
    section = re.search(r"^## Three engines$(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert section is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section[1].splitlines() if line.startswith("|")]
    assert rows[0] == ["behaviour", "AWS (documented)", *COLUMNS]
    stated = {(row[0], engine) for row in rows[2:] for engine, cell in zip(COLUMNS, row[2:], strict=True) if cell != AS_AWS}
    assert stated == set(DIFFERENCES)
