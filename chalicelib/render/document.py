"""A report for machines: JSON, and the JSON Schema that it keeps.

Answers for: every figure of the report, once, in the order of the model; equal reports have equal bytes.
"""

from functools import cache

import msgspec

from chalicelib.domain.reports import Report

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document(report: Report) -> bytes:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def schema(_: Report) -> bytes:
    """The JSON Schema (2020-12) of every report of this release."""
    return _schema()


@cache
def _schema() -> bytes:
    described = {"$schema": DIALECT, "title": "Report"} | msgspec.json.schema(Report)
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"
