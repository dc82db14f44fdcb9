"""The whole service on a laptop: AWS imitated, API served, stream pumped, schedules run.

Answers for: starting and ending all of it as one block. What runs is `app.py` itself, through its own handlers.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import boto3
from chalice.app import Chalice

from chalicelib import runtime, telemetry
from chalicelib.domain.applied import Applied
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.senders import signing_secret
from chalicelib.flows import applying
from locallove.cloud import aws
from locallove.cloud.pump import Pump
from locallove.cloud.scheduler import Scheduler, context
from locallove.cloud.server import LocalServer


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """The running service."""

    url: str
    pump: Pump
    scheduler: Scheduler

    def apply(self, campaign: Campaign) -> Applied:
        """Put a campaign in force. Raises: Refused."""
        service = runtime.service()
        plan = applying.preview(service.campaigns, campaign, runtime.now_ms(), None)
        return applying.apply(service.campaigns, service.secrets, plan, runtime.new_key(), runtime.now_ms())

    def add_sender(self, campaign: str, name: str = "platform") -> str:
        """Let somebody post to a campaign; gives the signing secret. Raises: SenderRefused."""
        secret = signing_secret(runtime.new_key())
        runtime.service().secrets.add_sender(campaign, name, secret, runtime.now_ms())
        return secret

    def pages(self, campaign: str) -> dict[str, str]:
        """Where people watch a campaign: the public page, and the overlay on the stream."""
        return {"live_page": f"{self.url}/live/{campaign}", "overlay": f"{self.url}/overlay/{campaign}"}

    def publish(self) -> dict[str, int]:
        """Run `publish_reports` now; gives how many reports were published and skipped."""
        done: dict[str, int] = self.scheduler.invoke("publish_reports")
        return done


@contextmanager
def local_cloud(port: int = 0, *, background: bool = True, links_url: str | None = None) -> Iterator[LocalCloud]:
    """The service until the end of the block; port 0 takes a free one. Raises: OSError when the port is taken.

    With `background` false nothing turns the pump: a test does, when it wants to. `links_url` is where another process finds the
    imitated AWS: signed links lead there.
    """
    with aws.imitated(links_url) as stream_arn:
        telemetry.log.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "ERROR"))
        runtime.service.cache_clear()
        app = _app()
        service = runtime.service()
        _ = service.intake, service.counter  # made before requests come in parallel
        server = LocalServer(app, port)
        pump = Pump(boto3.client("dynamodbstreams"), stream_arn, _counter(app))
        scheduler = Scheduler(app, _say_failed)
        threads = [threading.Thread(target=each, daemon=True) for each in ((pump.run, scheduler.run) if background else ())]
        server.start()
        for thread in threads:
            thread.start()
        try:
            yield LocalCloud(server.url, pump, scheduler)
        finally:
            server.close()
            pump.stop()
            scheduler.stop()
            for thread in threads:
                with suppress(RuntimeError):
                    thread.join()
            runtime.service.cache_clear()


def _app() -> Chalice:
    import app  # noqa: PLC0415 - imported only once the imitated AWS is there to be used

    return app.app


def _say_failed(name: str, error: Exception) -> None:
    telemetry.log.error("scheduled run failed", extra={"function": name, "error": type(error).__name__, "detail": str(error)})


def _counter(app: Chalice) -> Any:
    count = app.handler_map["count_reactions"]
    return lambda event: count(event, context("count_reactions"))
