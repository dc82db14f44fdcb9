"""Hashtags: when two are one, and when one only looks like another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.hashtags import hashtag_form, looks

ASKED = "#TT映画祭2021"


@pytest.mark.parametrize("same", ["#ＴＴ映画祭２０２１", "＃TT映画祭2021", "#tt映画祭2021", "#ｔｔ映画祭2０21"])
def test_width_and_case_make_no_difference(same: str) -> None:
    assert hashtag_form(same) == hashtag_form(ASKED)


@pytest.mark.parametrize(
    "other",
    [
        "#ТТ映画祭2021",
        "#TΤ映画祭2021",
        "#TT\u200b映画祭2021",
        "#TT映画祭202l",
        "#TT映画祭2O21",
        "#TT映画祭202I",
        "#\u2060TT映画祭2021",
    ],
    ids=["Cyrillic", "Greek", "zero-width", "l for 1", "O for 0", "I for 1", "word joiner"],
)
def test_what_only_looks_the_same_is_another_one_and_is_seen_as_a_look_alike(other: str) -> None:
    assert hashtag_form(other) != hashtag_form(ASKED)
    assert looks(other) == looks(ASKED)


@pytest.mark.parametrize("other", ["#TT映画祭2022", "#TT映画際2021", "#TTFilmFestival", "#"])
def test_what_does_not_look_the_same_is_no_look_alike(other: str) -> None:
    assert looks(other) != looks(ASKED)


@pytest.mark.parametrize(
    ("other", "asked"),
    [("#ΗΙΜΕ", "#HIME"), ("#ΝΕΥ", "#NEY"), ("#ΥΝΗΜ", "#YNHM"), ("#НАСУ", "#HACY"), ("#ΒΑΧ", "#bax")],
    ids=["Greek Η Ι Μ Ε", "Greek Ν Ε Υ", "Greek Υ Ν Η Μ", "Cyrillic", "whatever the case"],
)
def test_capitals_are_compared_as_they_are_written(other: str, asked: str) -> None:
    assert looks(other) == looks(asked)
    assert hashtag_form(other) != hashtag_form(asked)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30))
def test_every_full_width_form_is_one_with_its_ascii(written: str) -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in written)
    assert hashtag_form(wide) == hashtag_form(written)
    assert looks(wide) == looks(written)
