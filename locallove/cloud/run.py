"""The command `run`: the service stays up on this machine until Ctrl-C or SIGTERM."""

import json
import os
import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib.domain import campaigns
from chalicelib.domain.answers import utc_minute
from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.operate.campaign import load
from locallove.operate.mistake import Mistake

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"

STOPPING = (signal.SIGINT, signal.SIGTERM)

campaign_file = click.option(
    "--campaign",
    "file",
    type=click.Path(path_type=Path),
    default=SAMPLE,
    help="Campaign file; the sample campaign if none is given.",
)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port on 127.0.0.1; 0: a free one.")
@campaign_file
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready.")
def run(port: int, file: Path, as_json: bool) -> None:
    """Run the service on this machine until Ctrl-C or SIGTERM.

    The campaign's lives are moved so that the last one ends now; each takes batches until a day after its end.
    """
    # Blocked before any thread starts, and waited for below: a handler could come in the middle of anything.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    definition = campaigns.laid_back_to_back(load(file), datetime.now(UTC))
    with ExitStack() as until_stopped:
        try:
            cloud = until_stopped.enter_context(local_cloud(port))
        except OSError as error:
            raise Mistake(f"port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error
        cloud.apply(definition)
        _say(cloud, definition, cloud.add_sender(definition.id), as_json=as_json)
        signal.sigwait(STOPPING)


def _say(cloud: LocalCloud, definition: Campaign, secret: str, *, as_json: bool) -> None:
    lives = [
        {
            "id": live.id,
            "region": live.region,
            "starts_at": utc_minute(live.start_minute),
            "ends_at": utc_minute(live.end_minute),
        }
        for live in definition.lives
    ]
    if as_json:
        ready = {"url": cloud.url, "campaign": definition.id, "lives": lives, "sender": "platform", "secret": secret}
        click.echo(json.dumps(ready))
        return
    click.echo(f"Local Love runs at {cloud.url}; Ctrl-C stops it. Campaign {definition.id}:")
    for live in lives:
        click.echo(f"  {cloud.url}/v1/lives/{live['id']}/totals   {live['starts_at']} to {live['ends_at']}")
    click.echo(f"Totals: {cloud.url}/v1/campaigns/{definition.id}/totals")
    click.echo("Send to it from another terminal:")
    python = os.path.relpath(sys.executable)
    click.echo(f"  LOCALLOVE_SECRET={secret} {python} -m locallove simulate --url {cloud.url} --campaign {definition.id}")
