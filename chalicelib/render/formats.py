"""The formats of a report: one line each, published in this order under these names.

Answers for: all formats of a report at once; one that fails does not stop the others. A format that is added reaches a report
when that moves next.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from chalicelib.domain.publication import CannotBeMade, File, MissingFile
from chalicelib.domain.reports import Report
from chalicelib.render.card import card
from chalicelib.render.document import document, schema
from chalicelib.render.page import page
from chalicelib.render.summary import summary
from chalicelib.render.tables import minutes, totals
from chalicelib.render.workbook import workbook


class Format(NamedTuple):
    """A file of a report: its name, its media type, and the pure function that makes its bytes."""

    name: str
    media_type: str
    render: Callable[[Report], bytes]


FORMATS: tuple[Format, ...] = (
    Format("report.json", "application/json", document),
    Format("report.schema.json", "application/schema+json", schema),
    Format("totals.csv", "text/csv; charset=utf-8", totals),
    Format("minutes.csv", "text/csv; charset=utf-8", minutes),
    Format("report.ja.html", "text/html; charset=utf-8", partial(page, language="ja")),
    Format("report.en.html", "text/html; charset=utf-8", partial(page, language="en")),
    Format("summary.ja.pdf", "application/pdf", partial(summary, language="ja")),
    Format("summary.en.pdf", "application/pdf", partial(summary, language="en")),
    Format("card.ja.png", "image/png", partial(card, language="ja")),
    Format("card.en.png", "image/png", partial(card, language="en")),
    Format("report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A report in its formats; a format that could not be made is in `missing`, with its error."""

    report: Report
    files: dict[File, bytes]
    missing: dict[MissingFile, Exception]

    @property
    def failures(self) -> list[Exception]:
        """What may be otherwise the next time."""
        return [error for each, error in self.missing.items() if not each.lasting]


def make(report: Report, formats: Iterable[Format] = FORMATS) -> Made:
    """The report in each of these formats that can be made."""
    made = Made(report, {}, {})
    for each in formats:
        try:
            body = each.render(report)
        except Exception as error:
            error.add_note(each.name)
            made.missing[MissingFile(each.name, type(error).__name__, isinstance(error, CannotBeMade))] = error
        else:
            made.files[File(each.name, len(body), sha256(body).hexdigest(), each.media_type)] = body
    return made
