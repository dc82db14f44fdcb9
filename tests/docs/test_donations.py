"""docs/donations.md: every example on the page is computed and compared."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from samples import sample_campaign

from chalicelib.domain.balances import balance
from chalicelib.domain.donations import Earned, Rule, donate, rule_problems, share_cap
from chalicelib.domain.money import Exchange, Money
from chalicelib.domain.problems import convert
from chalicelib.domain.standing import LiveStanding, LiveTotals
from chalicelib.domain.tally import Counts
from chalicelib.domain.wording import rule_in_words

PAGE = (Path(__file__).parents[2] / "docs" / "donations.md").read_text("utf-8")

EXAMPLE = re.compile(
    r"^```toml\n(?P<toml>.*?)^```\n\n(?:^```text\n(?P<words>.*?)^```\n\n)?(?P<table>(?:^\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL
)
"""A TOML block, perhaps what it says in words, and a table of what it gives."""

EXAMPLES = [match.groupdict() for match in EXAMPLE.finditer(PAGE)]


def rows(example: dict[str, str]) -> list[list[str]]:
    """The cells of an example's table, without its two lines of heading."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in example["table"].splitlines()[2:]]


def number(cell: str) -> int:
    """An amount of yen or a count as the page writes it."""
    return int(cell.removeprefix("¥").replace(",", ""))


def starting(with_: str) -> list[dict[str, str]]:
    """The examples whose TOML begins so."""
    return [example for example in EXAMPLES if example["toml"].startswith(with_)]


def rule_of(example: dict[str, str]) -> Rule:
    """The rule of an example, read as a campaign file's is."""
    rule, problems = convert(tomllib.loads(example["toml"])["lives"]["donation"], Rule)
    assert rule is not None, problems
    assert list(rule_problems(rule, "")) == []
    return rule


def test_no_example_on_the_page_is_left_out() -> None:
    assert len(EXAMPLES) == PAGE.count("```toml") == 6
    assert sum(example["words"] is not None for example in EXAMPLES) == PAGE.count("```text") == 3


@pytest.mark.parametrize("example", starting("[lives.donation]"))
def test_a_rule_gives_what_its_table_says(example: dict[str, str]) -> None:
    rule = rule_of(example)
    for likes, comments, gifts, donation, _ in rows(example):
        counts = Counts(number(likes), number(comments), number(gifts))
        assert str(Money("JPY", donate(rule, counts).minor)) == donation


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example["words"]])
def test_a_rule_is_said_as_the_page_says_it(example: dict[str, str]) -> None:
    said = rule_in_words(rule_of(example), "JPY")
    assert [said.ja, said.en] == example["words"].splitlines()


def test_a_cap_is_shared_as_its_table_says() -> None:
    (example,) = starting("cap =")
    *lives, in_all = [(number(alone), number(under)) for _, alone, under in rows(example)]
    shared = share_cap(
        tomllib.loads(example["toml"])["cap"], [Earned(start, "", alone) for start, (alone, _) in enumerate(lives)]
    )
    assert shared == [under for _, under in lives]
    assert in_all == (sum(alone for alone, _ in lives), sum(shared))


def test_promised_earned_paid_and_open_are_what_their_table_says() -> None:
    """By the rule of the Kumamoto example, with one live that was paid so much."""
    rule = next(rule for rule in map(rule_of, starting("[lives.donation]")) if rule.base)
    lines = PAGE.partition("| when | likes |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(lines) == 5
    for line in lines:
        likes, paid, *figures = (number(cell.strip()) for cell in line.strip("|").split("|")[1:])
        donation = donate(rule, Counts(like=likes))
        live = msgspec.structs.replace(sample_campaign().lives[0], donation=rule)
        totals = LiveTotals({}, {}, Counts(), 0)
        subject = LiveStanding(live, 1, totals, donation, donation.minor, (), None, paid)
        found = balance([subject], None)
        assert figures == [found.promised_minor, found.earned_minor, found.open_minor, found.overpaid_minor]


def test_amounts_are_shown_in_the_other_currency_as_the_table_says() -> None:
    (example,) = starting("[exchange]")
    exchange = msgspec.convert(tomllib.loads(example["toml"])["exchange"], Exchange)
    for amount, shown in rows(example):
        assert str(exchange.convert_half_up(Money("JPY", number(amount)))) == shown
