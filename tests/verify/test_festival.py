"""A festival's result, computed again: yes for what was published, whatever is still sealed, and whatever a closing left."""

import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from festivals import CAMPAIGN, Festival, entry, vote
from verify.festival_trees import AWARDS, FOLDER, RULE, closed, festival_of_four, reveal

from chalicelib import runtime
from chalicelib.domain.festival_result import Undecided
from chalicelib.domain.jury import Score, Sheet, TieDecision
from chalicelib.flows.decisions import Decision
from locallove.cloud.local import local_cloud
from locallove.cloud.mirror import mirror
from locallove.cloud.run import aws_for_others
from locallove.verify import command, verify
from locallove.verifying.answer import Answer


def unchecked(answer: Answer, why: str) -> set[str]:
    """What the answer says is not checked for this reason."""
    return {each.of.rpartition("/")[2] for each in answer.checks if each.ok is None and why in each.what.en}


def test_what_was_published_is_what_comes_out_again(festival: Path) -> None:
    for path in (festival, festival / FOLDER):
        answer = verify(str(path))
        assert answer.ok, answer.differences
        assert all(each.ok for each in answer.checks)
        assert sum("decided again" in each.what.en for each in answer.checks) == len(AWARDS)


@pytest.mark.parametrize("revealed", [("audience",), AWARDS])
def test_by_its_address_awards_that_are_sealed_are_named_and_nothing_more(revealed: tuple[str, ...]) -> None:
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as cloud:
        closed(cloud)
        reveal(*revealed)
        answer = verify(f"{cloud.url}/v1/festivals/{CAMPAIGN}/statement")
    assert answer.ok, answer.differences
    assert unchecked(answer, "") == {f"award-{award}.json" for award in AWARDS if award not in revealed}
    assert sum("decided again" in each.what.en for each in answer.checks) == len(revealed)


def test_a_festival_alone_is_named_with_its_hash(festival: Path) -> None:
    english = CliRunner().invoke(command, [str(festival), "--lang", "en"]).output
    japanese = CliRunner().invoke(command, [str(festival), "--lang", "ja"]).output
    (shown,) = verify(str(festival)).statements
    assert f"  {CAMPAIGN} (film festival): 4 films that compete, 16 votes accepted, SHA-256 {shown.sha256[:16]}" in english
    assert f"  {CAMPAIGN}（映画祭）：選考対象の作品 4、受け付けた票 16、ハッシュ値 {shown.sha256[:16]}" in japanese
    assert "There is no statement" not in english
    assert "a vote is suspect" in english
    said = msgspec.json.decode(CliRunner().invoke(command, [str(festival), "--json"]).output)
    assert said["statements"] == [
        {"file": f"{FOLDER}/statement.json", "campaign": CAMPAIGN, "sha256": shown.sha256, "competing": 4, "votes": 16}
    ]
    assert verify(str(festival), expect=shown.sha256).ok


def tied(cloud: object, *, by: str = "") -> Festival:
    """A festival that cannot be closed before the jury decides its audience's award; with `by`, it has."""
    festival = Festival.of(cloud, festival_of_four())  # type: ignore[arg-type]
    festival.send("entries", "e-1", entry("a"), entry("b"))
    festival.send("votes", "v-1", vote(1, "a"))
    festival.snapshot("m-1", {"a": (1, 0), "b": (1, 0)})
    decide(*(TieDecision(award, by, "better", "1" * 64, "2026-01-01T00:00:00Z") for award in ("audience", "special") if by))
    return festival


def decide(*ties: TieDecision) -> None:
    """Put scores and the jury's word on record."""
    registered = runtime.service().registered
    before = registered.get(CAMPAIGN)
    sheet = Sheet("grand-prix", (Score("a", "Ito", ("8", "7")),), "0" * 64, "2026-01-01T00:00:00Z")
    record = msgspec.structs.replace(before.festival, sheets=(sheet,), ties=ties)
    registered.put(CAMPAIGN, before, msgspec.structs.replace(before, festival=record))


