"""What must hold in a world that has come to rest, each broken promise as a finding.

Answers for: what senders were promised, totals and quarantine against the truth, each live's one statement against the truth,
the festival's sealed results against the truth, nothing published around missing items, the chain, and report folders that
are whole.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.domain.applied import Applied, Settled
from chalicelib.domain.chain import Broken
from locallove.faults import truth, verdict
from locallove.faults.parts import Links, Parts, settled_statements
from locallove.faults.truth import Cells, Stored


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that does not hold: which one, where, and how many reactions are lost or doubled by it."""

    promise: str
    detail: str
    lost: int = 0
    doubled: int = 0
    wrong_totals: bool = False

    def __str__(self) -> str:
        return f"{self.promise}: {self.detail}"


Acknowledged = tuple[str, str, str, str]
"""A batch that a sender has a receipt for: its live, the sender, its id, the SHA-256 of its text."""


def name_of(batch: Stored) -> Acknowledged:
    """What a receipt for this batch is for."""
    return batch.live, batch.sender, batch.batch, batch.text_sha256


def acknowledged(told: Mapping[Acknowledged, int], batches: Iterable[Stored]) -> Iterator[Finding]:
    """What senders have receipts for is stored. `told` says how many reactions each receipt took."""
    held = {name_of(each) for each in batches}
    for name, accepted in told.items():
        if name not in held:
            yield Finding("acknowledged is stored", f"{' '.join(name)} was acknowledged and is not there", accepted)


def totals(
    found: Iterable[Mapping[str, Any]], batches: Collection[Stored], objects: Mapping[str, bytes], codes: Collection[str]
) -> Iterator[Finding]:
    """The rows of the totals table are the fold of what was stored, without what is in the quarantine."""
    counted: Cells = truth.Cells()
    for row in found:
        minute = row["sk"]["S"].partition("#")[0]
        for name, value in row.items():
            measure, dot, market = name.partition(".")
            if dot:
                counted[row["pk"]["S"], None if minute == "rehearsal" else int(minute), market, measure] += int(value["N"])
    expected = truth.totals(batches, codes)
    expected.subtract(_quarantined(batches, objects, codes))
    yield from _compared("totals", expected, counted)


def _compared(promise: str, expected: Cells, counted: Cells) -> Iterator[Finding]:
    for cell in sorted(expected.keys() | counted.keys(), key=str):
        if (missing := expected[cell] - counted[cell]) != 0:
            words = f"{' '.join(map(str, cell))} is {counted[cell]} and must be {expected[cell]}"
            act = cell[3] != "gift_value"
            yield Finding(promise, words, max(0, missing) * act, max(0, -missing) * act, wrong_totals=True)


def _quarantined(batches: Iterable[Stored], objects: Mapping[str, bytes], codes: Collection[str]) -> Cells:
    """What the totals cannot have: records kept whole, or their part for one row, each once."""
    kept = {_kept(body) for key, body in objects.items() if key.startswith("quarantine/")}
    whole = {batch for batch, row in kept if row is None}
    cells: Cells = truth.Cells()
    for each in batches:
        name = f"{each.live} {each.sender}#{each.batch}"
        rows = {row for batch, row in kept if batch == name}
        for cell, number in truth.totals([each], codes).items():
            if name in whole or ("rehearsal" if cell[1] is None else f"{cell[1]:010d}") in rows:
                cells[cell] += number
    return cells


def _kept(body: bytes) -> tuple[str, str | None]:
    kept = json.loads(body)
    keys = kept["record"]["dynamodb"]["Keys"]
    live = keys["pk"]["S"].rpartition("#")[0]
    return f"{live} {keys['sk']['S']}", kept["row"] and kept["row"].partition("#")[0]


