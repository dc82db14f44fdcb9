"""Languages: those that reports speak, and codes of those in which others wrote.

Answers for: their one form. Refuses: knowing which codes there are; a report names the languages that it knows, and shows the
letters of any other.
"""

import re
from typing import Annotated, Literal, TypeAlias

import msgspec

Language: TypeAlias = Literal["ja", "en"]
"""What reports, pages and answers are written in."""

_CODE = re.compile("^[a-z]{2}$")

LanguageCode: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=_CODE.pattern, description="two small letters of ISO 639-1, such as ja")
]
"""The language of an article, a post or a comment."""


def is_language_code(said: str) -> bool:
    """Whether it is two small letters."""
    return _CODE.fullmatch(said) is not None
