"""Notifying: a message for each report that has become final, and for each correction of it.

Answers for: at least one notice for each statement whose report is in force.
Under a retry: SNS cannot be asked to send once only, so a notice is sent first and then put on record. Killed in between, or run
twice at once, the same notice is sent twice, under the same id, and none is lost; what is on record is not sent again.
A statement that was corrected before its report was published has no notice; that of the correction says what it corrects.
"""

from collections.abc import Iterable, Iterator

from chalicelib import telemetry
from chalicelib.domain.notices import occasion
from chalicelib.domain.reports import Report
from chalicelib.render.notice import notice
from chalicelib.store.notices import Notices


class Notifier:
    """Sends notices. `public_url` is what stands before the paths of the public API, None if it is not known."""

    def __init__(self, notices: Notices, public_url: str | None) -> None:
        self._notices = notices
        self._public_url = public_url

    def notify(self, in_force: Iterable[Report], now_ms: int, request_id: str) -> Iterator[Exception]:
        """Send what is due of these reports, which must be published; gives the errors. One that fails stops no other."""
        for report in in_force:
            due = occasion(report)
            if due is None:
                continue
            try:
                if not self._notices.is_sent(due):
                    message = self._notices.send(notice(report, due, self._public_url))
                    telemetry.notice_sent(request_id, due.campaign, due.id, message)
                    self._notices.record(due, message, now_ms)
            except Exception as error:
                error.add_note(f"notice {due.id}")
                telemetry.notice_failed(request_id, due.campaign, due.id, error)
                yield error
