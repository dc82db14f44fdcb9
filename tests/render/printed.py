"""Reading PDF and PNG back with poppler's tools and the bytes themselves."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

MARGIN = 17 / 25.4 * 72
"""Left and right of a summary, in points."""


class Word(NamedTuple):
    """A word of a page and where it stands, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Printed:
    """A PDF as poppler reads it."""

    def __init__(self, body: bytes, folder: Path) -> None:
        self._file = folder / "printed.pdf"
        self._file.write_bytes(body)

    @property
    def text(self) -> str:
        """All text without any space, so that it does not matter where lines break."""
        return "".join(self._read("pdftotext", "-layout", self._file, "-").split())

    @property
    def pages(self) -> int:
        """How many there are."""
        return self._read("pdftotext", self._file, "-").count("\f")

    @property
    def fonts(self) -> dict[str, bool]:
        """The fonts by name, and whether they are embedded."""
        lines = self._read("pdffonts", self._file).splitlines()[2:]
        return {line.split()[0]: line.split()[-5] == "yes" for line in lines}

    @property
    def words(self) -> list[Word]:
        """Every word with its place."""
        found = re.findall(
            r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>',
            self._read("pdftotext", "-bbox", self._file, "-"),
        )
        return [Word(text, *(float(each) for each in place)) for *place, text in found]

    def _read(self, *command: str | Path) -> str:
        return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
