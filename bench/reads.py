"""The read of a live's totals: cold, warm (only what is new), and kept.

Answers for: CPU of this process against the stand-in, which answers in pages as DynamoDB cuts them; read units by DynamoDB's rule
of sizes, of a row as the service really writes it, with every market and kind in it. Refuses: what DynamoDB and the network take.

Source: DynamoDB developer guide, "Query" (a page ends at 1 MB; a unit is 4 KB begun of a page, half of that when eventually
consistent).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import msgspec

from bench import standin
from bench.alone import alone
from bench.figures import Figure
from bench.imitated import items, stored
from bench.standin import Canned
from bench.storage import size
from bench.workload import campaign, live
from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.tally import Counts
from chalicelib.flows.freshness import KEPT_MS, RECENT_MINUTES, FreshTotals
from chalicelib.store.totals import Addition, RowKey

Item = Mapping[str, Mapping[str, Any]]
Pages = Sequence[Sequence[Item]]

PAGE_BYTES = 1_048_576
READ_UNIT_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Size:
    """A live of so many minutes, each counted by so many stream shards."""

    minutes: int
    shards: int


SIZES = (Size(120, 8), Size(600, 64))
QUICK = (Size(120, 2),)


def measure(endpoint_url: str, rounds: int, sizes: Sequence[Size] = SIZES) -> list[Figure]:
    """The figures of this row."""
    row = alone(endpoint_url, a_row)
    figures = [Figure("read_row_bytes", "a row of totals, nine markets, every kind", size(row), "bytes")]
    for each in sizes:
        figures += _reads(each, row, rounds)
    return figures


def a_row() -> Item:
    """A row as the service writes it: every market has likes, comments and gifts."""
    with stored(0, 0):
        service, definition = runtime.service(), campaign()
        counts = {code: Counts(1_234, 123, 45, 678) for code in definition.market_codes}
        key = RowKey(live(definition).id, live(definition).start_minute, "0" * 12)
        service.totals.add_if_before(key, Addition(counts, "1" * 40, runtime.now_ms()), "1" * 40)
        (row,) = items(service.settings.totals_table)
    return row


def _reads(what: Size, row: Item, rounds: int) -> list[Figure]:
    definition = lasting(campaign(), what.minutes)
    cold, warm = tables(definition, what, row)
    with standin.running(canned(definition, cold, warm)) as url:
        spent = alone(url, milliseconds, definition, rounds)
    key, said = f"read_{what.minutes}_{what.shards}", f"{what.minutes} min × {what.shards} shards"
    return [
        Figure(f"{key}_cold_ms", f"totals read, {said}, cold", spent["cold"], "ms of CPU"),
        Figure(f"{key}_warm_ms", "  warm: the newest ten minutes", spent["warm"], "ms of CPU"),
        Figure(f"{key}_kept_ms", "  kept: within a second", spent["kept"], "ms of CPU"),
        Figure(f"{key}_cold_units", "  cold", read_units(cold), "read units"),
        Figure(f"{key}_warm_units", "  warm", read_units(warm), "read units"),
        Figure(f"{key}_minute_units", "  a minute of being watched", _a_minute(cold, warm), "read units"),
    ]


def _a_minute(cold: "Pages", warm: "Pages") -> float:
    """Read units of a minute in which somebody asks in every second: four reads of everything, 56 of what is new."""
    return 4 * read_units(cold) + 56 * read_units(warm)


def lasting(definition: Campaign, minutes: int) -> Campaign:
    """The campaign with its live of so many minutes, ending as before."""
    subject = live(definition)
    longer = msgspec.structs.replace(subject, starts_at=subject.ends_at - timedelta(minutes=minutes))
    return msgspec.structs.replace(definition, lives=(longer,))


def _since(definition: Campaign) -> int:
    return live(definition).end_minute - 1 - RECENT_MINUTES


def tables(definition: Campaign, what: Size, row: Item) -> tuple[Pages, Pages]:
    """All rows of the live, and those of its newest minutes, in pages."""
    subject = live(definition)

    def rows(since: int) -> Iterator[Item]:
        for minute in range(since, subject.end_minute):
            for shard in range(what.shards):
                yield {**row, "pk": {"S": subject.id}, "sk": {"S": RowKey(subject.id, minute, f"{shard:012x}").sort_key}}

    return in_pages(rows(subject.start_minute)), in_pages(rows(_since(definition)))


def in_pages(rows: Iterator[Item]) -> Pages:
    """The rows as a query answers them: a page ends with the row that makes it 1 MB."""
    pages: list[list[Item]] = [[]]
    taken = 0
    for row in rows:
        if taken >= PAGE_BYTES:
            pages.append([])
            taken = 0
        pages[-1].append(row)
        taken += size(row)
    return pages


def read_units(pages: Pages) -> float:
    """What an eventually consistent query costs that gives these pages."""
    return sum(-(-sum(map(size, page)) // READ_UNIT_BYTES) for page in pages) / 2


def canned(definition: Campaign, cold: Pages, warm: Pages) -> tuple[Canned, ...]:
    """What the stand-in answers to both reads."""
    return (*_canned(warm, _since(definition)), *_canned(cold, 0))


def _canned(pages: Pages, since: int) -> Iterator[Canned]:
    """Later pages, told by the key they start behind, before the first, told by its minute."""
    for before, page in pairwise(pages):
        behind = before[-1]["sk"]["S"]
        yield Canned.of("Query", f'"{behind}"', _page(page, last=page is pages[-1]))
    yield Canned.of("Query", f'"{since:010d}"', _page(pages[0], last=len(pages) == 1))


def _page(rows: Sequence[Item], *, last: bool) -> dict[str, Any]:
    more = {} if last else {"LastEvaluatedKey": {name: rows[-1][name] for name in ("pk", "sk")}}
    return {"Items": rows, "Count": len(rows), "ScannedCount": len(rows), **more}


def milliseconds(definition: Campaign, rounds: int) -> dict[str, float]:
    """CPU of a read of everything, one of what is new, and an answer without a read; one round to warm up is left out."""
    totals, subject, now_ms = runtime.service().totals, live(definition), runtime.now_ms()
    spent: dict[str, list[float]] = {"cold": [], "warm": [], "kept": []}
    for _ in range(rounds + 1):
        fresh = FreshTotals(totals)
        for name, after_ms in (("cold", 0), ("warm", KEPT_MS), ("kept", KEPT_MS)):
            began = time.process_time_ns()
            found = fresh.at(now_ms + after_ms)(definition, subject)
            spent[name].append((time.process_time_ns() - began) / 1_000_000)
            assert len(found.minutes) == subject.end_minute - subject.start_minute
    return {name: median(each[1:]) for name, each in spent.items()}
