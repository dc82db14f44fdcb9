"""The drawings of a printed report as numbers: typst draws them, so that they stay sharp at any size.

Answers for: bars of the three kinds, the minutes of a live thinned to what paper can show, and each drawing said in words for
those who listen.
Refuses: colours, sizes and fonts (`templates/*.typ` have them).
"""

from collections.abc import Iterator, Sequence

from chalicelib.domain.answers import CountsAnswer, MinuteAnswer
from chalicelib.domain.figures import LiveFigures
from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS, PLOT_HEIGHT, curve
from chalicelib.render.display import Display
from chalicelib.render.typeset import Content
from chalicelib.render.words import words_in

MOST_MINUTES = 360
"""As many steps as a curve shows; of a longer live, of each stretch the minute with the most reactions."""

MOST_CURVES = 6
MOST_BARS = 20


def bars(report: Report, show: Display) -> dict[str, Content]:
    """A bar for each region of a campaign, each live of a region, or each kind where there is but one live."""
    w = words_in(show.language)
    if report.scope == "campaign":
        heading, named = w["by_region"], [(show.said(each.name), each.figures.counts) for each in report.regions]
    elif len(report.lives) > 1:
        heading, named = w["by_live"], [(show.said(each.title), each.figures.counts) for each in report.lives]
    else:
        heading, named = w["by_kind"], [(w[kind], _only(report.figures.counts, kind)) for kind in KINDS]
    shown = named[:MOST_BARS]
    more = w["more"].format(count=show.number(len(named) - len(shown))) if len(named) > len(shown) else ""
    said = [w["value_of"].format(name=name, value=show.number(counts.total)) for name, counts in shown]
    return {
        "heading": heading,
        "alt": _said(heading, [*said, more] if more else said, show),
        "rows": [
            {"name": name, "parts": [counts.like, counts.comment, counts.gift], "value": show.in_chart(counts.total)}
            for name, counts in shown
        ],
        "greatest": max([1, *(counts.total for _, counts in named)]),
        "more": more,
    }


def curves(report: Report, show: Display) -> list[Content]:
    """The minutes of each live in the report's order; none where there are more lives or regions than leave room for them."""
    fit = len(report.lives) <= MOST_CURVES and len(report.regions) <= MOST_CURVES
    return [_curve(each, show) for each in report.lives] if fit else []


def thinned(minutes: Sequence[MinuteAnswer], most: int) -> list[MinuteAnswer]:
    """At most `most` of these minutes: of each stretch the one with the most reactions, so that no peak is lost."""
    every = -(-len(minutes) // most)
    stretches = (minutes[start : start + every] for start in range(0, len(minutes), every))
    return [max(stretch, key=lambda each: each.counts.total) for stretch in stretches]


def _curve(live: LiveFigures, show: Display) -> dict[str, Content]:
    w, title = words_in(show.language), show.said(live.title)
    window = f"{w['window']} {show.span(live.starts_at, live.ends_at)}"
    if live.peak is None:
        return {"title": title, "window": window, "peak": w["nothing_yet"], "empty": True}
    steps, drawn = thinned(live.minutes, MOST_MINUTES), curve(live.minutes, show)
    peak = f"{w['peak']} " + w["peak_line"].format(moment=show.minute(live.peak.at), count=show.number(live.peak.total))
    if live.peak.segment:
        peak += w["peak_segment"].format(segment=show.said(live.peak.segment))
    return {
        "title": title,
        "window": window,
        "peak": peak,
        "empty": False,
        "alt": _said(f"{title} {w['per_minute']}", [peak], show),
        "top": drawn.top,
        "steps": [list(_heights(each.counts)) for each in steps],
        "highest": max(range(len(steps)), key=lambda index: steps[index].counts.total),
        "rows": [{"permille": 1000 - 1000 * int(row.at) // PLOT_HEIGHT, "label": row.label} for row in drawn.rows],
        "columns": [{"at": column.at, "label": column.label} for column in drawn.columns],
    }


def _heights(counts: CountsAnswer) -> Iterator[int]:
    """The upper edges of the three layers, from the lowest."""
    yield counts.like
    yield counts.like + counts.comment
    yield counts.total


def _only(counts: CountsAnswer, kind: str) -> CountsAnswer:
    value = getattr(counts, kind)
    return CountsAnswer(**{each: value if each in (kind, "total") else 0 for each in CountsAnswer.__struct_fields__})


def _said(heading: str, values: Sequence[str], show: Display) -> str:
    w = words_in(show.language)
    return w["chart_of"].format(heading=heading, values=("、" if show.japanese else ", ").join(values))