def settlements(
    applied: Applied, batches: Collection[Stored], objects: Mapping[str, bytes], gone: Collection[str]
) -> Iterator[Finding]:
    """Each live has one statement, and it says the truth; a live with missing items (`gone`) has none."""
    for live in applied.campaign.lives:
        prefix = f"{applied.campaign.id}/live-{live.id}/settled-"
        made = [body for key, body in settled_statements(objects) if key.startswith(prefix)]
        yield from _on_record("settlement", live.id, applied.settled.get(live.id), made, gone)
        if live.id in gone or live.id not in applied.settled or len(made) != 1:
            continue
        said, expected = truth.said_by(json.loads(made[0])), truth.settlement(live, batches, applied.campaign)
        yield from _compared("settlement", expected.inside, said.inside)
        yield from _compared("settlement, outside the window", expected.outside, said.outside)
        for name in ("batches", "accepted", "duplicates", "conflicts", "donation"):
            if getattr(said, name) != getattr(expected, name):
                words = f"{live.id} says {getattr(said, name)} {name}; it must be {getattr(expected, name)}"
                yield Finding("settlement", words)


def closing(
    applied: Applied, batches: Collection[Stored], objects: Mapping[str, bytes], gone: Collection[str]
) -> Iterator[Finding]:
    """The festival has one statement, and what it seals is the truth; one with missing votes has none."""
    campaign, festival, settled = applied.campaign, applied.campaign.festival, applied.festival_settled
    if festival is None:
        return
    votes, prefix = f"{campaign.id}.votes", f"{campaign.id}/festival/settled-"
    made = [body for key, body in settled_statements(objects) if key.startswith(prefix)]
    yield from _on_record("closing", votes, settled, made, gone)
    if votes in gone or settled is None or len(made) != 1:
        return
    sealed = {award["award"]: award["sha256"] for award in json.loads(made[0])["awards"]}
    for award, expected in verdict.verdicts(campaign, festival, batches).items():
        result = objects.get(f"{settled.folder}/award-{award}.json", b"")
        if sha256(result).hexdigest() != sealed.get(award):
            yield Finding("closing", f"the result of {award} is not the one that is sealed")
        elif (said := verdict.said_by(result)) != expected:
            words = f"{award} is sealed as {said}; it must be {expected}"
            lost = sum((expected.counted - said.counted).values())
            yield Finding("closing", words, lost, sum((said.counted - expected.counted).values()))


def _on_record(
    promise: str, name: str, settled: Settled | None, made: Sequence[bytes], gone: Collection[str]
) -> Iterator[Finding]:
    """A live or a festival has one statement, which is the one on record; one with missing items (`gone`) has none."""
    if name in gone:
        if settled is not None or made:
            yield Finding(promise, f"{name} was published although items were gone")
    elif settled is None or len(made) != 1:
        yield Finding(promise, f"{name} has {len(made)} statements, and is {'' if settled else 'not '}settled")
    elif sha256(made[0]).hexdigest() != settled.statement_sha256:
        yield Finding(promise, f"the statement of {name} is not the one on record")


def chain(parts: Parts, objects: Mapping[str, bytes]) -> Iterator[Finding]:
    """The chain holds every statement once, and no two follow the same one."""
    try:
        links: Links = parts.links(objects)
    except Broken as error:
        yield Finding("chain", str(error))
        return
    statements = sorted(sha256(body).hexdigest() for _, body in settled_statements(objects))
    if sorted(statement for statement, _ in links) != statements:
        yield Finding("chain", f"{len(links)} links for {len(statements)} statements")
    before = [previous for _, previous in links]
    if len(set(before)) != len(before):
        yield Finding("chain", "two statements follow the same one: a fork")


def reports(objects: Mapping[str, bytes]) -> Iterator[Finding]:
    """A folder with a manifest is whole, and a pointer leads to one."""
    for key, body in objects.items():
        folder = key.rpartition("/")[0]
        said = json.loads(body) if key.endswith(("/manifest.json", "/latest.json")) else {}
        for file in said.get("files", ()):
            if sha256(objects.get(f"{folder}/{file['name']}", b"")).hexdigest() != file["sha256"]:
                yield Finding("reports", f"{folder}/{file['name']} is not what its manifest says")
        if "folder" in said:
            manifest = objects.get(f"{folder}/{said['folder']}/manifest.json", b"")
            if sha256(manifest).hexdigest() != said["manifest_sha256"]:
                yield Finding("reports", f"{key} leads to a folder that is not whole")
