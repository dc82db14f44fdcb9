"""Static pages and their parts: what lies in `pages/`, written by hand, without a framework.

Answers for: a page of one HTML, one CSS and one script, and a policy that lets exactly these load, nothing inline.
Refuses: data. What a page shows its script asks for itself; only the few texts that a page has before that are set here.
"""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

PAGES = Path(__file__).with_name("pages")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "invitation.css": (_STYLE, ("invitation.css",)),
    "invitation.js": (_SCRIPT, ("elements.js", "invitation.js")),
    "live.css": (_STYLE, ("live.css",)),
    "live.js": (_SCRIPT, ("elements.js", "watching.js", "live.js")),
    "overlay.css": (_STYLE, ("overlay.css",)),
    "overlay.js": (
        _SCRIPT,
        ("elements.js", "watching.js", "parameters.js", "odometer.js", "celebrating.js", "goal.js", "stage.js", "overlay.js"),
    ),
    "unknown.css": (_STYLE, ("invitation.css",)),
}
"""What each part is made of: a concept that two pages share is written once, and a page still loads one script."""


class UnknownPart(Exception):
    """No page has a part of this name."""


def static_page(name: str, path: str, **texts: str) -> str:
    """A page's HTML with these texts, escaped. `path` is the request's: how many slashes lead back to the parts."""
    parts = "../../pages" if path.endswith("/") else "../pages"
    return Template(_read(f"{name}.html")).substitute({key: escape(each) for key, each in {**texts, "pages": parts}.items()})


def part(name: str) -> tuple[bytes, str]:
    """A page's style or script, and its media type. Raises: UnknownPart."""
    if name not in _PARTS:
        raise UnknownPart("no page has a part of this name")
    media_type, files = _PARTS[name]
    return "\n".join(map(_read, files)).encode(), media_type


@cache
def _read(name: str) -> str:
    return PAGES.joinpath(name).read_text("utf-8")
