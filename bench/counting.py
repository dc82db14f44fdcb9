"""Stream records counted per second, and the CPU of one.

Answers for: `count_reactions` itself, fed window events made of real stream records: so many a second on the imitated AWS by the
wall clock (most of it is moto's own time), and the CPU of this process per record against the stand-in, moto left out. A full
delivery is what fits into Lambda's 6 MB; a single record is what a quiet second brings.
"""

import time

import app
from bench.alone import alone
from bench.deliveries import BATCH, RECORDS_A_MINUTE, Record, cpu_us, events, fitting
from bench.figures import Figure
from bench.imitated import stored, stream_records
from bench.workload import Context


def measure(endpoint_url: str, deliveries: int, batches: int = RECORDS_A_MINUTE) -> list[Figure]:
    """The figures of this row, over so many deliveries; `batches` make the minute of which the deliveries consist."""
    minute, per_second = alone(endpoint_url, on_imitated_aws, deliveries, batches)
    full = fitting(minute)
    return [
        Figure("records_per_s", f"counted on the imitated AWS, {full} a delivery", per_second, "records per second"),
        Figure(
            "cpu_full", f"CPU, {full} a delivery (6 MB)", alone(endpoint_url, cpu_us, minute, full, deliveries), "µs per record"
        ),
        Figure("cpu_single", "CPU, 1 a delivery", alone(endpoint_url, cpu_us, minute, 1, 20 * deliveries), "µs per record"),
    ]


def on_imitated_aws(deliveries: int, batches: int) -> tuple[list[Record], float]:
    """A minute's stream records, and how many such records are counted in a second of the wall clock."""
    with stored(batches, BATCH):
        minute = stream_records()
        made = list(events(minute, fitting(minute), deliveries))
        began = time.perf_counter()
        for each in made:
            app.count_reactions(each, Context())
        spent = time.perf_counter() - began
    return minute, sum(len(each["Records"]) for each in made) / spent
