"""Definitions as an instance knows them: campaigns in force, remembered for a short while.

Answers for: which campaign and live an id means, at most `kept_ms` old (settlement's fence is longer than that).
"""

from chalicelib.domain import channels
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.channels import FestivalChannel, Part
from chalicelib.domain.festival import Festival
from chalicelib.domain.ids import is_id
from chalicelib.domain.reactions import Terms
from chalicelib.store.campaigns import Campaigns

_UNKNOWN_LIVE = "no campaign in force has a live of this id"


class UnknownLive(Exception):
    """No campaign has a live of this id."""


class UnknownCampaign(Exception):
    """No campaign of this id is in force."""


class UnknownFestival(Exception):
    """No campaign of this id has a festival that takes this; the message says what it lacks."""


class NotYetSettled(Exception):
    """There is no statement yet; the message says how far it is."""


class UnknownFile(Exception):
    """No file of this name is public; the message says which are."""


class UnknownInvitation(Exception):
    """No invitation with this token holds now: expired, revoked and guessed are told in the same words, and never the token."""


class Definitions:
    """Campaigns in force, read again by each instance after `kept_ms`."""

    def __init__(self, campaigns: Campaigns, kept_ms: int) -> None:
        self._campaigns = campaigns
        self._kept_ms = kept_ms
        self._applied: dict[str, tuple[int, Applied]] = {}
        self._campaign_of: dict[str, str] = {}
        self._terms: dict[str, tuple[Campaign, Terms]] = {}

    def campaign(self, campaign: str, now_ms: int) -> Applied:
        """The campaign in force. Raises: UnknownCampaign, StorageRefused."""
        kept = self._applied.get(campaign)
        if kept and now_ms - kept[0] < self._kept_ms:
            return kept[1]
        applied = self._campaigns.get(campaign) if is_id(campaign) else None
        if applied is None:
            raise UnknownCampaign("no campaign of this id is in force")
        self._applied[campaign] = (now_ms, applied)
        return applied

    def of_live(self, live: str, now_ms: int) -> tuple[Campaign, Live]:
        """The campaign of a live, and the live. Raises: UnknownLive, StorageRefused."""
        campaign = self._campaign_of.get(live)
        if campaign is None and is_id(live):
            campaign = self._campaigns.campaign_of(live)
        if campaign is None:
            raise UnknownLive(_UNKNOWN_LIVE)
        self._campaign_of[live] = campaign
        definition = self.campaign(campaign, now_ms).campaign
        try:
            return definition, definition.live(live)
        except KeyError as error:
            raise UnknownLive(_UNKNOWN_LIVE) from error

    def festival(self, campaign: str, now_ms: int) -> tuple[Applied, Festival]:
        """The campaign in force, and its festival. Raises: UnknownFestival, StorageRefused."""
        try:
            applied = self.campaign(campaign, now_ms)
        except UnknownCampaign as error:
            raise UnknownFestival(str(error)) from error
        if applied.campaign.festival is None:
            raise UnknownFestival("this campaign has no festival")
        return applied, applied.campaign.festival

    def of_festival(self, campaign: str, part: Part, now_ms: int) -> tuple[Campaign, FestivalChannel]:
        """The campaign with a festival, and the channel of this part of it. Raises: UnknownFestival, StorageRefused."""
        applied, _ = self.festival(campaign, now_ms)
        channel = channels.of_festival(applied.campaign, part)
        if channel is None:
            raise UnknownFestival(f"this festival has no {part}")
        return applied.campaign, channel

    def terms(self, campaign: Campaign, live: Live) -> Terms:
        """What the live takes; kept as long as the definition is the same object."""
        kept = self._terms.get(live.id)
        if kept is None or kept[0] is not campaign:
            kept = self._terms[live.id] = (campaign, Terms(campaign, live))
        return kept[1]
