"""The benchmark: `python -m bench [--quick] [--json]`. It prints every figure with its target and writes `build/bench.json`."""

import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from bench import (
    closing,
    counting,
    handler,
    polls,
    reads,
    reporting,
    serving,
    settling,
    simulation,
    slow_path,
    standin,
    start,
    storage,
)
from bench.figures import Figure, as_json, as_table
from bench.workload import campaign


@click.command()
@click.option("--quick", is_flag=True, help="As little as shows that it works; the figures mean nothing.")
@click.option("--json", "as_text", is_flag=True, help="Print the JSON instead of the table.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("build/bench.json"), show_default=True)
def main(*, quick: bool, as_text: bool, out: Path) -> None:
    """Measure what the service costs. Ratios of one run mean something; times of two machines do not compare."""
    rows = _rows(quick=quick)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "quick": quick}
    document = json.dumps({"run": machine, "rows": as_json(rows)}, ensure_ascii=False, indent=2)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(document + "\n", encoding="utf-8")
    if as_text:
        click.echo(document)
    else:
        Console(width=120).print(as_table(rows))
        click.echo(f"also in {out}")


def _rows(*, quick: bool) -> dict[str, list[Figure]]:
    console = Console(stderr=True)
    with standin.running(standin.answers(campaign(), time.time_ns() // 1_000_000)) as url:
        rows: dict[str, Callable[[], list[Figure]]] = {
            "CPU per reaction at the API": lambda: handler.measure(url, 1 if quick else 100),
            "Slow path": lambda: slow_path.measure(url, *((1, slow_path.SMALL) if quick else (5,))),
            "Requests per second of the local server": lambda: (
                serving.measure(url, 1, serving.QUICK) if quick else serving.measure(url, 7) + serving.measure_with_moto(url, 7)
            ),
            "Totals read": lambda: reads.measure(url, *((1, reads.QUICK) if quick else (3,))),
            "Totals watched": lambda: polls.measure(url, *((1, 2, reads.QUICK[0]) if quick else (7, 50))),
            "Settlement and verification": lambda: settling.measure(url, (100_000,) if quick else (1_000_000, 10_000_000)),
            "Festival": lambda: closing.measure(url, closing.QUICK if quick else closing.Extent()),
            "Reports": lambda: reporting.measure(url),
            "Fault simulation": lambda: simulation.measure(url, 4 if quick else 300),
            "Write units and stored bytes": lambda: storage.measure(url, 4 if quick else 144),
            "Stream records counted": lambda: counting.measure(url, *((1, 4) if quick else (10,))),
            "Cold import": lambda: start.measure(url, 1 if quick else 21),
        }
        measured = {}
        for title, measure in rows.items():
            with console.status(title):
                measured[title] = measure()
    return measured


if __name__ == "__main__":
    main()
