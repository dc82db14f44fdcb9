"""Festivals, as the operator's commands reach them.

Answers for: what stops a result ends a command in clear lines, exit code 1; what is not there, exit code 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from chalicelib.domain.applied import Applied, Refused
from chalicelib.domain.festival import Award
from chalicelib.domain.festival_result import Undecided
from chalicelib.flows.decisions import NotSettled
from chalicelib.runtime import Service
from locallove.operate.mistake import Mistake
from locallove.operate.stores import registering

CAMPAIGN = click.option("--campaign", required=True, help="The id of a campaign in force that has a festival.")


@contextmanager
def festival_of(campaign: str) -> Iterator[tuple[Service, Applied]]:
    """The service and the campaign in force, which has a festival. What stops a result ends the command.

    Raises: Mistake, ClickException.
    """
    try:
        with registering(campaign) as (service, applied):
            if applied.campaign.festival is None:
                raise Mistake(f"{campaign} has no festival")
            yield service, applied
    except Undecided as error:
        for reason in error.reasons:
            click.echo(f"  {reason}", err=True)
        raise click.ClickException(f"{campaign} is not closed: not decided yet: {len(error.reasons):,}") from error
    except (NotSettled, Refused) as error:
        raise click.ClickException(f"{campaign}: {error}") from error


def sealed_already(applied: Applied) -> None:
    """Say that a result is sealed already, so that what is put on record now does not change it by itself."""
    if applied.festival_settled is not None:
        click.echo("the result is sealed: this has a part in it only after festival close --correct REASON", err=True)


def award_of(applied: Applied, award: str) -> Award:
    """The award of this id. Raises: Mistake when the festival has none."""
    awards = applied.campaign.festival.awards if applied.campaign.festival else ()
    for each in awards:
        if each.id == award:
            return each
    raise Mistake(f"{award!r} is no award of {applied.campaign.id}: {', '.join(each.id for each in awards)}")
