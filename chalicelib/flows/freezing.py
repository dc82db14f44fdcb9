"""Freezing: the rule of every live that has begun or been counted is published once, and never another.

Under a retry or two runs at once: the same bytes in the same place.
Refuses: deciding whether a definition may change (`domain/applied.py`).
"""

from collections.abc import Iterator

from chalicelib.domain.campaigns import MINUTE_MS
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.standing import Standing
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.reports import JSON, Reports, Taken
from chalicelib.store.totals import Totals


def freeze_rules(
    standing: Standing, campaigns: Campaigns, totals: Totals, published: Reports, now_ms: int
) -> Iterator[Exception]:
    """Write the frozen part of every live that has begun or been counted to `rules/{live}.json`, once; gives what differs.

    The definition is read again after that is known: what was read before may have been replaced in between.
    Raises: StorageRefused.
    """
    frozen = {
        each.live.id for each in standing.lives if each.live.start_minute * MINUTE_MS <= now_ms or totals.is_counted(each.live.id)
    }
    applied = campaigns.get(standing.applied.campaign.id) or standing.applied
    for live in applied.campaign.lives:
        if live.id in frozen:
            try:
                published.write_once(f"rules/{live.id}.json", frozen_part(applied.campaign, live.id), JSON)
            except Taken as error:
                error.add_note("the rule in force is not the one that was frozen")
                yield error
