"""A pipeline of one's own: start the service, run a command against it in a process of its own, end it again.

The sender runs in its own process, as a platform does; it is given nothing but the URL and a signing secret.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import NoReturn

from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import local_cloud
from locallove.operate.interrupting import first_interrupt

ROOT = Path(__file__).parents[2]

Figures = dict[str, dict[str, int]]


def run(arguments: Sequence[str], campaign: Campaign) -> int:
    """Run `locallove ARGUMENTS --url … --campaign …` against a pipeline that has this campaign; gives the exit code."""
    with local_cloud() as cloud:
        cloud.apply(campaign)
        return _send(arguments, cloud.url, campaign.id, cloud.add_sender(campaign.id)).returncode


def answer(arguments: Sequence[str], url: str, campaign: str, secret: str, *, gently: bool = False) -> Figures:
    """The JSON that a sending command prints. With `gently` the first Ctrl-C is handed on to it, and waiting goes on.

    Raises: SystemExit with its exit code when it prints nothing.
    """
    sent = _send([*arguments, "--json"], url, campaign, secret, capture=True, gently=gently)
    if not sent.stdout.strip():
        raise SystemExit(sent.returncode or 1)
    found: Figures = json.loads(sent.stdout)
    return found


def _send(
    arguments: Sequence[str], url: str, campaign: str, secret: str, *, capture: bool = False, gently: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Run a sending command as a child process and wait for it; with `capture` its standard output is kept.

    The child ends with this process: it is killed when waiting for it is interrupted, by Ctrl-C or SIGTERM.
    """
    signal.signal(signal.SIGTERM, _leave)
    command = [sys.executable, "-m", "locallove", *arguments, "--url", url, "--campaign", campaign]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "LOCALLOVE_SECRET": secret}
    # In a group of its own a terminal's Ctrl-C does not reach the child: it gets what is handed on, and that once.
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE if capture else None, process_group=0 if gently else None
    )
    with child, first_interrupt(partial(child.send_signal, signal.SIGINT)) if gently else nullcontext():
        try:
            said, _ = child.communicate()
        except BaseException:  # whatever interrupts, Ctrl-C and SIGTERM among it
            child.kill()
            raise
    return subprocess.CompletedProcess(command, child.returncode, said)


def _leave(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
