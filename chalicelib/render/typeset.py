"""Templates of typst filled with what a report says: PDF to print, PNG to share.

Answers for: the fonts and where they are, text that neither font nor format refuses, the same bytes for the same content. Nothing
is kept between calls but the fonts, so any thread may call.
Refuses: what a report says (`summary.py`, `card.py`). Content reaches a template as JSON only: text in it is never code.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec
import typst

TEMPLATES = Path(__file__).parent / "templates"

FOLDERS = (Path(typst.__file__).parents[2] / "fonts", Path(__file__).parents[2] / "infra" / "layer" / "fonts")
"""Where fonts are looked for: in the report function's layer, beside its libraries, then in the repository."""

FONTS = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
CHARACTERS = "characters.txt"

UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""PDF/A wants a date: where nothing was counted there is none, and the clock's would change the bytes."""

MOST_CHARACTERS = 2000
"""Of one text. No place on a page holds more, and PDF/A allows a description 32,767 bytes."""

FALLBACK = "□"
"""Stands for a character that the fonts do not have: both standards refuse a file with one."""

UNSEEN = {"Cc", "Cf", "Mn", "Me"}
"""Controls, direction marks, joiners and marks: where the fonts do not have them, nothing stands for them."""

Content: TypeAlias = str | int | bool | Sequence["Content"] | Mapping[str, "Content"]


class NoFonts(Exception):
    """The fonts are in none of the folders where they are looked for."""


def pdf(template: str, content: Content, as_of: str | None) -> bytes:
    """A template as a PDF, dated `as_of`, that keeps PDF/A-2b (to be kept for years) and PDF/UA-1 (to be read aloud).

    typst gives no file that breaks one of the two. Raises: NoFonts, typst.TypstError.
    """
    return typst.compile(
        TEMPLATES / template,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs(content),
        pdf_standards=["a-2b", "ua-1"],
        timestamp=datetime.fromisoformat(as_of) if as_of else UNKNOWN_DATE,
    )


def png(template: str, content: Content) -> bytes:
    """A template of one page as a picture, a pixel for each point of it. Raises: NoFonts, typst.TypstError."""
    return typst.compile(
        TEMPLATES / template,
        format="png",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs(content),
        ppi=72,
    )


def inputs(content: Content) -> dict[str, str]:
    """Content as a template reads it: one JSON document, each text in it printable."""
    return {"content": msgspec.json.encode(_printable(content)).decode()}


def printable(text: str) -> str:
    """The text on one line in characters that the fonts have; `FALLBACK` stands for others, and for a text that has none."""
    have = _characters()
    line = " ".join(unicodedata.normalize("NFC", text).split())
    kept = (each if each in have else FALLBACK for each in line if each in have or unicodedata.category(each) not in UNSEEN)
    whole = "".join(kept).strip() or FALLBACK
    return whole if len(whole) <= MOST_CHARACTERS else whole[:MOST_CHARACTERS] + "…"


def folder_of_fonts(folders: Sequence[Path]) -> Path:
    """The first folder that has the fonts. Raises: NoFonts naming all of them."""
    for folder in folders:
        if all((folder / name).is_file() for name in (*FONTS, CHARACTERS)):
            return folder
    places = " or ".join(str(folder) for folder in folders)
    raise NoFonts(f"PDF and card need {', '.join(FONTS)} and {CHARACTERS} in {places}; see infra/layer/subset_fonts.py")


def fonts_in(folder: Path) -> typst.Fonts:
    """The fonts of a folder. Raises: NoFonts, where typst, which would set nothing without a word, reads fewer than there are."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if len(found.fonts()) < len(FONTS):
        raise NoFonts(f"{folder}: {', '.join(FONTS)} cannot be read as fonts; see infra/layer/subset_fonts.py")
    return found


@cache
def _fonts() -> typst.Fonts:
    return fonts_in(folder_of_fonts(FOLDERS))


@cache
def _characters() -> frozenset[str]:
    return frozenset((folder_of_fonts(FOLDERS) / CHARACTERS).read_text(encoding="utf-8"))


def _printable(content: Content) -> Content:
    if isinstance(content, str):
        return printable(content) if content else ""
    if isinstance(content, Mapping):
        return {key: _printable(each) for key, each in content.items()}
    if isinstance(content, Sequence):
        return [_printable(each) for each in content]
    return content
