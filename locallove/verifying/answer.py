"""The answer of a verification, in words that need no explanation, and as JSON.

Answers for: yes or no first, then the first difference exactly, what was checked, and always what no check can show.
Refuses: an answer that sounds like more than was checked.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.domain.award_result import FestivalStatement
from chalicelib.domain.donations import Words
from chalicelib.domain.languages import Language
from chalicelib.domain.money import EXPONENTS, Money
from chalicelib.domain.statement import Statement
from locallove.verifying.chain_check import Known
from locallove.verifying.findings import Check, Difference

CANNOT_SHOW = (
    Words(
        ja="プラットフォームから届いた数が、視聴者の実際の操作と一致しているかどうか。",
        en="That what the platform sent is what viewers did.",
    ),
    Words(
        ja="寄付金が実際に届いたかどうか。確認できるのは、記載された領収書のハッシュ値までです。",
        en="That the money arrived: of a payment there is no more than the hash of its receipt.",
    ),
    Words(
        ja="ほかの人にも同じ記録が示されているかどうか。レポートに印刷されたハッシュ値を --expect で指定すると確かめられます。",
        en="That others are shown the same chain: compare the hash printed on a report, with --expect.",
    ),
    Words(
        ja="ギフトの価値、リハーサル、受け付けなかったもの、締切後に届いたもの、除外したもの、隔離した記録、内容の食い違う重複の数。"
        "集計台帳に記載がないため、計算し直すことはできません。",
        en="Gift values, and the numbers of rehearsals, of what was rejected, late, excluded or quarantined, and of conflicting"
        " copies: the ledger does not have them, so they cannot be computed again.",
    ),
    Words(
        ja="レポートのHTMLやCSVの表示内容。ファイルの一覧とハッシュ値は確認しますが、内容を作り直して比べることはしません。",
        en="That a report's pages and tables show what its report.json says: their hashes are checked, they are not made again.",
    ),
)


class Shown(msgspec.Struct, frozen=True):
    """A statement that was checked: what it is of, its hash, and what it comes to."""

    file: str
    campaign: str
    live: str | None
    sha256: str
    reactions: int
    currency: str
    minor: int


class Answer(msgspec.Struct, frozen=True):
    """What a verification found. `ok` is whether there is no difference."""

    shown: str
    checks: tuple[Check, ...]
    differences: tuple[Difference, ...]
    statements: tuple[Shown, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was checked agrees."""
        return not self.differences


def shown(known: Known) -> Shown | None:
    """A statement as the answer lists it; one of a festival's result has neither reactions nor money."""
    found = known.statement
    if isinstance(found, FestivalStatement):
        return None
    minor = found.donation.minor if isinstance(found, Statement) else found.minor
    return Shown(known.file, *known.subject, known.sha256, found.counts.total, found.currency, minor)


def as_json(answer: Answer, language: Language) -> bytes:
    """The answer for machines."""
    said: dict[str, Any] = {
        "ok": answer.ok,
        "checks": [{"of": each.of, "what": getattr(each.what, language), "ok": each.ok} for each in answer.checks],
        "differences": [
            {"file": each.file, "what": getattr(each.what, language), "says": each.says, "computed": each.computed}
            for each in answer.differences
        ],
        "statements": answer.statements,
        "cannot_show": [getattr(each, language) for each in CANNOT_SHOW],
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=1)


def lines(answer: Answer, language: Language) -> Iterator[str]:
    """The answer for a person."""
    said = _SAID[language]
    yield said["yes" if answer.ok else "no"].format(shown=answer.shown)
    yield ""
    if answer.differences:
        yield from _first(answer.differences, language)
        yield ""
    done = [each for each in answer.checks if each.ok is not None]
    failed = len([each for each in done if not each.ok])
    yield said["checks"].format(done=len(done), failed=failed)
    if not answer.statements:
        yield said["no_statement"]
    for each in answer.statements:
        money = Money(each.currency, each.minor) if each.currency in EXPONENTS else None
        amount = "?" if money is None else money.in_japanese if language == "ja" else str(money)
        subject = each.live or each.campaign
        yield said["statement"].format(subject=subject, reactions=f"{each.reactions:,}", amount=amount, hash=each.sha256[:16])
    unchecked = [each for each in answer.checks if each.ok is None]
    if unchecked:
        yield ""
        yield said["unchecked"]
        yield from (f"  {each.of} ({getattr(each.what, language)})" for each in unchecked)
    yield ""
    yield said["cannot_show"]
    yield from (f"- {getattr(each, language)}" for each in CANNOT_SHOW)


def _first(differences: tuple[Difference, ...], language: Language) -> Iterator[str]:
    said, first = _SAID[language], differences[0]
    yield said["first"].format(file=first.file)
    yield f"  {getattr(first.what, language)}"
    if first.says is not None or first.computed is not None:
        yield said["says"].format(value=said["nothing"] if first.says is None else first.says)
        yield said["computed"].format(value=said["nothing"] if first.computed is None else first.computed)
    yield said["others"].format(number=len(differences) - 1)


_SAID = {
    "ja": {
        "yes": "はい。{shown} の記録は、計算し直した結果と一致しました。",
        "no": "いいえ。{shown} の記録は、計算し直した結果と一致しません。",
        "first": "最初の不一致：{file}",
        "says": "  記録：{value}",
        "computed": "  計算：{value}",
        "nothing": "（なし）",
        "others": "このほかの不一致：{number}件",
        "checks": "確認した項目：{done}件（うち不一致のあるもの：{failed}件）",
        "statement": "  {subject}：リアクション {reactions}、寄付額 {amount}、ハッシュ値 {hash}",
        "no_statement": "確定した寄付計算書はありません。リアクションの数と寄付額は確認していません。",
        "unchecked": "確認していないもの：",
        "cannot_show": "この確認では分からないこと：",
    },
    "en": {
        "yes": "Yes. What {shown} says is what comes out when it is computed again.",
        "no": "No. What {shown} says is not what comes out when it is computed again.",
        "first": "The first difference: {file}",
        "says": "  it says:  {value}",
        "computed": "  computed: {value}",
        "nothing": "(nothing)",
        "others": "Other differences: {number}",
        "checks": "Checks made: {done}, of which {failed} found differences",
        "statement": "  {subject}: {reactions} reactions, donation {amount}, SHA-256 {hash}",
        "no_statement": "There is no statement: neither counts nor a donation were checked.",
        "unchecked": "Not checked:",
        "cannot_show": "What this cannot show:",
    },
}
