"""Forged results and statements of a festival: whoever mends every hash is found by what comes out when it is decided again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from verify.festival_trees import (
    AUDIENCE,
    FAVOURITE,
    FOLDER,
    JURY,
    SPECIAL,
    STATEMENT,
    Change,
    assert_found,
    differences,
    document,
    mend,
)


def film(number: int, **fields: Any) -> Change:
    """Another film, as it stands in this place."""
    return lambda found: found["films"][number].update(fields)


def part(name: str, **fields: Any) -> Change:
    """A part of a file with other fields."""
    return lambda found: found[name].update(fields)


def whole(**fields: Any) -> Change:
    return lambda found: found.update(fields)


def first_score(**fields: Any) -> Change:
    """The first juror's scores of the first film."""
    return lambda found: found["judged"]["scores"][0].update(fields)


def held_apart(name: str, **fields: Any) -> Change:
    return lambda found: found["votes"][name].update(fields)


def listed(change: Callable[[list[Any]], Any]) -> Change:
    """Another list of the votes' ledgers."""
    return lambda found: change(found["votes"]["ledger"])


NO_SCORE, NO_FORM = "a juror cannot have given this score (a, 1)", "in the form in which it is published"
TIE = {"entries": ["a", "b"], "reason": "so", "sha256": "1" * 64}
FORGERIES: dict[str, tuple[str, Change, str]] = {
    "another winner": (FAVOURITE, whole(winner="b"), "(winner.0)"),
    "another reason": (AUDIENCE, whole(decided_by="likes"), "(winner.1)"),
    "a score changed": (FAVOURITE, film(1, score="9"), ".score)"),
    "a score that is none": (FAVOURITE, film(0, score="1/0"), "(films.a.score)"),
    "places exchanged": (AUDIENCE, film(0, place=2), "(films.a.place)"),
    "films in another order": (AUDIENCE, lambda found: found["films"].reverse(), "(films.order.0)"),
    "a film twice": (AUDIENCE, lambda found: found["films"].append(found["films"][0]), "(films.order.4)"),
    "a film dropped": (AUDIENCE, lambda found: found["films"].pop(), "decided again (d)"),
    "a film that does not compete": (AUDIENCE, film(3, entry="young"), "(young.posted_ms)"),
    "views changed": (AUDIENCE, film(1, views=999), "(films.b.score)"),
    "views and score changed": (SPECIAL, film(2, views=3, score="3"), "says otherwise (d.views and likes)"),
    "another caption": (SPECIAL, film(0, caption="Mine"), "says otherwise (a.caption)"),
    "another creator": (SPECIAL, film(0, creator="me"), "says otherwise (a.creator)"),
    "views in an award by the jury": (JURY, film(0, views=1, likes=1), "what the rule says (b.0)"),
    "held votes in an award by views": (AUDIENCE, film(0, held=1), "what the rule says (a.2)"),
    "means in an award by votes": (FAVOURITE, film(0, means=["1"]), "what the rule says (a.3)"),
    "a mean too few": (JURY, lambda found: found["films"][0]["means"].pop(), "what the rule says (b.3)"),
    "a mean that is none": (JURY, film(0, means=["x", "7"]), "(films.b.means.0)"),
    "no views at all": (AUDIENCE, whole(metered=None), "(parts.0)"),
    "another way of deciding": (AUDIENCE, whole(by="votes"), "(award.4)"),
    "another version": (AUDIENCE, whole(version=2), "(award.0)"),
    "another moment of views": (AUDIENCE, part("metered", as_of_ms=1), "(metered.as_of_ms)"),
    "no snapshot": (AUDIENCE, part("metered", snapshots=0), "(metered.snapshots)"),
    "fewer snapshots than falls": (AUDIENCE, part("metered", snapshots=1), "(metered.backwards.0)"),
    "a fall that is none": (
        AUDIENCE,
        lambda found: found["metered"]["backwards"][0].update(likes_before=1),
        "(metered.backwards.0)",
    ),
    "a fall to more than at last": (AUDIENCE, lambda found: found["metered"]["backwards"][0].update(likes=11), "add up (a)"),
    "a fall forgotten": (SPECIAL, part("metered", backwards=[]), "says otherwise (metered)"),
    "no tie": (SPECIAL, whole(tie=None), "(winner."),
    "a tie of others": (SPECIAL, part("tie", entries=["a", "c"]), "(winner.2.1)"),
    "a tie that the jury gave to another": (SPECIAL, whole(winner="c"), "(winner.0)"),
    "a tie where none was": (AUDIENCE, whole(tie=TIE), "(winner.2)"),
    "a jury score changed": (JURY, first_score(scores=["10", "7"]), "(films.a.score)"),
    "a jury score above the highest": (JURY, first_score(scores=["11", "7"]), NO_SCORE),
    "a jury score that is too long a number": (JURY, first_score(scores=["1e999999999", "7"]), NO_SCORE),
    "a jury score missing": (JURY, first_score(scores=[None, "7"]), NO_SCORE),
    "a jury score too many": (JURY, first_score(scores=["8", "7", "7"]), NO_SCORE),
    "a juror dropped": (JURY, lambda found: found["judged"]["scores"].pop(), "(judged.scores)"),
    "another juror's number": (JURY, first_score(juror="3"), "(judged.scores"),
    "a juror twice": (JURY, first_score(juror="2"), "(judged.scores"),
    "another winner with held votes": (FAVOURITE, held_apart("with_held", winner="a"), "(with_held.0)"),
    "fewer votes set aside": (FAVOURITE, lambda found: found["votes"]["not_counted"].pop("own"), "(votes.2.own)"),
    "fewer votes held": (FAVOURITE, held_apart("held", odd=3), "(votes.1.odd)"),
    "a reason without votes": (FAVOURITE, held_apart("held", rude=0), "(votes.1.rude)"),
    "a ledger under another name": (
        FAVOURITE,
        listed(lambda files: files[0].update(name="votes-x-0001.ndjson.gz")),
        "(votes.ledger.",
    ),
    "a ledger listed twice": (FAVOURITE, listed(lambda files: files.append(files[0])), "(votes.ledger."),
    "another moment of closing": (STATEMENT, whole(closed_at="2001-01-01T00:00:00Z"), "(closed_at)"),
    "a closing that is no moment": (STATEMENT, whole(closed_at="soon"), NO_FORM),
    "more votes accepted": (STATEMENT, part("received", accepted=17, recounted=17, counted=17), "(received.accepted)"),
    "votes counted that are not stored": (STATEMENT, part("received", counted=17), "(received.counted)"),
    "a difference accepted that is none": (STATEMENT, part("received", accepted_because="so"), "(received.accepted_because)"),
    "late votes that are not stored": (STATEMENT, part("received", late=1), "(received.recounted)"),
    "votes stored that were not accepted": (STATEMENT, part("received", recounted=17, counted=17), "(received.recounted)"),
    "entries under another name": (STATEMENT, lambda found: found["entries"][0].update(name="e-0001.ndjson.gz"), "(entries.0.0)"),
    "more batches than votes": (STATEMENT, part("received", batches=99), "(received.batches)"),
    "less than no vote": (STATEMENT, part("received", late=-1), NO_FORM),
    "no votes received": (STATEMENT, whole(received=None), "what the rule says (received)"),
    "fewer films that compete": (STATEMENT, part("entered", competing=3), "(entered.1)"),
    "more conflicts than copies": (STATEMENT, part("entered", conflicts=3), "(entered.conflicts)"),
    "more copies than batches can have": (STATEMENT, part("entered", duplicates=7), "(entered.duplicates)"),
    "nothing left out, for a reason": (STATEMENT, whole(exclusion={"batches": [], "reason": "so"}), NO_FORM),
    "another award's name": (STATEMENT, lambda found: found["awards"][0]["name"].update(en="Best"), "(awards.0.1.en)"),
    "an award left out": (STATEMENT, lambda found: found["awards"].pop(), "(awards.3)"),
    "another version of the statement": (STATEMENT, whole(version=2), NO_FORM),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_found_by_what_it_says_although_every_hash_was_mended(festival: Path, forgery: str) -> None:
    name, change, says = FORGERIES[forgery]
    assert_found(festival, name, document(change), name, says)


def test_a_result_in_other_bytes_is_found(festival: Path) -> None:
    mend(festival, AUDIENCE, msgspec.json.format((festival / FOLDER / AUDIENCE).read_bytes(), indent=2))
    assert differences(festival) == [(AUDIENCE, f"the file is not {NO_FORM}")]
