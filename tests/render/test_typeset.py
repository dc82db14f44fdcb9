"""Setting type: the fonts, the text they can show, and the standards that nothing gets around."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import typst
from fontTools.ttLib import TTFont
from render.test_summary import reports

from chalicelib.render import typeset
from chalicelib.render.card import card
from chalicelib.render.summary import summary
from chalicelib.render.typeset import NoFonts, folder_of_fonts, fonts_in, pdf, printable

FONTS = Path(__file__).parents[2] / "infra" / "layer" / "fonts"


def template(folder: Path, body: str) -> str:
    """A template that has all that the standards ask of a document, and then this."""
    file = folder / "odd.typ"
    start = '#set document(title: "A title")\n#set text(font: "BIZ UDPGothic")\n'
    file.write_text(start + body, encoding="utf-8")
    return str(file)


def test_a_document_that_keeps_the_standards_passes(tmp_path: Path) -> None:
    assert pdf(template(tmp_path, '#figure(alt: "a square", rect())'), {}, None).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "standard"),
    [
        ("#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"))", "PDF/UA-1"),
        ("한국", "PDF/A-2b"),
        ("== A heading of the second level comes first", "PDF/UA-1"),
    ],
)
def test_a_document_that_breaks_one_of_the_standards_fails(body: str, standard: str, tmp_path: Path) -> None:
    with pytest.raises(typst.TypstError, match=standard):
        pdf(template(tmp_path, body), {}, None)


def test_without_fonts_the_error_says_what_is_missing_and_where(tmp_path: Path) -> None:
    with pytest.raises(NoFonts, match=r"BIZUDPGothic-Bold\.ttf and characters\.txt in .* or .*nowhere; see infra/layer/subset"):
        folder_of_fonts((tmp_path, tmp_path / "nowhere"))


def test_the_layers_fonts_come_first(tmp_path: Path) -> None:
    for name in (*typeset.FONTS, typeset.CHARACTERS):
        (tmp_path / name).touch()
    assert folder_of_fonts((tmp_path, FONTS)) == tmp_path
    assert folder_of_fonts((tmp_path / "nowhere", FONTS)) == FONTS


def test_damaged_fonts_are_an_error_and_no_empty_page(tmp_path: Path) -> None:
    for name in typeset.FONTS:
        (tmp_path / name).write_bytes(b"\x00\x01\x00\x00 damaged")
    with pytest.raises(NoFonts, match="cannot be read"):
        fonts_in(tmp_path)


def test_the_list_of_characters_is_what_both_fonts_have() -> None:
    listed = set((FONTS / typeset.CHARACTERS).read_text(encoding="utf-8"))
    for name in typeset.FONTS:
        assert {chr(code) for code in TTFont(FONTS / name).getBestCmap()} == listed
    assert set("東北髙﨑ー〜…–“”・円¥$€0123456789aZ" + typeset.FALLBACK) <= listed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("髙﨑 #import $x$ \\ ]", "髙﨑 #import $x$ \\ ]"),
        ("\x00\x1b[31m\r\n\t", "[31m"),
        ("\u202egnp.exe\u2066\u200f", "gnp.exe"),
        ("か\u3099", "が"),
        ("👨‍👩‍👧‍👦", "□□□□"),
        ("서울", "□□"),
        ("a\u00a0b\u3000c", "a b c"),
        ("\ufeff\ufffe\ue000", "□□"),
        ("\u200f", "□"),
        ("e" + "\u0301\u0302\u0303" * 9, "é"),
    ],
)
def test_text_becomes_what_the_fonts_can_show(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_text_without_an_end_is_cut() -> None:
    assert printable("👍" * 3000) == "□" * 2000 + "…"


def test_threads_do_not_disturb_each_other() -> None:
    campaign, region, live = reports(final=False)
    alone = [summary(each, "ja") for each in (campaign, region, live)] + [card(each, "en") for each in (campaign, region, live)]
    with ThreadPoolExecutor(6) as threads:
        made = [threads.submit(summary, each, "ja") for each in (campaign, region, live)]
        made += [threads.submit(card, each, "en") for each in (campaign, region, live)]
        assert [each.result() for each in made] == alone
