"""Reading: how a campaign stands now, for the public reads and for reports.

Answers for: a live's totals as they are counted until it is settled, and from its statement from then on.
Refuses: how old a read may be. Reports, settlement and commands take `consistently`, the public reads `flows/freshness.py`.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.standing import LiveTotals, Standing, fold, stand
from chalicelib.store.totals import Totals

CountedTotals: TypeAlias = Callable[[Campaign, Live], LiveTotals]
"""Gives what is counted of a live; asked for lives that are not settled."""

SettledTotals: TypeAlias = Callable[[Settled], LiveTotals]
"""Gives the totals of a settled live, from its statement; asked for settled ones only."""


def standing(applied: Applied, counted: CountedTotals, settled_totals: SettledTotals) -> Standing:
    """The whole campaign. Raises: StorageRefused."""
    return _standing(applied, applied.campaign.lives, counted, settled_totals)


def standing_for(applied: Applied, counted: CountedTotals, settled_totals: SettledTotals, live: str) -> Standing:
    """As much of the campaign as one live's answer needs: the other lives only if the campaign's cap may bind."""
    subject = applied.campaign.live(live)
    lives = applied.campaign.lives if applied.campaign.cap_may_bind else (subject,)
    return _standing(applied, lives, counted, settled_totals)


def consistently(totals: Totals) -> CountedTotals:
    """Reads every row of the table, each time, with all that was written before."""
    return lambda campaign, live: fold(live, totals.rows(live.id, consistent=True), campaign.market_codes)


def _standing(applied: Applied, lives: Iterable[Live], counted: CountedTotals, settled_totals: SettledTotals) -> Standing:
    totals = {}
    for live in lives:
        settled = applied.settled.get(live.id)
        totals[live.id] = counted(applied.campaign, live) if settled is None else settled_totals(settled)
    return stand(applied, totals)
