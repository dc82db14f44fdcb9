"""Texts of a workbook are only texts, whatever they are."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from render import sample, spreadsheet
from render.books import strings_of
from render.test_hostile_names import HOSTILE, settled_report

from chalicelib.domain.reports import Sources, campaign_report
from chalicelib.render.sheets.texts import LONGEST, clean
from chalicelib.render.workbook import workbook


@cache
def harmless_formulas() -> int:
    return len(spreadsheet.formula_cells(workbook(settled_report("harmless"))))


@cache
def harmless_parts() -> list[str]:
    return ZipFile(BytesIO(workbook(campaign_report(Sources(sample.renamed("harmless")), sample.NOW_MS)))).namelist()


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "{=", '="', "http://", "mailto:"]
)
def test_a_text_that_could_be_a_formula_or_a_link_stays_text(start: str) -> None:
    body = workbook(settled_report(f"{start}1+1"))
    texts = strings_of(body)
    assert clean(f"{start}1+1") in texts
    with ZipFile(BytesIO(body)) as file:
        count = sum(file.read(name).decode().count("<f>") for name in file.namelist() if "worksheets" in name)
    assert count == harmless_formulas()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_text_in_every_part_of_the_file(name: str) -> None:
    body = workbook(campaign_report(Sources(sample.renamed(name)), sample.NOW_MS))
    with ZipFile(BytesIO(body)) as file:
        for part in file.namelist():
            ElementTree.fromstring(file.read(part).decode())
        assert file.namelist() == harmless_parts()
    assert clean(name) in strings_of(body) or not clean(name)


@pytest.mark.needs("data")
def test_naughty_strings_are_only_text_in_the_workbook(data: Path) -> None:
    (file,) = (data / "naughty-strings").glob("*.json")
    strings = [text[:500] for text in json.loads(file.read_text(encoding="utf-8")) if text.strip()]
    # So few at a time that each is a name in more than one place, for the cast is not in the workbook.
    for start in range(0, len(strings), 29):
        some = strings[start : start + 29]
        found = strings_of(workbook(campaign_report(Sources(sample.renamed(*some)), sample.NOW_MS)))
        whole = "\x00".join(found)
        missing = [text for text in some if clean(text) not in whole]
        assert not missing


def test_what_xml_cannot_hold_is_left_out_and_what_is_too_long_is_cut() -> None:
    assert clean("a\x00b\x01\x1b\ud800\ufffe\uffffc") == "abc"
    assert clean("a\r\nb\rc\td") == "a\nb\nc\td"
    assert clean("あ" * LONGEST) == "あ" * LONGEST
    assert clean("あ" * (LONGEST + 1)) == "あ" * (LONGEST - 1) + "…"
    cut = clean("👍" * LONGEST)
    assert cut.endswith("👍…")
    assert len(cut.encode("utf-16-le")) <= 2 * LONGEST
    report = campaign_report(Sources(sample.renamed(*["a"] * 20, "\x00長" * (LONGEST + 1))), sample.NOW_MS)
    assert max(len(text) for text in strings_of(workbook(report))) == LONGEST
