"""How figures are written in each language."""

import ast
from string import Formatter
from typing import get_args

import pytest

from chalicelib.domain.award_result import Way
from chalicelib.domain.coverage import Kind, OutletType, Scope, Tone
from chalicelib.domain.entrants import Standing
from chalicelib.domain.entries import REASONS
from chalicelib.domain.poll import NotCounted
from chalicelib.domain.standings import Phase
from chalicelib.render.display import Display
from chalicelib.render.page import TEMPLATES
from chalicelib.render.words import WORDS, Language

JA, EN = Display("ja"), Display("en")

TABLES = tuple(TEMPLATES.parent.glob("words*.py"))


def test_money_is_written_in_full_with_its_currency() -> None:
    assert JA.money(1_000_000, "JPY") == "1,000,000円"
    assert EN.money(1_000_000, "JPY") == "¥1,000,000"
    assert JA.money(15_000_005, "USD") == "150,000.05米ドル"
    assert EN.money(15_000_005, "USD") == "$150,000.05"


def test_an_adjustment_carries_its_sign() -> None:
    assert [EN.adjustment(minor, "JPY") for minor in (-5, 0, 5)] == ["-¥5", "±¥0", "+¥5"]
    assert [JA.adjustment(minor, "JPY") for minor in (-139_706, 0, 5)] == ["-139,706円", "±0円", "+5円"]


def test_a_change_and_an_adjustment_of_nothing_carry_the_same_sign() -> None:
    assert JA.change(0) == "±0"
    assert JA.adjustment(0, "JPY").startswith(JA.change(0))


@pytest.mark.parametrize(
    ("value", "ja"),
    [(0, "0"), (9_999, "9,999"), (10_000, "1万"), (15_000, "1.5万"), (1_456_843, "145.6万"), (10**9, "100,000万")],
)
def test_charts_alone_shorten_numbers_and_only_in_japanese(value: int, ja: str) -> None:
    assert JA.in_chart(value) == ja
    assert EN.in_chart(value) == f"{value:,}"


def test_moments_are_in_japans_time_with_the_zone_named() -> None:
    """Also across midnight: 15:30 UTC is half past midnight of the next day in Japan."""
    assert JA.moment("2024-02-15T15:30:59Z") == "2024年2月16日 00:30（日本時間）"
    assert EN.moment("2024-02-15T15:30:59Z") == "16 February 2024, 00:30 JST (UTC+9)"
    assert EN.second("2024-02-15T15:30:59Z") == "16 February 2024, 00:30:59 JST (UTC+9)"


def test_a_span_names_the_day_once_where_it_is_the_same() -> None:
    assert JA.span("2024-02-15T10:00:00Z", "2024-02-15T12:00:00Z") == "2024年2月15日 19:00〜21:00（日本時間）"
    assert EN.span("2024-02-15T14:00:00Z", "2024-02-15T16:00:00Z") == (
        "15 February 2024, 23:00 – 16 February 2024, 01:00 JST (UTC+9)"
    )


@pytest.mark.parametrize(
    ("on", "ja", "en"),
    [("2023-02-10", "2023年2月10日", "10 February 2023"), ("2023-02-31", "2023-02-31", "2023-02-31")],
)
def test_a_day_on_record_is_in_no_zone_and_stays_as_written_where_it_is_none(on: str, ja: str, en: str) -> None:
    assert (JA.calendar_day(on), EN.calendar_day(on)) == (ja, en)


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_with_the_same_placeholders(key: str) -> None:
    ja, en = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in WORDS[key])
    assert ja == en
    assert all(WORDS[key])


def test_no_key_is_defined_twice() -> None:
    """Of two, a page would say the later one only."""
    dicts = [node for file in TABLES for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Dict)]
    keys = [str(key.value) for each in dicts for key in each.keys if isinstance(key, ast.Constant)]
    assert sorted(keys) == sorted(WORDS)


def test_every_word_of_the_table_is_used() -> None:
    """A word that no page says is a word that no translator should have to translate."""
    modules = [path for path in TEMPLATES.parent.rglob("*.py") if path not in TABLES]
    users = "".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES.glob("*.html"), *modules])
    by_value = {"like", "comment", "gift", "scheduled", "on", "ended", "closed", "settled"}
    by_value |= {key for key in WORDS if key.startswith("language_")}
    by_value |= {"scope_campaign", "scope_region", "scope_live", "step_at-or-above", "step_above"}
    by_value |= {f"kind_{each}" for each in get_args(Kind)} | {f"outlet_{each}" for each in get_args(OutletType)}
    by_value |= {f"reaching_{each}" for each in get_args(Scope)} | {key for key in WORDS if key.startswith("language_")}
    by_value |= set(get_args(Tone)) | {f"score_{each}" for each in get_args(Way)}
    by_value |= {f"phase_{each}" for each in Phase} | {f"standing_{each}" for each in get_args(Standing)}
    by_value |= {f"reason_{each}" for each in REASONS} | {f"aside_{each}" for each in get_args(NotCounted)}
    assert by_value <= WORDS.keys()
    unused = {key for key in WORDS if f"w.{key}" not in users and f'"{key}"' not in users} - by_value
    assert not unused


@pytest.mark.parametrize("language", ["ja", "en"])
def test_shares_have_one_decimal(language: Language) -> None:
    assert [Display(language).share(permille) for permille in (0, 9, 291, 1000)] == ["0.0%", "0.9%", "29.1%", "100.0%"]
