"""Publishing: every campaign's reports in every format, into folders that are never written twice.

Answers for: what has moved since its last report, files first, `manifest.json` after them, `latest.json` last and only forward,
and each live's frozen rule, written once.
Under a retry or two runs at once: the same bytes in the same places, or a new folder; never half a report that looks whole.

Imported by `app.publish_reports` only: what reports need is in no other function's package.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from chalicelib import telemetry
from chalicelib.domain import publication, reports
from chalicelib.domain.campaigns import MINUTE_MS, frozen_part
from chalicelib.domain.publication import FOLDER, LATEST, MANIFEST, File, Latest, Manifest, MissingFile
from chalicelib.domain.reports import Report
from chalicelib.domain.standing import Standing
from chalicelib.domain.statement import Statement
from chalicelib.flows import reading
from chalicelib.render.formats import FORMATS
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.reports import Found, Reports, Taken
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals

MAX_TRIES = 5
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
JSON = "application/json"


class Publisher:
    """Publishes the reports of campaigns in force."""

    def __init__(self, campaigns: Campaigns, totals: Totals, published: Reports) -> None:
        self._campaigns = campaigns
        self._totals = totals
        self._published = published
        self._statements = Statements(published)

    def publish_all(self, now_ms: int, request_id: str) -> dict[str, int]:
        """Publish what has moved, of every campaign; gives how many reports were published and skipped.

        A report that fails does not stop the others. Raises: ExceptionGroup of all failures, at the end.
        """
        done = {"published": 0, "skipped": 0}
        failures: list[Exception] = []
        for campaign in self._campaigns.names():
            failed = len(failures)
            published = skipped = 0
            try:
                published, skipped = self._publish_campaign(campaign, now_ms, failures)
            except Exception as error:
                failures.append(error)
            for failure in failures[failed:]:
                telemetry.publishing_failed(request_id, campaign, failure)
            telemetry.reports_published(request_id, campaign, published=published, skipped=skipped)
            done["published"] += published
            done["skipped"] += skipped
        if failures:
            raise ExceptionGroup("some reports could not be published", failures)
        return done

    def _publish_campaign(self, campaign: str, now_ms: int, failures: list[Exception]) -> tuple[int, int]:
        """Publish one campaign's reports and frozen rules; gives how many reports were published and skipped."""
        applied = self._campaigns.get(campaign)
        if applied is None:
            return 0, 0
        standing = reading.standing(applied, self._totals, self._statements.totals_of_live, consistent=True)
        published = skipped = 0
        settled = {live: self._statements.of_live(each) for live, each in applied.settled.items()}
        for prefix, report in _reports(standing, settled, now_ms):
            try:
                moved = self._publish(prefix, report, failures)
            except Exception as error:
                error.add_note(prefix)
                failures.append(error)
            else:
                published += moved
                skipped += not moved
        failures.extend(self._freeze_rules(standing, now_ms))
        return published, skipped

    def _publish(self, prefix: str, report: Report, failures: list[Exception]) -> bool:
        """Publish one report unless the latest has the same content or is further on; gives whether it did."""
        body, tried, made = msgspec.json.encode(report), EARLIEST, None
        head, content = publication.head(body), publication.content_sha256(body)
        for _ in range(MAX_TRIES):
            found = self._published.read(f"{prefix}/{LATEST}")
            latest = msgspec.json.decode(found.body, type=Latest) if found else None
            if latest is not None and (latest.content_sha256 == content or head.is_behind(latest)):
                return False
            if made is None:
                made = _made(report)
                failures.extend(made.failures)
            tried = max(_moment(report, latest), tried + timedelta(seconds=1))
            try:
                self._write(prefix, tried.strftime(FOLDER), made, found)
            except Taken:
                continue
            return True
        raise Taken(f"{prefix}: {MAX_TRIES} folders in a row")

    def _write(self, prefix: str, folder: str, made: "_Made", before: Found | None) -> None:
        """Files first, the manifest after them, the pointer last. Raises: Taken."""
        report = made.report
        for file, body in made.files.items():
            self._published.write_once(f"{prefix}/{folder}/{file.name}", body, file.media_type)
        manifest = publication.encode(Manifest(1, report.scope, report.id, report.as_of, tuple(made.files), tuple(made.missing)))
        self._published.write_once(f"{prefix}/{folder}/{MANIFEST}", manifest, JSON)
        latest = publication.pointer(folder, msgspec.json.encode(report), manifest)
        self._published.move(f"{prefix}/{LATEST}", publication.encode(latest), JSON, before)

    def _freeze_rules(self, standing: Standing, now_ms: int) -> Iterator[Exception]:
        """Write the frozen part of every live that has begun or been counted to `rules/{live}.json`, once.

        The definition is read again after that is known: what was read before may have been replaced in between.
        """
        frozen = {
            each.live.id
            for each in standing.lives
            if each.live.start_minute * MINUTE_MS <= now_ms or self._totals.is_counted(each.live.id)
        }
        applied = self._campaigns.get(standing.applied.campaign.id) or standing.applied
        for live in applied.campaign.lives:
            if live.id in frozen:
                try:
                    self._published.write_once(f"rules/{live.id}.json", frozen_part(applied.campaign, live.id), JSON)
                except Taken as error:
                    error.add_note("the rule in force is not the one that was frozen")
                    yield error


def _reports(standing: Standing, settled: Mapping[str, Statement], now_ms: int) -> Iterator[tuple[str, Report]]:
    """Every report of a campaign with the prefix of its folders; `settled` are the statements of the lives that are."""
    campaign = standing.applied.campaign
    yield f"{campaign.id}/campaign", reports.campaign_report(standing, now_ms, settled)
    for region in campaign.regions:
        if standing.of_region(region.id):
            yield f"{campaign.id}/region-{region.id}", reports.region_report(standing, region.id, now_ms, settled)
    for live in campaign.lives:
        yield f"{campaign.id}/live-{live.id}", reports.live_report(standing, live.id, now_ms, settled)


@dataclass(frozen=True, slots=True)
class _Made:
    """A report in its formats; a format that failed is in `missing` and its error in `failures`."""

    report: Report
    files: dict[File, bytes]
    missing: list[MissingFile]
    failures: list[Exception]


def _made(report: Report) -> _Made:
    made = _Made(report, {}, [], [])
    for each in FORMATS:
        try:
            body = each.render(report)
        except Exception as error:
            made.missing.append(MissingFile(each.name, type(error).__name__))
            made.failures.append(error)
        else:
            made.files[File(each.name, len(body), sha256(body).hexdigest(), each.media_type)] = body
    return made


def _moment(report: Report, latest: Latest | None) -> datetime:
    """The folder's moment: that of the newest counted change, but always after the latest folder's."""
    moment = datetime.fromisoformat(report.as_of) if report.as_of else EARLIEST
    if latest is not None:
        before = datetime.strptime(latest.folder, FOLDER).replace(tzinfo=UTC)
        moment = max(moment, before + timedelta(seconds=1))
    return moment
