"""A festival's result, computed again: yes for what was published, no for whatever was altered, whoever mends all hashes."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from festivals import CAMPAIGN, Festival, entry, vote
from verify.published import relink

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.jury import Score, Sheet
from locallove.cloud.local import local_cloud
from locallove.cloud.mirror import mirror
from locallove.cloud.run import aws_for_others
from locallove.verify import verify

AWARDS = ("grand-prix", "audience", "favourite")
FOLDER = f"{CAMPAIGN}/festival/settled-0001"
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is published of a revealed festival."""
    root = tmp_path_factory.mktemp("published")
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as cloud:
        festival = closed(Festival.of(cloud))
        reveal(festival, *AWARDS)
        base = f"{cloud.url}/v1/festivals/{CAMPAIGN}/statement"
        answer = verify(base)
        assert answer.ok, answer.differences
        assert sum(each.of.rpartition("/")[2].startswith("award-") and each.ok is True for each in answer.checks) == 3
        mirror(runtime.service().settings.reports_bucket, root)
    return root


def closed(festival: Festival) -> Festival:
    """A festival of four films, one of which does not compete, with votes of every sort."""
    festival.send("entries", "e-1", entry("a"), entry("b"), entry("c"), entry("young", attested=False))
    held = [vote(number, "b", suspect="odd") for number in range(20, 24)]
    again = vote(30, "c", voter="u1")
    festival.send("votes", "v-1", vote(1, "a"), vote(2, "a"), vote(3, "b"), again, vote(5, "young"), vote(6, "nobody"), *held)
    festival.snapshot("m-1", {"a": (100, 10), "b": (100, 9), "c": (1, 1)})
    service = runtime.service()
    before = service.registered.get(CAMPAIGN)
    scores = tuple(Score(film, juror, (mark, "7")) for film, mark in (("a", "8"), ("b", "8.5")) for juror in ("Sato", "Ito"))
    record = msgspec.structs.replace(before.festival, sheets=(Sheet("grand-prix", scores, "0" * 64, "2026-01-01T00:00:00Z"),))
    service.registered.put(CAMPAIGN, before, msgspec.structs.replace(before, festival=record))
    festival.close()
    return festival


def reveal(festival: Festival, *awards: str) -> None:
    for award in awards:
        runtime.service().campaigns.reveal(CAMPAIGN, Revealed(award, runtime.now_ms()))


@pytest.fixture
def tree(published: Path, tmp_path: Path) -> Path:
    """A copy that may be altered."""
    for file in published.rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(published)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    return tmp_path


def test_what_was_published_is_what_comes_out_again(tree: Path) -> None:
    answer = verify(str(tree))
    assert answer.ok, answer.differences
    assert verify(str(tree / FOLDER)).ok


def test_awards_that_are_sealed_are_named_and_nothing_more(tmp_path: Path) -> None:
    """By its public address; what is sealed is not there."""
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as cloud:
        festival = closed(Festival.of(cloud))
        reveal(festival, "audience")
        answer = verify(f"{cloud.url}/v1/festivals/{CAMPAIGN}/statement")
    assert answer.ok, answer.differences
    assert [each.of.rpartition("/")[2] for each in answer.checks if each.ok is None] == [
        "award-grand-prix.json", "award-favourite.json",
    ]  # fmt: skip


def mend(root: Path, name: str, body: bytes) -> None:
    """Put another file in a file's place, and mend every hash up to the chain's, as a forger does."""
    file = root / FOLDER / name
    before, number = file.read_bytes(), 0
    file.write_bytes(body)
    listed = [root / FOLDER / f"award-{award}.json" for award in AWARDS] + [root / FOLDER / "statement.json"]
    mended = {sha256(before).hexdigest(): sha256(body).hexdigest()}
    for each in listed:
        old = each.read_bytes()
        text = old.decode()
        for was, now in mended.items():
            text = text.replace(was, now)
        if name.endswith(".gz"):
            number = len(gzip.decompress(body).splitlines())
            lines = len(gzip.decompress(before).splitlines())
            size = f'"lines": {lines},\n{{0}}"bytes": {len(before)},'
            for indent in ("    ", "   "):
                text = text.replace(size.format(indent), f'"lines": {number},\n{indent}"bytes": {len(body)},')
        each.write_text(text)
        mended[sha256(old).hexdigest()] = sha256(text.encode()).hexdigest()
    relink(root, mended)


