"""A sample campaign and its standing, built by the domain's own functions. Every figure is invented."""

from collections.abc import Sequence
from itertools import cycle
from random import Random
from typing import Any

from chalicelib.domain.applied import Applied, WindowChange
from chalicelib.domain.campaigns import MINUTE_MS, Campaign, Live, read
from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.donations import Words
from chalicelib.domain.registers import Registers
from chalicelib.domain.sentiment import COMMENTS, JUDGEMENTS, NO_LANGUAGE, Coded, Draw, Sentiment, measured
from chalicelib.domain.standing import Row, Standing, fold, stand
from chalicelib.domain.tally import Counts

NOW_MS = 1_718_000_000_000
"""2024-06-10, after every live of the sample."""

MARKETS = {"JP": 52, "TW": 11, "KR": 8, "TH": 7, "VN": 6, "ID": 6, "PH": 3, "MY": 2, "US": 4, "ZZ": 1}
"""Reactions of a hundred, by market."""

NAMES = {
    "tohoku": ("東北", "Tohoku"),
    "kumamoto": ("熊本", "Kumamoto"),
    "okinawa": ("沖縄", "Okinawa"),
    "hiroshima": ("広島", "Hiroshima"),
    "kurume": ("久留米", "Kurume"),
    "JP": ("日本", "Japan"),
    "TW": ("台湾", "Taiwan"),
    "KR": ("韓国", "South Korea"),
    "TH": ("タイ", "Thailand"),
    "VN": ("ベトナム", "Vietnam"),
    "ID": ("インドネシア", "Indonesia"),
    "PH": ("フィリピン", "Philippines"),
    "MY": ("マレーシア", "Malaysia"),
    "US": ("アメリカ", "United States"),
}

RULES: dict[str, dict[str, Any]] = {
    "tohoku": {"base": 1_000_000, "steps": [{"at": 100_000, "reached": "at-or-above", "amount": 1_000_000}], "cap": 5_000_000},
    "kumamoto": {"steps": [{"at": 50_000, "reached": "above", "amount": 1_000_000}], "cap": 1_000_000},
    "okinawa": {
        "base": 500_000,
        "steps": [
            {"at": 100_000, "reached": "at-or-above", "amount": 500_000},
            {"at": 900_000, "reached": "at-or-above", "amount": 2_000_000},
        ],
        "rates": [{"kind": "like", "per": 100, "amount": 3}, {"kind": "gift", "per": 10, "amount": 50}],
        "cap": 3_000_000,
    },
    "hiroshima": {"rates": [{"kind": "like", "per": 1_000, "amount": 5}], "minimum": 300_000, "cap": 2_000_000},
    "kurume": {"base": 15_000_000, "cap": 10**8},
}

CAST = [{"name": {"ja": "見本 太郎", "en": "Taro Mihon"}, "role": {"ja": "司会", "en": "Host"}}]

PROGRAMME: list[dict[str, Any]] = [
    {"minute": 0, "title": {"ja": "オープニング", "en": "Opening"}},
    {"minute": 25, "title": {"ja": "地域からの報告", "en": "News from the region"}},
    {"minute": 70, "title": {"ja": "ライブ演奏", "en": "Music"}},
    {"minute": 105, "title": {"ja": "フィナーレ", "en": "Finale"}},
]


def words(ja: str, en: str) -> dict[str, str]:
    """Words as a campaign's file has them."""
    return {"ja": ja, "en": en}


def definition() -> dict[str, Any]:
    """The decoded file of the sample: five regions, nine markets, a live of two hours for each region."""
    return {
        "id": "local-love",
        "name": words("ローカルラブ TikTok LIVE", "Local Love TikTok LIVE"),
        "currency": "JPY",
        "cap": 18_000_000,
        "exchange": {"currency": "USD", "units": 100, "minor": 15_000, "on": "2024-04-30", "source": "見本の相場 (sample rate)"},
        "regions": [
            {
                "id": region,
                "name": words(*NAMES[region]),
                "partners": [
                    {"name": words(f"{NAMES[region][0]}基金", f"{NAMES[region][1]} Fund"), "role": words("基金", "fund")}
                ],
            }
            for region in RULES
        ],
        "markets": [{"code": code, "name": words(*NAMES[code])} for code in MARKETS if code != "ZZ"],
        "lives": [_live(index, region) for index, region in enumerate(RULES)],
    }


def campaign(data: dict[str, Any] | None = None) -> Campaign:
    """The campaign of a definition that has no problems."""
    found, problems = read(definition() if data is None else data)
    assert found is not None, problems
    return found


def standing(data: dict[str, Any] | None = None, *, busy: int = 1, changes: tuple[WindowChange, ...] = ()) -> Standing:
    """The sample with `busy` times some thousand reactions a minute, some outside the window and some rehearsed."""
    defined = campaign(data)
    rows = {live.id: list(_rows(live, Random(index), busy)) for index, live in enumerate(defined.lives)}
    applied = Applied(defined, 1, 0, {live.id: 1 for live in defined.lives}, changes)
    return stand(applied, {live.id: fold(live, rows[live.id], defined.market_codes) for live in defined.lives})


def counted(likes: Sequence[int]) -> Standing:
    """The sample with just so many likes in the first minute of each live, from its first market."""
    defined = campaign()
    applied = Applied(defined, 1, 0, {live.id: 1 for live in defined.lives})
    totals = {
        live.id: fold(live, [Row(live.start_minute, {"JP": Counts(like=like)}, 1)], defined.market_codes)
        for live, like in zip(defined.lives, likes, strict=True)
    }
    return stand(applied, totals)


