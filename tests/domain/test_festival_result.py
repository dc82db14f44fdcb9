"""Deciding a festival: each award by its own rule, exactly, and everything that stands in the way of all of them at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from festivals import ENTRIES_OPEN, festival_campaign

from chalicelib.domain.award_result import AwardResult, Tie
from chalicelib.domain.entrants import Entrant, Entrants, Standing
from chalicelib.domain.entries import Entered
from chalicelib.domain.festival import ms
from chalicelib.domain.festival_record import FestivalRecord
from chalicelib.domain.festival_result import Case, Undecided, results
from chalicelib.domain.jury import Score, Sheet, TieDecision
from chalicelib.domain.metrics import Backwards, Metered, Seen
from chalicelib.domain.poll import Ballot, Poll

NOW = "2026-01-01T00:00:00Z"


def film(name: str, hours: int = 0, standing: Standing = "eligible") -> Entrant:
    posted_ms = ms(ENTRIES_OPEN + timedelta(hours=hours))
    return Entrant(Entered(name, f"creator-{name}", ("#TT映画祭2021",), posted_ms, 60.0, True, f"Film {name}"), (), standing)


def sheet(**scores: tuple[str | None, str | None]) -> Sheet:
    """Two jurors who agree, by entry: story and craft."""
    given = tuple(Score(entry, juror, both) for entry, both in scores.items() for juror in ("Ito", "Sato"))
    return Sheet("grand-prix", given, "5" * 64, NOW)


SHEET = sheet(a=("8", "7"), b=("7", "8"))


def case(**changed: Any) -> Case:
    """Films a, b and c compete; each award is decided by its score."""
    campaign = festival_campaign()
    assert campaign.festival is not None
    assert campaign.festival.voting is not None
    films = {each.entered.id: each for each in (film("a"), film("b", 1), film("c", 2), film("gone", 3, "withdrawn"))}
    poll = Poll(Ballot("favourite", campaign.festival.voting.hours, films, {}), counted={"a": 3, "b": 2})
    seen = {"a": Seen(5, 10, 2), "b": Seen(5, 8, 4), "gone": Seen(5, 99, 99), "unknown": Seen(5, 99, 99)}
    whole = Case(
        campaign,
        campaign.festival,
        Entrants(films, 0, 0),
        Metered(seen, [Backwards("a", 5, 11, 10, 2, 2)], 4, 1),
        FestivalRecord(sheets=(SHEET,)),
        {"favourite": (poll, ())},
    )
    return replace(whole, **changed)


def polled(counted: dict[str, int], held: dict[str, int] | None = None) -> Case:
    """The case with these votes."""
    usual = case()
    poll, files = usual.polls["favourite"]
    suspected = {"odd": sum(held.values())} if held else {}
    return case(polls={"favourite": (Poll(poll.ballot, counted, held or {}, {"own": 1}, suspected), files)})


def decided(given: Case) -> dict[str, AwardResult]:
    return {each.award: each for each in results(given, lambda award: f"nonce of {award}")}


def places(result: AwardResult) -> list[tuple[int, str, str]]:
    return [(each.place, each.entry, each.score) for each in result.films]


def test_every_award_is_decided_by_its_own_rule_with_its_nonce() -> None:
    found = decided(case())
    assert {award: (each.by, each.winner, each.decided_by) for award, each in found.items()} == {
        "grand-prix": ("jury", "a", "score"),
        "audience": ("metrics", "b", "score"),
        "favourite": ("votes", "a", "score"),
    }
    assert [each.nonce for each in found.values()] == [f"nonce of {award}" for award in found]
    assert msgspec.json.encode(found) == msgspec.json.encode(decided(case()))


def test_a_jurys_result_has_exact_means_and_jurors_by_number() -> None:
    result = decided(case())["grand-prix"]
    assert places(result) == [(1, "a", "23/3"), (2, "b", "22/3")]
    assert [each.means for each in result.films] == [("8", "7"), ("7", "8")]
    assert result.judged is not None
    assert [(each.entry, each.juror) for each in result.judged.scores] == [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]
    assert (result.judged.sheet_sha256, result.metered, result.votes) == ("5" * 64, None, None)
    assert "Sato" not in msgspec.json.encode(result).decode()


def test_a_jurys_tie_goes_by_the_criterion_that_was_named_beforehand() -> None:
    result = decided(case(record=FestivalRecord(sheets=(sheet(a=("6", "9"), b=("7", "7")),))))["grand-prix"]
    assert (result.winner, result.decided_by) == ("b", "story")


def test_views_and_likes_count_with_their_weights_of_films_that_compete() -> None:
    result = decided(case())["audience"]
    assert places(result) == [(1, "b", "16"), (2, "a", "14")]
    assert result.metered is not None
    assert (result.metered.snapshots, result.metered.later, result.metered.unknown_entries) == (4, 1, 1)
    assert [each.entry for each in result.metered.backwards] == ["a"]


def test_a_film_that_nobody_watched_has_no_place_and_without_any_nobody_wins() -> None:
    result = decided(case(metered=Metered()))["audience"]
    assert (result.films, result.winner, result.decided_by) == ((), None, "nobody")


def test_held_votes_are_told_apart_and_what_they_would_change() -> None:
    result = decided(polled({"a": 3, "b": 2}, {"b": 2, "c": 1}))["favourite"]
    assert places(result) == [(1, "a", "3"), (2, "b", "2"), (3, "c", "0")]
    assert [each.held for each in result.films] == [0, 2, 1]
    votes = result.votes
    assert votes is not None
    assert (votes.counted, votes.held, votes.not_counted) == (5, {"odd": 3}, {"own": 1})
    assert (result.winner, votes.with_held.winner, votes.with_held.decided_by) == ("a", "b", "score")


def test_where_held_votes_would_make_a_tie_nobody_would_win_with_them() -> None:
    """It stops nothing: they do not count."""
    given = polled({"a": 3, "b": 2}, {"b": 1})
    result = decided(replace(given, metered=Metered({"a": Seen(0, 1, 0), "b": Seen(0, 1, 1)})))["favourite"]
    assert result.winner == "a"
    assert result.votes is not None
    assert (result.votes.with_held.winner, result.votes.with_held.decided_by) == (None, "tie")


def test_a_tie_of_votes_goes_by_views() -> None:
    result = decided(polled({"a": 3, "b": 3}))["favourite"]
    assert (result.winner, result.decided_by) == ("a", "views")


def test_everything_that_stands_in_the_way_of_all_awards_is_named_at_once() -> None:
    with pytest.raises(Undecided) as missing:
        decided(replace(polled({"b": 1, "c": 1}), metered=Metered(), record=FestivalRecord()))
    assert missing.value.reasons == [
        "grand-prix: the jury's scores are missing (festival jury import)",
        "favourite: b, c are equal after all tie-breaks: the jury has to decide (festival jury tie)",
    ]


def test_missing_scores_are_named() -> None:
    with pytest.raises(Undecided) as missing:
        decided(case(record=FestivalRecord(sheets=(sheet(a=("8", None)),))))
    assert missing.value.reasons == [f"grand-prix: the score is missing of a, {juror}, craft" for juror in ("Ito", "Sato")]


def test_scores_of_a_film_that_competes_no_more_are_left_out() -> None:
    record = FestivalRecord(sheets=(sheet(gone=("10", "10"), b=("7", "8")),))
    assert places(decided(case(record=record))["grand-prix"]) == [(1, "b", "22/3")]
    with pytest.raises(Undecided, match="scores are missing"):
        decided(case(record=FestivalRecord(sheets=(sheet(gone=("10", "10")),))))


def test_the_jurys_newest_word_decides_a_tie_and_is_on_record_only_where_it_did() -> None:
    said = tuple(TieDecision("favourite", entry, f"for {entry}", "7" * 64, NOW) for entry in ("c", "b"))
    record = FestivalRecord(sheets=(SHEET,), ties=said)
    tied = replace(polled({"b": 1, "c": 1}), metered=Metered(), record=record)
    result = decided(tied)["favourite"]
    assert (result.winner, result.decided_by) == ("b", "jury")
    assert result.tie == Tie(("b", "c"), "for b", "7" * 64)
    assert [each.place for each in result.films] == [1, 1]
    plain = decided(case(record=record))["favourite"]
    assert (plain.winner, plain.tie) == ("a", None)
