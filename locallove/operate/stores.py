"""The service's stores, as the operator's commands reach them: with the operator's own AWS credentials.

Answers for: what is not set up (exit code 2) or what AWS refuses (exit code 1) ends a command in one line; on the terminal stands
what the command says, and neither the service's log (but for errors) nor its metrics.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import runtime, telemetry
from chalicelib.domain.applied import Applied
from chalicelib.domain.ids import is_id
from chalicelib.store.clients import StorageRefused
from chalicelib.store.registers import ChangedMeanwhile, TooLarge
from locallove.operate.mistake import Mistake


@contextmanager
def reached() -> Iterator[runtime.Service]:
    """The service whose environment this is. Raises: Mistake, ClickException."""
    telemetry.log.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "ERROR"))
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
    try:
        service = runtime.service()
        _ = service.campaigns, service.secrets
    except KeyError as error:
        raise Mistake(f"{error.args[0]} is not set in the environment") from error
    except ValueError as error:
        raise Mistake(f"AWS cannot be asked: {error}") from error
    try:
        yield service
    except (StorageRefused, BotoCoreError, ClientError) as error:
        raise click.ClickException(f"AWS: {error}") from error


@contextmanager
def registering(campaign: str) -> Iterator[tuple[runtime.Service, Applied]]:
    """The service and the campaign in force, to read or change what is on record beside its counts.

    Raises: Mistake when there is none, ClickException where a change cannot be put on record.
    """
    try:
        with reached() as service:
            applied = service.campaigns.get(campaign)
            if applied is None:
                raise Mistake(f"no campaign {campaign!r} is in force")
            yield service, applied
    except TooLarge as error:
        raise click.ClickException(f"{campaign}: too much to put on record: {error}") from error
    except ChangedMeanwhile as error:
        said = f"{campaign}: somebody else has changed what is on record meanwhile: look and do it again"
        raise click.ClickException(said) from error


def of_live(service: runtime.Service, live: str) -> Applied:
    """The campaign in force that has this live, and has not taken it out. Raises: Mistake when there is none."""
    if not is_id(live):
        raise Mistake(f"{live!r} cannot be a live's id")
    campaign = service.campaigns.campaign_of(live)
    applied = service.campaigns.get(campaign) if campaign else None
    if applied is None or live not in {each.id for each in applied.campaign.lives}:
        raise Mistake(f"no campaign in force has a live {live!r}")
    return applied