def renamed_definition(*names: str) -> dict[str, Any]:
    """The sample's file with its texts replaced by `names`, in their order and again from the first."""
    texts = cycle(names)

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return words(*[next(texts)] * 2) if set(value) == {"ja", "en"} else {key: put(each) for key, each in value.items()}
        return [put(each) for each in value] if isinstance(value, list) else value

    data: dict[str, Any] = put(definition())
    data["exchange"]["source"] = next(texts)
    return data


def renamed(*names: str) -> Standing:
    """The sample with these texts, and the last of them as the reason of a change."""
    data = renamed_definition(*names)
    first = campaign(data).lives[0]
    return standing(
        data,
        changes=(
            WindowChange(first.id, 0, names[-1], first.end_minute + 10, first.end_minute, first.closes_at_ms, first.closes_at_ms),
        ),
    )


def shortened() -> Standing:
    """The sample with its first live ending ten minutes earlier than first defined, for a reason on record."""
    data = definition()
    data["lives"][0]["ends_at"] = "2023-01-10T20:50:00+09:00"
    first = campaign(data).lives[0]
    end, closes = first.end_minute, first.closes_at_ms
    said = "配信が予定より早く終わったため"
    change = WindowChange(first.id, (end + 5) * MINUTE_MS, said, end + 10, end, closes + 10 * MINUTE_MS, closes)
    return standing(data, busy=3, changes=(change,))


TEXTS = (
    ("見本放送", "報道", "東北を応援するライブ配信", "見本調査会社", "見本通信", "見本新聞", "社会", "熊本のライブ配信に5万件"),
    ("Sample Daily", "culture", "A LIVE that gives: likes for Okinawa", "Sample Metrics", "Sample Wire", "見本ウェブ", "発表"),
    ("ローカルラブを開催します", "Sample Creator", "街歩き", "沖縄のライブに出ます", "最大同時視聴者数", "Peak viewers", "人"),
    ("viewers", "見本プラットフォーム", "特設ページの閲覧数", "Page views", "回", "views", "見本県", "見本SNSの投稿"),
)
"""Whatever somebody writes freely in a register, in the order of `registers`."""


def registers(*names: str) -> Registers:
    """Coverage, figures of others and coded samples on record.

    `names` stand for every free text, in their order and again from the first.
    """
    text = cycle(names or [each for line in TEXTS for each in line]).__next__
    return Registers(
        revision=1,
        entries=(
            Entry("story", text(), "television", "national", text(), "JP", "ja", text(), "2023-01-10",
                  "https://news.example/tohoku?a=1&b=2", "tohoku", 1_200_000, text(), "positive", text()),
            Entry("story", text(), "newspaper", "local", text(), "JP", "ja", text(), "2023-02-11",
                  None, "kumamoto", None, None, None, None),
            Entry("story", text(), "web", "international", text(), "US", "en", text(), "2023-03-11",
                  "https://daily.example/okinawa", "okinawa", 340_000, text(), "neutral", text()),
            Entry("announcement", text(), "web", "national", text(), "JP", "ja", text(), "2023-01-05",
                  "https://web.example/", None, None, None, None, None),
            Entry("creator_post", text(), "social", "national", text(), "JP", "ja", text(), "2023-03-09",
                  None, "okinawa", None, None, None, None),
        ),
        stated=(
            Stated(Words(text(), text()), 81_234, Words(text(), text()), "2023-01-11", text(), "tohoku"),
            Stated(Words(text(), text()), 5_678_901, Words(text(), text()), "2023-06-01", text(), None),
        ),
        sentiment=(
            _coded(Draw("okinawa-2023", COMMENTS, "2023-03-20", 400, 12_345), 210, 164, 26),
            _coded(Draw(None, text(), "2023-06-02", 150, 987), 61, 70, 19),
        ),
    )  # fmt: skip


def _coded(draw: Draw, *settled: int) -> Sentiment:
    """A sample with so many texts of each judgement; of every 25th the second coder thought first that it was neutral."""
    languages = cycle(("ja", "ja", "ko", "en", NO_LANGUAGE))
    judged = [judgement for judgement, number in zip(JUDGEMENTS, settled, strict=True) for _ in range(number)]
    coded = [Coded(next(languages), each, "neutral" if place % 25 == 0 else each, each) for place, each in enumerate(judged)]
    return measured(draw, coded)


def _live(index: int, region: str) -> dict[str, Any]:
    ja, en = NAMES[region]
    return {
        "id": f"{region}-2023",
        "region": region,
        "title": words(f"{ja}を応援するライブ", f"Live for {en}"),
        "starts_at": f"2023-{index + 1:02}-10T19:00:00+09:00",
        "ends_at": f"2023-{index + 1:02}-10T21:00:00+09:00",
        "donation": {"fund": words(f"{ja}復興基金", f"{en} Recovery Fund"), **RULES[region]},
        "cast": CAST,
        "programme": PROGRAMME,
    }


def _rows(live: Live, random: Random, busy: int) -> list[Row]:
    rows = []
    level = random.randrange(6, 14)
    for offset in range(-2, 125):
        wave = 4 + sum(max(0, height - abs(offset - peak)) for peak, height in ((26, 12), (77, 16), (116, 22)))
        minute = live.start_minute + offset
        markets = {}
        for market, part in MARKETS.items():
            like = part * busy * random.randrange(wave * level * 4 // 5, wave * level)
            markets[market] = Counts(like // 4, like // 50, like // 120, like // 120 * random.randrange(1, 9))
        rows.append(Row(minute, markets, (minute + 1) * MINUTE_MS + 250))
    return [*rows, Row(None, {"JP": Counts(like=321, comment=12, gift=3, gift_value=9)}, live.start_minute * MINUTE_MS)]
