"""The formats: their names and types are the contract, and the same report gives the same bytes."""

import subprocess
import sys
from functools import partial

from render import sample, settled

from chalicelib.domain.reports import Sources, campaign_report
from chalicelib.render.formats import FORMATS

PRINT_HASHES = """
from hashlib import sha256
from render import sample, settled
from chalicelib.domain.reports import Sources, campaign_report
from chalicelib.render.formats import FORMATS
standing, statements = settled.settled()
for sources in (Sources(sample.shortened()), Sources(standing, statements)):
    report = campaign_report(sources, sample.NOW_MS)
    print(*(sha256(each.render(report)).hexdigest() for each in FORMATS))
"""


def test_formats_come_in_this_order_with_these_types() -> None:
    assert [(each.name, each.media_type) for each in FORMATS] == [
        ("report.json", "application/json"),
        ("report.schema.json", "application/schema+json"),
        ("totals.csv", "text/csv; charset=utf-8"),
        ("minutes.csv", "text/csv; charset=utf-8"),
        ("report.ja.html", "text/html; charset=utf-8"),
        ("report.en.html", "text/html; charset=utf-8"),
        ("summary.ja.pdf", "application/pdf"),
        ("summary.en.pdf", "application/pdf"),
        ("card.ja.png", "image/png"),
        ("card.en.png", "image/png"),
        ("report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ]


def test_the_same_report_gives_the_same_bytes() -> None:
    """Twice in one process, from two equal reports, provisional and final."""
    for make in (partial(settled.settled, lives=()), settled.settled):
        first, second = (
            campaign_report(Sources(standing, statements), sample.NOW_MS) for standing, statements in (make(), make())
        )
        for each in FORMATS:
            assert each.render(first) == each.render(second)


def test_another_process_gives_the_same_bytes() -> None:
    """Whatever the seed of its hashes, its locale and its time zone."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT_HASHES],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    ]
    assert printed[0] == printed[1]
    assert len(set(printed[0].split())) == 2 * len(FORMATS) - 1, "only the schema is the same for both"
