"""The scheduler reads its rates off the app."""

import pytest
from chalice.app import Chalice, Rate

from locallove.cloud.scheduler import Schedule, Scheduler, schedules


def test_rates_are_read_off_the_app_itself() -> None:
    import app  # noqa: PLC0415

    assert list(schedules(app.app)) == [Schedule("publish_reports", 300), Schedule("settle_lives", 300)]


def test_an_expression_that_is_not_a_rate_is_refused_not_ignored() -> None:
    other = Chalice("other")

    @other.schedule("cron(0 10 * * ? *)")
    def nightly(event: object) -> None: ...

    with pytest.raises(ValueError, match="nightly"):
        list(schedules(other))


def test_a_function_can_be_run_now_with_the_event_that_eventbridge_sends() -> None:
    other = Chalice("other")
    seen = []

    @other.schedule(Rate(1, unit=Rate.HOURS))
    def hourly(event: object) -> str:
        seen.append(event)
        return "done"

    assert Scheduler(other, lambda *_: None).invoke("hourly") == "done"
    assert len(seen) == 1
