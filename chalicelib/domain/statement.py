"""The statement of a live: the settled result, which anyone can recompute from its ledger and its rule.

Answers for: the form of the statement, its bytes, its JSON Schema, and the names of what belongs to it.
Refuses: making one (`domain/settlement.py`) and the chain, which is apart from it (`domain/chain.py`): two lives that settle at
once must not change each other's bytes.
"""

from collections.abc import Iterator

import msgspec

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.balances import Balance
from chalicelib.domain.channels import result_of
from chalicelib.domain.donation_lines import DonationLines
from chalicelib.domain.donations import Words
from chalicelib.domain.payments import Payment
from chalicelib.domain.reconciliation import Difference
from chalicelib.domain.windows import WindowLine

VERSION = 1
NAME = "statement.json"
MAX_FOLDERS = 20
RULE = "rule.json"


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts of one market: sums of `count`, and of `count × value` for gifts (platform units, never money)."""

    market: str
    like: int
    comment: int
    gift: int
    gift_value: int


class Minute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One minute (UTC) in which something was counted."""

    at: str
    markets: tuple[Cell, ...]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When reactions count, from `starts_at` up to, but not including, `ends_at`; every revision is on record."""

    starts_at: str
    ends_at: str
    closes_at: str
    changes: tuple[WindowLine, ...]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to the statement."""

    name: str
    lines: int
    bytes: int
    sha256: str


class Receipts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What senders were told: batches, and the reactions accepted and rejected in them (rehearsals apart)."""

    batches: int
    accepted: int
    rejected: int


class NotCounted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What does not count, and why: numbers of reactions, but for `quarantined_records`.

    `duplicate`: another reaction with this id counts (`conflicting` of these say something else). `outside`: outside the window.
    `late`: in batches that were received after the closing. `quarantined_records`: stream records that the totals could not take;
    the recount has what is in them.
    """

    rejected: int
    duplicate: int
    conflicting: int
    outside: int
    rehearsal: int
    late: int
    excluded: int
    quarantined_records: int


class Exclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Batches that the operator left out, as `sender#batch id`, and why."""

    batches: tuple[str, ...]
    reason: str


class Reconciled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The live totals, and what was quarantined of them, beside the recount of everything stored before copies are dropped.

    Differences are there only if the operator accepted them, with the reason.
    """

    totals: CountsAnswer
    quarantined: CountsAnswer
    recounted: CountsAnswer
    differences: tuple[Difference, ...]
    accepted_because: str | None


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statement that this one replaces, by its SHA-256, and why."""

    replaces: str
    reason: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settled result of one live. Money is in minor units of `currency` (`exponent` decimals).

    The donation is the live's own: where the campaign has a cap over all lives, the campaign's statement shares it.
    `balance` and `payments` are as they were when the live could first be settled; later payments are in totals and reports.
    `for_senders` are files that are not public; `rule_sha256` is of the public file `rule.json`.
    """

    version: int
    campaign: str
    campaign_name: Words
    live: str
    title: Words
    region: str
    region_name: Words
    currency: str
    exponent: int
    window: Window
    rule_sha256: str
    as_of: str | None
    counts: CountsAnswer
    gift_value: int
    by_market: tuple[Cell, ...]
    minutes: tuple[Minute, ...]
    outside: tuple[Minute, ...]
    rehearsal: Cell
    receipts: Receipts
    not_counted: NotCounted
    reconciled: Reconciled
    exclusion: Exclusion | None
    donation: DonationLines
    balance: Balance
    payments: tuple[Payment, ...]
    ledger: tuple[File, ...]
    for_senders: tuple[File, ...]
    corrects: Correction | None
    software: str


class LiveShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A live in the campaign's statement: the hash of its own, counts, and its donation before and after the campaign's cap."""

    live: str
    region: str
    statement_sha256: str
    counts: CountsAnswer
    own_minor: int
    minor: int
    paid_minor: int


class CampaignStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settled result of a campaign: its lives' statements, and the donation under the cap over all of them."""

    version: int
    campaign: str
    campaign_name: Words
    currency: str
    exponent: int
    cap_minor: int | None
    lives: tuple[LiveShare, ...]
    counts: CountsAnswer
    minor: int
    paid_minor: int
    corrects: Correction | None
    software: str


def folder(campaign: str, live: str | None, number: int) -> str:
    """Where the files of a live's (or, without one, the campaign's) settlement lie: numbered, and never written twice.

    Those of a festival's result lie under `festival`.
    """
    subject = {None: "campaign", result_of(campaign): "festival"}.get(live, f"live-{live}")
    return f"{campaign}/{subject}/settled-{number:04d}"


def folders(campaign: str, live: str | None, number: int) -> Iterator[str]:
    """The folders for this statement, in the order in which they are tried: another decision may have begun in the first."""
    return (folder(campaign, live, attempt) for attempt in range(number, number + MAX_FOLDERS))


def encode(statement: msgspec.Struct) -> bytes:
    """The bytes that are published and hashed: JSON in the order of the fields, indented by one."""
    return msgspec.json.format(msgspec.json.encode(statement), indent=1)


def schema() -> bytes:
    """The JSON Schema of a live's statement."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Statement)), indent=1)
