"""A report as a web page in one file: no script, no link, nothing loaded from anywhere.

Answers for: the HTML of a report in one language, safe for any name and the same for the same report.
Refuses: computing figures (the report has them all) and styles beyond `templates/report.css`.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.domain.ledger import MIN_CROWD
from chalicelib.domain.reports import Report
from chalicelib.domain.sentiment import COMMENTS
from chalicelib.domain.wording import cap_in_words
from chalicelib.render import charts
from chalicelib.render.display import Display
from chalicelib.render.headline import first_digits
from chalicelib.render.words import Language, words_in

TEMPLATES = Path(__file__).parent / "templates"

MAX_ENTRIES = 40
"""Entries of coverage on the page; the other formats have all of them."""


MAX_PLACES = 10
"""Films of an award on the page; the workbook has more of them."""

MAX_CAPTION = 160
"""Characters of a film's caption on the page; `report.json` has all of it."""


def page(report: Report, language: Language) -> bytes:
    """The report as HTML (UTF-8). Names are text, whatever they hold: everything is escaped."""
    return environment(language).get_template("report.html").render(report=report).encode()


@cache
def environment(language: Language) -> Environment:
    """Templates of one language; whatever is put into one is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    environment.globals.update(
        MAX_ENTRIES=MAX_ENTRIES,
        MAX_PLACES=MAX_PLACES,
        MAX_CAPTION=MAX_CAPTION,
        COMMENTS=COMMENTS,
        MIN_CROWD=MIN_CROWD,
        cap_in_words=cap_in_words,
        charts=charts,
        first_digits=first_digits,
        show=Display(language),
        style=Markup(style),  # noqa: S704 - our own file; a style sheet is not markup
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        w=words_in(language),
    )
    return environment
