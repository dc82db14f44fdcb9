"""Text of a workbook's cells: both languages in one cell, and nothing that a cell cannot hold.

Answers for: the words of `render/words.py` and the report's own, Japanese first.
Refuses: formulas; whatever a text begins with, it is written as text (`sheets/cells.py`).
"""

import re
from collections.abc import Callable, Mapping
from unicodedata import east_asian_width

from chalicelib.domain.donation_lines import RuleText
from chalicelib.domain.donations import Words
from chalicelib.render.display import Display
from chalicelib.render.words import WORDS

JA, EN = Display("ja"), Display("en")

LONGEST = 32_767
"""UTF-16 units of a cell's text (Excel's limit)."""

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Values = Callable[[Display], Mapping[str, object]]
"""What the placeholders of a word stand for, in one language."""


def clean(text: str) -> str:
    """The text as a cell can hold it: without what XML has no form for, line ends as LF, cut with an ellipsis where too long."""
    text = _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * LONGEST else units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def columns_of(text: str) -> int:
    """How many digits are as wide as this text; East Asian characters are two each."""
    return sum(2 if east_asian_width(each) in "WFA" else 1 for each in text)


def said(words: Words | RuleText, between: str = "\n") -> str:
    """What comes with the report, in Japanese and English; once where both are the same."""
    return _once(words.ja, words.en, between)


def both(key: str, between: str = "\n", values: Values | None = None) -> str:
    """A word of the table in Japanese and English; once where both are the same."""
    ja, en = WORDS[key]
    if values is not None:
        ja, en = ja.format(**values(JA)), en.format(**values(EN))
    return _once(ja, en.strip(), between)


def in_both(make: Callable[[Display], str], between: str = "\n") -> str:
    """What is written in a way of its own in each language; once where both are the same."""
    return _once(make(JA), make(EN), between)


def _once(ja: str, en: str, between: str) -> str:
    return ja if ja == en else f"{ja}{between}{en}"
