"""What a campaign costs on AWS, and which quotas it needs: from what was measured of this service and from list prices.

Answers for: each constant with its source, and a figure for every service that grows with reactions or with time. Refuses:
CloudFront, data transfer, the firewall, point-in-time recovery and taxes; docs/performance.md says why.
"""

from collections.abc import Iterator
from math import ceil

import msgspec

# List prices in USD, us-east-1, 2025-26. Tokyo's are up to a third higher.
WRITE_UNITS_PER_M = 0.625
READ_UNITS_PER_M = 0.125
TABLE_GB_MONTH = 0.25
API_REQUESTS_PER_M = 3.50
INVOCATIONS_PER_M = 0.20
ARM_GB_S = 0.0000133334
LOGS_GB = 0.50
METRIC_MONTH = 0.30
ALARM_MONTH = 0.10

# Measured of this service (docs/performance.md, "One run"; sizes are held by tests/operate/test_cost.py).
ITEM_BYTES = (560, 19.9)
"""Of a stored batch: at least, and for each reaction."""
INDEX_BYTES = 100
"""What DynamoDB charges for the index entry of an item."""
API_CPU_S = (1.37e-3, 4.96e-6)
"""Of the whole handler for a batch, and for each of its reactions."""
COUNTING_CPU_S = 1.01e-3
"""Of a delivery of one record, the dearest that there is."""
WATCHING_CPU_S, WATCHING_READ_UNITS = 1.38, 634
"""A minute of being watched (120 minutes on 8 shards): four cold reads and 56 warm ones by one instance."""
REPORTS_CPU_S = 1.95
"""All reports of a campaign of five lives, in all formats."""
SETTLING_READS = 6
"""How often a settlement reads what is stored."""
REQUEST_LOG_BYTES, DELIVERY_LOG_BYTES = 1_400, 900
"""A request's lines, its metrics, its line in the access log and Lambda's own; the same of a delivery to the counter."""
METRICS = 12
ALARMS = 12

# Assumed, for nobody has measured it on AWS.
WAITING_S = 0.015
"""That a function waits for DynamoDB while it holds its memory."""
WATCHING_INSTANCES = 2
IDLE_RUN_S = 0.3
"""A scheduled run that finds nothing to do."""
PEAK = 10
"""The busiest second beside the average one, where no rate is given."""

# Limits that the busiest second may reach, by their names.
AT_ONCE = "Lambda: the API's instances at once"
WARM = "DynamoDB: write units of a table, at once"
TABLE = "DynamoDB: write units of a table, at most"
BUCKETS = "the live's buckets"
WARM_BY_DEFAULT = 4_000

# Of the template and of AWS's quotas.
API_GB, REPORTS_GB = 1.0, 1.73
FULL_CPU_GB = 1.769
"""The memory at which a function has one whole processor; with less it has that share of one."""
RUNS_A_MONTH = 30 * 24 * 12
DAYS_A_MONTH = 30
MILLION, GB = 1_000_000, 1e9


class Plan(msgspec.Struct, frozen=True):
    """A campaign to be paid for: `reactions` in all, `rate` in the busiest second, lives of so many `minutes`."""

    lives: int
    reactions: int
    batch: int
    minutes: int
    keep_days: int
    rate: int

    @property
    def batches(self) -> int:
        """How many batches senders post."""
        return ceil(self.reactions / self.batch)

    @property
    def item_bytes(self) -> float:
        """The stored size of one batch."""
        return ITEM_BYTES[0] + ITEM_BYTES[1] * self.batch

    @property
    def item_units(self) -> int:
        """Write units of one batch."""
        return ceil(self.item_bytes / 1024)

    @property
    def shards(self) -> int:
        """Shards of the stream in the busiest second, at one for 1,000 write units; a quiet table has about four."""
        return max(4, ceil(self.rate / self.batch * self.item_units / 1000))

    @property
    def deliveries(self) -> int:
        """Deliveries to the counter: one a second and shard, and none without a record."""
        return min(self.batches, self.lives * self.minutes * 60 * self.shards)


class Line(msgspec.Struct, frozen=True):
    """What one service costs, in USD, and for what."""

    service: str
    what: str
    usd: float


class Quota(msgspec.Struct, frozen=True):
    """What the busiest second needs of a limit, what there is without asking, and what to do where that is less."""

    of: str
    needed: int
    default: int
    raised_by: str

    @property
    def is_enough(self) -> bool:
        """Whether nothing needs to be raised."""
        return self.needed <= self.default


