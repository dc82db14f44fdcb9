"""The command `run`: the service stays up on this machine until Ctrl-C or SIGTERM."""

import json
import logging
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from chalicelib.domain import laying
from chalicelib.domain.answers import utc_minute
from chalicelib.domain.campaigns import Campaign, Live
from locallove.cloud.aws import seen_from_outside
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.server import HOST
from locallove.operate.campaign import load
from locallove.operate.mistake import Mistake
from locallove.sender import key_of, signature

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"
STOPPING = (signal.SIGINT, signal.SIGTERM)
MINUTES = click.IntRange(1, 12 * 60)
"""How long a live may be that is laid on air: those before it must not have closed, a day after their ends, when it is over."""

campaign_file = click.option(
    "--campaign",
    "file",
    type=click.Path(path_type=Path),
    default=SAMPLE,
    help="Campaign file; the sample campaign if none is given.",
)


@dataclass(frozen=True, slots=True)
class _Ready:
    """What runs, and what it takes to use it."""

    cloud: LocalCloud
    aws_endpoint_url: str
    campaign: Campaign
    secret: str


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port on 127.0.0.1; 0: a free one.")
@campaign_file
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready.")
@click.option("--minutes", default=60, show_default=True, type=MINUTES, help="How long the live is that is on.")
@click.option("--as-written", is_flag=True, help="Leave the lives where the file has them.")
def run(port: int, file: Path, as_json: bool, minutes: int, as_written: bool) -> None:
    """Run the service on this machine until Ctrl-C or SIGTERM.

    A campaign whose lives lie in the past is moved, unless --as-written: one is on from now, the first that has a step to reach,
    and the others lie before it. Each live takes batches until a day after its end.

    The imitated AWS answers on a second port, for the operator's commands and the AWS CLI.
    """
    # Blocked before any thread starts, and waited for below: a handler could come in the middle of anything.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    definition = load(file)
    now = datetime.now(UTC)
    if not as_written and all(live.ends_at < now - timedelta(minutes=1) for live in definition.lives):
        definition = laying.laid_on_air(definition, now, minutes)
    with ExitStack() as until_stopped:
        aws_endpoint_url = until_stopped.enter_context(aws_for_others())
        try:
            cloud = until_stopped.enter_context(local_cloud(port, links_url=aws_endpoint_url))
        except OSError as error:
            raise Mistake(f"port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error
        cloud.apply(definition)
        ready = _Ready(cloud, aws_endpoint_url, definition, cloud.add_sender(definition.id))
        for line in [_json(ready)] if as_json else _lines(ready):
            click.echo(line)
        signal.sigwait(STOPPING)


@contextmanager
def aws_for_others() -> Iterator[str]:
    """moto's own server over the same state, on a free loopback port until the end of the block; gives its URL."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - `demo` shares this module, and needs no second server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else every signed link that is followed is on the terminal
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _json(ready: _Ready) -> str:
    answer: dict[str, object] = {
        "url": ready.cloud.url,
        "aws_endpoint_url": ready.aws_endpoint_url,
        "campaign": ready.campaign.id,
        **ready.cloud.pages(ready.campaign.id),
        "lives": _lives(ready.campaign),
        "sender": "platform",
        "secret": ready.secret,
    }
    return json.dumps(answer)


def _lines(ready: _Ready) -> Iterator[str]:
    url, name = ready.cloud.url, ready.campaign.id
    pages = ready.cloud.pages(name)
    yield f"Local Love runs at {url}; Ctrl-C stops it. Campaign {name}:"
    yield f"  {pages['live_page']}   the public page"
    yield f"  {pages['overlay']}   the overlay, a browser source of 1920 x 1080"
    yield "Its lives:"
    for live in _lives(ready.campaign):
        yield f"  {url}/v1/lives/{live['id']}/totals   {live['starts_at']} to {live['ends_at']}"
    yield f"Totals: {url}/v1/campaigns/{name}/totals"
    yield "Send a batch (signed for the next five minutes):"
    yield f"  {_curl(ready)}"
    yield "For the programs of docs/api.md:"
    yield f"  export LOCALLOVE_URL={url} LOCALLOVE_LIVE={_last_live(ready).id} LOCALLOVE_SECRET={ready.secret}"
    now = datetime.now(UTC)
    on_air = any(live.starts_at <= now < live.ends_at for live in ready.campaign.lives)
    yield f"Send a crowd from another terminal{', at the pace of the live that is on' if on_air else ''}:"
    crowd = f"simulate --url {url} --campaign {name}{' --pace live --reactions 500000' if on_air else ''}"
    yield f"  LOCALLOVE_SECRET={ready.secret} {os.path.relpath(sys.executable)} -m locallove {crowd}"
    yield "For the operator's commands and the AWS CLI in another terminal:"
    variables = {"AWS_ENDPOINT_URL": ready.aws_endpoint_url, **seen_from_outside()}
    yield "  export " + " ".join(f"{variable}={value}" for variable, value in variables.items())


def _curl(ready: _Ready) -> str:
    """A signed request that works as it stands: one like in the last live, now or in its last minute."""
    live, now = _last_live(ready), datetime.now(UTC)
    at = max(live.starts_at, min(now, live.ends_at - timedelta(seconds=30))).astimezone(UTC)
    reaction = {"id": "curl-1", "kind": "like", "count": 3, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "market": "JP", "user": "me"}
    text = json.dumps({"live": live.id, "reactions": [reaction]})
    now_s = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": "curl-1",
        "webhook-timestamp": str(now_s),
        "webhook-signature": signature(key_of(ready.secret), "curl-1", now_s, text.encode()),
    }
    options = " ".join(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items())
    return f"curl {options} --data-binary {shlex.quote(text)} {ready.cloud.url}/v1/lives/{live.id}/reactions"


def _last_live(ready: _Ready) -> Live:
    return max(ready.campaign.lives, key=lambda each: each.ends_at)


def _lives(campaign: Campaign) -> list[dict[str, str]]:
    return [
        {
            "id": live.id,
            "region": live.region,
            "starts_at": utc_minute(live.start_minute),
            "ends_at": utc_minute(live.end_minute),
        }
        for live in campaign.lives
    ]
