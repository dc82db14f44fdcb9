"""Notices: which report calls for one, and what a notice is.

Answers for: one occasion for each number of a statement, once its report is final and the statement is in the chain; its id.
Refuses: wording (`render/notice.py`), sending and remembering (`flows/notifying.py`).
"""

import msgspec

from chalicelib.domain.reports import Report
from chalicelib.domain.statement_lines import Published


class Occasion(msgspec.Struct, frozen=True):
    """That the report of a live (or, where it is None, of the campaign) is final by this statement."""

    campaign: str
    live: str | None
    statement: Published

    @property
    def id(self) -> str:
        """`live/{live}/{number}` or `campaign/{campaign}/{number}`: by it a reader knows a notice that came twice."""
        subject = f"campaign/{self.campaign}" if self.live is None else f"live/{self.live}"
        return f"{subject}/{self.statement.number}"

    @property
    def is_correction(self) -> bool:
        """Whether the statement replaces an earlier one."""
        return self.statement.number > 1


class Notice(msgspec.Struct, frozen=True):
    """A message about an occasion; the subject is one line of ASCII, the text is in Japanese and English."""

    occasion: Occasion
    subject: str
    text: str

    @property
    def attributes(self) -> dict[str, str]:
        """What a subscriber can filter by, and what a program reads instead of the text."""
        occasion = self.occasion
        return {
            "id": occasion.id,
            "kind": "correction" if occasion.is_correction else "final",
            "campaign": occasion.campaign,
            **({} if occasion.live is None else {"live": occasion.live}),
            "statement_sha256": occasion.statement.sha256,
        }


def occasion(report: Report) -> Occasion | None:
    """The occasion of a report; None while it is provisional or its statement has no place in the chain, and for a region.

    A campaign's statement that is older than one of its lives' is about to be replaced: its figures are no longer the report's.
    """
    if report.provisional or report.scope == "region":
        return None
    lives = [each.statement.published for each in report.lives if each.statement]
    live = report.id if report.scope == "live" else None
    statement = report.statement if live is None else lives[0]
    if statement is None or statement.link is None or any(each.settled_at > statement.settled_at for each in lives):
        return None
    return Occasion(report.campaign, live, statement)
