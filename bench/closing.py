"""Closing: a festival from stored batches to a result that is published and revealed, and computed again from that.

Answers for: seconds by the wall clock and of CPU, and peak memory, in a fresh process, against the same stand-ins as settlement
(`bench/stores.py`); everything was taken in by the service's own intake. Refuses: the time that AWS takes.
"""

import time
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import msgspec

from bench.alone import alone, peak_mb
from bench.festival import BATCH, WEEK_PER_S, Audience, festival_campaign, festival_of, posted
from bench.figures import Figure
from bench.settling import check
from bench.stores import Stores
from chalicelib import runtime
from chalicelib.domain import channels, tally
from chalicelib.domain.applied import Revealed, successor
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.tally import Counts
from chalicelib.flows.closing import Closer
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.intake import Intake
from chalicelib.store import clients
from chalicelib.store.comments import Comments
from chalicelib.store.secrets import Secrets
from chalicelib.store.totals import Addition, RowKey


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the festival is."""

    films: int = 5_000
    votes: int = 1_000_000
    snapshots: int = 30


QUICK = Extent(200, 5_000, 2)


def measure(endpoint_url: str, extent: Extent) -> list[Figure]:
    """The figures of this row."""
    with TemporaryDirectory() as folder:
        closed_s, cpu_s, closing_mb = alone(endpoint_url, close, extent, folder)
        verified, verifying_mb = alone(endpoint_url, check, extent.votes, folder)
    what = f"{extent.films:,} films, {extent.votes:,} votes, {extent.snapshots} snapshots"
    return [
        Figure("close_s", f"closed: {what}", closed_s, "seconds"),
        Figure("close_cpu_s", "  the same in CPU", cpu_s, "seconds", at_most=60),
        Figure("close_mb", "  peak memory", closing_mb, "MB beyond what is stored", at_most=512),
        Figure("close_verify", "verified", verified, "votes per second"),
        Figure("close_verify_mb", "  peak memory", verifying_mb, "MB, the whole process"),
    ]


def close(extent: Extent, folder: str) -> tuple[float, float, float]:
    """Seconds, seconds of CPU, and megabytes of resident memory beyond what there was when everything was stored.

    What is published goes into the folder.
    """
    definition = festival_campaign()
    now_ms = channels.closed_at_ms(definition)
    stores, secrets = Stores.at(now_ms), Secrets(clients.ssm(None), str)
    _fill(definition, extent, stores, secrets)
    closer = Closer(
        stores.campaigns, stores.registered, secrets, stores.recounting, stores.reports, stores.statements, 0, "bench"
    )
    before = peak_mb()
    began, cpu_began = time.perf_counter(), time.process_time()
    closer.close(definition.id, now_ms, runtime.new_key())
    for award in festival_of(definition).awards:
        stores.campaigns.reveal(definition.id, Revealed(award.id, now_ms))
    figures = time.perf_counter() - began, time.process_time() - cpu_began, peak_mb() - before
    stores.write(folder)
    return figures


def _fill(definition: Campaign, extent: Extent, stores: Stores, secrets: Secrets) -> None:
    """Take the festival's batches in, and put on record what the counter counts of the votes."""
    stores.campaigns.put(None, successor(None, definition, 0, None)[0], [])
    intake = Intake(Definitions(stores.campaigns, 60_000), secrets, stores.reactions, _no_comments)
    audience = Audience(definition, extent.films, seed=3)
    for batch in audience.entries():
        intake.take(posted(definition, "entries", batch))
    for batch in audience.snapshots(extent.snapshots):
        intake.take(posted(definition, "metrics", batch))
    for batch in audience.votes(extent.votes // BATCH, WEEK_PER_S):
        intake.take(posted(definition, "votes", batch))
    channel = channels.of_festival(definition, "votes")
    assert channel is not None
    counted: dict[int, dict[str, Counts]] = {}
    for stored in stores.reactions.of_channel(channel):
        tally.add_to(counted, tally.decode(stored.tally))
    for minute, awards in counted.items():
        stores.totals.add_if_before(RowKey(channel.id, minute, "bench"), Addition(awards, "1", 1), "1")
    nothing = stores.registered.get(definition.id)
    stores.registered.put(definition.id, nothing, msgspec.structs.replace(nothing, festival=audience.record()))


def _no_comments() -> Comments:
    raise NotImplementedError("votes have no text that could be kept")
