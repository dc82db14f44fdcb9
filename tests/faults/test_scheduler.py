"""Tasks take turns by the moments that they wait for, and by nothing else."""

import pytest

from locallove.faults.scheduler import Crashed, Restless, Scheduler


def test_tasks_go_on_in_the_order_of_the_moments_they_wait_for() -> None:
    scheduler, order = Scheduler(1_000), []

    def three_steps(name: str, wait_ms: int) -> None:
        for _ in range(3):
            order.append((name, scheduler.now_ms))
            scheduler.sleep(wait_ms)

    scheduler.begin("slow", lambda: three_steps("slow", 50))
    scheduler.begin("quick", lambda: three_steps("quick", 20), 5)
    scheduler.run()
    assert order == [("slow", 1000), ("quick", 1005), ("quick", 1025), ("quick", 1045), ("slow", 1050), ("slow", 1100)]


def test_who_is_parked_goes_on_when_roused_and_ends_when_it_is_over() -> None:
    scheduler, woken = Scheduler(0), []

    def wait() -> None:
        while not scheduler.over:
            scheduler.park()
            woken.append(scheduler.now_ms)

    scheduler.begin("waiter", wait)
    scheduler.begin("other", scheduler.rouse, 500)
    scheduler.run()
    assert len(woken) == 1
    scheduler.end()
    assert len(woken) == 2


def test_a_crash_ends_its_task_only_and_an_error_is_kept() -> None:
    scheduler, done = Scheduler(0), []

    def crash() -> None:
        raise Crashed

    def fail() -> None:
        raise ValueError("broken")

    scheduler.begin("crashing", crash)
    scheduler.begin("failing", fail)
    scheduler.begin("working", lambda: done.append("work"), 10)
    scheduler.run()
    assert done == ["work"]
    (broken,) = scheduler.broken
    assert broken.startswith("failing: ValueError in fail")


def test_what_does_not_come_to_rest_is_stopped() -> None:
    scheduler = Scheduler(0)

    def forever() -> None:
        while True:
            scheduler.sleep(1)

    scheduler.begin("forever", forever)
    with pytest.raises(Restless):
        scheduler.run()
