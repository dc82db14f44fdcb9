"""Logs and metrics: one line per request and per batch of stream records, and every metric's name.

Refuses: bodies, secrets, viewers. A line holds ids of lives and batches, numbers and reasons, nothing else.
"""

import sys

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

SERVICE = "local-love"
NAMESPACE = "LocalLove"

log = Logger(service=SERVICE, stream=sys.stderr)


def request_answered(request_id: str, method: str, resource: str, status: int, milliseconds: int) -> None:
    """The one line of a request, whatever became of it."""
    facts = {"request_id": request_id, "method": method, "resource": resource, "status": status, "ms": milliseconds}
    log.info("request answered", extra=facts)


def batch_stored(live: str, batch: str, *, accepted: int, rejected: int, replayed: bool) -> None:
    """A sender's batch was answered with a receipt."""
    log.info(
        "batch stored",
        extra={"live": live, "batch": batch, "accepted": accepted, "rejected": rejected, "replayed": replayed},
    )
    if not replayed:
        _emit({"BatchesStored": 1, "ReactionsAccepted": accepted, "ReactionsRejected": rejected})


def signature_failed(live: str) -> None:
    """A request for an existing live that no sender signed."""
    log.warning("signature failed", extra={"live": live})
    _emit({"SignatureFailures": 1})


def records_counted(request_id: str, shard: str, *, records: int, rows: int, quarantined: int) -> None:
    """The one line of a batch of stream records."""
    facts = {"request_id": request_id, "shard": shard, "records": records, "rows": rows, "quarantined": quarantined}
    log.info("records counted", extra=facts)
    _emit({"RecordsCounted": records, "RecordsQuarantined": quarantined})


def reports_published(request_id: str, campaign: str, *, published: int, skipped: int) -> None:
    """The one line of a publishing run for a campaign."""
    facts = {"request_id": request_id, "campaign": campaign, "published": published, "skipped": skipped}
    log.info("reports published", extra=facts)
    _emit({"ReportsPublished": published})


def publishing_failed(request_id: str, campaign: str, error: Exception) -> None:
    """Something could not be published: what was raised, and the notes on it that say where."""
    facts = {"request_id": request_id, "campaign": campaign, "error": type(error).__name__}
    log.error("publishing failed", extra={**facts, "notes": getattr(error, "__notes__", []), "detail": str(error)})
    _emit({"PublishingFailures": 1})


def live_settled(live: str, number: int, statement_sha256: str) -> None:
    """A live is settled: the number of its statement, and its hash."""
    log.info("live settled", extra={"live": live, "number": number, "statement_sha256": statement_sha256})
    _emit({"LivesSettled": 1})


def festival_closed(campaign: str, number: int, statement_sha256: str) -> None:
    """A festival is closed, and its result sealed: the number of its statement, and its hash."""
    log.info("festival closed", extra={"campaign": campaign, "number": number, "statement_sha256": statement_sha256})


def settling_failed(campaign: str, live: str, error: Exception) -> None:
    """A live could not be settled, or is not what was settled an hour ago."""
    log.error("settling failed", extra={"campaign": campaign, "live": live, "error": type(error).__name__, "detail": str(error)})
    _emit({"SettlingFailures": 1})


def notice_sent(request_id: str, campaign: str, notice: str, message: str) -> None:
    """A notice was sent: its own id, and the id that SNS gave the message."""
    log.info("notice sent", extra={"request_id": request_id, "campaign": campaign, "notice": notice, "message_id": message})
    _emit({"NoticesSent": 1})


def notice_failed(request_id: str, campaign: str, notice: str, error: Exception) -> None:
    """A notice was not sent, or is not on record as sent; the next run tries again."""
    facts = {"request_id": request_id, "campaign": campaign, "notice": notice, "error": type(error).__name__}
    log.error("notice failed", extra={**facts, "detail": str(error)})
    _emit({"NoticeFailures": 1})


def _emit(values: dict[str, int]) -> None:
    """Metrics in CloudWatch's embedded format, one line on standard output (switched off by POWERTOOLS_METRICS_DISABLED).

    POWERTOOLS_METRICS_NAMESPACE tells deployments apart, so that none sets off another's alarms. Without it nothing fails: no
    counting stops for want of a name.
    """
    metrics = EphemeralMetrics(service=SERVICE)
    metrics.namespace = metrics.namespace or NAMESPACE
    for name, value in values.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
