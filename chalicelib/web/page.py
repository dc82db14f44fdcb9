"""Static pages, each put together from three files of `pages/` that a person writes: HTML, CSS and one script.

Answers for: one answer that needs no other address, and a policy that lets exactly this style and this script run.
Refuses: data. What a page shows it asks for itself, so one page is the same for everybody.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

PAGES = Path(__file__).with_name("pages")


@cache
def static_page(name: str) -> tuple[str, str]:
    """A page's HTML and its content security policy (hashes as in CSP Level 3, 2.3.1). Raises: OSError."""
    html, css, js = (PAGES.joinpath(f"{name}.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    policy = (
        f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html.replace("<style></style>", f"<style>{css}</style>").replace("<script></script>", f"<script>{js}</script>"), policy


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
