"""`locallove festival pack`: a folder for each finalist, with what is revealed and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from festivals import CAMPAIGN, ENTRIES_CLOSE, VOTING_OPENS, Festival, entry, vote
from render.reading import Node, read
from render.test_hostile_names import HOSTILE
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.festival import ms
from chalicelib.domain.festival_report import day
from chalicelib.domain.jury import Score, Sheet
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.operate.festival_pack import folder_of

SLASHED = "../../etc/passwd"
FILES = ["film.en.html", "film.ja.html", "film.json"]


@pytest.fixture
def festival() -> Iterator[Festival]:
    """Closed: six films with votes, of which one has an id that looks like a path; the jury has seen two others."""
    with local_cloud(background=False) as cloud:
        made = Festival.of(cloud)
        names = ("a", "b", "c", "d", SLASHED, "judged", "also-judged")
        made.send("entries", "e-1", *(entry(name, caption=HOSTILE[0] if name == "a" else f"Film {name}") for name in names))
        votes = [
            *(vote(number, "a") for number in range(5)),
            *(vote(86_400 + number, "a", suspect="one address") for number in range(3)),
            *(vote(86_400 + 10 + number, SLASHED) for number in range(3)),
            *(vote(30 + number, "b") for number in range(2)),
            vote(41, "c"),
            vote(42, "a", voter="u0"),
        ]
        made.send("votes", "v-1", *votes[:5])
        made.send("votes", "v-2", *votes[5:])
        made.snapshot("m-1", {"a": (10, 1), "d": (977_531, 7), SLASHED: (5, 0)})
        made.snapshot("m-0", {"a": (1, 1)}, at=ENTRIES_CLOSE)
        scores = (Score("judged", "Sato", ("9", "9")), Score("also-judged", "Sato", ("8", "8.5")))
        before = runtime.service().registered.get(CAMPAIGN)
        sheet = Sheet("grand-prix", scores, "5" * 64, "2021-06-20T00:00:00Z")
        record = msgspec.structs.replace(before.festival, sheets=(sheet,))
        runtime.service().registered.put(CAMPAIGN, before, msgspec.structs.replace(before, festival=record))
        made.close()
        yield made


def run(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["festival", "pack", "--campaign", CAMPAIGN, *arguments, "--out", str(out)])


def reveal(*awards: str) -> None:
    for award in awards:
        runtime.service().campaigns.reveal(CAMPAIGN, Revealed(award, ms(VOTING_OPENS)))


def told(out: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / folder_of(name) / "film.json").read_text("utf-8"))
    return found


def shown(out: Path, name: str, language: str = "en") -> Node:
    return read((out / folder_of(name) / f"film.{language}.html").read_bytes())


def test_before_anything_is_revealed_there_is_no_finalist(festival: Festival, tmp_path: Path) -> None:
    done = run(tmp_path / "packs")
    assert (done.exit_code, "no award is revealed yet" in done.stderr) == (1, True)
    assert not (tmp_path / "packs").exists()


def test_the_first_three_of_a_revealed_award_get_a_pack_and_nothing_sealed_is_in_it(festival: Festival, tmp_path: Path) -> None:
    reveal("favourite")
    done = run(tmp_path)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / folder_of(name)) for name in ("a", SLASHED, "b")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(folder_of(name) for name in ("a", SLASHED, "b"))
    found = told(tmp_path, "a")
    (award,) = found["awards"]
    assert (award["place"], award["films"], award["score"], award["won"], award["held"]) == (1, 4, "5", True, 3)
    days = [day(ms(VOTING_OPENS)), day(ms(VOTING_OPENS) + 86_400_000)]
    assert award["by_day"] == [{"on": days[0], "counted": 5, "held": 0}, {"on": days[1], "counted": 0, "held": 3}]
    assert [each["en"] for each in found["sealed"]] == ["Grand Prix", "Audience"]
    assert (found["views"], found["likes"]) == (None, None), "they decide an award that is sealed"
    text = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.*"))
    assert not [each for each in ("977531", "977,531", "judged", "Film d", "creator-d") if each in text]


def test_pages_say_what_the_document_says(festival: Festival, tmp_path: Path) -> None:
    reveal("favourite")
    run(tmp_path)
    settled = festival.applied().festival_settled
    assert settled is not None
    for language, place in (("ja", "4作品中2位"), ("en", "Place 2 of 4")):
        page = shown(tmp_path, SLASHED, language)
        assert page.first(id="entry").text == SLASHED
        assert page.first(id="creator").text == f"creator-{SLASHED}"
        assert page.first(id="digits").text == settled.statement_sha256[:16]
        assert place in page.first(id="award-favourite").text
        assert page.first(**{"class": "days"}).rows[1][1:] == ["3", "0"]
    assert HOSTILE[0] in shown(tmp_path, "a").text
    assert not list(shown(tmp_path, "a").all("script"))


def test_a_film_that_is_named_needs_no_first_place(festival: Festival, tmp_path: Path) -> None:
    reveal("favourite")
    done = run(tmp_path, "c", "c", "--json")
    assert [(each["entry"], sorted(each["files"])) for each in json.loads(done.stdout)] == [("c", FILES)]
    assert told(tmp_path, "c")["awards"][0]["place"] == 4


@pytest.mark.parametrize("name", ["nobody", "judged"])
def test_a_film_that_no_revealed_award_has_is_named_and_no_pack_is_made(festival: Festival, tmp_path: Path, name: str) -> None:
    """The jury's award is sealed: that a film is in it is nobody's to know."""
    reveal("favourite")
    done = run(tmp_path / "packs", "a", name)
    assert (done.exit_code, done.stderr.strip()) == (2, f"Error: in no award that is revealed: {name}")
    assert not (tmp_path / "packs").exists()


def test_once_all_is_revealed_a_pack_has_every_award_and_views(festival: Festival, tmp_path: Path) -> None:
    reveal("grand-prix", "audience", "favourite")
    assert run(tmp_path).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        folder_of(name) for name in ("judged", "also-judged", "d", "a", SLASHED, "b")
    }
    found = told(tmp_path, "a")
    assert [(each["award"], each["place"], each["won"]) for each in found["awards"]] == [
        ("audience", 2, False),
        ("favourite", 1, True),
    ]
    assert (found["views"], found["likes"], found["sealed"]) == (10, 1, [])
    assert told(tmp_path, "also-judged")["awards"][0]["score"] == "49/6"
    assert "8.17" in shown(tmp_path, "also-judged").text


def test_what_is_no_festival_is_named(cloud: LocalCloud, tmp_path: Path) -> None:
    cloud.apply(sample_campaign())
    done = run(tmp_path)
    assert (done.exit_code, "has no festival" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["../x", "A", "a", ".", "..", "con", "x" * 64, "a/b", "a b", "a\\b", "~", "-rf", "%2e", " "])
def test_a_folder_is_a_plain_name_whatever_an_id_holds(name: str) -> None:
    assert set(folder_of(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert folder_of(name).startswith("film-")


def test_two_films_never_share_a_folder() -> None:
    """Not even where a file system takes capital letters for small ones."""
    names = ("a", "A", "a/", "/a", "a b", "a-b", "a/b", "")
    assert len({folder_of(name).lower() for name in names}) == len(names)
