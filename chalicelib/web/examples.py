"""The examples of the API's description: one small batch, and what the service makes of it.

Answers for: examples that are computed by the rules themselves, so that receipt and totals belong to the batch beside them.
Refuses: figures written by hand, and storage. The campaigns are after those in `campaigns/`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib import __version__
from chalicelib.domain import answers, batches, channels, invitations, publication, reactions, standing
from chalicelib.domain import standings as festival_standings
from chalicelib.domain.applied import successor
from chalicelib.domain.campaigns import MINUTE_MS, Campaign, Live, Market, Member, Region, Segment
from chalicelib.domain.channels import Part
from chalicelib.domain.definition import campaign_definition
from chalicelib.domain.donations import Rule, Step, Words
from chalicelib.domain.entries import EntriesBatch, Entry
from chalicelib.domain.festival import Award, Entering, Festival, Metrics, Votes, Voting, ms
from chalicelib.domain.festival_batches import Sent
from chalicelib.domain.frozen import frozen_part
from chalicelib.domain.invitations import Invitation
from chalicelib.domain.metrics import Metric, MetricsBatch
from chalicelib.domain.moments import JST
from chalicelib.domain.publication import File, Manifest, MissingFile
from chalicelib.domain.reactions import Batch, Reaction, Terms
from chalicelib.domain.standing import Row, Standing
from chalicelib.domain.tally import Counts
from chalicelib.domain.votes import Vote, VotesBatch
from chalicelib.flows.health import Health

BATCH_ID = "batch-0001"
LIVE = Live(
    id="kumamoto-2023",
    region="kumamoto",
    title=Words(ja="熊本からのライブ配信", en="LIVE from Kumamoto"),
    starts_at=datetime(2023, 2, 11, 19, 0, tzinfo=JST),
    ends_at=datetime(2023, 2, 11, 19, 3, tzinfo=JST),
    donation=Rule(
        fund=Words(ja="熊本の支援基金", en="a relief fund for Kumamoto"),
        base=1_000_000,
        steps=(Step(at=100_000, reached="at-or-above", amount=1_000_000),),
        cap=2_000_000,
    ),
    cast=(Member(Words(ja="司会者", en="The host"), Words(ja="司会", en="host")),),
    programme=(Segment(0, Words(ja="オープニング", en="Opening")),),
)
CAMPAIGN = Campaign(
    id="local-love",
    name=Words(ja="Local Love", en="Local Love"),
    currency="JPY",
    regions=(Region(LIVE.region, Words(ja="熊本", en="Kumamoto")),),
    markets=(Market("JP", Words(ja="日本", en="Japan")), Market("TW", Words(ja="台湾", en="Taiwan"))),
    lives=(LIVE,),
    cap=2_000_000,
)
BATCH = Batch(
    live=LIVE.id,
    reactions=(
        Reaction("7309000000000000365", "like", "2023-02-11T19:00:03.120+09:00", "u1", "JP", count=15),
        Reaction("7309000000000000741", "comment", "2023-02-11T19:00:04.000+09:00", "u2", "TW", text="がんばれ"),
        Reaction("7309000000000000015", "gift", "2023-02-11T19:01:05.000+09:00", "u3", "US", count=3, gift="rose", value=1),
    ),
)
TEXT = msgspec.json.encode(BATCH)
RECEIVED_AT_MS = LIVE.start_minute * MINUTE_MS + 70_000
TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - nobody's
REPORT_FILE = publication.REPORT
_READING = reactions.read(TEXT, Terms(CAMPAIGN, LIVE))
_TALLY = reactions.tally_of(_READING.accepted)


FESTIVAL = Campaign(
    id="film-festival",
    name=Words(ja="映画祭", en="Film festival"),
    currency="JPY",
    regions=CAMPAIGN.regions,
    markets=CAMPAIGN.markets,
    lives=(),
    festival=Festival(
        hashtags=("#TT映画祭2021",),
        entries=Entering(datetime(2021, 4, 12, tzinfo=JST), datetime(2021, 6, 1, tzinfo=JST)),
        voting=Voting(datetime(2021, 6, 7, 12, 0, tzinfo=JST), datetime(2021, 6, 14, 12, 0, tzinfo=JST)),
        metrics_as_of=datetime(2021, 6, 14, 12, 0, tzinfo=JST),
        awards=(
            Award("audience", Words(ja="オーディエンス賞", en="Audience Award"), metrics=Metrics()),
            Award("favourite", Words(ja="投票賞", en="Viewers' Favourite"), votes=Votes(("views",))),
        ),
    ),
)
FESTIVAL_BATCHES: Mapping[Part, msgspec.Struct] = {
    "entries": EntriesBatch(
        FESTIVAL.id,
        (Entry("6950000000000000001", "creator1", ("#TT映画祭2021",), "2021-04-12T10:00:00+09:00", 61.5, True, "海まで"),),
    ),
    "votes": VotesBatch(
        FESTIVAL.id, (Vote("7309000000000000365", "u1", "favourite", "6950000000000000001", "2021-06-07T12:00:03.120+09:00"),)
    ),
    "metrics": MetricsBatch(FESTIVAL.id, "2021-06-14T12:00:00+09:00", (Metric("6950000000000000001", 120_345, 8_021),)),
}


def festival_receipt(part: Part) -> Any:
    """The receipt of a festival's batch as JSON values, given for the first time."""
    channel = channels.of_festival(FESTIVAL, part)
    assert channel is not None
    text = msgspec.json.encode(FESTIVAL_BATCHES[part])
    return msgspec.to_builtins(Sent(channel, BATCH_ID, sha256(text).digest(), text).made(bytes(32)).receipt)


