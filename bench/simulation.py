"""The fault simulation: how many steps a second its small worlds take, planted bugs left out."""

import time

from bench.alone import alone
from bench.figures import Figure
from locallove.faults import runs


def measure(endpoint_url: str, worlds: int) -> list[Figure]:
    """The figures of this row."""
    steps, per_second = alone(endpoint_url, steps_per_second, worlds)
    return [
        Figure("simulation_steps", f"steps in {worlds:,} worlds", steps, ""),
        Figure("simulation_per_s", "on all cores", per_second, "steps per second"),
    ]


def steps_per_second(worlds: int) -> tuple[int, float]:
    """The steps of so many worlds, and how many of them a second of the wall clock took."""
    began = time.perf_counter()
    result = runs.run(range(1, 1 + worlds), bugs=False, plant=None, tell=lambda: None)
    return result.events, result.events / (time.perf_counter() - began)
