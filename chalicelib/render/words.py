"""Every word that a report says by itself, in Japanese and English, in the glossary's terms.

Answers for: one table, so that a translator reads one file. Placeholders are filled by `str.format`.
Refuses: names and rules, which come with the report in both languages.
"""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]

WORDS: dict[str, tuple[str, str]] = {
    # Heading and headline figures
    "results": ("成果レポート", "Results report"),
    "scope_campaign": ("キャンペーン全体", "The whole campaign"),
    "scope_region": ("支援地域", "Region"),
    "scope_live": ("ライブ配信", "Live"),
    "provisional": ("速報値", "Provisional"),
    "final": ("確定値", "Final"),
    "final_after": (
        "この数値は、{moment}以降に行う確定まで、変わることがあります。",
        "These figures may change until they are final, after {moment}.",
    ),
    "no_lives": ("ライブ配信の予定はまだありません。", "No live is planned yet."),
    "as_of": ("集計時点", "As of"),
    "nothing_yet": ("リアクションはまだありません。", "No reactions yet."),
    "headline": ("主な数値", "Key figures"),
    "total_reactions": ("総リアクション", "Total reactions"),
    "donation_total": ("寄付総額", "Donation"),
    "elsewhere": (
        "参考換算 {money}（{units}＝{cost}、{on}、出典：{source}）。表示のみに使います。",
        "{money} at {units} = {cost} ({on}, source: {source}), for display only.",
    ),
    "campaign_total": ("キャンペーン全体のリアクション", "Reactions in the whole campaign"),
    "regions": ("支援地域", "Regions"),
    "markets": ("視聴国・地域", "Markets"),
    "like": ("いいね", "Likes"),
    "comment": ("コメント", "Comments"),
    "gift": ("ギフト", "Gifts"),
    "gift_value": ("ギフトの価値", "Gift value"),
    "platform_units": ("プラットフォームの単位。金額ではありません。", "In the platform's units; not money."),
    # Regions and markets
    "by_region": ("支援地域別リアクション", "Reactions by region"),
    "region": ("支援地域", "Region"),
    "partners": ("連携先", "Partners"),
    "total": ("合計", "Total"),
    "share": ("構成比", "Share"),
    "donation": ("寄付額", "Donation"),
    "region_by_market": ("支援地域 × 視聴国・地域", "Regions × markets"),
    "market": ("視聴国・地域", "Market"),
    "scroll": ("表は横にスクロールできます。", "The table scrolls sideways."),
    # A live
    "per_minute": ("1分ごとのリアクション（日本時間）", "Reactions per minute (JST, UTC+9)"),
    "peak": ("最も多かった1分", "Busiest minute"),
    "peak_line": ("{moment}（{count}件）", "{moment} ({count} reactions)"),
    "peak_segment": ("「{segment}」のとき", " during “{segment}”"),
    "window": ("対象時間", "Counted window"),
    "status": ("状況", "Status"),
    "scheduled": ("配信前", "Scheduled"),
    "on": ("配信中", "On air"),
    "ended": ("配信終了・受付中", "Ended, late records still taken"),
    "closed": ("受付終了・確定前", "Closed, awaiting settlement"),
    "settled": ("確定", "Settled"),
    "cast": ("出演", "Cast"),
    "programme": ("番組構成", "Programme"),
    "reactions": ("リアクション", "Reactions"),
    # The donation, line by line
    "donation_explained": ("寄付額の計算", "How the donation is worked out"),
    "fund": ("寄付先", "Goes to"),
    "rule": ("寄付ルール", "Donation rule"),
    "line": ("項目", "Part"),
    "explained": ("内容", "Explanation"),
    "amount": ("金額", "Amount"),
    "base": ("基本額", "Base"),
    "base_line": ("リアクションの数によらない額です。", "Given whatever the number of reactions."),
    "step": ("目標", "Step"),
    "step_at-or-above": ("リアクション{at}件以上で{money}", "{money} at {at} reactions or more"),
    "step_above": ("リアクションが{at}件を超えたら{money}", "{money} above {at} reactions"),
    "step_reached": ("達成：{moment}", "Reached: {moment}"),
    "step_ahead": ("未達成：あと{count}件", "Not yet: {count} more reactions needed"),
    "rate": ("件数に応じた額", "Rate"),
    "rate_line": (
        "{kind}が{per}に達するごとに{money}：{full}回達成（端数は数えません）",
        "{money} for every full {per} of: {kind}. Reached {full} times",
    ),
    "subtotal": ("小計", "Subtotal"),
    "minimum": ("最低額", "Minimum"),
    "minimum_line": ("小計が{money}に満たないときは、{money}とします。", "Raised to {money} where the subtotal is less."),
    "cap": ("上限", "Cap"),
    "cap_line": ("このライブ配信の上限は{money}です。", "At most {money} for this live."),
    "campaign_cap": ("全体の上限", "Campaign cap"),
    "live_donation": ("このライブ配信の寄付額", "Donation of this live"),
    # Changes of the window
    "window_changes": ("対象時間の変更", "Changes of the window"),
    "changed_at": ("変更日時", "Changed"),
    "ended_before": ("変更前の終了", "End before"),
    "ends_now": ("変更後の終了", "End now"),
    "closing_only": ("変更なし（受付の締め切りのみ変更）：", "The same; only the closing moved, to "),
    "donation_before": ("変更前の寄付額", "Donation before"),
    "donation_now": ("変更後の寄付額", "Donation now"),
    "reason": ("理由", "Reason"),
    # What was not counted
    "not_counted": ("集計に含めなかったもの", "Not counted, and why"),
    "outside_window": ("対象時間外", "Outside the window"),
    "outside_why": ("ライブ配信の開始前、または終了後のリアクションです。", "Before a live's start, or from its end on."),
    "rehearsal": ("リハーサル", "Rehearsal"),
    "rehearsal_why": ("リハーサルとして送られたものです。", "Sent as a rehearsal."),
    "why": ("理由", "Why"),
    # Method and footer
    "method": ("集計方法", "How it was counted"),
    "method_reaction": (
        "リアクションは、視聴者のいいね、コメント、ギフトです。続けて送られたいいねとギフトは、その回数を数えます。",
        "A reaction is a viewer's like, comment or gift. Likes and gifts sent in a row count as often as they were sent.",
    ),
    "method_once": (
        "記録は署名を確かめてから一度だけ保存し、一度だけ数えます。同じ記録が重ねて届いても、数は増えません。",
        "Records are stored once, after their signature was checked, and counted once; a record that arrives again adds nothing.",
    ),
    "method_market": (
        "視聴国・地域は、記録に書かれたものです。書かれていないもの、キャンペーンの対象でないものは「その他・不明」に入れます。",
        "A market is what the record names; where it names none, or none of the campaign's, it counts as “Other or unknown”.",
    ),
    "method_share": (
        "構成比は、合計が100.0%になるように端数を調整しています。",
        "Shares are rounded so that they add up to 100.0%.",
    ),
    "method_settlement": (
        "受付の終了後に、保存した記録を数え直して確定します。それまでの数値と寄付額は速報値です。",
        "After closing, the stored records are counted again; until this settlement all figures and donations are provisional.",
    ),
    "method_zone": (
        "時刻はすべて日本時間（JST、UTC+9）です。",
        "All times are Japan Standard Time (JST, UTC+9).",
    ),
    "campaign": ("キャンペーン", "Campaign"),
    "report_version": ("レポート形式 第{version}版・改訂番号 {epoch}", "Report format {version}, epoch {epoch}"),
}


def words_in(language: Language) -> dict[str, str]:
    """The table in one language."""
    column = ("ja", "en").index(language)
    return {key: both[column] for key, both in WORDS.items()}
