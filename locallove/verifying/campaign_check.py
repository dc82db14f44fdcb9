"""Checking a campaign's statement against the statements of its lives, which are known by their SHA-256.

Answers for: each live's part, the shares under the campaign's cap, and the sums.
Refuses: whether the lives' own statements are right (`verification.py`), and whether one is left out (`chain_check.py`).
"""

from collections.abc import Iterator, Mapping

from chalicelib.domain.donations import Earned, share_cap
from chalicelib.domain.statement import CampaignStatement, LiveShare, Statement
from locallove.verifying.findings import Difference, compared, differs
from locallove.verifying.verification import FrozenRule, minute_of

KINDS = ("like", "comment", "gift", "total")


def campaign_differences(
    file: str, found: CampaignStatement, lives: Mapping[str, Statement], rules: Mapping[str, FrozenRule]
) -> Iterator[Difference]:
    """A campaign's statement against those of its lives (by SHA-256) and their rules (by live)."""
    for number, share in enumerate(found.lives):
        place = f"lives.{number}"
        live = lives.get(share.statement_sha256)
        if live is None:
            yield differs(file, "share", share.statement_sha256, None, place=f"{place}.statement_sha256")
            continue
        paid = sum(payment.minor for payment in live.payments)
        own = LiveShare(live.live, live.region, share.statement_sha256, live.counts, live.donation.minor, share.minor, paid)
        yield from compared(file, "share", share, own, place)
        yield from compared(file, "share", [found.campaign, found.currency], [live.campaign, live.currency], place)
        if share.live in rules:
            yield from compared(file, "rule", found.cap_minor, rules[share.live].campaign_cap, "cap_minor")
    shared = share_cap(found.cap_minor, [_earned(share, lives.get(share.statement_sha256)) for share in found.lives])
    yield from compared(file, "cap", [share.minor for share in found.lives], shared, "lives.minor")
    counts = {name: sum(getattr(share.counts, name) for share in found.lives) for name in KINDS}
    sums = {"counts": counts, "minor": sum(shared), "paid_minor": sum(share.paid_minor for share in found.lives)}
    yield from compared(file, "sums", {"counts": found.counts, "minor": found.minor, "paid_minor": found.paid_minor}, sums)


def _earned(share: LiveShare, live: Statement | None) -> Earned:
    start = minute_of(live.window.starts_at) if live else None
    return Earned(start or 0, share.live, max(0, share.own_minor))
