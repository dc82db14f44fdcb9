"""A film's report as a web page in one file and as JSON: what a finalist is handed.

Answers for: the same figures in both, and creators' words as text only. Refuses: computing figures.
"""

import msgspec

from chalicelib.domain.film_report import FilmReport
from chalicelib.render.page import environment
from chalicelib.render.words import Language


def page(film: FilmReport, language: Language) -> bytes:
    """The report as HTML (UTF-8)."""
    return environment(language).get_template("film.html").render(film=film).encode()


def document(film: FilmReport) -> bytes:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(film), indent=2) + b"\n"
