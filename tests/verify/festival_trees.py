"""A festival that is closed, revealed and published, made by the service itself; and forgeries of it with every hash mended."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from festivals import CAMPAIGN, ENDED_AT, Festival, entry, festival_campaign, festival_definition, vote
from samples import words
from verify.published import relink

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.entrants import EntryDecision
from chalicelib.domain.jury import Score, Sheet, TieDecision
from locallove.cloud.local import LocalCloud
from locallove.verify import verify

AWARDS = ("grand-prix", "audience", "favourite", "special")
FOLDER = f"{CAMPAIGN}/festival/settled-0001"
RULE = f"rules/{CAMPAIGN}.result.json"
NOW = "2026-01-01T00:00:00Z"
Change = Callable[[Any], object]
Forgery = Callable[[bytes], bytes]
ENTRIES, VOTES, STATEMENT = "entries-0001.ndjson.gz", "votes-favourite-0001.ndjson.gz", "statement.json"
JURY, AUDIENCE, FAVOURITE, SPECIAL = (f"award-{award}.json" for award in AWARDS)


def festival_of_four() -> Campaign:
    """The festival of `festivals.py` with one award more, by views alone, in which only the jury can decide a tie."""
    special = {"id": "special", "name": words("Special"), "metrics": {"views": 1, "likes": 0}}
    return festival_campaign(awards=[*festival_definition()["festival"]["awards"], special])


def closed(cloud: LocalCloud) -> Festival:
    """A festival of six films, of which four compete and two are of one creator, with votes of every sort; and a tie."""
    festival = Festival.of(cloud, festival_of_four())
    films = [entry("a"), entry("b"), entry("c"), entry("d", creator="creator-a"), entry("gone"), entry("young", attested=False)]
    festival.send("entries", "e-1", *films)
    festival.send("entries", "e-2", entry("a"), entry("b", caption="Another"))
    again = [vote(30, "c", voter="u1"), vote(31, "c", voter="u1")]
    odd = [vote(number, "b", suspect="odd") for number in range(20, 24)] + [vote(24, "c", suspect="quick")]
    aside = [vote(5, "young"), vote(6, "nobody"), vote(7, "gone"), vote(8, "a", at=ENDED_AT.isoformat())]
    own = vote(9, "d", voter="creator-a")
    festival.send("votes", "v-1", *[vote(number, "a") for number in range(1, 4)], vote(4, "b"), *again, *odd, *aside, own)
    festival.snapshot("m-1", {"a": (90, 12), "b": (100, 9), "c": (1, 1), "d": (2, 0), "other": (5, 5)})
    festival.snapshot("m-2", {"a": (100, 10), "b": (100, 9), "c": (1, 1), "d": (2, 0)})
    service = runtime.service()
    before = service.registered.get(CAMPAIGN)
    scores = [Score(film, juror, (mark, "7")) for film, mark in (("a", "8"), ("b", "8.5")) for juror in ("Ito", "Sato")]
    record = msgspec.structs.replace(
        before.festival,
        decisions=(EntryDecision("gone", "withdraw", "asked for", NOW),),
        sheets=(Sheet("grand-prix", tuple(scores), "0" * 64, NOW),),
        ties=(TieDecision("special", "b", "the better sound", "1" * 64, NOW),),
    )
    service.registered.put(CAMPAIGN, before, msgspec.structs.replace(before, festival=record))
    festival.close()
    return festival


def reveal(*awards: str) -> None:
    for award in awards:
        runtime.service().campaigns.reveal(CAMPAIGN, Revealed(award, runtime.now_ms()))


def mend(root: Path, name: str, body: bytes) -> None:
    """Put another file in a file's place, and mend every hash and number up to the chain's, as a forger does."""
    folder, statement = root / FOLDER, root / FOLDER / "statement.json"
    honest = statement.read_bytes()
    (root / RULE if name == RULE else folder / name).write_bytes(body)
    if name == RULE:
        statement.write_bytes(document(lambda found: found.update(rule_sha256=sha256(body).hexdigest()))(honest))
    if name.endswith(".gz"):
        lines = gzip.decompress(body).count(b"\n")
        listed = {"name": name, "lines": lines, "bytes": len(body), "sha256": sha256(body).hexdigest()}
        award = folder / f"award-{name.removeprefix('votes-').rpartition('-')[0]}.json"
        if award.exists():
            body = document(lambda found: _list(found["votes"]["ledger"], listed))(award.read_bytes())
            award.write_bytes(body)
            name = award.name
        else:
            statement.write_bytes(document(lambda found: _list(found["entries"], listed))(honest))
    if name.startswith("award-"):
        sealed = {"award": name.removeprefix("award-").removesuffix(".json"), "sha256": sha256(body).hexdigest()}
        statement.write_bytes(document(lambda found: _list(found["awards"], sealed))(honest))
    relink(root, {sha256(honest).hexdigest(): sha256(statement.read_bytes()).hexdigest()})


def _list(listed: list[dict[str, Any]], one: dict[str, Any]) -> None:
    """Renew what is listed of the first thing that has this name, or is of this award."""
    key = next(iter(one))
    next(each for each in listed if each[key] == one[key]).update(one)


def document(change: Change) -> Forgery:
    """A JSON file with a change, in the bytes in which it would be published."""

    def changed(body: bytes) -> bytes:
        found = json.loads(body)
        change(found)
        return msgspec.json.format(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), indent=1)

    return changed


def lines(change: Change) -> Forgery:
    """A ledger with a change."""

    def changed(body: bytes) -> bytes:
        found = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        change(found)
        return packed(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() for line in found)

    return changed


def packed(ledger: Any) -> bytes:
    return gzip.compress(b"".join(line + b"\n" for line in ledger), mtime=0)


def first(found: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """The first line with these fields."""
    return next(line for line in found if all(line.get(name) == value for name, value in fields.items()))


def line(change: Change, **fields: Any) -> Forgery:
    """A ledger with a change of the first line with these fields."""
    return lines(lambda found: change(first(found, **fields)))


def differences(root: Path) -> list[tuple[str, str]]:
    """What `verify` finds: the name of the file, and what is said of it."""
    return [(each.file.rpartition("/")[2], each.what.en) for each in verify(str(root)).differences]


def assert_found(root: Path, name: str, forgery: Forgery, file: str, says: str) -> None:
    """That a forgery of this file is found in that one, by what it says and not by a hash."""
    mend(root, name, forgery((root / FOLDER / name).read_bytes()))
    found = differences(root)
    assert any(where == file and says in what for where, what in found), found
    assert not any("SHA-256" in what for _, what in found), found
