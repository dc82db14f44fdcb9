"""What a verification found: each check with its result, and each difference with its place.

Answers for: their form, the words of both languages, comparing two values leaf by leaf, and a few out of very many.
Refuses: deciding what is checked: that is for the files whose names end in `_check`, `_count` and `_fit`, and `verification.py`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from chalicelib.domain.donations import Words


class Difference(msgspec.Struct, frozen=True):
    """Something recorded in `file` that is not what was computed. `says` or `computed` is None where there is nothing."""

    file: str
    what: Words
    says: str | None
    computed: str | None


class Check(msgspec.Struct, frozen=True):
    """A check of one thing: `ok` is None where there was nothing to check it with."""

    of: str
    what: Words
    ok: bool | None


WHAT = {
    # Files and forms
    "missing": Words(ja="ファイルがありません（{by} に記載があります）", en="the file is not there, though {by} names it"),
    "unreadable": Words(ja="ファイルを読み取れません", en="the file cannot be read"),
    "form": Words(ja="ファイルの形式が正しくありません", en="the file is not in the form in which it is published"),
    "sha256": Words(ja="{by} に記載のハッシュ値（SHA-256）と異なります", en="its SHA-256, which {by} names, is another"),
    "bytes": Words(ja="{by} に記載のバイト数と異なります", en="its size in bytes, which {by} names, is another"),
    "lines": Words(ja="{by} に記載の行数と異なります", en="its number of lines, which {by} names, is another"),
    "uncovered": Words(
        ja="どの確認の対象にもならないファイルです", en="no check covers this file: nothing that is published names it"
    ),
    "place": Words(ja="別のライブ配信またはキャンペーンの記録です（{place}）", en="it is another live's or campaign's ({place})"),
    # Ledger
    "line": Words(ja="{place}行目を読み取れません", en="line {place} cannot be read"),
    "order": Words(ja="{place}行目の順序が正しくありません", en="line {place} is out of order"),
    "copy": Words(ja="{place}行目：重複の扱いが正しくありません", en="line {place}: only the first of copies may count"),
    "window": Words(ja="{place}行目：対象時間の扱いが正しくありません", en="line {place}: wrongly inside or outside the window"),
    "market": Words(ja="{place}行目：ルールにない国・地域です", en="line {place}: a market that the rule does not have"),
    "count": Words(ja="{place}行目：回数が正しくありません", en="line {place}: such a reaction cannot have this count"),
    "crowd": Words(
        ja="リアクションが少ない国・地域（{place}）は ZZ に含める必要があります",
        en="a market with so few reactions ({place}) must be ZZ",
    ),
    # Statement
    "rule": Words(ja="ルールと異なります（{place}）", en="it is not what the rule says ({place})"),
    "counts": Words(ja="集計台帳から数えた値と異なります（{place}）", en="it is not what the ledger comes to ({place})"),
    "sums": Words(ja="合計が一致しません（{place}）", en="it does not add up ({place})"),
    "donation": Words(
        ja="寄付ルールで計算し直した値と異なります（{place}）", en="it is not what the rule gives for the ledger ({place})"
    ),
    "payments": Words(ja="寄付の実施の記載が正しくありません（{place}）", en="a payment is not this live's ({place})"),
    "corrects": Words(ja="訂正前の寄付計算書の記載が正しくありません", en="the statement that it replaces is another"),
    # Festival
    "entry_line": Words(
        ja="応募資格の判定が、ルールで判定し直した結果と異なります（{place}）",
        en="an entry does not stand as the rule says ({place})",
    ),
    "vote": Words(ja="{place}行目：票の扱いが正しくありません", en="line {place}: this vote is wrongly counted or set aside"),
    "suspect": Words(
        ja="{place}行目：賞の結果に記載のない理由で保留されています",
        en="line {place}: this vote is held for a reason that the award does not have",
    ),
    "more": Words(ja="ほかにも{place}か所に不一致があります", en="there are {place} more such places in this file"),
    "listed": Words(
        ja="集計台帳の一覧が正しくありません（{place}）", en="its list of ledgers is not as it is published ({place})"
    ),
    "score": Words(ja="審査員の採点が正しくありません（{place}）", en="a juror cannot have given this score ({place})"),
    "otherwise": Words(ja="{by} の記載と異なります（{place}）", en="{by} says otherwise ({place})"),
    "decided": Words(
        ja="ルールで決め直した結果と異なります（{place}）", en="it is not what comes out when it is decided again ({place})"
    ),
    # Campaign
    "share": Words(ja="ライブ配信の寄付計算書と異なります（{place}）", en="it is not what the live's statement says ({place})"),
    "cap": Words(
        ja="上限の配分を計算し直した値と異なります（{place}）", en="it is not its share under the campaign's cap ({place})"
    ),
    # Chain
    "chain_missing": Words(ja="ハッシュ値の連鎖（chain）がありません", en="there is no chain"),
    "number": Words(ja="連鎖の番号が続いていません", en="the numbers of the chain have a gap"),
    "previous": Words(
        ja="{by} が記す、この直前の記録のハッシュ値と異なります", en="its SHA-256, which the next entry {by} names, is another"
    ),
    "not_in_chain": Words(ja="この寄付計算書は連鎖に記載がありません", en="this statement is in no entry of the chain"),
    "twice": Words(ja="この寄付計算書は連鎖に2回以上あります（{by}）", en="this statement is in the chain more than once ({by})"),
    "entry": Words(ja="連鎖の記載が寄付計算書と異なります（{place}）", en="the entry does not describe its statement ({place})"),
    "replaced": Words(
        ja="この寄付計算書は、新しいもの（{by}）に置き換えられています",
        en="this statement has been replaced by a newer one ({by})",
    ),
    # Reports
    "manifest": Words(ja="フォルダーの内容と一致しません", en="it is not what the folder's files come to"),
    "latest": Words(
        ja="示されたフォルダーの内容と一致しません（{place}）", en="it is not what the folder that it names comes to ({place})"
    ),
    "settled": Words(ja="確定した寄付計算書と異なります（{place}）", en="it is not what the settled statement says ({place})"),
    # What the reader brought
    "expect": Words(ja="お手元のハッシュ値に当たる寄付計算書がありません", en="no statement here has the hash that you expect"),
}

CHECKS = {
    "statement": Words(ja="寄付計算書の形式", en="the statement's form and place"),
    "rule": Words(ja="寄付ルール", en="the rule, by its hash, and that it is this live's"),
    "ledger": Words(ja="集計台帳のハッシュ値、順序、重複、対象時間", en="the ledger: hashes, order, copies, window"),
    "markets": Words(ja="国・地域の表示", en="markets: those of the rule, and none with few reactions"),
    "counts": Words(ja="リアクションの数え直し", en="the counts, counted again from the ledger"),
    "donation": Words(ja="寄付額の計算し直し", en="the donation, computed again from the rule"),
    "payments": Words(ja="寄付の実施の記載", en="payments: live, currency, references"),
    "senders": Words(ja="送信者向けファイル", en="a file for the sender only"),
    "campaign": Words(ja="キャンペーン全体の合計と上限の配分", en="the campaign's sums, and the shares under its cap"),
    "festival": Words(ja="映画祭のルール", en="the festival's rule, by its hash, and that it can be one"),
    "received": Words(ja="受け付けた数と日時", en="numbers and moments that must fit the rule, the ledgers and each other"),
    "entries": Words(ja="応募作品の資格", en="the entries: hashes, order, and who competes by the rule"),
    "award": Words(ja="賞の決め直し", en="the award, decided again: votes, scores, places, winner"),
    "votes": Words(ja="票の数", en="the votes that were accepted, against the ledgers"),
    "films": Words(ja="複数の賞における作品の記載", en="each film, which must be the same in every award"),
    "sealed": Words(ja="発表前の賞", en="an award that is still sealed"),
    "chain": Words(ja="ハッシュ値の連鎖", en="the chain"),
    "report": Words(ja="レポートのファイル", en="the report's files against its manifest"),
    "latest": Words(ja="最新レポートの記載", en="the pointer to the newest report"),
    "settled": Words(ja="レポートと寄付計算書の一致", en="the report's counts against the settled statements"),
    "overtaken": Words(
        ja="別の確定処理が先に完了し、使われなかったファイル",
        en="left by an attempt to settle that another overtook: it counts for nothing",
    ),
    "stopped": Words(
        ja="途中で止まった締め切り処理が残した、使われなかったファイル",
        en="left by a closing that stopped, as at a tie: it counts for nothing",
    ),
    "unfinished": Words(
        ja="レポートの作成が途中で終わり、使われなかったファイル",
        en="left by a publication that did not finish: it counts for nothing",
    ),
    "elsewhere": Words(ja="ここにないキャンペーンの記録", en="the entry of a campaign that is not here"),
    "private": Words(ja="公開していないファイル", en="a file that is not public"),
    "unsettled": Words(ja="確定前のルール", en="the rule of what is not settled yet"),
    "covered": Words(ja="対象外のファイルがないこと", en="no file that no check covers"),
    "expect": Words(ja="お手元のハッシュ値", en="the hash that you expect"),
}


def differs(file: str, what: str, says: object, computed: object, by: str = "", place: object = "") -> Difference:
    """A difference of a known sort (see WHAT); `by` is the file that says so, `place` where in the file."""
    said = WHAT[what]
    about = {"by": by, "place": place}
    return Difference(file, Words(said.ja.format(**about), said.en.format(**about)), _text(says), _text(computed))


def compared(file: str, what: str, says: Any, computed: Any, place: str = "") -> Iterator[Difference]:
    """Every leaf in which two values of plain types, or structs, differ; `place` leads to them."""
    yield from _leaves(file, what, (msgspec.to_builtins(says), msgspec.to_builtins(computed)), place)


def few(file: str, found: Iterable[Difference]) -> Iterator[Difference]:
    """The first ten of what may be millions, and how many more there are; all of them are drawn."""
    rest = iter(found)
    yield from islice(rest, 10)
    if more := sum(1 for _ in rest):
        yield differs(file, "more", None, None, place=f"{more:,}")


def _leaves(file: str, what: str, both: tuple[Any, Any], place: str) -> Iterator[Difference]:
    says, computed = both
    if isinstance(says, dict) and isinstance(computed, dict):
        keys: Iterable[Any] = sorted(says.keys() | computed.keys(), key=str)
    elif isinstance(says, list | tuple) and isinstance(computed, list | tuple):
        says, computed = dict(enumerate(says)), dict(enumerate(computed))
        keys = sorted(says.keys() | computed.keys())
    else:
        if says != computed:
            yield differs(file, what, says, computed, place=place)
        return
    for key in keys:
        yield from _leaves(file, what, (says.get(key), computed.get(key)), f"{place}.{key}".lstrip("."))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
