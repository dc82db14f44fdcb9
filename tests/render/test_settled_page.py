"""The page of what is settled and paid: promised beside paid, final in plain sight, and how anyone can check it."""

import pytest
from render import sample, settled
from render.reading import Node, read

from chalicelib.domain.balances import Balance
from chalicelib.domain.money import Money
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report
from chalicelib.domain.statement import NotCounted
from chalicelib.render.display import Display
from chalicelib.render.page import page
from chalicelib.render.words import Language, words_in

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def report() -> Report:
    standing, statements = settled.settled()
    return campaign_report(Sources(standing, statements), sample.NOW_MS)


@pytest.fixture(scope="module")
def shown(report: Report, language: Language) -> Node:
    return read(page(report, language))


def money(minor: int, language: Language) -> str:
    amount = Money("JPY", minor)
    return amount.in_japanese if language == "ja" else str(amount)


def cells(balance: Balance, language: Language) -> list[str]:
    """A balance as a row of the table shows it."""
    figures = [balance.promised_minor, balance.earned_minor, balance.paid_minor, balance.open_minor]
    surplus = words_in(language)["overpaid"].format(money=money(balance.overpaid_minor, language))
    found = [money(minor, language) for minor in figures]
    return [*found[:3], f"{found[3]} {surplus}" if balance.overpaid_minor else found[3]]


def header(node: Node) -> str:
    return next(node.all("header")).text


def test_it_says_in_plain_sight_that_figures_are_final(shown: Node, language: Language) -> None:
    said = {"ja": ("確定値 この数値と寄付額は確定しています。", "速報値"), "en": ("Final These figures", "Provisional")}
    final, provisional = said[language]
    assert final in header(shown)
    assert provisional.lower() not in header(shown).lower()
    assert "final" in (shown.first(**{"class": "standing final"}).attributes["class"] or "")


def test_one_live_that_is_not_settled_makes_all_of_it_provisional(language: Language) -> None:
    standing, statements = settled.settled(settled.LIVES[:4])
    shown = read(page(campaign_report(Sources(standing, statements), sample.NOW_MS), language))
    assert {"ja": "速報値", "en": "Provisional"}[language] in header(shown)
    assert words_in(language)["earned_so_far"] in shown.first(id="balance").text
    assert words_in(language)["counts_final"] in shown.first(id="live-tohoku-2023").text
    assert words_in(language)["counts_final"] not in shown.first(id="live-kurume-2023").text


def test_promised_earned_paid_and_open_are_the_models_and_sum_up(shown: Node, report: Report, language: Language) -> None:
    """Too much is named where it was paid, and in the sum."""
    _, *rows, total = shown.first(id="balance").rows
    for row, region in zip(rows, report.regions, strict=True):
        assert row == [getattr(region.name, language), *cells(region.balance, language)]
    assert total[1:] == cells(report.balance, language)
    assert words_in(language)["overpaid"].format(money="") in " ".join(rows[1])
    assert words_in(language)["overpaid_why"] in shown.text
    assert words_in(language)["promised_capped"] in shown.text


def test_every_payment_is_shown_with_the_hash_of_its_receipt(shown: Node, report: Report, language: Language) -> None:
    for live in report.lives:
        section = shown.first(id=f"live-{live.live}")
        rows = [row for table in section.all("table") if table.attributes.get("class") == "payments" for row in table.rows][1:]
        assert rows == [
            [
                Display(language).calendar_day(each.on),
                money(each.minor, language),
                each.to,
                each.reference,
                each.receipt_sha256 or words_in(language)["no_receipt"],
            ]
            for each in live.payments
        ]
        assert (words_in(language)["no_payments"] in section.text) == (not live.payments)


def test_a_settled_live_shows_its_statement_and_how_to_check_it(shown: Node, report: Report) -> None:
    for live in report.lives:
        assert live.statement is not None
        text = shown.first(id=f"live-{live.live}").text
        digest = live.statement.published.sha256
        assert f"SHA-256 {digest}" in text
        assert f"locallove verify https://…/v1/lives/{live.live}/statement --expect {digest}" in text
    assert report.statement is not None
    assert f"/v1/campaigns/{report.campaign}/statement --expect {report.statement.sha256}" in shown.text


def test_a_correction_a_difference_and_an_exclusion_are_shown_with_their_reasons(shown: Node, report: Report) -> None:
    """On the one live that has them, and on no other."""
    odd, *others = [shown.first(id=f"live-{live.live}").text for live in report.lives]
    first = report.lives[0].statement
    assert first is not None
    assert first.corrects is not None
    for said in (*settled.SAID[2:], first.corrects.replaces):
        assert said in odd
        assert not any(said in text for text in others)


def not_counted(shown: Node, id: str) -> list[str]:
    return [row[1] for row in shown.first(id=id).rows[1:]]


def figures(found: NotCounted) -> list[str]:
    names = ("rejected", "duplicate", "outside", "rehearsal", "late", "excluded", "quarantined_records")
    return [f"{getattr(found, name):,}" for name in names]


def test_what_was_not_counted_is_shown_for_each_live_and_in_all(shown: Node, report: Report) -> None:
    for live in report.lives:
        assert live.statement is not None
        assert not_counted(shown, f"records-{live.live}") == figures(live.statement.not_counted)
    assert report.not_counted is not None
    assert not_counted(shown, "records") == figures(report.not_counted)
    assert f"{report.not_counted.conflicting:,}" in shown.first(id="records").text


def test_the_report_of_one_live_shows_that_once(language: Language) -> None:
    standing, statements = settled.settled()
    shown = read(page(live_report(Sources(standing, statements), "tohoku-2023", sample.NOW_MS), language))
    tables = [table for table in shown.all("table") if table.attributes.get("class") == "records"]
    assert [table.attributes["id"] for table in tables] == ["records"]


def test_nothing_of_a_receipt_but_its_hash_is_on_the_page(shown: Node) -> None:
    assert {node.tag for node in shown.all()}.isdisjoint({"script", "link", "img", "a"})
