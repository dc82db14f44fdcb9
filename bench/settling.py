"""Settlement and verification: a recount of a whole live to ledger and statement, and everything computed again from these.

Answers for: reactions a second and peak memory at a million and ten million, each in a fresh process; settling against the
simulation's stand-ins for DynamoDB and S3, verifying from a folder with what was published. Refuses: the time that reading a
table takes on AWS; the stand-in answers at once.
"""

import time
from collections.abc import Iterator
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from bench.alone import alone, peak_mb
from bench.figures import Figure
from bench.stores import Stores
from bench.workload import PSEUDONYM_KEY, SENDER, campaign, live
from chalicelib.domain import batches, packing, reactions, tally
from chalicelib.domain.applied import successor
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.packing import ID_BYTES, USER_BYTES
from chalicelib.domain.reactions import Accepted, Kind
from chalicelib.domain.texts import Reading
from chalicelib.flows.settling import Settler
from chalicelib.store.totals import Addition, RowKey
from locallove.verify import verify

SIZE = 500
_KINDS: tuple[Kind, ...] = ("like", "comment", "gift")


def measure(endpoint_url: str, sizes: tuple[int, ...]) -> list[Figure]:
    """The figures of this row."""
    figures: list[Figure] = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            settled, settling_mb = alone(endpoint_url, settle, size, folder)
            verified, verifying_mb = alone(endpoint_url, check, size, folder)
        figures += [
            Figure(f"settle_{size}", f"settled, a live of {size:,}", settled, "reactions per second"),
            Figure(f"settle_{size}_mb", "  peak memory", settling_mb, "MB beyond what is stored"),
            Figure(f"verify_{size}", f"verified, a live of {size:,}", verified, "reactions per second"),
            Figure(f"verify_{size}_mb", "  peak memory", verifying_mb, "MB, the whole process"),
        ]
    return figures


def check(number: int, folder: str) -> tuple[float, float]:
    """Reactions a second, and megabytes of resident memory. What was published must verify."""
    began = time.perf_counter()
    answer = verify(folder)
    assert answer.ok, answer.differences
    return number / (time.perf_counter() - began), peak_mb()


def settle(number: int, folder: str) -> tuple[float, float]:
    """Reactions a second, and megabytes of resident memory beyond what there was when everything was stored.

    What is published goes into the folder.
    """
    definition = campaign()
    now_ms = live(definition).closes_at_ms
    stores = Stores.at(now_ms)
    applied, _ = successor(None, definition, 0, None)
    stores.campaigns.put(None, applied, [])
    _fill(definition, number, stores)
    before = peak_mb()
    settler = Settler(stores.campaigns, stores.recounting, stores.reports, stores.statements, 0, "bench")
    began = time.perf_counter()
    settler.settle(definition.id, live(definition).id, now_ms)
    figures = number / (time.perf_counter() - began), peak_mb() - before
    stores.write(folder)
    return figures


def _fill(definition: Campaign, number: int, stores: Stores) -> None:
    """Store so many reactions in batches of 500, and what is counted of them: equal but for ids, users and names."""
    sample = _accepted(definition)
    counted = reactions.tally_of(sample)
    for batch in _batches(definition, sample, number // SIZE):
        stores.reactions.put(batch)
    for minute, markets in counted.items():
        sums = {market: _times(counts, number // SIZE) for market, counts in markets.items()}
        stores.totals.add_if_before(RowKey(live(definition).id, minute, "bench"), Addition(sums, "1", 1), "1")


def _batches(definition: Campaign, sample: tuple[Accepted, ...], number: int) -> Iterator[StoredBatch]:
    """Batches as intake stores them; only the hashes are drawn anew, for making ten million of them would take minutes."""
    subject, draw = live(definition), Random(1)
    version, _, _, columns = msgspec.msgpack.decode(packing.pack(sample, PSEUDONYM_KEY))
    counted = reactions.tally_of(sample)
    receipt = batches.receipt("bench", subject, bytes(32), Reading(False, sample, 0, ()), counted)
    for place in range(number):
        packed = (version, draw.randbytes(ID_BYTES * SIZE), draw.randbytes(USER_BYTES * SIZE), columns)
        yield StoredBatch(
            subject.id, subject.buckets, SENDER, f"{SENDER}-1", f"bench-{place:08d}", draw.randbytes(32), False,
            tally.encode(counted), msgspec.msgpack.encode(packed), msgspec.json.encode(receipt), place + 1, 0,
        )  # fmt: skip


def _accepted(definition: Campaign) -> tuple[Accepted, ...]:
    subject, draw = live(definition), Random(2)
    codes = [market.code for market in definition.markets]
    first = subject.start_minute * 60_000

    def one(place: int) -> Accepted:
        (kind,) = draw.choices(_KINDS, (90, 7, 3))
        count = draw.randint(1, 15) if kind == "like" else 1
        return Accepted(str(place), kind, count, first + place * 7_000, draw.choice(codes), "u", None, 0)

    return tuple(one(place) for place in range(SIZE))


def _times(counts: tally.Counts, number: int) -> tally.Counts:
    return tally.Counts(*(each * number for each in (counts.like, counts.comment, counts.gift, counts.gift_value)))
