"""A report on one or two pages of A4, to be printed, filed and read aloud.

Answers for: the PDF of a report in one language, and what stands on it in which order.
Refuses: computing figures (the report has them all) and layout (`templates/summary.typ`).
"""

from collections.abc import Iterator

from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import COMMENTS, Sentiment
from chalicelib.render import headline, listings, plots
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.typeset import Content, pdf
from chalicelib.render.words import Language, words_in

METHOD = ("method_reaction", "method_once", "method_settlement", "method_zone")


def summary(report: Report, language: Language) -> bytes:
    """The report as a PDF (PDF/A-2b and PDF/UA-1) of one page or two. Raises: NoFonts, typst.TypstError."""
    return pdf("summary.typ", content(report, Display(language)), report.as_of)


def content(report: Report, show: Display) -> dict[str, Content]:
    """Everything that the pages say, in their order."""
    w = words_in(show.language)
    within = f"{show.said(report.campaign_name)} · " if report.scope != "campaign" else ""
    return {
        "language": show.language,
        "eyebrow": f"{within}{w[f'scope_{report.scope}']}",
        "title": show.said(report.title),
        "kind": w["results"],
        "state": headline.state(report, show),
        "as_of": headline.as_of(report, show),
        "headline": w["headline"],
        "main": list(_main(report, show)),
        "cards": list(_cards(report, show)),
        "beside": [_stories(report, show), _favourable(report, show)],
        "kinds": [w[kind] for kind in KINDS],
        "bars": plots.bars(report, show),
        "table": listings.counts_table(report, show),
        "minutes": {
            "heading": w["per_minute"],
            "curves": plots.curves(report, show),
            "none": w["minutes_elsewhere" if report.lives else "no_lives"],
        },
        "donation": listings.donations(report, show),
        "coverage": listings.coverage(report, show),
        "method": {"heading": w["method"], "text": ("" if show.japanese else " ").join(w[key] for key in METHOD)},
        "proof": listings.proof(report, show),
    }


def _main(report: Report, show: Display) -> Iterator[Content]:
    w, currency = words_in(show.language), report.currency
    yield {"label": w["total_reactions"], "value": show.number(report.figures.counts.total), "note": ""}
    other, note = report.donation_in_other_currency, ""
    if other:
        note = w["elsewhere"].format(
            money=show.money(other.minor, other.currency),
            units=show.money(other.units * 10**other.exponent, other.currency),
            cost=show.money(other.cost_minor, currency),
            on=show.calendar_day(other.on),
            source=other.source,
        )
    yield {"label": w["donation_total"], "value": show.money(report.donation_minor, currency), "note": note}


def _cards(report: Report, show: Display) -> Iterator[Content]:
    w = words_in(show.language)
    figures = [(w[kind], getattr(report.figures.counts, kind)) for kind in KINDS]
    if report.scope == "campaign":
        figures.append((w["regions"], len(report.regions)))
    else:
        figures.append((w["campaign_total"], report.campaign_total))
    figures.append((w["markets"], len(report.markets) - 1))
    for label, value in figures:
        yield {"label": label, "value": show.number(value)}


def _stories(report: Report, show: Display) -> dict[str, Content]:
    w, found = words_in(show.language), report.coverage
    value = w["stories_count"].format(count=show.number(found.stories)) if found.entries else "–"
    note = w["unique_stories"].format(number=show.number(found.unique_stories)) if found.stories else ""
    return {"label": w["entries_story"], "value": value, "note": note}


def _favourable(report: Report, show: Display) -> dict[str, Content]:
    """The share of the only coded sample; several have none in common, for they are of different texts (docs/sentiment.md)."""
    w, samples = words_in(show.language), report.sentiment
    value, note = w["not_measured"], ""
    if len(samples) > 1:
        value, note = "–", w["samples_elsewhere"].format(number=show.number(len(samples)))
    elif samples:
        (only,) = samples
        value, note = show.share(only.favourable_permille), _interval(only, report, show)
    return {"label": w["favourable_comments"], "value": value, "note": note}


def _interval(sampled: Sentiment, report: Report, show: Display) -> str:
    """Where the share of all texts is expected, and which texts these are: of which live, from which source."""
    w = words_in(show.language)
    of = [show.said(each.title) for each in report.lives if each.live == sampled.live]
    of.append(w["of_comments"] if sampled.source == COMMENTS else sampled.source)
    return w["interval_of"].format(
        low=show.share(sampled.low_permille),
        high=show.share(sampled.high_permille),
        sample=show.number(sampled.sample),
        source=w["list_comma"].join(of),
    )
