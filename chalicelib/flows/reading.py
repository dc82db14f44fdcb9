"""Reading: how a campaign stands now, for the public reads and for reports."""

from collections.abc import Iterable

from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.standing import LiveTotals, Standing, fold, stand
from chalicelib.store.totals import Totals


def standing(applied: Applied, totals: Totals, *, consistent: bool = False) -> Standing:
    """The whole campaign. Raises: StorageRefused."""
    return stand(applied, _totals(totals, applied.campaign, applied.campaign.lives, consistent=consistent))


def standing_for(applied: Applied, totals: Totals, live: str) -> Standing:
    """As much of the campaign as one live's answer needs: the other lives only if the campaign's cap may bind."""
    subject = applied.campaign.live(live)
    lives = applied.campaign.lives if _cap_may_bind(applied.campaign) else (subject,)
    return stand(applied, _totals(totals, applied.campaign, lives, consistent=False))


def _totals(totals: Totals, campaign: Campaign, lives: Iterable[Live], *, consistent: bool) -> dict[str, LiveTotals]:
    codes = campaign.market_codes
    return {live.id: fold(live, totals.rows(live.id, consistent=consistent), codes) for live in lives}


def _cap_may_bind(campaign: Campaign) -> bool:
    return campaign.cap is not None and sum(live.donation.cap for live in campaign.lives) > campaign.cap
