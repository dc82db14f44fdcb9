"""Entrants: one entry for each post whatever comes again, how each stands, and what the operator may mend."""

from itertools import permutations

import msgspec
import pytest
from festivals import ENTRIES_OPEN, festival_campaign

from chalicelib.domain import entries
from chalicelib.domain.batches import StoredBatch
from chalicelib.domain.entrants import Entrants, EntryDecision, Standing, Verdict, entrants, standing
from chalicelib.domain.entries import Entered, Reason
from chalicelib.domain.festival import ms

OPENS_MS = ms(ENTRIES_OPEN)


def film(name: str, caption: str = "", after_ms: int = 0) -> Entered:
    """An eligible entry, posted so long after entries opened."""
    return Entered(name, f"creator-{name}", ("#TT映画祭2021",), OPENS_MS + after_ms, 60.0, True, caption)


def batch(name: str, received_at_ms: int, *films: Entered, sender: str = "platform") -> StoredBatch:
    packed = entries.pack(films)
    return StoredBatch(
        "c.entries", 16, sender, "k", name, bytes(32), False, b"", packed, b"", received_at_ms, 0, of="entries"
    )  # fmt: skip


def found(batches: list[StoredBatch], *decisions: EntryDecision) -> Entrants:
    festival = festival_campaign().festival
    assert festival is not None
    return entrants(batches, festival, decisions)


def decision(entry: str, verdict: Verdict) -> EntryDecision:
    return EntryDecision(entry, verdict, "a reason", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("reasons", "verdict", "expected"),
    [
        ((), None, "eligible"),
        (("too-long",), None, "ineligible"),
        (("too-long", "look-alike"), "approve", "approved"),
        (("too-long", "not-attested"), "approve", "ineligible"),
        ((), "approve", "approved"),
        ((), "reject", "rejected"),
        (("not-attested",), "reject", "rejected"),
        (("not-attested",), "withdraw", "withdrawn"),
    ],
)
def test_how_an_entry_stands(reasons: tuple[Reason, ...], verdict: Verdict | None, expected: Standing) -> None:
    assert standing(reasons, verdict) == expected


def test_only_the_eligible_and_the_approved_compete_and_nobody_whose_age_is_not_attested() -> None:
    films = [film(name) for name in "abcd"]
    films += [msgspec.structs.replace(film("e"), attested=False), msgspec.structs.replace(film("f"), duration=601.0)]
    decisions = [decision("b", "reject"), decision("c", "withdraw"), decision("e", "approve"), decision("f", "approve")]
    entered = found([batch("1", 0, *films)], *decisions)
    assert {name: each.standing for name, each in entered.by_id.items()} == {
        "a": "eligible", "b": "rejected", "c": "withdrawn", "d": "eligible", "e": "ineligible", "f": "approved",
    }  # fmt: skip
    assert sorted(entered.competing) == ["a", "d", "f"]
    assert (entered.by_id["e"].reasons, entered.by_id["f"].reasons) == (("not-attested",), ("too-long",))


def test_the_newest_decision_about_an_entry_is_in_force_and_one_about_an_unknown_entry_is_about_nothing() -> None:
    decisions = (decision("a", "reject"), decision("nobody", "approve"), decision("a", "approve"))
    assert {name: each.standing for name, each in found([batch("1", 0, film("a"))], *decisions).by_id.items()} == {
        "a": "approved"
    }


def test_of_a_post_that_comes_again_the_first_counts_in_whatever_order_batches_are_read() -> None:
    """By the moment of receipt, then sender, then batch id; another text is a conflict."""
    batches = [
        batch("2", 5, film("a", "second batch id")),
        batch("1", 5, film("a", "this one"), film("b")),
        batch("0", 5, film("a", "later sender"), sender="the-other"),
        batch("0", 6, film("a", "this one"), film("b")),
    ]
    for order in permutations(batches):
        entered = found(list(order))
        assert {name: each.entered.caption for name, each in entered.by_id.items()} == {"a": "this one", "b": ""}
        assert (entered.duplicates, entered.conflicts) == (4, 2)


def test_entries_come_in_the_order_of_their_posts_then_of_their_ids() -> None:
    films = [film("c", after_ms=1), film("b", after_ms=2), film("a", after_ms=2), film("d")]
    assert list(found([batch("1", 0, *films)]).by_id) == ["d", "c", "a", "b"]


def test_a_batch_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="packed batch"):
        found([msgspec.structs.replace(batch("1", 0), packed=b"\x00")])
