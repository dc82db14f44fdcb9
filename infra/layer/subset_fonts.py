"""Make the fonts of summary and card anew: BIZ UDPGothic, cut to what Japanese and Latin text needs.

Answers for: two weights and `characters.txt`, the list of what both can show; the same bytes for the same source.
Refuses: scripts other than these; the renderer shows a box for what is not in the list.

    apt-get install fonts-morisawa-bizud-gothic
    .venv-dev/bin/python infra/layer/subset_fonts.py

The licence (SIL Open Font License 1.1, `fonts/OFL.txt`) reserves no font name, so the family keeps its own.
"""

from pathlib import Path
from unicodedata import combining

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/truetype/bizud-gothic")
FONTS = Path(__file__).parent / "fonts"
WEIGHTS = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")

REPERTOIRES = ("euc_jis_2004", "cp932", "cp1252")
"""JIS X 0213, which has JIS X 0208; what Windows adds, for names have its characters (髙, 﨑); Latin and its punctuation."""


def wanted(character: str) -> bool:
    """Whether one of the repertoires has it, and it stands by itself: marks could be piled up over other lines."""
    visible = character.isprintable() and not combining(character)
    return visible and any(_encodes(character, each) for each in REPERTOIRES)


def cut(file: str) -> set[str]:
    """Write one weight; gives its characters."""
    font = TTFont(SOURCE / file, recalcTimestamp=False)
    characters = {chr(code) for code in font.getBestCmap() if wanted(chr(code))}
    options = Options(
        hinting=False,  # neither PDF nor a picture of this size uses it
        layout_features=[],
        drop_tables=["DSIG", "meta", "vhea", "vmtx"],  # the signature is of the whole font; we set no vertical text
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(each) for each in characters])
    subsetter.subset(font)
    font.save(FONTS / file)
    return characters


def _encodes(character: str, repertoire: str) -> bool:
    try:
        character.encode(repertoire)
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    both = set.intersection(*(cut(each) for each in WEIGHTS))
    (FONTS / "characters.txt").write_text("".join(sorted(both)), encoding="utf-8")