def counting_lines(plan: Plan) -> Iterator[Line]:
    """What grows with the reactions: taking them in, counting, keeping and settling them."""
    writes = plan.batches * (plan.item_units + 1)
    yield Line("DynamoDB", f"{writes:,} write units of batches and totals", writes / MILLION * WRITE_UNITS_PER_M)
    stored_gb = plan.batches * (plan.item_bytes + INDEX_BYTES) / GB
    kept = stored_gb * plan.keep_days / DAYS_A_MONTH * TABLE_GB_MONTH
    yield Line("DynamoDB", f"{stored_gb:.3f} GB kept for {plan.keep_days} days", kept)
    settled = SETTLING_READS * stored_gb * GB / 4096
    yield Line("DynamoDB", f"{settled:,.0f} read units of settling", settled / MILLION * READ_UNITS_PER_M)
    yield Line("API Gateway", f"{plan.batches:,} requests", plan.batches / MILLION * API_REQUESTS_PER_M)
    invocations = plan.batches + plan.deliveries
    yield Line("Lambda", f"{invocations:,} invocations", invocations / MILLION * INVOCATIONS_PER_M)
    counting_s = plan.deliveries * (COUNTING_CPU_S * FULL_CPU_GB / API_GB + WAITING_S)
    used = (plan.batches * _request_s(plan) + counting_s) * API_GB
    yield Line("Lambda", f"{used:,.0f} GB-seconds", used * ARM_GB_S)
    logged = (plan.batches * REQUEST_LOG_BYTES + plan.deliveries * DELIVERY_LOG_BYTES) / GB
    yield Line("CloudWatch", f"{logged:.3f} GB of logs", logged * LOGS_GB)


def watching_lines(plan: Plan) -> Iterator[Line]:
    """What grows with the time that lives are watched, however many watch: the cache asks once a second, and reports are made."""
    live_minutes = plan.lives * plan.minutes
    read = live_minutes * WATCHING_INSTANCES * WATCHING_READ_UNITS
    yield Line("DynamoDB", f"{read:,} read units", read / MILLION * READ_UNITS_PER_M)
    requests = live_minutes * 60 * WATCHING_INSTANCES
    yield Line("API Gateway", f"{requests:,} requests", requests / MILLION * API_REQUESTS_PER_M)
    watching = live_minutes * WATCHING_INSTANCES * WATCHING_CPU_S * FULL_CPU_GB
    used = watching + live_minutes / 5 * REPORTS_CPU_S * REPORTS_GB
    yield Line(
        "Lambda", f"{requests:,} invocations, {used:,.0f} GB-seconds", requests / MILLION * INVOCATIONS_PER_M + used * ARM_GB_S
    )
    logged = requests * REQUEST_LOG_BYTES / GB
    yield Line("CloudWatch", f"{logged:.3f} GB of logs", logged * LOGS_GB)


def monthly_lines() -> Iterator[Line]:
    """What a stage costs in a month in which nothing happens."""
    yield Line("CloudWatch", f"{METRICS} metrics, {ALARMS} alarms", METRICS * METRIC_MONTH + ALARMS * ALARM_MONTH)
    idle = 2 * RUNS_A_MONTH * IDLE_RUN_S * REPORTS_GB * ARM_GB_S + 2 * RUNS_A_MONTH / MILLION * INVOCATIONS_PER_M
    yield Line("Lambda", f"{2 * RUNS_A_MONTH:,} scheduled runs", idle)


def quotas(plan: Plan) -> Iterator[Quota]:
    """What the busiest second needs. Sources: the quotas of API Gateway, Lambda and DynamoDB, as their guides have them."""
    requests = ceil(plan.rate / plan.batch)
    at_once = max(ceil(requests * _request_s(plan)), ceil(requests / 10))  # an instance takes ten requests a second
    units = requests * plan.item_units
    buckets = ceil(units / 1000)  # a partition takes 1,000 units a second
    yield Quota("API Gateway: requests a second", requests, 10_000, "by Service Quotas: throttle rate")
    yield Quota("the template: batches a second", requests, 5_000, f"by PARAMETERS=BatchesPerSecond={requests}")
    yield Quota(AT_ONCE, at_once, 600, f"by PARAMETERS=ApiConcurrency={at_once}, of AWS's 1,000")
    yield Quota(WARM, units, WARM_BY_DEFAULT, f"by PARAMETERS=WarmWrites={units}, before the live")
    yield Quota(TABLE, units, 40_000, "by Service Quotas: table-level write throughput")
    yield Quota(BUCKETS, buckets, 16, f"by buckets = {max(64, 2 * buckets)} in its file, before it is applied")
    yield Quota("the stream's shards, a counter for each", plan.shards, 100, f"by PARAMETERS=CounterConcurrency={plan.shards}")


def _request_s(plan: Plan) -> float:
    """How long the API function takes for one batch."""
    return (API_CPU_S[0] + API_CPU_S[1] * plan.batch) * FULL_CPU_GB / API_GB + WAITING_S
