"""The campaign that a recording is replayed into: a live for each of its rooms, with the recording's own window."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from chalicelib.domain.campaigns import MAX_MARKETS, Campaign, Limits, Live, Market, Region
from chalicelib.domain.donations import Rule, Words
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.tally import UNKNOWN_MARKET
from locallove.sources.recording import Recording

_MARKET = re.compile(r"[A-Z]{2}", re.ASCII)
_MOST = 1_000_000
_DAY_MINUTES = 24 * 60


def live_id(name: str) -> str:
    """An id for a live out of any name: the name itself where it can be one, else what of it can, with a hash."""
    plain = re.sub(r"[^a-z0-9-]+", "-", name.lower())
    if plain == name and 1 <= len(name) <= 64:
        return name
    return f"{plain[:50]}-{blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=5).hexdigest()}"


def as_campaign(recording: Recording, now: datetime) -> Campaign:
    """A campaign whose lives are those of the recording. It promises nothing, and takes batches for a day from `now` on."""
    title = Words(ja="録画の再生", en="Replay of a recording")
    rule = Rule(fund=Words(ja="なし", en="none"), cap=0)
    return Campaign(
        id="replay",
        name=title,
        currency="JPY",
        regions=(Region("replay", title),),
        markets=_markets(reaction for reactions in recording.lives.values() for reaction in reactions),
        lives=tuple(_live(live, title, reactions, rule, now) for live, reactions in recording.lives.items()),
        limits=Limits(like=_MOST, gift=_MOST),
    )


def _live(id: str, title: Words, reactions: Sequence[Reaction], rule: Rule, now: datetime) -> Live:
    first, last = (
        datetime.fromisoformat(reaction.at).replace(second=0, microsecond=0) for reaction in (reactions[0], reactions[-1])
    )
    end = last + timedelta(minutes=1)
    until_closing = max(1, (now.astimezone(UTC) - end) // timedelta(minutes=1) + _DAY_MINUTES)
    return Live(id, "replay", title, first, end, rule, settle_after_minutes=until_closing)


def _markets(reactions: Iterable[Reaction]) -> tuple[Market, ...]:
    """The markets that occur most; a campaign needs at least one, and whatever is not among them counts as `ZZ`."""
    seen = Counter(each.market for each in reactions if each.market and _MARKET.fullmatch(each.market))
    seen.pop(UNKNOWN_MARKET, None)
    codes = sorted(code for code, _ in seen.most_common(MAX_MARKETS)) or ["JP"]
    return tuple(Market(code, Words(ja=code, en=code)) for code in codes)
