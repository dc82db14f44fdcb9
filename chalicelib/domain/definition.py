"""A campaign's definition for anyone: what it is, what was promised, and its rules in words.

Answers for: the JSON of `GET /v1/campaigns/{campaign}`.
Refuses: counts (`domain/answers.py`) and whatever of a campaign's file is the operator's own.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chalicelib.domain.answers import utc, utc_minute
from chalicelib.domain.balances import promised
from chalicelib.domain.campaigns import Campaign, Live, Member, Segment
from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_wording import award_in_words, entering_in_words
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.payments import promised_at_most
from chalicelib.domain.wording import cap_in_words, rule_in_words


class LiveAnswer(msgspec.Struct, frozen=True):
    """A live of a campaign with its rule in words. `promised_minor` is the most that the rule can give, by itself."""

    id: str
    region: str
    title: Words
    starts_at: str
    ends_at: str
    closes_at: str
    fund: Words
    promised_minor: int
    rule: Words
    rule_sha256: str
    cast: tuple[Member, ...]
    programme: tuple[Segment, ...]


class AwardAnswer(msgspec.Struct, frozen=True):
    """An award, and how it is decided in words."""

    id: str
    name: Words
    rule: Words


class FestivalAnswer(msgspec.Struct, frozen=True):
    """A festival: what may be entered in words, moments as UTC, and its awards."""

    hashtags: tuple[str, ...]
    entering: Words
    entries_open_at: str
    entries_close_at: str
    voting_opens_at: str | None
    voting_closes_at: str | None
    metrics_as_of: str | None
    awards: tuple[AwardAnswer, ...]


class CampaignAnswer(msgspec.Struct, frozen=True):
    """What a campaign is, for anyone. `promised_minor` is the most that all its lives can give together."""

    id: str
    name: Words
    currency: str
    exponent: int
    promised_minor: int
    cap_minor: int | None
    cap: Words | None
    regions: tuple[dict[str, str | Words], ...]
    markets: tuple[dict[str, str | Words], ...]
    lives: tuple[LiveAnswer, ...]
    festival: FestivalAnswer | None


def campaign_definition(campaign: Campaign, rule_hashes: Mapping[str, str]) -> CampaignAnswer:
    """The public definition; `rule_hashes` are the SHA-256 of each live's frozen part."""
    return CampaignAnswer(
        id=campaign.id,
        name=campaign.name,
        currency=campaign.currency,
        exponent=EXPONENTS[campaign.currency],
        promised_minor=promised([live.donation for live in campaign.lives], campaign.cap),
        cap_minor=campaign.cap,
        cap=None if campaign.cap is None else cap_in_words(campaign.cap, campaign.currency),
        regions=tuple({"id": region.id, "name": region.name} for region in campaign.regions),
        markets=tuple({"code": market.code, "name": market.name} for market in campaign.markets),
        lives=tuple(_live(campaign, live, rule_hashes[live.id]) for live in campaign.lives),
        festival=None if campaign.festival is None else _festival(campaign.festival),
    )


def _festival(festival: Festival) -> FestivalAnswer:
    voting = festival.voting
    return FestivalAnswer(
        hashtags=festival.hashtags,
        entering=entering_in_words(festival),
        entries_open_at=_utc(festival.entries.opens_at),
        entries_close_at=_utc(festival.entries.closes_at),
        voting_opens_at=_utc(voting.opens_at) if voting else None,
        voting_closes_at=_utc(voting.closes_at) if voting else None,
        metrics_as_of=_utc(festival.metrics_as_of) if festival.metrics_as_of else None,
        awards=tuple(AwardAnswer(award.id, award.name, award_in_words(festival, award)) for award in festival.awards),
    )


def _utc(moment: datetime) -> str:
    return utc(int(moment.timestamp() * 1000))


def _live(campaign: Campaign, live: Live, rule_hash: str) -> LiveAnswer:
    return LiveAnswer(
        id=live.id,
        region=live.region,
        title=live.title,
        starts_at=utc_minute(live.start_minute),
        ends_at=utc_minute(live.end_minute),
        closes_at=utc(live.closes_at_ms),
        fund=live.donation.fund,
        promised_minor=promised_at_most(live.donation),
        rule=rule_in_words(live.donation, campaign.currency),
        rule_sha256=rule_hash,
        cast=live.cast,
        programme=live.programme,
    )
