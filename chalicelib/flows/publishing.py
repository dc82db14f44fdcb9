"""Publishing: every campaign's reports in every format, into folders that are never written twice.

Answers for: what has moved since its last report, files first, `manifest.json` after them, `latest.json` last and only forward.
Under a retry or two runs at once: the same bytes in the same places, or a new folder; never half a report that looks whole.

Imported by `app.publish_reports` only: what reports need is in no other function's package.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Literal, TypeAlias

import msgspec

from chalicelib import telemetry
from chalicelib.domain import publication, reports
from chalicelib.domain.comparison import Before
from chalicelib.domain.publication import EARLIEST, FOLDER, LATEST, MANIFEST, REPORT, Latest, Manifest, Mark
from chalicelib.domain.reports import Report, Sources
from chalicelib.flows.freezing import freeze_rules
from chalicelib.flows.notifying import Notifier
from chalicelib.flows.reporting import Reporting
from chalicelib.render.formats import FORMATS, Format, Made, make
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.clients import StorageRefused
from chalicelib.store.reports import JSON, Found, Reports, Taken

MAX_TRIES = 5

Outcome: TypeAlias = Literal["published", "same", "behind"]
"""What became of a report: published, the same as the latest, or behind it."""


class Publisher:
    """Publishes the reports of campaigns in force."""

    def __init__(
        self,
        campaigns: Campaigns,
        reporting: Reporting,
        published: Reports,
        notifier: Notifier | None = None,
        formats: Sequence[Format] = FORMATS,
    ) -> None:
        self._campaigns = campaigns
        self._reporting = reporting
        self._published = published
        self._notifier = notifier
        self._formats = formats

    def publish_all(self, now_ms: int, request_id: str) -> dict[str, int]:
        """Publish what has moved, of every campaign; gives how many reports were published and skipped.

        A report that fails does not stop the others, and notices come last: they stop none.
        Raises: ExceptionGroup of all failures, at the end.
        """
        done = {"published": 0, "skipped": 0}
        failures: list[Exception] = []
        final: list[Report] = []
        for campaign in self._campaigns.names():
            failed = len(failures)
            published = skipped = 0
            try:
                published, skipped = self._publish_campaign(campaign, now_ms, failures, final)
            except Exception as error:
                failures.append(error)
            for failure in failures[failed:]:
                telemetry.publishing_failed(request_id, campaign, failure)
            telemetry.reports_published(request_id, campaign, published=published, skipped=skipped)
            done["published"] += published
            done["skipped"] += skipped
        if self._notifier is not None:
            failures.extend(self._notifier.notify(final, now_ms, request_id))
        if failures:
            raise ExceptionGroup("some reports could not be published", failures)
        return done

    def _publish_campaign(self, campaign: str, now_ms: int, failures: list[Exception], final: list[Report]) -> tuple[int, int]:
        """Publish one campaign's reports and frozen rules; gives how many were published and skipped, and adds to `final`."""
        applied = self._campaigns.get(campaign)
        if applied is None:
            return 0, 0
        sources = self._reporting.sources(applied)
        mark = publication.mark(sources.standing, sources.registers.revision)
        published = skipped = 0
        for prefix, report in all_reports(sources, now_ms):
            try:
                outcome = self._publish(prefix, report, mark, failures)
            except Exception as error:
                error.add_note(prefix)
                failures.append(error)
            else:
                published += outcome == "published"
                skipped += outcome != "published"
                if outcome != "behind" and not report.provisional:
                    final.append(report)
        try:
            failures.extend(freeze_rules(sources.standing, self._campaigns, self._reporting.totals, self._published, now_ms))
        except StorageRefused as error:
            failures.append(error)
        return published, skipped

    def _publish(self, prefix: str, report: Report, mark: Mark, failures: list[Exception]) -> Outcome:
        """Publish one report unless the latest has the same content or is further on. `mark` says how far the campaign is.

        Where the latest lacks formats that could not be made, they are tried again, and published once one of them can be.
        """
        body, tried = msgspec.json.encode(report), EARLIEST
        head, content = publication.head(body), publication.content_sha256(body)
        made: Made | None = None
        for _ in range(MAX_TRIES):
            found = self._published.read(f"{prefix}/{LATEST}")
            latest = msgspec.json.decode(found.body, type=Latest) if found else None
            if latest is not None and head.is_behind(latest, mark):
                return "behind"
            same = latest is not None and latest.content_sha256 == content
            if latest is not None and same and not latest.missing:
                return "same"
            beside = reports.compared(report, self._before(prefix, latest), same=same)
            if made is None or made.report != beside:
                made = make(beside, self._formats)
                failures.extend(made.failures)
            if latest is not None and same and set(latest.missing) <= {each.name for each in made.missing}:
                return "same"
            tried = max(publication.moment(report.as_of, latest), tried + timedelta(seconds=1))
            try:
                self._write(prefix, tried.strftime(FOLDER), made, mark, found)
            except Taken:
                continue
            return "published"
        raise Taken(f"{prefix}: {MAX_TRIES} folders in a row")

    def _before(self, prefix: str, latest: Latest | None) -> Before | None:
        """The report that is in force. Raises: StorageRefused."""
        found = self._published.read(f"{prefix}/{latest.folder}/{REPORT}") if latest else None
        return msgspec.json.decode(found.body, type=Before) if found else None

    def _write(self, prefix: str, folder: str, made: Made, mark: Mark, before: Found | None) -> None:
        """Files first, the manifest after them, the pointer last. Raises: Taken."""
        report, final = made.report, not made.report.provisional
        for file, body in made.files.items():
            self._published.write_once(f"{prefix}/{folder}/{file.name}", body, file.media_type, final=final)
        listed = Manifest(1, report.scope, report.id, report.as_of, tuple(made.files), tuple(made.missing), mark)
        manifest = publication.encode(listed)
        self._published.write_once(f"{prefix}/{folder}/{MANIFEST}", manifest, JSON, final=final)
        latest = publication.pointer(folder, msgspec.json.encode(report), manifest)
        self._published.move(f"{prefix}/{LATEST}", publication.encode(latest), JSON, before)


def all_reports(sources: Sources, now_ms: int) -> Iterator[tuple[str, Report]]:
    """Every report of a campaign with the prefix of its folders."""
    campaign = sources.standing.applied.campaign
    yield publication.of_campaign(campaign.id), reports.campaign_report(sources, now_ms)
    for region in campaign.regions:
        if sources.standing.of_region(region.id):
            yield publication.of_region(campaign.id, region.id), reports.region_report(sources, region.id, now_ms)
    for live in campaign.lives:
        yield f"{campaign.id}/live-{live.id}", reports.live_report(sources, live.id, now_ms)
