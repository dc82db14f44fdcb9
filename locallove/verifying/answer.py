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
from locallove.verifying.cannot_show import OF_A_FESTIVAL, OF_ANYTHING
from locallove.verifying.chain_check import Known
from locallove.verifying.findings import Check, Difference


class Shown(msgspec.Struct, frozen=True):
    """A statement that was checked: what it is of, its hash, and what it comes to."""

    file: str
    campaign: str
    live: str | None
    sha256: str
    reactions: int
    currency: str
    minor: int


class ShownFestival(msgspec.Struct, frozen=True):
    """A festival's statement that was checked: its hash, how many entries competed, and the votes that were accepted, if any."""

    file: str
    campaign: str
    sha256: str
    competing: int
    votes: int | None


class Answer(msgspec.Struct, frozen=True):
    """What a verification found. `ok` is whether there is no difference."""

    shown: str
    checks: tuple[Check, ...]
    differences: tuple[Difference, ...]
    statements: tuple[Shown | ShownFestival, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was checked agrees."""
        return not self.differences


def shown(known: Known) -> Shown | ShownFestival:
    """A statement as the answer lists it; one of a festival's result has neither reactions nor money."""
    found = known.statement
    if isinstance(found, FestivalStatement):
        votes = found.received.accepted if found.received else None
        return ShownFestival(known.file, found.campaign, known.sha256, found.entered.competing, votes)
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
        "cannot_show": [getattr(each, language) for each in _cannot_show(answer)],
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
    yield from (_line(each, language) for each in answer.statements)
    unchecked = [each for each in answer.checks if each.ok is None]
    if unchecked:
        yield ""
        yield said["unchecked"]
        yield from (f"  {each.of} ({getattr(each.what, language)})" for each in unchecked)
    yield ""
    yield said["cannot_show"]
    yield from (f"- {getattr(each, language)}" for each in _cannot_show(answer))


def _cannot_show(answer: Answer) -> tuple[Words, ...]:
    festival = any(isinstance(each, ShownFestival) for each in answer.statements)
    return OF_ANYTHING + (OF_A_FESTIVAL if festival else ())


def _line(each: Shown | ShownFestival, language: Language) -> str:
    said = _SAID[language]
    if isinstance(each, ShownFestival):
        votes = "-" if each.votes is None else f"{each.votes:,}"
        competing = f"{each.competing:,}"
        return said["festival"].format(subject=each.campaign, competing=competing, votes=votes, hash=each.sha256[:16])
    money = Money(each.currency, each.minor) if each.currency in EXPONENTS else None
    amount = "?" if money is None else money.in_japanese if language == "ja" else str(money)
    subject, reactions = each.live or each.campaign, f"{each.reactions:,}"
    return said["statement"].format(subject=subject, reactions=reactions, amount=amount, hash=each.sha256[:16])


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
        "festival": "  {subject}（映画祭）：選考対象の作品 {competing}、受け付けた票 {votes}、ハッシュ値 {hash}",
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
        "festival": "  {subject} (film festival): {competing} films that compete, {votes} votes accepted, SHA-256 {hash}",
        "no_statement": "There is no statement: neither counts nor a donation were checked.",
        "unchecked": "Not checked:",
        "cannot_show": "What this cannot show:",
    },
}
