"""Publishing in the formats that take no time to make, for tests that are not about what a report looks like."""

from chalicelib import runtime
from chalicelib.flows.publishing import Publisher
from chalicelib.render.formats import FORMATS, Format

QUICK = FORMATS[:4]
"""JSON, its schema, and both tables."""


def publish(*formats: Format, at_ms: int | None = None) -> dict[str, int]:
    """Publish what has moved and send notices, as the function does in all of its formats."""
    service = runtime.service()
    publisher = Publisher(service.campaigns, service.reporting, service.reports, service.notifier, formats or QUICK)
    return publisher.publish_all(runtime.now_ms() if at_ms is None else at_ms, "run")