def test_what_a_closing_left_that_stopped_at_a_tie_is_listed_as_not_checked(tmp_path: Path, plain: Path) -> None:
    """Rule and ledgers lie there, and no statement: beside lives that are settled, which are checked."""
    with local_cloud(background=False) as cloud:
        festival = tied(cloud)
        with pytest.raises(Undecided):
            festival.close()
        mirror(runtime.service().settings.reports_bucket, tmp_path / "stopped")
    for folder in ("rules", CAMPAIGN):
        shutil.copytree(tmp_path / "stopped" / folder, plain / folder, dirs_exist_ok=True)
    answer = verify(str(plain))
    assert answer.ok, answer.differences
    assert unchecked(answer, "closing that stopped") == {"entries-0001.ndjson.gz", "votes-favourite-0001.ndjson.gz"}
    assert unchecked(answer, "not settled yet") == {f"{CAMPAIGN}.result.json"}
    (plain / FOLDER / "notes.txt").write_text("mine")
    assert [each.file for each in verify(str(plain)).differences] == [f"{FOLDER}/notes.txt"]


def test_what_a_closing_left_in_the_folder_of_the_next_is_listed_as_not_checked(tmp_path: Path) -> None:
    """The first stopped at a tie; then all votes were left out, so that the second wrote no ledger of them."""
    with local_cloud(background=False) as cloud:
        festival = tied(cloud)
        with pytest.raises(Undecided):
            festival.close()
        decide(*tied_words())
        settled = festival.close(Decision(exclude_batches=frozenset({"platform#v-1"}), exclude_because="bought"))
        assert settled.folder == FOLDER
        mirror(runtime.service().settings.reports_bucket, tmp_path)
    for path in (tmp_path, tmp_path / FOLDER):
        answer = verify(str(path))
        assert answer.ok, answer.differences
        assert unchecked(answer, "closing that stopped") == {"votes-favourite-0001.ndjson.gz"}
    ledger = tmp_path / FOLDER / "votes-favourite-0001.ndjson.gz"
    shutil.copy(ledger, ledger.with_name("votes-favourite-0003.ndjson.gz"))
    assert [each.file for each in verify(str(tmp_path)).differences] == [f"{FOLDER}/votes-favourite-0003.ndjson.gz"]


def tied_words() -> list[TieDecision]:
    return [TieDecision(award, "b", "better", "1" * 64, "2026-01-01T00:00:00Z") for award in ("audience", "special")]


def test_where_the_statement_is_lost_its_ledgers_are_not_taken_for_left_over(festival: Path) -> None:
    (festival / FOLDER / "statement.json").unlink()
    assert {each.file.rpartition("/")[2] for each in verify(str(festival)).differences} >= {
        "statement.json", "entries-0001.ndjson.gz", "award-audience.json", "votes-favourite-0001.ndjson.gz",
    }  # fmt: skip


def test_a_tie_with_held_votes_may_have_been_decided_by_a_word_that_was_not_needed_without_them(tmp_path: Path) -> None:
    """The jury's word is on record, and shown only in a result that needed it."""
    with local_cloud(background=False) as cloud:
        festival = tied(cloud)
        festival.send("votes", "v-2", vote(2, "b", suspect="odd"))
        words = TieDecision("favourite", "b", "better", "1" * 64, "2026-01-01T00:00:00Z")
        decide(words, *tied_words())
        festival.close()
        with_held = festival.result("favourite")
        assert (with_held.winner, with_held.tie) == ("a", None)
        assert with_held.votes is not None
        assert (with_held.votes.with_held.winner, with_held.votes.with_held.decided_by) == ("b", "jury")
        mirror(runtime.service().settings.reports_bucket, tmp_path)
    answer = verify(str(tmp_path))
    assert answer.ok, answer.differences


@pytest.mark.parametrize(
    "name", ["statement.json", "award-audience.json", "votes-favourite-0001.ndjson.gz", "entries-0001.ndjson.gz"]
)
def test_a_file_that_is_altered_or_cut_off_is_named(festival: Path, name: str) -> None:
    file = festival / FOLDER / name
    file.write_bytes(file.read_bytes()[:-20])
    answer = verify(str(festival))
    assert not answer.ok
    assert any(name in each.file for each in answer.differences)


def test_another_rule_is_found(festival: Path) -> None:
    file = festival / RULE
    file.write_bytes(file.read_bytes().replace(b'"likes":2', b'"likes":1'))
    assert {each.file for each in verify(str(festival)).differences} >= {RULE}
