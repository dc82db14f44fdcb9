"""Campaigns as large, as long-winded or as empty as they may be. Every figure is invented."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from render import sample

from chalicelib.domain.applied import Applied
from chalicelib.domain.coverage import Entry, OutletType
from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.domain.sentiment import Sentiment
from chalicelib.domain.standing import Row, Standing, fold, stand
from chalicelib.domain.tally import Counts


def _story(outlet: str, kind: OutletType, title: str, on: str, region: str | None = None, source: str | None = None) -> Entry:
    return Entry("story", outlet, kind, "national", "news", "JP", "ja", title, on, None, region, None, None, None, source)


REGISTERS = Registers(
    revision=1,
    entries=(
        _story("見本放送", "television", "東北の魅力をライブ配信で発信", "2023-01-11", "tohoku"),
        _story("見本日報", "newspaper", "いいねが寄付に 復興支援ライブ", "2023-01-12", "tohoku"),
        _story("Mihon Web News", "web", "Hearts became a donation", "2023-01-13", "tohoku", "見本放送"),
        _story("見本通信", "news_agency", "5地域への支援を世界の9市場へ", "2023-03-11"),
        _story("見本ラジオ", "radio", "久留米を応援", "2023-05-11", "kurume"),
        _story("見本週刊", "magazine", "ライブ配信の5か月", "2023-05-12"),
    ),
    sentiment=(
        Sentiment(
            live="tohoku-2023", source="comments", on="2023-02-01", sample=400, population=12_000, positive=210, neutral=165,
            negative=25, favourable_permille=938, low_permille=910, high_permille=957, agreement_permille=930,
            languages=("ja", "en"),
        ),
    ),
)  # fmt: skip
"""Six stories, one of them repeated from another, and one coded sample."""


class Size(NamedTuple):
    """How much there is of everything; `name` makes a name of what it is given, `reactions` are those of one live."""

    regions: int = 49
    markets: int = 40
    lives: int = 49
    minutes: int = 120
    reactions: int = 10**12
    name: Callable[[str], str] = str


def definition(size: Size) -> dict[str, Any]:
    """The decoded file of such a campaign."""
    data = sample.definition()
    lives = []
    for index in range(size.lives):
        live = data["lives"][index % len(data["lives"])]
        ends = datetime.fromisoformat(live["starts_at"]) + timedelta(minutes=size.minutes)
        lives.append(
            live
            | {
                "id": f"live-{index}",
                "region": f"region-{index % size.regions}",
                "title": _words(size, f"ライブ{index}", f"Live {index}"),
                "ends_at": ends.isoformat(),
                "programme": sample.PROGRAMME if size.minutes >= 120 else [],
            }
        )
    codes = [first + second for first in "ABCDEFG" for second in "ABCDEFG"][: size.markets]
    return data | {
        "name": _words(size, "大きなキャンペーン", "Large campaign"),
        "regions": [
            {"id": f"region-{place}", "name": _words(size, f"地域{place}", f"Region {place}"), "partners": []}
            for place in range(size.regions)
        ],
        "markets": [{"code": code, "name": _words(size, f"市場{code}", f"Market {code}")} for code in codes],
        "lives": lives,
    }


def _words(size: Size, ja: str, en: str) -> dict[str, str]:
    return sample.words(size.name(ja), size.name(en))


def standing(size: Size) -> Standing:
    """Such a campaign, with the same number of reactions in each minute of every live."""
    campaign = sample.campaign(definition(size))
    share = size.reactions // size.minutes
    each_minute = Counts(like=share * 9 // 10, comment=share // 20, gift=share // 20, gift_value=share)
    totals = {
        live.id: fold(
            live,
            [
                Row(minute, {campaign.market_codes[minute % size.markets]: each_minute}, minute * 60_000)
                for minute in range(live.start_minute, live.end_minute)
                if size.reactions
            ],
            campaign.market_codes,
        )
        for live in campaign.lives
    }
    return stand(Applied(campaign, 1, 0, {live.id: 1 for live in campaign.lives}, ()), totals)


def reports(sources: Sources, region: str, live: str) -> tuple[Report, Report, Report]:
    """The campaign's report, that of a region and that of a live."""
    now_ms = sample.NOW_MS
    return campaign_report(sources, now_ms), region_report(sources, region, now_ms), live_report(sources, live, now_ms)
