"""The formats of a report: one line each, published in this order under these names."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from chalicelib.domain.reports import Report
from chalicelib.render.document import document, schema
from chalicelib.render.page import page
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
    Format("report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
)
