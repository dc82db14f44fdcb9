"""Forged votes and entries of a festival: whoever mends every hash is found by what a line says, or by what the lines come to."""

from pathlib import Path
from typing import Any

import pytest
from verify.festival_trees import (
    AUDIENCE,
    ENTRIES,
    FAVOURITE,
    FOLDER,
    STATEMENT,
    VOTES,
    Forgery,
    assert_found,
    document,
    first,
    line,
    lines,
    mend,
)

from locallove.verify import verify

SET_ASIDE = "this vote is wrongly counted or set aside"
GOOD: dict[str, Any] = {"entry": "a", "not_counted": None}
"""A vote that counts; which line is the first hangs on the campaign's key."""

Lines = list[dict[str, Any]]


def added(**fields: Any) -> Forgery:
    """A vote of one more voter, the first of all."""
    return lines(lambda found: found.insert(0, {**first(found, **GOOD), "voter": "0" * 16, **fields}))


def counted(why: str) -> Forgery:
    """A vote that is set aside for this reason is said to count."""
    return line(lambda vote: vote.pop("not_counted"), not_counted=why)


FORGED_VOTES: dict[str, tuple[Forgery, str, str]] = {
    "one added": (added(entry="b"), FAVOURITE, "(films.b.score)"),
    "one for nobody added": (added(entry="no", not_counted="unknown"), STATEMENT, "(received.accepted)"),
    "one dropped": (lines(lambda found: found.remove(first(found, **GOOD))), FAVOURITE, "(films.a.score)"),
    "a repeated one counted": (counted("repeated"), VOTES, SET_ASIDE),
    "one for the voter's own film counted": (counted("own"), VOTES, SET_ASIDE),
    "one after the hours counted": (counted("outside"), VOTES, SET_ASIDE),
    "one for a withdrawn film counted": (counted("withdrawn"), VOTES, SET_ASIDE),
    "one for a film that is not eligible counted": (counted("ineligible"), VOTES, SET_ASIDE),
    "a good one set aside": (line(lambda vote: vote.update(not_counted="outside"), entry="b"), VOTES, SET_ASIDE),
    "a held one counted": (line(lambda vote: vote.pop("suspect"), suspect="odd"), FAVOURITE, "(films.b.score)"),
    "one held for another reason": (line(lambda vote: vote.update(suspect="rude"), suspect="odd"), VOTES, "held for a reason"),
    "one for another film": (line(lambda vote: vote.update(entry="b"), **GOOD), FAVOURITE, "(films.b.score)"),
    "out of order": (lines(lambda found: found.reverse()), VOTES, "line 2 is out of order"),
    "a voter who is no hash": (line(lambda vote: vote.update(voter="somebody-unknown"), entry="a"), VOTES, "cannot be read"),
    "a voter in capitals": (lines(lambda found: found[-1].update(voter="F" * 16)), VOTES, "cannot be read"),
    "an id that is no hash": (lines(lambda found: found[0].update(id="x" * 20)), VOTES, "line 1 cannot be read"),
    "an id that is too short": (lines(lambda found: found[0].update(id="0")), VOTES, "line 1 cannot be read"),
    "a line of another sort": (lines(lambda found: found.insert(3, {"id": "0" * 20})), VOTES, "line 4 cannot be read"),
}
FORGED_ENTRIES: dict[str, tuple[Forgery, str, str]] = {
    "made eligible": (line(lambda each: each.update(standing="eligible", reasons=[]), id="young"), ENTRIES, "(young."),
    "an age attested": (line(lambda each: each.update(attested=True), id="young"), ENTRIES, "(young."),
    "a withdrawal forgotten": (line(lambda each: each.update(verdict=None), id="gone"), ENTRIES, "(gone.1)"),
    "too long": (line(lambda each: each.update(duration=9e5), id="a"), ENTRIES, "(a.0.0)"),
    "posted too late": (line(lambda each: each.update(posted_ms=10**14), id="a"), ENTRIES, "(a.0.0)"),
    "posted earlier": (line(lambda each: each.update(posted_ms=each["posted_ms"] - 1), id="a"), AUDIENCE, "(a.posted_ms)"),
    "one dropped": (lines(lambda found: found.remove(first(found, id="b"))), AUDIENCE, "(b.posted_ms)"),
    "one added": (lines(lambda found: found.append({**found[0], "id": "z"})), STATEMENT, "(entered.0)"),
    "one twice": (lines(lambda found: found.insert(1, found[0])), ENTRIES, "line 2 is out of order"),
    "another creator": (line(lambda each: each.update(creator="0" * 16), id="d"), AUDIENCE, "says otherwise (creator-a.hash)"),
    "a creator who is no hash": (line(lambda each: each.update(creator="creator-a"), id="a"), ENTRIES, "line 1 cannot be read"),
}


@pytest.mark.parametrize("forgery", FORGED_VOTES)
def test_forged_votes_are_found(festival: Path, forgery: str) -> None:
    assert_found(festival, VOTES, *FORGED_VOTES[forgery])


@pytest.mark.parametrize("forgery", FORGED_ENTRIES)
def test_forged_entries_are_found(festival: Path, forgery: str) -> None:
    assert_found(festival, ENTRIES, *FORGED_ENTRIES[forgery])


def test_of_very_many_wrong_votes_a_few_are_named_and_the_others_counted(festival: Path) -> None:
    def many(found: Lines) -> None:
        found[:0] = [{**found[0], "voter": f"{number:016x}", "not_counted": "own"} for number in range(5_000)]

    mend(festival, VOTES, lines(many)((festival / FOLDER / VOTES).read_bytes()))
    said = [each.what.en for each in verify(str(festival)).differences if each.file.endswith(VOTES)]
    assert said == [*(f"line {number}: {SET_ASIDE}" for number in range(1, 11)), "there are 4,990 more such places in this file"]


@pytest.mark.parametrize(("name", "by"), [(VOTES, FAVOURITE), (ENTRIES, STATEMENT)])
def test_a_ledger_is_read_no_further_than_it_is_listed(festival: Path, name: str, by: str) -> None:
    """A few kilobytes of gzip hold a million lines; that all of them were read would be seen in what is said of them."""
    honest = (festival / FOLDER / name).read_bytes()
    mend(festival, name, lines(lambda found: found.extend([found[-1]] * 100_000))(honest))

    def fewer(found: dict[str, Any]) -> None:
        (found["votes"]["ledger"] if name == VOTES else found["entries"])[0].update(lines=4)

    mend(festival, by, document(fewer)((festival / FOLDER / by).read_bytes()))
    found = [each for each in verify(str(festival)).differences if each.file.endswith(name)]
    assert [(each.says, each.computed) for each in found] == [("4", "> 4")]
