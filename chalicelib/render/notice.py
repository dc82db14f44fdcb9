"""A notice that a report is final or corrected: one plain text in Japanese and English, and a subject in ASCII.

Answers for: the report's own figures to the unit, the statement's hash, where to look; names that break neither line nor size.
Refuses: viewers, comments, markup, and deciding whether there is a notice (`domain/notices.py`).
"""

import unicodedata
from collections.abc import Iterator

from chalicelib.domain.notices import Notice, Occasion
from chalicelib.domain.reports import Report
from chalicelib.render.display import Display
from chalicelib.render.words import Language, words_in

LONGEST_NAME = 100
LONGEST_REASON = 300
MOST_REASONS = 20
"""In characters, and in lives whose corrections are named. SNS takes 256 KB; the longest text comes to a third of that."""

_ENDS_A_LINE = {"Cc", "Zl", "Zp"}
_UNSEEN = {"Cf", "Cn", "Co", "Cs"}
"""Unicode's categories. The unseen turn the direction of text or are refused by SNS, whose readers are sent XML too."""


def notice(report: Report, occasion: Occasion, public_url: str | None) -> Notice:
    """The notice of a report's occasion; the same for the same report."""
    became = "corrected" if occasion.is_correction else "final"
    subject = f"Local Love: {occasion.live or occasion.campaign} {became}, No. {occasion.statement.number}"
    languages: tuple[Language, Language] = ("ja", "en")
    text = "\n\n---\n\n".join("\n".join(_lines(report, occasion, public_url, each)) for each in languages)
    return Notice(occasion, subject, f"{text}\n")


def address(occasion: Occasion, public_url: str | None) -> str:
    """The campaign's public page, which leads to the statement; without `public_url` its path."""
    return f"{public_url or ''}/live/{occasion.campaign}"


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """The text in one line, without what is unseen, cut to so many characters with an ellipsis."""
    seen = (
        " " if unicodedata.category(each) in _ENDS_A_LINE else each for each in text if unicodedata.category(each) not in _UNSEEN
    )
    line = " ".join("".join(seen).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _lines(report: Report, occasion: Occasion, public_url: str | None, language: Language) -> Iterator[str]:
    words, show, colon = words_in(language), Display(language), "：" if language == "ja" else ": "

    def named(label: str, said: str) -> str:
        return f"{words[label]}{colon}{said}"

    statement = occasion.statement
    yield words["notice_correction"] if occasion.is_correction else words["notice_final"]
    yield words["is_final"]
    yield ""
    yield named("campaign", f"{one_line(show.said(report.campaign_name))} [{report.campaign}]")
    if occasion.live is not None:
        yield named("scope_live", f"{one_line(show.said(report.title))} [{occasion.live}]")
        yield named("region", one_line(show.said(report.regions[0].name)))
    yield ""
    for kind in ("like", "comment", "gift"):
        yield named(kind, show.number(getattr(report.figures.counts, kind)))
    yield named("total_reactions", show.number(report.figures.counts.total))
    yield ""
    yield named("donation", show.money(report.donation_minor, report.currency))
    for part in ("promised", "earned", "paid", "open"):
        yield named(part, show.money(getattr(report.balance, f"{part}_minor"), report.currency))
    if report.balance.overpaid_minor:
        yield words["overpaid"].format(money=show.money(report.balance.overpaid_minor, report.currency))
    yield ""
    yield named("statement", words["statement_number"].format(number=statement.number))
    yield named("settled_at", show.second(statement.settled_at))
    yield named("notice_hash_begins", statement.sha256[:16])
    yield f"SHA-256{colon}{statement.sha256}"
    yield from _corrections(report, occasion, show)
    yield named("notice_address", address(occasion, public_url))
    yield ""
    yield words["notice_id"].format(id=occasion.id)


def _corrections(report: Report, occasion: Occasion, show: Display) -> Iterator[str]:
    """Why there is another statement: of a campaign, every live whose statement is a correction, the newest first."""
    if not occasion.is_correction:
        return
    words = words_in(show.language)
    yield words["corrected"]
    statements = [(each, each.statement.published, each.statement.corrects) for each in report.lives if each.statement]
    corrected = [(live, published, corrects) for live, published, corrects in statements if corrects]
    corrected.sort(key=lambda each: each[1].settled_at, reverse=True)
    for live, published, corrects in corrected[:MOST_REASONS]:
        number = words["statement_number"].format(number=published.number)
        reason = one_line(corrects.reason, LONGEST_REASON)
        title = one_line(show.said(live.title))
        yield words["notice_corrected"].format(live=f"{title} [{live.live}]", number=number, reason=reason)
        if occasion.live is not None:
            yield f"{words['replaced']}{corrects.replaces}"
    if len(corrected) > MOST_REASONS:
        yield "…"
