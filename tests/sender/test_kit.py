"""The kit: whatever the network and the platform do, every reaction that was taken has an outcome, and none is stored twice."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sender.platform import SECRET, Attempt, Platform, Told, like

from locallove.sender import Batch, Closed, Full, GaveUp, Kit, Outcome, Patience, Unanswered, batches

ROOT = Path(__file__).parents[2]
LIVE = "kumamoto-2023"
QUICK = Patience(attempts=None, refused_attempts=None, first_wait_s=0.001, longest_wait_s=0.01, total_s=60, answer_s=10)
NO_PATIENCE = Patience(attempts=1, refused_attempts=1)
NEVER_S = 3600.0


@pytest.fixture
def kit(platform: Platform) -> Iterator[Callable[..., Kit]]:
    made: list[Kit] = []

    def make(**options: Any) -> Kit:
        made.append(Kit(platform.url, SECRET, LIVE, **{"patience": QUICK, "oldest_s": NEVER_S, **options}))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def ids(numbers: range) -> list[str]:
    return sorted(f"r{number}" for number in numbers)


def trouble(seed: int) -> Callable[[Attempt], Told]:
    """What a bad day is like: connections lost before and after storing, storms of 503, refusals that pass, a welcome page."""
    chance = random.Random(seed)
    answers = [
        *[Told(202)] * 4,
        Told(0),
        Told(0, stores=True),
        Told(503, {"Retry-After": "0"}),
        Told(503, {}, b"", stores=True),
        Told(429),
        Told(401),
        Told(404),
        Told(200, {}, b"<html>Welcome</html>"),
    ]
    return lambda _: chance.choice(answers)


@pytest.mark.parametrize("seed", range(12))
def test_eight_threads_on_a_bad_day_lose_nothing_and_send_nothing_twice(
    platform: Platform, kit: Callable[..., Kit], seed: int
) -> None:
    """Also when adding must wait for room, and batches are cut by age and by size at once."""
    platform.decide = trouble(seed)
    chance = random.Random(seed)
    subject = kit(most=chance.choice([1, 7, 20]), oldest_s=chance.choice([0.0, 0.005, NEVER_S]), room=40, workers=3)

    def add(mine: range) -> None:
        for number in mine:
            subject.add(like(number))

    threads = [threading.Thread(target=add, args=(range(start, 320, 8),)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = subject.close()
    assert platform.counted() == ids(range(320))
    assert (report.accepted, report.rejected, report.refused, report.given_up) == (320, 0, 0, ())
    texts = {attempt.batch: attempt.text for attempt in platform.attempts}
    assert all(texts[attempt.batch] == attempt.text for attempt in platform.attempts)
    assert report.batches == len(texts)


@pytest.mark.parametrize("seed", range(8))
def test_what_was_given_up_is_sent_again_as_it_was_and_counts_once(
    platform: Platform, kit: Callable[..., Kit], seed: int
) -> None:
    """With no patience at all much is given up, stored or not; from the kept texts alone everything is there in the end."""
    platform.decide = trouble(seed)
    first = kit(most=7, patience=NO_PATIENCE)
    for number in range(100):
        first.add(like(number))
    with pytest.raises(Unanswered, match="of 15 batches have no final answer") as unanswered:
        first.close()
    kept = [outcome.batch.text for outcome in unanswered.value.report.given_up]
    assert kept
    again = kit()
    for text in kept:
        again.send(Batch.of(text))
    again.close()
    assert platform.counted() == ids(range(100))


def test_batches_are_cut_by_size(platform: Platform, kit: Callable[..., Kit]) -> None:
    """A full batch goes at once; what is left goes when the kit is closed, in the order in which it was added."""
    with kit(most=3, workers=1) as subject:
        for number in range(8):
            subject.add(like(number))
    assert platform.sizes() == [3, 3, 2]
    sent = [each["id"] for attempt in platform.attempts for each in msgspec.json.decode(attempt.text)["reactions"]]
    assert sent == [f"r{number}" for number in range(8)]


def test_batches_are_cut_by_age(platform: Platform, kit: Callable[..., Kit]) -> None:
    """A batch that is far from full does not wait for more, nor for the end."""
    subject = kit(oldest_s=0.02)
    for number in range(2):
        subject.add(like(number))
        assert platform.arrived.acquire(timeout=10)
    assert platform.sizes() == [1, 1]
    assert subject.close().batches == 2


def test_a_young_batch_waits_for_more(platform: Platform, kit: Callable[..., Kit]) -> None:
    """Until the kit is closed."""
    subject = kit()
    for number in range(3):
        subject.add(like(number))
    assert not platform.arrived.acquire(timeout=0.03)
    subject.close()
    assert platform.sizes() == [3]


def test_a_batch_that_finds_no_answer_holds_up_no_other(platform: Platform, kit: Callable[..., Kit]) -> None:
    """While one worker tries it again and again, the other sends what has come of age."""
    platform.decide = lambda attempt: Told(503 if b'"r0"' in attempt.text else 202)
    subject = kit(oldest_s=0.01)
    subject.add(like(0))
    assert platform.arrived.acquire(timeout=10)
    subject.add(like(1))
    while platform.counted() != ["r1"]:
        assert platform.arrived.acquire(timeout=10)
    with pytest.raises(Unanswered):
        subject.close(timeout_s=0)


def test_a_full_kit_pushes_back_and_what_it_did_not_take_is_not_sent(platform: Platform, kit: Callable[..., Kit]) -> None:
    """Room counts what is under way as well. When an answer comes, there is room again."""
    blocked = threading.Event()
    platform.decide = lambda _: Told(202) if blocked.is_set() else Told(503)
    subject = kit(most=5, room=10)
    for number in range(10):
        subject.add(like(number))
    with pytest.raises(Full):
        subject.add(like(10), timeout_s=0.01)
    (late,) = batches([like(11)], LIVE)
    with pytest.raises(Full):
        subject.send(late, timeout_s=0.01)
    blocked.set()
    subject.add(like(12), timeout_s=30)
    subject.close()
    assert platform.counted() == sorted([*ids(range(10)), "r12"])


def test_a_batch_larger_than_all_the_room_goes_alone(platform: Platform, kit: Callable[..., Kit]) -> None:
    """Else it would wait for ever."""
    (large,) = batches([like(number) for number in range(100)], LIVE)
    with kit(most=5, room=10) as subject:
        subject.send(large, timeout_s=10)
    assert platform.counted() == ids(range(100))


def test_closing_in_the_middle_sends_what_was_taken_and_tells_who_waits(platform: Platform, kit: Callable[..., Kit]) -> None:
    """Threads that are adding while the kit closes learn by Closed what was not taken; everything else is stored."""
    platform.decide = trouble(3)
    subject = kit(most=4, room=8)
    taken: list[str] = []
    refused: list[str] = []

    def add(mine: range) -> None:
        for number in mine:
            try:
                subject.add(like(number))
                taken.append(f"r{number}")
            except Closed:
                refused.append(f"r{number}")

    threads = [threading.Thread(target=add, args=(range(start, 400, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    assert platform.arrived.acquire(timeout=10)
    subject.close()
    for thread in threads:
        thread.join()
    assert refused
    assert sorted([*taken, *refused]) == ids(range(400))
    assert platform.counted() == sorted(taken)


def test_closing_with_a_time_limit_hands_back_what_has_no_answer(platform: Platform, kit: Callable[..., Kit]) -> None:
    """What was under way and what was not begun: all of it is in the report, to be sent again."""
    platform.answers = [Told(503)]
    subject = kit(most=2)
    for number in range(9):
        subject.add(like(number))
    assert platform.arrived.acquire(timeout=10)
    with pytest.raises(Unanswered) as unanswered:
        subject.close(timeout_s=0)
    given_up = unanswered.value.report.given_up
    assert sorted(outcome.batch.reactions for outcome in given_up) == [1, 2, 2, 2, 2]
    assert sum(outcome.batch.counts.like for outcome in given_up) == 9
    with pytest.raises(Unanswered):
        subject.close()
    with pytest.raises(Closed):
        subject.add(like(9))


def test_the_report_adds_up(platform: Platform, kit: Callable[..., Kit]) -> None:
    """Stored, there already, refused with the problem document, given up; each batch told once."""
    said = {"r0": Told(202), "r1": Told(202), "r2": Told(422, {}, b'{"title": "No"}'), "r3": Told(503)}
    platform.decide = lambda attempt: said[msgspec.json.decode(attempt.text)["reactions"][0]["id"]]
    told: list[Outcome] = []
    subject = kit(most=1, workers=1, on_outcome=told.append, patience=NO_PATIENCE)
    for number in (0, 1, 1, 2, 3):
        subject.add(like(number))
    with pytest.raises(Unanswered):
        subject.close()
    report = subject.report
    assert (report.batches, report.accepted, report.rejected, report.replayed, report.refused) == (5, 3, 0, 1, 1)
    (refusal,) = report.refusals
    assert refusal.answer is not None
    assert refusal.answer.problem == {"title": "No"}
    (given_up,) = report.given_up
    assert given_up.gave_up is not None
    assert given_up.gave_up.status == 503
    assert not report.is_clean
    assert [outcome.batch.text for outcome in told] == [attempt.text for attempt in platform.attempts]


def test_what_the_caller_could_not_take_in_is_given_up_and_the_kit_goes_on(platform: Platform, kit: Callable[..., Kit]) -> None:
    """A full disk in `on_outcome` must neither lose the batch nor stop the others."""

    def note(outcome: Outcome) -> None:
        if outcome.batch.counts.like == 1:
            raise OSError("No space left on device")

    subject = kit(most=1, on_outcome=note)
    subject.add(like(0))
    subject.add(like(1, count=2))
    with pytest.raises(Unanswered, match=r"1 of 2 batches .* No space left on device"):
        subject.close()
    assert platform.counted() == ids(range(2))


def test_an_exception_in_the_with_statement_is_not_hidden_and_what_was_added_is_sent(
    platform: Platform, kit: Callable[..., Kit]
) -> None:
    """Whether or not everything was answered."""
    with pytest.raises(KeyError):
        add_and_raise(kit(), KeyError())
    assert platform.counted() == ["r0"]
    platform.answers = [Told(503)]
    with pytest.raises(KeyError):
        add_and_raise(kit(patience=NO_PATIENCE), KeyError())


def test_an_interrupt_does_not_wait_for_patience_to_end(platform: Platform, kit: Callable[..., Kit]) -> None:
    """What has no answer is in the report."""
    platform.answers = [Told(503)]
    subject = kit()
    with pytest.raises(KeyboardInterrupt):
        add_and_raise(subject, KeyboardInterrupt())
    assert [outcome.batch.counts.like for outcome in subject.report.given_up] == [1]


def add_and_raise(subject: Kit, error: BaseException) -> None:
    with subject:
        subject.add(like(0))
        raise error


def test_a_program_that_forgets_to_close_loses_nothing_and_ends(platform: Platform) -> None:
    """At the end of the process the kit closes itself."""
    program = f"""
