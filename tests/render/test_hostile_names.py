"""Names are text: whatever they hold, the page keeps its shape and nothing in them runs."""

import json
from functools import cache
from pathlib import Path

import pytest
from render import sample, settled
from render.reading import Node, read

from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render.formats import FORMATS
from chalicelib.render.page import page
from chalicelib.render.words import Language

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title></bdi></main><h1>1,000,000</h1>",
    "<!-- ",
    "]]>&lt;b&gt;&#60;b&#62;",
    "{{ 7 * 7 }}{% raw %}{# gone #}",
    "{money}{0}%s%(money)s$money",
    "\u202egnp.exe\u2066\u200f",
    "W" * 500,
    "👨‍👩‍👧‍👦" * 60,
    "=cmd|'/c calc'!A1",
    "\x00\x1b[31m\r\n\t",
]


def shown(language: Language, *names: str) -> Node:
    """The page of the sample with these names."""
    return read(page(campaign_report(Sources(sample.renamed(*names)), sample.NOW_MS), language))


def assert_inert(language: Language, *names: str) -> None:
    """The page has the tags and attributes of one with a harmless name, and each name in full as text."""
    found = shown(language, *names)
    assert found.skeleton == shown(language, "harmless").skeleton
    for name in names:
        assert " ".join(name.split()) in found.text


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_text(name: str, language: Language) -> None:
    assert_inert(language, name)


def settled_report(name: str) -> Report:
    """The settled sample, where recipient, reference and every reason of the operator is this name."""
    standing, statements = settled.settled(said=(name,) * 5)
    return campaign_report(Sources(standing, statements), sample.NOW_MS)


@cache
def settled_skeleton(language: Language) -> list[tuple[str, dict[str, str | None]]]:
    return read(page(settled_report("harmless"), language)).skeleton


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_recipient_reference_or_reason_is_only_text(name: str, language: Language) -> None:
    """Four payments with two texts each, and three reasons."""
    found = read(page(settled_report(name), language))
    assert found.skeleton == settled_skeleton(language)
    assert found.text.count(" ".join(name.split())) >= 2 * 4 + 3


def registers_report(*names: str) -> Report:
    """The sample where whatever somebody writes freely in a register is one of these names."""
    return campaign_report(Sources(sample.standing(), registers=sample.registers(*names)), sample.NOW_MS)


@cache
def registers_skeleton(language: Language, number: int) -> list[tuple[str, dict[str, str | None]]]:
    """With as many different names, for each source of reach has a row."""
    return read(page(registers_report(*(f"harmless {each}" for each in range(number))), language)).skeleton


def assert_inert_on_record(language: Language, *names: str) -> None:
    """The page has the tags and attributes of one with harmless texts on record, and each name in full as text."""
    found = read(page(registers_report(*names), language))
    assert found.skeleton == registers_skeleton(language, len(names))
    for name in names:
        assert " ".join(name.split()) in found.text


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_outlet_title_or_source_is_only_text(name: str, language: Language) -> None:
    """Every outlet, title, source, label and unit that is shown in this language."""
    assert_inert_on_record(language, name)
    found = read(page(registers_report(name), language))
    assert found.text.count(" ".join(name.split())) >= 5 + 5 + 2 + 1 + 2 * 3


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_every_format_takes_a_hostile_name_payment_and_register(name: str) -> None:
    """The names of the campaign's file, the texts of payments and reasons, and whatever is on record beside the counts."""
    standing, statements = settled.settled(said=(name,) * 5, data=sample.renamed_definition(name))
    report = campaign_report(Sources(standing, statements, sample.registers(name)), sample.NOW_MS)
    for each in FORMATS:
        assert each.render(report)


@pytest.mark.needs("data")
def test_naughty_strings_are_only_text(data: Path) -> None:
    (file,) = (data / "naughty-strings").glob("*.json")
    strings = [text[:500] for text in json.loads(file.read_text(encoding="utf-8")) if text.strip()]
    for start in range(0, len(strings), 50):
        assert_inert("en", *strings[start : start + 50])
    strings = list(dict.fromkeys(strings))
    for start in range(0, len(strings), 11):
        assert_inert_on_record("en", *strings[start : start + 11])
