"""docs/coverage.md: the example is read as an operator's file is, and counted as the page says."""

import re
from pathlib import Path

from click.testing import CliRunner

from chalicelib.domain.coverage import coverage
from chalicelib.domain.coverage_file import COLUMNS, read
from locallove.__main__ import main

PAGE = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text("utf-8")


def example() -> str:
    (found,) = re.findall(r"^```csv\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_example_is_in_order_and_counts_as_its_table_says() -> None:
    found, problems = read(example().encode(), [])
    assert found is not None, problems
    counted = coverage(found.entries)
    said = [int(number) for number in re.findall(r"^\| [a-z' ]+ \| (\d) \|$", PAGE, re.MULTILINE)]
    assert said == [counted.stories, counted.unique_stories, counted.announcements, counted.creator_posts]
    assert len(found.stated) == 1


def test_the_example_is_what_the_template_prints() -> None:
    printed = CliRunner().invoke(main, ["coverage", "template"]).stdout_bytes
    assert printed.decode("utf-8-sig").replace("\r\n", "\n") == example()


def test_every_column_is_described() -> None:
    table = PAGE.partition("| column |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)))) == set(COLUMNS)
