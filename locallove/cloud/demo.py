"""The command `demo`: a whole campaign on this machine, from signed batches to published reports, and the count checked."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib import runtime
from chalicelib.domain import laying
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.money import Money
from chalicelib.domain.standing import LiveStanding, Standing
from chalicelib.flows import reading
from chalicelib.runtime import Service
from locallove.cloud import own
from locallove.cloud.festival_demo import Shown, shown
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.mirror import mirror
from locallove.cloud.own import Figures
from locallove.cloud.run import MINUTES, campaign_file
from locallove.cloud.watching import end_on_air, watched
from locallove.operate.campaign import load
from locallove.operate.closing import close_now, wait_until
from locallove.operate.mistake import writable

VOTES_PART = 5
"""A festival gets one vote for so many reactions of its ceremony."""


@click.command()
@click.option("--reactions", default=500_000, show_default=True, type=click.IntRange(min=1), help="How many reactions to send.")
@click.option("--seed", default=7, show_default=True, help="Seed of the crowd.")
@click.option("--watch", type=MINUTES, help="One live is on, for so many minutes, with a crowd at its pace.")
@campaign_file
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("build/demo"), show_default=True)
def demo(reactions: int, seed: int, watch: int | None, file: Path, out: Path) -> None:
    """Run a whole campaign on this machine: simulate a crowd, count, settle, publish, and compare sent with counted.

    Exits with 1 when they differ. The reports are copied to the folder OUT; what else lies there stays.
    """
    writable(out)
    written, now = load(file), datetime.now(UTC)
    definition = laying.laid_on_air(written, now, watch) if watch else laying.laid_back_to_back(written, now)
    with local_cloud() as cloud:
        cloud.apply(definition)
        if watch:
            results = watched(cloud, definition, reactions, seed)
            wait_until(end_on_air(runtime.service(), definition), "ending")
        else:
            results = [_sent(cloud, definition, reactions, seed)]
        festival = definition.festival
        show = shown(cloud, definition, festival, reactions // VOTES_PART, seed) if festival else None
        raise SystemExit(_finish(cloud, definition, results, show, out))


def _sent(cloud: LocalCloud, definition: Campaign, reactions: int, seed: int) -> Figures:
    """Send the whole crowd at once; gives what was printed. Raises: SystemExit."""
    arguments = ["simulate", "--reactions", str(reactions), "--seed", str(seed)]
    return own.answer(arguments, cloud.url, definition.id, cloud.add_sender(definition.id))


def _finish(cloud: LocalCloud, definition: Campaign, results: list[Figures], show: Shown | None, out: Path) -> int:
    """Settle, publish, mirror, and say what came of it; gives the exit code."""
    service = runtime.service()
    _settle(service, definition)
    published = cloud.publish()
    files = mirror(service.settings.reports_bucket, out)
    applied = service.campaigns.get(definition.id)
    if applied is None:
        raise click.ClickException(f"campaign {definition.id} is gone")
    standing = reading.standing(applied, reading.consistently(service.totals), service.settled_totals)
    for line in (*_summary(standing), *(show.lines() if show else ())):
        click.echo(line)
    click.echo(f"\n{published['published']} reports, {len(files)} files. Open:")
    for name in ("report.ja.html", "report.en.html", "summary.ja.pdf", "card.ja.png", "report.xlsx"):
        click.echo(f"  {_newest(out / definition.id / 'campaign') / name}")
    click.echo("\nTry next:\n  make run\n  make demo REACTIONS=5000000")
    click.echo(f"  {os.path.relpath(sys.executable)} -m locallove verify {out}")
    click.echo(f"  {os.path.relpath(sys.executable)} -m locallove campaign explain campaigns/local-love.toml --reactions 120000")
    sent, counted = (sum(_total(result[name]) for result in results) for name in ("sent", "counted"))
    settled = sum(each.totals.counts.total for each in standing.lives)
    exact = all(result["sent"] == result["counted"] for result in results) and settled == counted and (show is None or show.exact)
    click.echo(f"\ndemo: sent {sent}, counted {counted}, {'exact' if exact else 'NOT EXACT'}")
    return 0 if exact else 1


def _settle(service: Service, definition: Campaign) -> None:
    """Close every live now, and settle each."""
    applied = service.campaigns.get(definition.id)
    lives = [live.id for live in definition.lives]
    if applied is not None:
        wait_until(close_now(service, applied, lives, "the demo settles at once"), "closing")
    with click.progressbar(lives, label="settling", file=sys.stderr) as bar:
        for live in bar:
            service.settler.settle(definition.id, live, runtime.now_ms())


def _newest(folder: Path) -> Path:
    """The folder that `latest.json` points to."""
    latest = json.loads((folder / "latest.json").read_text(encoding="utf-8"))
    return folder / str(latest["folder"])


def _summary(standing: Standing) -> Iterator[str]:
    campaign = standing.applied.campaign
    yield "\nRegion                Reactions"
    for region in campaign.regions:
        total = sum(each.totals.counts.total for each in standing.of_region(region.id))
        yield f"  {region.name.en:<18}{total:>11,}"
    yield "\nLive                  Reactions       Donation"
    for each in standing.lives:
        donation = str(Money(campaign.currency, each.minor))
        yield f"  {each.live.id:<18}{each.totals.counts.total:>11,}{donation:>15}  {_steps(each)}"
    whole = Money(campaign.currency, sum(each.minor for each in standing.lives))
    elsewhere = f" = {campaign.exchange.convert_half_up(whole)} at the stated rate" if campaign.exchange else ""
    yield f"\nDonation, final: {whole}{elsewhere}"


def _steps(standing: LiveStanding) -> str:
    steps = standing.live.donation.steps
    if not steps:
        return "no step"
    total = standing.totals.counts.total
    passed = [step for step in steps if step.is_passed_by(total)]
    ahead = [step for step in steps if not step.is_passed_by(total)]
    said = [f"step {step.at:,} passed" for step in passed]
    said += [f"step {step.at:,} missed by {step.first_passing - total:,}" for step in ahead]
    return ", ".join(said)


def _total(figures: dict[str, int]) -> int:
    return figures["like"] + figures["comment"] + figures["gift"]