def standings() -> Any:
    """How the festival stands a moment after its first vote, as JSON values."""
    channel = channels.of_festival(FESTIVAL, "votes")
    assert channel is not None
    assert FESTIVAL.festival is not None
    applied, _ = successor(None, FESTIVAL, 0, None)
    at_ms = ms(datetime(2021, 6, 7, 12, 0, 4, tzinfo=JST))
    row = Row(at_ms // MINUTE_MS, {"favourite": Counts(vote=1)}, at_ms)
    votes = standing.fold(channel, [row], channel.awards)
    return msgspec.to_builtins(festival_standings.standings(applied, FESTIVAL.festival, votes, {}, at_ms))


def receipt() -> Any:
    """The receipt of the batch as JSON values, given for the first time."""
    return msgspec.to_builtins(batches.receipt(BATCH_ID, LIVE, sha256(TEXT).digest(), _READING, _TALLY))


def live_totals() -> Any:
    """The live's totals a moment later, minute by minute, as JSON values."""
    return msgspec.to_builtins(answers.live_totals(_standing(), LIVE.id, RECEIVED_AT_MS, series=True))


def campaign_totals() -> Any:
    """The campaign's totals at that moment as JSON values."""
    return msgspec.to_builtins(answers.campaign_totals(_standing(), RECEIVED_AT_MS))


def campaign() -> Any:
    """What the campaign is, as JSON values."""
    hashes = {LIVE.id: sha256(frozen_part(CAMPAIGN, LIVE.id)).hexdigest()}
    return msgspec.to_builtins(campaign_definition(CAMPAIGN, hashes))


def invited_to() -> Any:
    """What an invitation of the region's prefecture leads to, as JSON values."""
    digest = sha256(TOKEN.encode()).hexdigest()
    invitation = Invitation(digest, CAMPAIGN.id, LIVE.region, "熊本県", "ja", date(2024, 3, 31), RECEIVED_AT_MS)
    report = msgspec.json.encode(live_totals())
    file = File(REPORT_FILE, len(report), sha256(report).hexdigest(), "application/json")
    missing = (MissingFile("report.xlsx", "CannotBeMade", lasting=True), MissingFile("card.ja.png", "MemoryError"))
    manifest = Manifest(1, "region", LIVE.region, answers.utc(RECEIVED_AT_MS), (file,), missing)
    return msgspec.to_builtins(invitations.invited_to(invitation, CAMPAIGN, manifest))


def health(*, well: bool) -> Any:
    """The service with all its tables, or with one that does not answer, as JSON values."""
    tables = {"reactions": True, "totals": well, "campaigns": True}
    return msgspec.to_builtins(Health("ok" if well else "degraded", __version__, tables))


def _standing() -> Standing:
    applied, _ = successor(None, CAMPAIGN, RECEIVED_AT_MS, None)
    rows = [Row(minute, markets, RECEIVED_AT_MS) for minute, markets in _TALLY.items()]
    return standing.stand(applied, {LIVE.id: standing.fold(LIVE, rows, CAMPAIGN.market_codes)})
