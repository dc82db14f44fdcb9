"""A campaign around this minute: a live that is settled, one that is on, and one that comes tomorrow. All of it is invented."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from samples import signed_headers

from chalicelib import runtime
from chalicelib.domain.campaigns import Campaign, Live, Market, Member, Region, Segment
from chalicelib.domain.donations import Rule, Step, Words
from chalicelib.flows.intake import Posted
from locallove.cloud.local import LocalCloud
from locallove.crowd.crowd import Stage, crowd

SETTLED, ON, NEXT = "tohoku-settled", "kumamoto-on", "okinawa-next"
AT_ONCE = 60
"""So that no batch holds more different minutes than it may."""


def both(ja: str, en: str) -> Words:
    return Words(ja=ja, en=en)


def rule(fund: Words, first_step: int) -> Rule:
    steps = tuple(Step(at=number * first_step, reached="at-or-above", amount=1_000_000) for number in (1, 2, 5))
    return Rule(fund=fund, base=1_000_000, steps=steps, cap=4_000_000)


def live(name: str, place: Words, starts_at: datetime, first_step: int) -> Live:
    return Live(
        id=name,
        region=name.partition("-")[0],
        title=both(f"{place.ja}からのライブ配信", f"LIVE from {place.en}"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        donation=rule(both(f"{place.ja}の支援基金", f"Relief fund for {place.en}"), first_step),
        settle_after_minutes=20,
        cast=(Member(both("山田 花子（例示）", "Hanako Yamada (invented)"), both("司会", "Host")),),
        programme=(
            Segment(0, both("オープニング", "Opening")),
            Segment(15, both("生産者をたずねて", "Meeting the growers")),
            Segment(45, both("ミニライブ", "Songs")),
            Segment(75, both("エンディング", "Finale")),
        ),
    )


def aired(now: datetime, first_step: int = 100) -> Campaign:
    """The campaign; the live that is on began fifty minutes before `now`."""
    start = now.replace(second=0, microsecond=0) - timedelta(minutes=50)
    tohoku, kumamoto, okinawa = both("東北", "Tohoku"), both("熊本", "Kumamoto"), both("沖縄", "Okinawa")
    names = (("JP", "日本", "Japan"), ("TW", "台湾", "Taiwan"), ("KR", "韓国", "Korea"), ("US", "アメリカ", "United States"))
    return Campaign(
        id="aired",
        name=both("ローカルラブ（見本）", "Local Love (sample)"),
        currency="JPY",
        regions=(Region("tohoku", tohoku), Region("kumamoto", kumamoto), Region("okinawa", okinawa)),
        markets=tuple(Market(code, both(ja, en)) for code, ja, en in names),
        lives=(
            live(SETTLED, tohoku, start - timedelta(hours=5), first_step),
            live(ON, kumamoto, start, first_step),
            live(NEXT, okinawa, start + timedelta(hours=24), first_step),
        ),
    )


def reactions(campaign: Campaign, name: str, number: int) -> list[dict[str, Any]]:
    """A crowd's reactions to a live so far: they add up to `number`."""
    of = campaign.live(name)
    end = min(of.end_minute, runtime.now_ms() // 60_000)
    made = crowd(Stage(of.id, of.start_minute, end), [market.code for market in campaign.markets], number, seed=1)
    return [{name: value for name, value in msgspec.to_builtins(each).items() if value is not None} for each in made]


def send(secret: str, name: str, sent: list[dict[str, Any]], at_ms: int, **fields: Any) -> None:
    """Take these reactions to a live as if they came at this moment."""
    for first in range(0, len(sent), AT_ONCE):
        text = json.dumps({"live": name, "reactions": sent[first : first + AT_ONCE], **fields}).encode()
        batch = sha256(text).hexdigest()
        headers = signed_headers(secret, batch, text, datetime.fromtimestamp(at_ms / 1000, UTC))
        runtime.service().intake.take(Posted(name, headers, text, at_ms))


def over(campaign: Campaign) -> Campaign:
    """A campaign of the first live alone; both have another id."""
    return msgspec.structs.replace(campaign, id="over", lives=(msgspec.structs.replace(campaign.live(SETTLED), id="over"),))


def begin(cloud: LocalCloud, campaign: Campaign, *numbers: int) -> str:
    """Put the campaign in force with so many reactions to its first lives; gives the sender's secret."""
    cloud.apply(campaign)
    secret, now_ms = cloud.add_sender(campaign.id), runtime.now_ms()
    for each, number in zip(campaign.lives, numbers, strict=False):
        send(secret, each.id, reactions(campaign, each.id, number), min(now_ms, each.closes_at_ms - 60_000))
    return secret


def settle_closed(cloud: LocalCloud, *campaigns: Campaign) -> None:
    """Count everything, and settle what has closed."""
    cloud.pump.drain()
    now_ms = runtime.now_ms()
    for campaign in campaigns:
        for each in campaign.lives:
            if each.closes_at_ms < now_ms:
                runtime.service().settler.settle(campaign.id, each.id, now_ms)