def result(change: Change) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        document = json.loads(body)
        change(document)
        return msgspec.json.format(msgspec.json.encode(document), indent=1)

    return changed


def lines(change: Change) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        found = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        change(found)
        return gzip.compress(b"".join(msgspec.json.encode(line) + b"\n" for line in found), mtime=0)

    return changed


def first(found: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """The first line with these fields."""
    return next(line for line in found if all(line.get(name) == value for name, value in fields.items()))


VOTES, ENTRIES = "votes-favourite-0001.ndjson.gz", "entries-0001.ndjson.gz"
FORGERIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a vote added": (VOTES, lines(lambda found: found.insert(0, {**found[0], "voter": "0" * 16, "entry": "b"}))),
    "a vote dropped": (VOTES, lines(lambda found: found.remove(first(found, entry="a")))),
    "a repeated vote counted": (VOTES, lines(lambda found: first(found, not_counted="repeated").pop("not_counted"))),
    "a held vote counted": (VOTES, lines(lambda found: first(found, suspect="odd").pop("suspect"))),
    "a vote for another film": (VOTES, lines(lambda found: first(found, entry="a").update(entry="c"))),
    "an ineligible entry made eligible": (
        ENTRIES,
        lines(lambda found: first(found, id="young").update(standing="eligible", reasons=[])),
    ),
    "an age attested": (ENTRIES, lines(lambda found: first(found, id="young").update(attested=True))),
    "an entry dropped": (ENTRIES, lines(lambda found: found.remove(first(found, id="b")))),
    "another winner": ("award-favourite.json", result(lambda found: found.update(winner="b"))),
    "a score changed": ("award-favourite.json", result(lambda found: found["films"][1].update(score="9"))),
    "places exchanged": ("award-audience.json", result(lambda found: found["films"][0].update(place=2))),
    "views changed": ("award-audience.json", result(lambda found: found["films"][1].update(views=999))),
    "another reason": ("award-audience.json", result(lambda found: found.update(decided_by="likes"))),
    "a jury score changed": (
        "award-grand-prix.json",
        result(lambda found: found["judged"]["scores"][0].update(scores=["10", "7"])),
    ),
    "the winner with held votes": ("award-favourite.json", result(lambda found: found["votes"]["with_held"].update(winner="a"))),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_found_although_every_hash_was_mended(tree: Path, forgery: str) -> None:
    name, change = FORGERIES[forgery]
    mend(tree, name, change((tree / FOLDER / name).read_bytes()))
    answer = verify(str(tree))
    assert not answer.ok
    assert not any("SHA-256" in each.what.en for each in answer.differences), "it is found by what it says, not by a hash"


@pytest.mark.parametrize("name", ["statement.json", "award-audience.json", VOTES, ENTRIES])
def test_a_file_that_is_altered_or_cut_off_is_named(tree: Path, name: str) -> None:
    file = tree / FOLDER / name
    file.write_bytes(file.read_bytes()[:-20])
    answer = verify(str(tree))
    assert not answer.ok
    assert any(name in each.file for each in answer.differences)


def test_another_rule_is_found(tree: Path) -> None:
    file = tree / f"rules/{CAMPAIGN}.result.json"
    file.write_bytes(file.read_bytes().replace(b'"likes":2', b'"likes":1'))
    assert {each.file for each in verify(str(tree)).differences} >= {f"rules/{CAMPAIGN}.result.json"}
