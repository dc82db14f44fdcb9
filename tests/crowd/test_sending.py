"""What counts as sent: every batch once, however often it was posted and whatever was answered in between."""

from hashlib import sha256
from itertools import permutations

import pytest
from click.testing import CliRunner
from samples import sample_campaign

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.batches import Receipt
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.tally import Counts
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud
from locallove.crowd import sending
from locallove.crowd.sending import Deliveries
from locallove.sender import Answer, Batch, batches


def batch(number: int) -> Batch:
    return next(batches([Reaction(f"r{number}", "like", "2023-02-11T19:00:03Z", "u1", count=5)], "kumamoto-2023"))


def stored(subject: Batch, status: int, attempts: int = 1, rejected: int = 0) -> Answer:
    receipt = Receipt(
        batch=subject.id,
        live=subject.live,
        sha256=sha256(subject.text).hexdigest(),
        accepted=1,
        rejected=rejected,
        outside_window=0,
        counts=CountsAnswer(5, 0, 0, 5),
        gift_value=0,
        replayed=status == 200,
        problems=(),
    )
    return Answer(status, receipt, {}, attempts)


def test_a_batch_that_is_posted_twice_is_sent_once() -> None:
    """In whichever order the two answers come (two connections overtake each other), and however many attempts they took."""
    subject = batch(1)
    for attempts in (1, 2):
        for answers in permutations([stored(subject, 202), stored(subject, 200, attempts)]):
            deliveries = Deliveries()
            assert sum(deliveries.note(subject, answer) for answer in answers) == 1
            assert deliveries.sent == {"kumamoto-2023": Counts(like=5)}
            assert deliveries.posted == 2


def test_a_batch_from_an_earlier_run_is_not_sent_by_this_one() -> None:
    """Its receipt was there at the first attempt, so nothing new is to be counted."""
    deliveries = Deliveries()
    deliveries.note(batch(1), stored(batch(1), 200))
    assert deliveries.sent == {}


def test_a_receipt_that_was_there_after_a_lost_answer_is_our_own() -> None:
    """The first attempt arrived and its answer did not; the batch counts, once."""
    deliveries = Deliveries()
    deliveries.note(batch(1), stored(batch(1), 200, attempts=2))
    deliveries.note(batch(1), stored(batch(1), 200))
    assert deliveries.sent == {"kumamoto-2023": Counts(like=5)}


def test_what_was_refused_was_sent_all_the_same() -> None:
    """A refusal must show as a difference, never disappear from both sides. The line names the first reason."""
    deliveries = Deliveries()
    problems = [{"pointer": "/live", "detail": "is another live"}, {"pointer": "/x", "detail": "second"}]
    deliveries.note(batch(1), Answer(422, None, {"title": "Nothing", "problems": problems}, 1))
    deliveries.note(batch(2), stored(batch(2), 202, rejected=3))
    assert deliveries.sent == {"kumamoto-2023": Counts(like=10)}
    assert deliveries.rejected == 3
    (refusal,) = deliveries.refused
    assert refusal == f"kumamoto-2023: batch {batch(1).id} answered 422 Nothing; /live is another live"


def test_a_difference_is_said_and_ends_with_1(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the stream standing still nothing is counted."""
    monkeypatch.setattr(sending, "QUIET_S", 0.5)
    cloud.apply(sample_campaign())
    command = ["simulate", "--url", cloud.url, "--campaign", "test-campaign", "--reactions", "50"]
    result = CliRunner().invoke(main, command, env={"LOCALLOVE_SECRET": cloud.add_sender("test-campaign")})
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith("sent     like 45")
    assert result.stdout.splitlines()[1].startswith("counted  like 0")
    assert result.stdout.splitlines()[-1] == "NOT equal"
