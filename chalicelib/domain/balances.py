"""What was promised, earned, paid and is open: of a live, and of several together.

Answers for: the four figures beside each other, and a payment beyond what is earned, which is shown and never set off elsewhere.
Refuses: payments themselves (`domain/payments.py`).
"""

from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.domain.donations import Rule
from chalicelib.domain.payments import promised_at_most
from chalicelib.domain.standing import LiveStanding


class Balance(msgspec.Struct, frozen=True):
    """Minor units of the campaign's currency.

    `promised_minor` is the most that the rules can give, `earned_minor` the donation as it stands. `open_minor` is earned and not
    paid, `overpaid_minor` paid and not earned, live by live: each gives to a fund of its own, so that one live's surplus pays no
    other's debt. Always: earned - paid = open - overpaid.
    """

    promised_minor: int
    earned_minor: int
    paid_minor: int
    open_minor: int
    overpaid_minor: int


def balance(lives: Sequence[LiveStanding], cap: int | None) -> Balance:
    """The balance of these lives together; `cap` is the campaign's over all its lives, and bounds what any of them can get."""
    return Balance(
        promised_minor=promised([each.live.donation for each in lives], cap),
        earned_minor=sum(each.minor for each in lives),
        paid_minor=sum(each.paid_minor for each in lives),
        open_minor=sum(max(0, each.minor - each.paid_minor) for each in lives),
        overpaid_minor=sum(max(0, each.paid_minor - each.minor) for each in lives),
    )


def promised(rules: Iterable[Rule], cap: int | None) -> int:
    """The most that these rules can give together, in minor units; `cap` is the campaign's over all its lives."""
    most = sum(map(promised_at_most, rules))
    return most if cap is None else min(cap, most)
