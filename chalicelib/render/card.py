"""A report as one picture to be shared: 1200 × 630 pixels, the size that social media show without cutting.

Answers for: the PNG of a report in one language; the total and the donation in full, regions in the campaign's order.
Refuses: figures that the report does not have, and layout (`templates/card.typ`).
"""

from typing import NamedTuple

from chalicelib.domain.reports import Report
from chalicelib.render import headline
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.listings import more
from chalicelib.render.typeset import Content, png
from chalicelib.render.words import Language, words_in

MOST_TILES = 12
"""Two rows of six; of more regions the last tile says how many there are."""


def card(report: Report, language: Language) -> bytes:
    """The report as a PNG of 1200 × 630 pixels. Raises: NoFonts, typst.TypstError."""
    return png("card.typ", content(report, Display(language)))


def content(report: Report, show: Display) -> dict[str, Content]:
    """Everything that the picture says."""
    w, other, tiles = words_in(show.language), report.donation_in_other_currency, _tiles(report, show)
    shown = tiles if len(tiles) <= MOST_TILES else tiles[: MOST_TILES - 1]
    return {
        "language": show.language,
        "eyebrow": show.said(report.campaign_name) if report.scope != "campaign" else w["scope_campaign"],
        "title": show.said(report.title),
        "state": headline.state(report, show),
        "total": show.number(report.figures.counts.total),
        "sentence": w[_sentence(report)],
        "donation_label": w["donation_total"],
        "donation": show.money(report.donation_minor, report.currency),
        "elsewhere": w["card_elsewhere"].format(money=show.money(other.minor, other.currency)) if other else "",
        "tiles": [
            {
                "name": each.name,
                "kind": each.kind,
                "count": each.reactions,
                "value": show.in_chart(each.reactions),
                "note": each.note,
            }
            for each in shown
        ],
        "more": more(len(tiles), len(shown), show),
        "greatest": max(1, *(each.reactions for each in tiles)) if tiles else 1,
        "foot": [_reach(report, show), headline.as_of(report, show)],
        "proof": _proof(report, show),
    }


def _sentence(report: Report) -> str:
    """Which words stand below the total: nothing is said to have become a donation before that is final."""
    if report.figures.counts.total == 0:
        return "nothing_yet"
    return "card_final" if report.donation_minor > 0 and not report.provisional else "card_provisional"


class _Tile(NamedTuple):
    """A bar of the picture with what stands at it; `kind` is the place of its colour."""

    name: str
    kind: int
    reactions: int
    note: str


def _tiles(report: Report, show: Display) -> list[_Tile]:
    """The regions of a campaign, each with its donation; else the kinds."""
    if report.scope == "campaign":
        return [
            _Tile(show.said(each.name), 0, each.figures.counts.total, show.money(each.donation_minor, report.currency))
            for each in report.regions
        ]
    w = words_in(show.language)
    return [_Tile(w[kind], place, getattr(report.figures.counts, kind), "") for place, kind in enumerate(KINDS)]


def _reach(report: Report, show: Display) -> str:
    w = words_in(show.language)
    said = [w["card_markets"].format(count=show.number(len(report.markets) - 1))]
    if report.scope == "campaign":
        said.insert(0, w["card_regions"].format(count=show.number(len(report.regions))))
    return " · ".join(said)


def _proof(report: Report, show: Display) -> str:
    """The first digits of the first statement's hash, and how many more there are."""
    w, found = words_in(show.language), headline.statements(report)
    if not found:
        return w["statement_follows"]
    return f"{w['statement']} SHA-256 {headline.first_digits(found[0][1])}… {more(len(found), 1, show)}".rstrip()
