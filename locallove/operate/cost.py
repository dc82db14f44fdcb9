"""The command `cost`: what a campaign costs on AWS, and what has to be raised before its busiest second."""

from collections.abc import Iterator
from math import ceil

import click
import msgspec

from locallove.operate import costing
from locallove.operate.costing import Line, Plan, Quota

POSITIVE = click.IntRange(min=1)


class Part(msgspec.Struct, frozen=True):
    """One part of the bill, in USD."""

    usd: float
    lines: tuple[Line, ...]


class Cost(msgspec.Struct, frozen=True):
    """All that the command says, for programs. Money is in USD; `counting_per_million` is for each million reactions."""

    plan: Plan
    counting: Part
    counting_per_million: float
    watching: Part
    month: Part
    quotas: tuple[Quota, ...]
    to_raise: tuple[str, ...]


@click.command()
@click.option("--lives", type=POSITIVE, required=True, help="Number of lives.")
@click.option("--reactions", type=POSITIVE, required=True, help="Reactions of all of them together.")
@click.option("--batch", type=click.IntRange(1, 5000), default=500, show_default=True, help="Reactions in a batch.")
@click.option("--rate", type=POSITIVE, help="Reactions in the busiest second; ten times the average if not given.")
@click.option("--minutes", type=POSITIVE, default=120, show_default=True, help="Length of a live.")
@click.option("--keep-days", type=click.IntRange(14), default=45, show_default=True, help="How long batches are kept.")
@click.option("--json", "as_document", is_flag=True, help="Print JSON.")
def cost(*, rate: int | None, as_document: bool, **said: int) -> None:
    """Reckon what a campaign costs on AWS, and which quotas its busiest second needs."""
    average = said["reactions"] / (said["lives"] * said["minutes"] * 60)
    found = _cost(Plan(rate=rate or max(1, ceil(average * costing.PEAK)), **said))
    if as_document:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    for line in _lines(found):
        click.echo(line)


def _cost(plan: Plan) -> Cost:
    counting, needed = _part(costing.counting_lines(plan)), tuple(costing.quotas(plan))
    return Cost(
        plan=plan,
        counting=counting,
        counting_per_million=counting.usd * costing.MILLION / plan.reactions,
        watching=_part(costing.watching_lines(plan)),
        month=_part(costing.monthly_lines()),
        quotas=needed,
        to_raise=tuple(f"{each.of}: {each.raised_by}" for each in needed if not each.is_enough),
    )


def _part(lines: Iterator[Line]) -> Part:
    found = tuple(lines)
    return Part(sum(each.usd for each in found), found)


def _lines(found: Cost) -> Iterator[str]:
    plan = found.plan
    yield f"{plan.reactions:,} reactions in {plan.lives} lives: {plan.batches:,} batches; {plan.rate:,} a second at the peak"
    yield from _bill(f"Counting them: ${found.counting.usd:.2f}, ${found.counting_per_million:.4f} a million", found.counting)
    yield from _bill(f"Showing them, {plan.lives} lives of {plan.minutes} minutes: ${found.watching.usd:.2f}", found.watching)
    yield from _bill(f"A stage, every month: ${found.month.usd:.2f}", found.month)
    yield "\nThe busiest second needs:"
    for quota in found.quotas:
        yield f"  {'ok' if quota.is_enough else 'RAISE':<6} {quota.needed:>9,} of {quota.default:>7,}  {quota.of}"
    for each in found.to_raise:
        yield f"  raise {each}"
    yield "\nList prices of us-east-1; without CloudFront, data transfer, firewall and recovery: docs/performance.md."


def _bill(title: str, part: Part) -> Iterator[str]:
    yield f"\n{title}"
    for line in part.lines:
        yield f"  {line.service:<12} ${line.usd:>9.4f}  {line.what}"
