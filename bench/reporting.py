"""Reports: a campaign of five lives, nine markets and 120 minutes each, in every format.

Answers for: the time of the campaign's own report and of all its reports, imports included, and peak memory, in a fresh process.
Refuses: reading tables and writing to S3; only what makes the files is measured.
"""

import time
from collections.abc import Iterator
from random import Random

from bench.alone import alone, peak_mb
from bench.figures import Figure
from bench.workload import campaign
from chalicelib.domain.applied import successor
from chalicelib.domain.campaigns import Live
from chalicelib.domain.standing import LiveTotals, stand
from chalicelib.domain.tally import NOTHING, Counts

MAX_S = 5
MAX_MB = 512


def measure(endpoint_url: str) -> list[Figure]:
    """The figures of this row."""
    own_s, all_s, number, resident_mb = alone(endpoint_url, make_all)
    return [
        Figure("report_s", "the campaign's report in every format", own_s, "seconds", at_most=MAX_S),
        Figure("reports_s", f"  and all {number} reports of the campaign", all_s, "seconds"),
        Figure("reports_mb", "  peak memory", resident_mb, "MB, the whole process", at_most=MAX_MB),
    ]


def make_all() -> tuple[float, float, int, float]:
    """Seconds for the campaign's report and for all, how many these are, and megabytes of resident memory."""
    began = time.perf_counter()
    from chalicelib.domain.reports import Sources  # noqa: PLC0415 - importing is a part of what a function pays for
    from chalicelib.flows.publishing import all_reports  # noqa: PLC0415
    from chalicelib.render.formats import make  # noqa: PLC0415

    applied, _ = successor(None, campaign(), 0, None)
    totals = {each.id: _totals(each, Random(place)) for place, each in enumerate(applied.campaign.lives)}
    number, own_s = 0, 0.0
    for _, report in all_reports(Sources(stand(applied, totals)), 0):
        made = make(report)
        assert not made.failures, made.failures
        number += 1
        own_s = own_s or time.perf_counter() - began
    return own_s, time.perf_counter() - began, number, peak_mb()


def _totals(live: Live, draw: Random) -> LiveTotals:
    codes = [market.code for market in campaign().markets]
    minutes = {minute: dict(_minute(codes, draw)) for minute in range(live.start_minute, live.end_minute)}
    return LiveTotals(minutes, {}, NOTHING, live.end_minute * 60_000)


def _minute(codes: list[str], draw: Random) -> Iterator[tuple[str, Counts]]:
    for code in codes:
        like = draw.randrange(100, 5_000)
        yield code, Counts(like, like // 12, like // 30, like // 6)