from locallove.sender import Kit, Reaction
kit = Kit({platform.url!r}, {SECRET!r}, {LIVE!r}, oldest_s=3600)
kit.add(Reaction("r0", "like", "2023-02-11T19:00:03.120+09:00", "u1"))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert platform.counted() == ["r0"]


def test_the_kit_needs_the_standard_library_and_msgspec_only() -> None:
    """What a platform installs."""
    program = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {"locallove", "chalicelib", "msgspec", *sys.stdlib_module_names}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuses())
import locallove.sender
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_connections_are_kept_alive_and_few(platform: Platform, kit: Callable[..., Kit]) -> None:
    """As many as there are workers, however many batches."""
    with kit(most=1, workers=2) as subject:
        for number in range(30):
            subject.add(like(number))
    assert len(platform.attempts) == 30
    assert len(platform.connections) <= 2


def test_a_kit_that_cannot_be_is_refused_before_anything_is_sent(kit: Callable[..., Kit]) -> None:
    """Less room than a batch would wait for ever; a kit without a live has nowhere to add to."""
    with pytest.raises(ValueError, match="less than one batch"):
        kit(most=10, room=9)
    with pytest.raises(ValueError, match="not an http or https address"):
        Kit("ftp://example.org", SECRET, LIVE)
    with Kit("http://127.0.0.1:9", SECRET) as batches_only, pytest.raises(ValueError, match="without a live"):
        batches_only.add(like(0))


def test_a_reaction_that_could_only_be_rejected_is_not_taken(platform: Platform, kit: Callable[..., Kit]) -> None:
    """The caller is told at once; the others are sent."""
    with kit() as subject:
        subject.add(like(0))
        with pytest.raises(ValueError, match="count"):
            subject.add(like(1, count=0))
    assert platform.counted() == ["r0"]


def test_given_up_says_which_batch_and_why(platform: Platform, kit: Callable[..., Kit]) -> None:
    """With the last status."""
    platform.answers = [Told(401)]
    subject = kit(patience=NO_PATIENCE)
    subject.add(like(0))
    with pytest.raises(Unanswered, match=r"1 of 1 batches .* batch \w{32}: answered 401"):
        subject.close()
    assert isinstance(subject.report.given_up[0].gave_up, GaveUp)
