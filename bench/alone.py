"""Measuring alone: each measurement in a fresh process, with the environment of the deployed function.

Answers for: no measurement finding caches, patches or garbage of the one before; logs at INFO and metrics on, as deployed, but
written to the null device. Refuses: reaching AWS; credentials are words that no account has.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def environment(endpoint_url: str) -> dict[str, str]:
    """The environment of a deployed function whose AWS is at this address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCALLOVE_", "POWERTOOLS_"))}
    return kept | {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_SESSION_TOKEN": "nowhere",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint_url,
        "LOCALLOVE_STAGE": "bench",
        "LOCALLOVE_REPORTS_BUCKET": "bench",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_DISABLED": "false",
    }


def alone(endpoint_url: str, measure: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `measure` gives in a process of its own. Raises: what it raises."""
    with ProcessPoolExecutor(1, get_context("spawn"), _begin, (environment(endpoint_url),)) as process:
        return process.submit(measure, *args, **kwargs).result()


def peak_mb() -> float:
    """The greatest resident size of this process so far, in megabytes.

    From /proc (Linux): `getrusage` counts what the process had before it became this program, which is its parent's size.
    """
    (line,) = (line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1_000_000


def _begin(variables: dict[str, str]) -> None:
    """Before anything of the service is imported: its environment, and standard output and error to the null device."""
    os.environ.clear()
    os.environ.update(variables)
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
