"""Cold import: a fresh process that imports the service and answers its first request, beside one that only makes the clients.

Answers for: both from the first line after the interpreter has started, alternately, against the same stand-in; the
ratio is the median of the pairs' own, for a busy neighbour slows both of a pair.
Refuses: the interpreter's own start and Lambda's, which are the same for both.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.alone import environment
from bench.figures import Figure
from bench.workload import Crowd, campaign, live, proxy_event

ROOT = Path(__file__).parents[1]

_TIMED = """
import sys, time
given = sys.stdin.read()
cpu, wall = time.process_time_ns(), time.perf_counter_ns()
{work}
wall, cpu = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
print("\\n", cpu, wall, sep=" ")
"""

_CLIENTS = """
import boto3
boto3.client("dynamodb"), boto3.client("ssm")
"""

_SERVICE = """
import json
import app
class Context:
    aws_request_id = "cold"
answer = app.app(json.loads(given), Context())
assert answer["statusCode"] == 202, answer
"""


def measure(endpoint_url: str, processes: int) -> list[Figure]:
    """The figures of this row, of so many processes of each kind; the first of each, which may have to compile, is left out."""
    definition = campaign()
    pairs = []
    for batch in Crowd(definition, seed=3).batches(processes + 1, 500):
        posted = json.dumps(proxy_event(live(definition).id, batch))
        pairs.append((_milliseconds(endpoint_url, _CLIENTS, posted), _milliseconds(endpoint_url, _SERVICE, posted)))
    clients, service = zip(*pairs[1:], strict=True)
    return [
        Figure("clients_ms", "import boto3, make the dynamodb and ssm clients", median(each.wall for each in clients), "ms"),
        Figure("service_ms", "import app, answer the first request of 500", median(each.wall for each in service), "ms"),
        Figure("service_to_clients", "first request / clients", median(b.wall / a.wall for a, b in pairs[1:]), "", at_most=1.3),
        Figure("service_to_clients_cpu", "the same in CPU", median(b.cpu / a.cpu for a, b in pairs[1:]), ""),
    ]


class _Spent(NamedTuple):
    """Milliseconds of CPU and by the wall clock."""

    cpu: float
    wall: float


def _milliseconds(endpoint_url: str, work: str, given: str) -> _Spent:
    """What this work costs in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(work=work)],
        input=given.encode(),
        env=environment(endpoint_url),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    cpu, wall = done.stdout.split()[-2:]
    return _Spent(int(cpu) / 1e6, int(wall) / 1e6)
