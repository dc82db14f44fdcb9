"""The lists of a printed report: each figure in its own column, whatever the language, and what is there to check with."""

from typing import Any

import pytest
from render import sample
from render.test_summary import LANGUAGES, reports

from chalicelib.domain.balances import Balance
from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report
from chalicelib.render import listings
from chalicelib.render.display import Display
from chalicelib.render.words import Language, words_in

REPORTS = [pytest.param(each, id=f"{each.scope}-{final}") for final in (False, True) for each in reports(final=final)]


def columns(balance: Balance, show: Display) -> list[str]:
    """What the four columns have to say of a balance."""
    money = [show.money(each, "JPY") for each in (balance.promised_minor, balance.earned_minor, balance.paid_minor)]
    still = show.money(balance.open_minor, "JPY")
    if balance.overpaid_minor:
        still += " " + words_in(show.language)["overpaid"].format(money=show.money(balance.overpaid_minor, "JPY"))
    return [*money, still]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS)
def test_each_live_has_what_was_promised_earned_paid_and_is_open_in_that_order(report: Report, language: Language) -> None:
    show, w = Display(language), words_in(language)
    table: Any = listings.donations(report, show)
    earned = w["earned_so_far" if report.provisional else "earned"]
    assert table["heads"] == [w["scope_live"], w["promised"], earned, w["paid"], w["open"]]
    assert table["rows"] == [
        {"name": show.said(each.title), "rule": show.said(each.donation.rule), "money": columns(each.balance, show)}
        for each in report.lives
    ]
    whole = [{"name": w["total"], "money": columns(report.balance, show)}]
    assert table["whole"] == (whole if report.scope == "campaign" else [])


def test_of_a_settled_live_no_two_of_the_four_are_the_same_and_another_live_is_overpaid() -> None:
    """So that a column in the place of another does not go unnoticed above."""
    campaign, _, live = reports(final=True)
    found = live.lives[0].balance
    assert len({found.promised_minor, found.earned_minor, found.paid_minor, found.open_minor}) == 4
    assert [bool(each.balance.overpaid_minor) for each in campaign.lives] == [False, True, False, False, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_column_of_kinds_says_what_an_entry_is_and_where_it_stood(language: Language) -> None:
    registers = sample.registers()
    report = campaign_report(Sources(sample.standing(), registers=Registers(1, entries=registers.entries)), sample.NOW_MS)
    table: Any = listings.coverage(report, Display(language))
    said = {
        "ja": ["報道・テレビ", "報道・新聞", "報道・ウェブ", "発表・ウェブ", "クリエイターの投稿・SNS"],
        "en": ["Story, television", "Story, newspaper", "Story, web", "Announcement, web", "Creator's post, social media"],
    }
    column = table["heads"].index(words_in(language)["entry"])
    assert [row[column] for row in table["rows"]] == said[language]
