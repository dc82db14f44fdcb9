"""`locallove faults`: the service in many small worlds in which everything goes wrong that may, and what it comes to.

Answers for: a table, or one line of JSON; for a seed that fails the fewest faults that make it fail, and the command to
repeat it.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click

from locallove.faults import runs
from locallove.faults.bugs import BUGS
from locallove.faults.runs import Result


@click.command()
@click.option("--runs", "number", type=click.IntRange(1), default=1_000, show_default=True, help="So many worlds.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The first world's; the others follow.")
@click.option("--bugs/--no-bugs", default=True, show_default=True, help="Also plant bugs, each of which must be noticed.")
@click.option("--plant", type=click.Choice(list(BUGS)), help="Put this bug into every world, to see it noticed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def faults(number: int, seed: int, *, bugs: bool, plant: str | None, as_json: bool) -> None:
    """Run the real sender, intake, counting, settlement and publishing where everything goes wrong that may.

    No network, no clock but its own: equal seeds give equal traces. Exit code 0 when nothing is lost, doubled or wrong and every
    planted bug is noticed, 1 otherwise, 2 for wrong arguments.
    """
    began = time.perf_counter()
    with _progress(number + len(BUGS) * bugs) as bar:
        tell = (lambda: bar.update(1)) if bar else (lambda: None)
        result = runs.run(range(seed, seed + number), bugs=bugs, plant=plant, tell=tell)
    seconds = time.perf_counter() - began
    click.echo(json.dumps(_facts(result)) if as_json else "\n".join(_lines(result, seconds)))
    for line in _complaints(result, plant):
        click.echo(line, err=True)
    sys.exit(0 if result.all_is_well else 1)


def _progress(length: int) -> AbstractContextManager[Any]:
    """A bar on a terminal, nothing on a pipe."""
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=length, file=sys.stderr)


def _caught(result: Result) -> str:
    return f"{sum(seed is not None for seed in result.caught.values())}/{len(result.caught)}"


def _facts(result: Result) -> dict[str, Any]:
    return {
        "runs": result.runs,
        "events": result.events,
        "faults": dict(result.faults),
        "lost": result.lost,
        "doubled": result.doubled,
        "wrong_totals": result.wrong_totals,
        "failed_seeds": [outcome.seed for outcome in result.failed],
        "planted_bugs_caught": _caught(result),
        "trace": result.trace.hexdigest(),
    }


def _lines(result: Result, seconds: float) -> list[str]:
    struck = [f"  {count:>9,}  {kind}" for kind, count in result.faults.items()]
    caught = [f"  {bug}: {'not noticed' if seed is None else f'noticed at seed {seed}'}" for bug, seed in result.caught.items()]
    last = (
        f"{result.runs:,} runs, {result.events:,} steps ({result.events / seconds:,.0f} a second): "
        f"{result.lost:,} lost, {result.doubled:,} doubled, {result.wrong_totals:,} with wrong totals, "
        f"{len(result.failed):,} failed; planted bugs noticed: {_caught(result)}; trace {result.trace.hexdigest()}"
    )
    return ["Faults that struck:", *struck, *(["Planted bugs:", *caught] if caught else []), last]


def _complaints(result: Result, plant: str | None) -> Iterator[str]:
    """What broke, the fewest faults that break it, and how to see it again."""
    planted = f' --plant "{plant}"' if plant else ""
    for outcome in result.failed[: len(result.few)]:
        few = result.few[outcome.seed]
        yield f"Seed {outcome.seed}: {outcome.findings[0]}"
        yield f"  with {len(few)} of {len(outcome.faults)} faults:"
        yield from (f"    {kind}: {place}" for kind, place in few)
        yield f"  again: locallove faults --runs 1 --seed {outcome.seed} --no-bugs{planted}"
    if len(result.failed) > len(result.few):
        yield f"{len(result.failed) - len(result.few)} more seeds failed."
    if result.never_struck:
        yield f"Never struck, so that nothing is known of them: {', '.join(result.never_struck)}."
