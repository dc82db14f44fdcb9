"""Hashtags as they are compared, and as they look.

Answers for: when two hashtags are one, and when one only looks like another: a letter of another script is another letter.
Source of the idea: Unicode Technical Standard 39, section 4, confusable detection.
"""

import unicodedata

_CAPITALS = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX")
_SMALL = str.maketrans(
    "аеорсухіѕјԁһкмтнвгпԛԝѵӏзбαεικνορτυχγωβημζɑɡıօѡցոսհզ01i", "aeopcyxlsjdhkmthbrnqwvl36aelkvoptuxywbnuzaglowgnuhqoll"
)


def hashtag_form(hashtag: str) -> str:
    """A hashtag as it is compared: NFKC, then without regard to case. `#ＴＴ映画祭２０２１` and `#tt映画祭2021` are one."""
    return unicodedata.normalize("NFKC", hashtag).casefold()


def looks(hashtag: str) -> str:
    """What a hashtag looks like as it is written, for comparison with others alone: letters as the Latin ones that they resemble.

    Not of its form: a Greek capital Η looks like H, its small letter does not.
    """
    shown = "".join(each for each in unicodedata.normalize("NFKC", hashtag) if unicodedata.category(each) != "Cf")
    return shown.translate(_CAPITALS).casefold().translate(_SMALL)
