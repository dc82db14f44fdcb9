"""What summary and card both say of a report: how far its figures can be relied on, and the hashes to hold them to.

Answers for: provisional or final, the moment they are of, the statements of a report and the digits of a hash that are printed.
Refuses: layout.
"""

from chalicelib.domain.donations import Words
from chalicelib.domain.reports import Report
from chalicelib.domain.statement_lines import Published
from chalicelib.render.display import Display
from chalicelib.render.words import words_in

DIGITS = 16
"""Of a hash, the digits that are printed: `locallove verify --expect` takes no fewer."""


def state(report: Report, show: Display) -> dict[str, str | bool]:
    """Whether the figures are final, in a word and in a sentence."""
    w = words_in(show.language)
    if not report.provisional:
        return {"final": True, "label": w["final"], "line": w["is_final"]}
    line = w["final_after"].format(moment=show.moment(report.final_after)) if report.final_after else w["no_lives"]
    return {"final": False, "label": w["provisional"], "line": line}


def as_of(report: Report, show: Display) -> str:
    """The moment of the newest counted change, in Japan's time."""
    w = words_in(show.language)
    return f"{w['as_of']} {show.second(report.as_of)}" if report.as_of else w["nothing_yet"]


def statements(report: Report) -> tuple[tuple[Words, Published], ...]:
    """The campaign's own statement in its report, else those of the lives that have one; each with the name of what it is of."""
    if report.scope == "campaign":
        return ((report.title, report.statement),) if report.statement else ()
    return tuple((each.title, each.statement.published) for each in report.lives if each.statement)


def first_digits(statement: Published) -> str:
    """The digits of a statement's hash that are printed."""
    return statement.sha256[:DIGITS]
