"""Static pages and their parts: what lies in `pages/`, written by hand, without a framework.

Answers for: a page of one HTML, one CSS and one script, and a policy that lets exactly these load, nothing inline.
Refuses: data. What a page shows its script asks for itself; only the few texts that a page has before that are set here.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.languages import Language

PAGES = Path(__file__).with_name("pages")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_SHARED = ("elements.js", "watching.js")
_LIVE = ("updating.js", "live_parts.js", "live_sections.js", "live_minutes.js", "live.js")
_PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "invitation.css": (_STYLE, ("invitation.css",)),
    "invitation.js": (_SCRIPT, ("elements.js", "invitation.js")),
    "live.css": (_STYLE, ("live.css",)),
    "live.en.js": (_SCRIPT, (*_SHARED, "live.en.js", *_LIVE)),
    "live.ja.js": (_SCRIPT, (*_SHARED, "live.ja.js", *_LIVE)),
    "overlay.css": (_STYLE, ("overlay.css",)),
    "overlay.js": (
        _SCRIPT,
        (*_SHARED, "parameters.js", "odometer.js", "celebrating.js", "goal.js", "stage.js", "overlay.js"),
    ),
    "reveal.css": (_STYLE, ("reveal.css",)),
    "reveal.en.js": (_SCRIPT, ("reveal.en.js", "reveal.js")),
    "reveal.ja.js": (_SCRIPT, ("reveal.ja.js", "reveal.js")),
    "unknown.css": (_STYLE, ("invitation.css",)),
}
"""What each part is made of: a concept that two pages share is written once, and a page still loads one script.

A festival's page loads its `reveal` parts beside that, by itself.
"""

_COMMENT = re.compile(r"^ *(?://.*?|/\*\*.*?\*/)$", re.DOTALL | re.MULTILINE)
"""One that has lines of its own."""

_DESCRIPTIONS: Mapping[Language, str] = {
    "ja": "みんなのリアクションと、寄付額。いまの数値と、その確かめ方を公開しています。",
    "en": "Everyone’s reactions and the donation that comes of them: the figures as they stand, and how to check them.",
}
"""What a shared link says of the public page: no figure, for it is kept by whoever shows it."""


class UnknownPart(Exception):
    """No page has a part of this name."""


def static_page(name: str, path: str, /, **texts: str) -> str:
    """A page's HTML with these texts, escaped. `path` is the request's: how many slashes lead back to the root and the parts."""
    root = "../.." if path.endswith("/") else ".."
    set_here = {"root": root, "pages": f"{root}/pages", **texts}
    return Template(_read(f"{name}.html")).substitute({key: escape(each) for key, each in set_here.items()})


def live_page(campaign: Campaign, language: Language, path: str, public_url: str | None) -> str:
    """The public page of a campaign. Who shows shared links follows none but whole addresses: those take a `public_url`."""
    texts = {"campaign": campaign.id, "language": language, "description": _DESCRIPTIONS[language]}
    root = {} if public_url is None else {"root": public_url}
    return static_page("live", path, name=getattr(campaign.name, language), **texts, **root)


@cache
def part(name: str) -> tuple[bytes, str]:
    """A page's style or script, and its media type. Raises: UnknownPart."""
    if name not in _PARTS:
        raise UnknownPart("no page has a part of this name")
    media_type, files = _PARTS[name]
    return "\n".join(line for each in files for line in _lines(_read(each))).encode(), media_type


def _lines(text: str) -> Iterator[str]:
    """What a browser needs of a script or style. No text of ours goes over several lines, so that indents carry no meaning."""
    for line in map(str.strip, _COMMENT.sub("", text).splitlines()):
        if line:
            yield line


@cache
def _read(name: str) -> str:
    return PAGES.joinpath(name).read_text("utf-8")
