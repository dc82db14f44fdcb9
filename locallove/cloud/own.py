"""A pipeline of one's own: start the service, run a command against it in a process of its own, end it again.

The sender runs in its own process, as a platform does; it is given nothing but the URL and a signing secret.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import LocalCloud, local_cloud

ROOT = Path(__file__).parents[2]


def run(
    arguments: Sequence[str], campaign: Campaign, *, port: int = 0, then: Callable[[LocalCloud], None] | None = None
) -> int:
    """Run `locallove ARGUMENTS --url … --campaign …` against a pipeline that has this campaign; gives the exit code.

    `then` is called while the pipeline still runs, if the command succeeded.
    """
    with local_cloud(port) as cloud:
        cloud.apply(campaign)
        code = sender(arguments, cloud.url, campaign.id, cloud.add_sender(campaign.id))
        if code == 0 and then is not None:
            then(cloud)
        return code


def sender(arguments: Sequence[str], url: str, campaign: str, secret: str) -> int:
    """Run a sending command as a child process, its output passed through; ends it if this process is ended."""
    command = [sys.executable, "-m", "locallove", *arguments, "--url", url, "--campaign", campaign]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path, "LOCALLOVE_SECRET": secret}) as child:
        try:
            return child.wait()
        finally:
            child.terminate()
