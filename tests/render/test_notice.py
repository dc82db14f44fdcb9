"""A notice: whatever names and reasons hold, its subject is a line of ASCII, its lines stay lines and it fits into a message."""

import re
import unicodedata
from functools import cache

import msgspec
import pytest
from render import sample, settled
from render.test_hostile_names import HOSTILE

from chalicelib.domain.donations import Words
from chalicelib.domain.notices import Notice, occasion
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.domain.statement_lines import StatementLines
from chalicelib.render.notice import LONGEST_NAME, MOST_REASONS, notice, one_line

MOST_BYTES = 256 * 1024
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, which also says what a subject may be."""

NASTY = [
    *HOSTILE,
    "確定\r\n寄付額：1円",
    "a\u2028b\u2029c",
    "😀" * 1000,
    "\u202e1,000\u202c",
    "\ufffe\ud7ff\x7f",
    "e" + "\u0301" * 5000,
]


@cache
def reports(said: str = "harmless") -> tuple[Report, ...]:
    """The corrected live, another and the campaign, where each name and each reason is this."""
    standing, statements = settled.settled(said=(said,) * 5)
    made = [live_report(Sources(standing, statements), live, sample.NOW_MS) for live in ("tohoku-2023", "okinawa-2023")]
    return tuple(renamed(each, said) for each in (*made, campaign_report(Sources(standing, statements), sample.NOW_MS)))


def renamed(report: Report, said: str) -> Report:
    """The report with other names of its campaign, itself, its regions and its lives."""
    name = Words(ja=said, en=said)
    regions = tuple(msgspec.structs.replace(region, name=name) for region in report.regions)
    lives = tuple(msgspec.structs.replace(live, title=name) for live in report.lives)
    return msgspec.structs.replace(report, campaign_name=name, title=name, regions=regions, lives=lives)


def notices(*made: Report) -> list[Notice]:
    found = [(report, occasion(report)) for report in made]
    return [notice(report, due, "https://api.example.org/api") for report, due in found if due]


@pytest.mark.parametrize("said", NASTY, ids=range(len(NASTY)))
def test_a_hostile_name_or_reason_breaks_nothing(said: str) -> None:
    harmless = notices(*reports())
    assert len(harmless) == 3
    for found, plain in zip(notices(*reports(said)), harmless, strict=True):
        assert found.subject == plain.subject
        assert len(found.text.encode()) < 16_000
        lines = found.text.splitlines()
        assert len(lines) == len(plain.text.splitlines())
        assert {unicodedata.category(each) for each in found.text} & {"Cf", "Cn", "Co", "Cs", "Zl", "Zp"} == set()
        assert {each for each in found.text if unicodedata.category(each) == "Cc"} == {"\n"}


@pytest.mark.parametrize("said", NASTY, ids=range(len(NASTY)))
def test_a_name_changes_no_line_but_its_own(said: str) -> None:
    for report in reports():
        (found,), (plain,) = notices(renamed(report, said)), notices(report)
        lines = zip(found.text.splitlines(), plain.text.splitlines(), strict=True)
        labels = {re.split("：|: ", after)[0] for before, after in lines if before != after}
        assert labels <= {"キャンペーン", "ライブ配信", "支援地域", "訂正", "Campaign", "Live", "Region", "Corrected"}
        assert {"キャンペーン", "Campaign"} <= labels


def test_a_subject_of_the_longest_ids_is_a_line_of_less_than_100_characters_of_ascii() -> None:
    longest = "l" * 64
    for report in reports():
        lives = tuple(msgspec.structs.replace(each, live=longest) for each in report.lives)
        long = msgspec.structs.replace(report, campaign="c" * 64, id=longest, lives=lives)
        due = occasion(long)
        assert due is not None
        for number in (1, 9_999):
            statement = msgspec.structs.replace(due.statement, number=number)
            subject = notice(long, msgspec.structs.replace(due, statement=statement), None).subject
            assert len(subject) < 100
            assert subject.isascii()
            assert subject.isprintable()
            assert subject.endswith(f"No. {number}")


def test_a_campaign_of_very_many_corrected_lives_fits_into_a_message() -> None:
    whole = reports("😀" * 1000)[-1]
    first = whole.lives[0]
    lives = tuple(msgspec.structs.replace(first, live=f"{number:064}") for number in range(1000))
    assert whole.statement is not None
    statement = msgspec.structs.replace(whole.statement, number=2)
    (found,) = notices(msgspec.structs.replace(whole, lives=lives, statement=statement))
    assert len(found.text.encode()) < MOST_BYTES
    assert found.text.count("訂正：") == MOST_REASONS


def test_a_corrected_live_is_named_by_its_title() -> None:
    standing, statements = settled.settled()
    (found,) = notices(live_report(Sources(standing, statements), "tohoku-2023", sample.NOW_MS))
    assert "\n訂正：東北を応援するライブ [tohoku-2023] 第2号（理由：上限の誤記を正すため）\n" in found.text
    assert "\nCorrected: Live for Tohoku [tohoku-2023] No. 2 (reason: 上限の誤記を正すため)\n" in found.text


def test_a_name_is_cut_with_an_ellipsis() -> None:
    assert one_line("あ" * LONGEST_NAME) == "あ" * LONGEST_NAME
    assert one_line("あ" * (LONGEST_NAME + 1)) == "あ" * (LONGEST_NAME - 1) + "…"


def test_a_name_is_one_line_of_words() -> None:
    assert one_line("\u3000 確定\r\n\t\u200b値 \x00") == "確定 値"


def test_what_is_overpaid_is_said() -> None:
    standing, statements = settled.settled()
    (found,) = notices(live_report(Sources(standing, statements), "kumamoto-2023", sample.NOW_MS))
    assert "\n未払い：0円\n超過 571,737円\n" in found.text
    assert "\nOpen: ¥0\n¥571,737 overpaid\n" in found.text


def test_no_text_of_a_viewer_and_no_payments_reference_is_in_a_notice() -> None:
    """The reason of the correction is what it is for; recipient, reference and other reasons are in the report."""
    standing, statements = settled.settled()
    for report in (
        campaign_report(Sources(standing, statements), sample.NOW_MS),
        live_report(Sources(standing, statements), "tohoku-2023", sample.NOW_MS),
    ):
        (found,) = notices(report)
        assert [said for said in settled.SAID[:4] if said in found.text] == []


def test_a_statement_without_a_place_in_the_chain_is_no_occasion() -> None:
    for report in reports():
        unlinked = tuple(msgspec.structs.replace(each, statement=_unlinked(each.statement)) for each in report.lives)
        whole = report.statement and msgspec.structs.replace(report.statement, link=None)
        assert occasion(msgspec.structs.replace(report, lives=unlinked, statement=whole)) is None


def test_a_settled_live_that_waits_for_the_others_because_of_the_cap_is_no_occasion() -> None:
    standing, statements = settled.settled(lives=("tohoku-2023",))
    report = live_report(Sources(standing, statements), "tohoku-2023", sample.NOW_MS)
    assert report.lives[0].statement is not None
    assert occasion(report) is None
    assert occasion(msgspec.structs.replace(report, provisional=False)) is not None


def test_a_region_has_no_notice() -> None:
    standing, statements = settled.settled()
    report = region_report(Sources(standing, statements), "tohoku", sample.NOW_MS)
    assert not report.provisional
    assert occasion(report) is None


def _unlinked(statement: StatementLines | None) -> StatementLines:
    assert statement is not None
    return msgspec.structs.replace(statement, published=msgspec.structs.replace(statement.published, link=None))
