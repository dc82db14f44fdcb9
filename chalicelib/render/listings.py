"""The lists of a printed report, each cut to what two pages hold.

Answers for: tables of regions or markets and of donations, whose last row sums up what is not listed, media coverage, statements.
Refuses: ranking: everything stands in the report's own order; layout (`templates/summary.typ`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.domain.answers import CountsAnswer
from chalicelib.domain.balances import Balance
from chalicelib.domain.figures import LiveFigures
from chalicelib.domain.reports import Report
from chalicelib.render.charts import KINDS
from chalicelib.render.display import Display
from chalicelib.render.headline import first_digits, statements
from chalicelib.render.typeset import Content
from chalicelib.render.words import words_in

MOST_ROWS = 20
MOST_LIVES = 6
MOST_ENTRIES = 5
MOST_STATEMENTS = 4


def more(count: int, most: int, show: Display) -> str:
    """How many are not listed, in words; empty if all are."""
    return words_in(show.language)["more"].format(count=show.number(count - most)) if count > most else ""


class _Row(NamedTuple):
    """A region or a market of the table; a market has no share and no donation."""

    name: str
    counts: CountsAnswer
    share: int = 0
    donation: int = 0


def counts_table(report: Report, show: Display) -> dict[str, Content]:
    """The regions of a campaign with share and donation; the markets of a region or a live."""
    w, of_regions = words_in(show.language), report.scope == "campaign"
    heads = [w["region" if of_regions else "market"], *(w[kind] for kind in KINDS), w["total"]]
    if of_regions:
        heads += [w["share"], w["donation"]]
        rows = [
            _Row(show.said(each.name), each.figures.counts, each.share_permille, each.donation_minor) for each in report.regions
        ]
    else:
        rows = [_Row(show.said(each.name), each.figures.counts) for each in report.markets]
    shown, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]
    if rest:
        shown.append(_together(more(len(rows), MOST_ROWS, show), rest))
    whole = _Row(w["total"], report.figures.counts, sum(row.share for row in rows), report.donation_minor)
    return {
        "heading": "" if of_regions else w["by_market"],  # the regions stand below their bars
        "heads": heads,
        "rows": [_cells(row, report.currency, show)[: len(heads)] for row in shown],
        "whole": _cells(whole, report.currency, show)[: len(heads)],
    }


def donations(report: Report, show: Display) -> dict[str, Content]:
    """What each live promised, earned, paid and owes, with its rule in words, and all of it together."""
    w, lives = words_in(show.language), report.lives
    rows = [_donation(each, report.currency, show) for each in lives[:MOST_LIVES]]
    if rest := lives[MOST_LIVES:]:
        rows.append({"name": more(len(lives), MOST_LIVES, show), "rule": "", "money": _money(_sum(rest), report.currency, show)})
    earned = "earned_so_far" if report.provisional else "earned"
    return {
        "heading": w["balance"],
        "heads": [w["scope_live"], w["promised"], w[earned], w["paid"], w["open"]],
        "rows": rows,
        "whole": [{"name": w["total"], "money": _money(report.balance, report.currency, show)}] if len(lives) > 1 else [],
        "note": w["promised_capped"] if _sum(lives).promised_minor != report.balance.promised_minor else "",
        "none": w["no_lives"],
    }


def coverage(report: Report, show: Display) -> dict[str, Content]:
    """The first stories in the order of their days; announcements and creators' posts where there is room left."""
    w = words_in(show.language)
    entries = sorted(report.coverage.entries, key=lambda each: each.kind != "story")
    return {
        "heading": w["coverage"],
        "heads": [w["published"], w["outlet"], w["entry"], w["title"]],
        "rows": [
            [
                show.calendar_day(each.on),
                each.outlet,
                w[f"kind_{each.kind}"] + w["comma"] + w[f"outlet_{each.outlet_type}"],
                each.title,
            ]
            for each in entries[:MOST_ENTRIES]
        ],
        "more": more(len(entries), MOST_ENTRIES, show),
        "none": w["no_coverage"],
    }


def proof(report: Report, show: Display) -> dict[str, Content]:
    """The first digits of each statement's hash, and the command that checks it."""
    w, found = words_in(show.language), statements(report)
    return {
        "heading": w["statement"],
        "rows": [
            {
                "name": show.said(name),
                "digits": first_digits(each),
                "command": f"locallove verify https://…{each.address} --expect {first_digits(each)}",
            }
            for name, each in found[:MOST_STATEMENTS]
        ],
        "more": more(len(found), MOST_STATEMENTS, show),
        "text": w["how_to_check_line"] + w["service_address"] if found else w["statement_follows"],
    }


def _cells(row: _Row, currency: str, show: Display) -> list[Content]:
    counts = (row.counts.like, row.counts.comment, row.counts.gift, row.counts.total)
    return [row.name, *map(show.number, counts), show.share(row.share), show.money(row.donation, currency)]


def _together(name: str, rows: Sequence[_Row]) -> _Row:
    counts = CountsAnswer(*(sum(getattr(row.counts, each) for row in rows) for each in CountsAnswer.__struct_fields__))
    return _Row(name, counts, sum(row.share for row in rows), sum(row.donation for row in rows))


def _donation(live: LiveFigures, currency: str, show: Display) -> dict[str, Content]:
    return {"name": show.said(live.title), "rule": show.said(live.donation.rule), "money": _money(live.balance, currency, show)}


def _money(balance: Balance, currency: str, show: Display) -> list[Content]:
    """Promised, earned, paid and open; what was paid beyond the donation stands beside what is open."""
    four = (balance.promised_minor, balance.earned_minor, balance.paid_minor, balance.open_minor)
    promised, earned, paid, still = (show.money(minor, currency) for minor in four)
    over = balance.overpaid_minor
    said = words_in(show.language)["overpaid"].format(money=show.money(over, currency)) if over else ""
    return [promised, earned, paid, f"{still} {said}".rstrip()]


def _sum(lives: Sequence[LiveFigures]) -> Balance:
    return Balance(*(sum(getattr(each.balance, name) for each in lives) for name in Balance.__struct_fields__))
