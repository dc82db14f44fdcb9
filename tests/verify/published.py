"""A published tree, made by the service itself: two lives settled under one cap, paid, one corrected; and forgeries of it."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from publishing import publish
from samples import batch_text, reaction, sample_campaign, signed_headers

from chalicelib import runtime
from chalicelib.domain import chain, statement
from chalicelib.domain.campaigns import Campaign, Live
from chalicelib.domain.payments import Payment
from chalicelib.domain.statement import Statement
from chalicelib.flows.decisions import Decision
from chalicelib.flows.intake import Posted
from locallove.cloud.local import LocalCloud
from locallove.verify import verify
from locallove.verifying.findings import Difference

FIRST, SECOND = "kumamoto-2023", "tohoku-2023"
CAMPAIGN = "test-campaign"


def two_lives() -> Campaign:
    """Two lives that ended two hours ago and have closed, each worth 2,000 at most, under a cap of 2,500."""
    campaign = sample_campaign(datetime.now(UTC) - timedelta(hours=2))
    live = msgspec.structs.replace(campaign.lives[0], settle_after_minutes=100)
    lives = tuple(msgspec.structs.replace(live, id=name) for name in (FIRST, SECOND))
    return msgspec.structs.replace(campaign, cap=2500, lives=lives)


def settle_two(cloud: LocalCloud) -> Campaign:
    """Send to both lives, with copies, rehearsals and reactions outside the window; pay; settle and publish both."""
    cloud.apply(campaign := two_lives())
    secret = cloud.add_sender(campaign.id)
    for live, crowd in zip(campaign.lives, (70, 30), strict=True):
        for batch, reactions, fields in _batches(campaign, crowd):
            text = batch_text(campaign, reactions, live=live.id, **fields)
            at_ms = live.closes_at_ms - 60_000
            headers = signed_headers(secret, batch, text, datetime.fromtimestamp(at_ms / 1000, UTC))
            runtime.service().intake.take(Posted(live.id, headers, text, at_ms))
    cloud.pump.drain()
    publish()
    for live in campaign.lives:
        runtime.service().campaigns.pay(campaign.id, _payment(live))
        runtime.service().settler.settle(campaign.id, live.id, runtime.now_ms())
    publish()
    return campaign


def correct_one(cloud: LocalCloud, campaign: Campaign) -> None:
    """Settle the first live once more."""
    runtime.service().settler.settle(campaign.id, FIRST, runtime.now_ms(), Decision(correct="a typing error"))
    publish()


def _batches(campaign: Campaign, crowd: int) -> list[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
    likes = [reaction(campaign, number * 10, id=f"l{number}", count=1 + number % 3) for number in range(crowd)]
    comments = [reaction(campaign, number, id=f"c{number}", kind="comment", market="TW") for number in range(25)]
    gifts = [reaction(campaign, 5, id=f"g{number}", kind="gift", gift="rose", value=3, market="TW") for number in range(5)]
    elsewhere = [reaction(campaign, 7, id=f"e{number}", market="US") for number in range(3)]
    outside = [reaction(campaign, -60, id="early"), reaction(campaign, 3600, id="late", count=4)]
    return [
        ("b-1", [*likes, *elsewhere], {}),
        ("b-2", [*comments, *gifts, *outside], {}),
        ("b-3", likes[:7], {}),
        ("b-4", [reaction(campaign, 1, id="r1")], {"rehearsal": True}),
    ]


def _payment(live: Live) -> Payment:
    recorded = datetime.fromtimestamp(live.closes_at_ms / 1000 - 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Payment(live.id, "JPY", 1000, "2023-02-10", "Fund", f"2023-{live.id}", "a" * 64, recorded)


def path_of(root: Path, live: str | None, number: int = 1, name: str = statement.NAME) -> Path:
    return root / statement.folder(CAMPAIGN, live, number) / name


def statement_of(root: Path, live: str, number: int = 1) -> Statement:
    return msgspec.json.decode(path_of(root, live, number).read_bytes(), type=Statement)


def hash_of(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def rewrite_ledger(root: Path, live: str, change: Callable[[list[str]], list[str]], *, listed: bool) -> None:
    """Change the lines of a live's ledger; with `listed`, as a forger does who then mends all hashes up to the chain's."""
    (file,) = statement_of(root, live).ledger
    path = path_of(root, live, name=file.name)
    lines = change(gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True))
    packed = gzip.compress("".join(lines).encode())
    path.write_bytes(packed)
    if listed:
        new = statement.File(file.name, len(lines), len(packed), sha256(packed).hexdigest())
        rewrite_statement(root, live, ledger=(new,))


def rewrite_statement(root: Path, of: str, **fields: Any) -> None:
    """Change fields of a live's statement, and mend the campaign's statement and the chain, so that every hash fits."""
    path = path_of(root, of)
    before = hash_of(path)
    path.write_bytes(statement.encode(msgspec.structs.replace(statement_of(root, of), **fields)))
    campaign = path_of(root, None)
    whole = campaign.read_text().replace(before, hash_of(path))
    old = hash_of(campaign)
    campaign.write_text(whole)
    relink(root, {before: hash_of(path), old: hash_of(campaign)})


def relink(root: Path, mended: dict[str, str]) -> None:
    """The chain written anew, with these hashes replaced."""
    previous: str | None = None
    for file in sorted((root / "chain").iterdir()):
        entry = msgspec.json.decode(file.read_bytes(), type=chain.Entry)
        digest = mended.get(entry.statement_sha256, entry.statement_sha256)
        file.write_bytes(chain.encode(msgspec.structs.replace(entry, statement_sha256=digest, previous_sha256=previous)))
        previous = hash_of(file)


def drop_reports(root: Path) -> None:
    """Take the reports out, which name statements too: a forger would make them anew."""
    for manifest in root.rglob("manifest.json"):
        for file in manifest.parent.iterdir():
            file.unlink()
    for latest in root.rglob("latest.json"):
        latest.unlink()


def loads(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found


def dumps(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":")) + "\n"


def differences(root: Path, expect: str | None = None) -> tuple[Difference, ...]:
    """What `verify` finds."""
    return verify(str(root), expect).differences
