"""Names for the codes of what is on record, in both languages: the same look-ups as the page's.

Answers for: places, countries, languages, and what a coded sample was drawn from.
Refuses: names of its own; a country or language that nobody named here stays its code.
"""

from collections.abc import Sequence

from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import COMMENTS, Sentiment
from chalicelib.render.display import Display
from chalicelib.render.sheets.texts import both, in_both, said
from chalicelib.render.words import words_in


def place(report: Report, region: str | None) -> str:
    """The region that something is about, or the whole campaign; a dash for one that the report does not have."""
    if region is None:
        return both("scope_campaign")
    return next((said(each.name) for each in report.regions if each.region == region), "–")


def country(report: Report, code: str) -> str:
    """The country by its name among the campaign's markets."""
    return next((said(each.name) for each in report.markets if each.market == code), code)


def languages(codes: Sequence[str]) -> str:
    """These languages, or that the texts had no words."""

    def listed(show: Display) -> str:
        w = words_in(show.language)
        return w["list_comma"].join(w.get(f"language_{code}", code) for code in codes)

    return in_both(listed) if codes else both("no_languages")


def drawn_from(report: Report, sample: Sentiment) -> str:
    """What the texts of a sample are: the title of their live, where they are of one, and comments or the source by name."""
    titles = [said(live.title) for live in report.lives if live.live == sample.live]
    return "\n".join([*titles, both("of_comments") if sample.source == COMMENTS else sample.source])
