"""Reading: how a campaign stands now, for the public reads and for reports.

Answers for: a live's totals from its rows until it is settled, and from its statement from then on.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.campaigns import Live
from chalicelib.domain.standing import LiveTotals, Standing, fold, stand
from chalicelib.store.totals import Totals

SettledTotals: TypeAlias = Callable[[Settled], LiveTotals]
"""Gives the totals of a settled live, from its statement; asked for settled ones only."""


def standing(applied: Applied, totals: Totals, settled_totals: SettledTotals, *, consistent: bool = False) -> Standing:
    """The whole campaign. Raises: StorageRefused."""
    lives = applied.campaign.lives
    return stand(applied, {live.id: _totals(applied, live, totals, settled_totals, consistent=consistent) for live in lives})


def standing_for(applied: Applied, totals: Totals, settled_totals: SettledTotals, live: str) -> Standing:
    """As much of the campaign as one live's answer needs: the other lives only if the campaign's cap may bind."""
    subject = applied.campaign.live(live)
    lives: Iterable[Live] = applied.campaign.lives if applied.campaign.cap_may_bind else (subject,)
    return stand(applied, {each.id: _totals(applied, each, totals, settled_totals, consistent=False) for each in lives})


def _totals(applied: Applied, live: Live, totals: Totals, settled_totals: SettledTotals, *, consistent: bool) -> LiveTotals:
    settled = applied.settled.get(live.id)
    if settled is None:
        return fold(live, totals.rows(live.id, consistent=consistent), applied.campaign.market_codes)
    return settled_totals(settled)
