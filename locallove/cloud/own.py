"""A pipeline of one's own: start the service, run a command against it in a process of its own, end it again.

The sender runs in its own process, as a platform does; it is given nothing but the URL and a signing secret.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import local_cloud

ROOT = Path(__file__).parents[2]


def run(arguments: Sequence[str], campaign: Campaign) -> int:
    """Run `locallove ARGUMENTS --url … --campaign …` against a pipeline that has this campaign; gives the exit code."""
    with local_cloud() as cloud:
        cloud.apply(campaign)
        return send(arguments, cloud.url, campaign.id, cloud.add_sender(campaign.id)).returncode


def send(
    arguments: Sequence[str], url: str, campaign: str, secret: str, *, capture: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Run a sending command as a child process and wait for it; with `capture` its standard output is kept.

    The child ends with this process: it is killed when waiting for it is interrupted, by Ctrl-C or SIGTERM.
    """
    signal.signal(signal.SIGTERM, _leave)
    command = [sys.executable, "-m", "locallove", *arguments, "--url", url, "--campaign", campaign]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "LOCALLOVE_SECRET": secret}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE if capture else None, check=False)


def _leave(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
