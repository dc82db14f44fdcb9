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
    "is_final": ("この数値と寄付額は確定しています。", "These figures and the donation are final."),
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
    "segment": ("番組の区分", "Segment"),
    "begins": ("開始", "Begins"),
    "before_programme": ("最初の区分の前", "Before the first segment"),
    "reactions": ("リアクション", "Reactions"),
    # Beside other reports and lives
    "since": ("前回のレポート（{moment}）から：", "Since the report before (as of {moment}):"),
    "since_nothing": (
        "リアクションがまだなかった前回のレポートから：",
        "Since the report before, when there were no reactions:",
    ),
    "and_donation": ("、寄付額", ", donation"),
    "since_provisional": ("（前回は速報値）", " (the one before was provisional)"),
    "earlier": ("これまでのライブ配信との比較", "Beside earlier lives of the campaign"),
    "this_live": ("このライブ配信", "This live"),
    "day": ("配信日", "Day"),
    "minutes": ("分数", "Minutes"),
    "each_minute": ("1分あたり", "A minute"),
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
    "counts_final": (
        "集計は確定しています。寄付額は、キャンペーン全体の上限があるため、すべてのライブ配信の確定後に決まります。",
        "The counts are final. The donation is, once all lives are settled: the campaign's cap is shared among them.",
    ),
    # Promised, earned, paid, open
    "balance": ("寄付の約束と実施", "Promised, earned and paid"),
    "promised": ("約束した額（最大）", "Promised (at most)"),
    "earned_so_far": ("現在の額（速報値）", "Earned so far (provisional)"),
    "earned": ("確定した額", "Earned (final)"),
    "paid": ("支払済み", "Paid"),
    "open": ("未払い", "Open"),
    "overpaid": ("超過 {money}", "{money} overpaid"),
    "promised_capped": (
        "「約束した額」の合計は、キャンペーン全体の上限までです。",
        "Together, no more is promised than the campaign's cap.",
    ),
    "overpaid_why": (
        "「超過」は、支払った額がその時点の寄付額を上回った分です。ほかのライブ配信の未払いには充てません。",
        "“Overpaid” is what was paid beyond the donation as it stands. It is not set off against what is open for another live.",
    ),
    "payments": ("寄付の実施", "Payments"),
    "no_payments": ("支払いはまだ記録されていません。", "No payment is on record yet."),
    "paid_on": ("支払日", "Date"),
    "paid_to": ("支払先", "Recipient"),
    "reference": ("照会番号", "Reference"),
    "receipt": ("領収書のSHA-256", "SHA-256 of the receipt"),
    "no_receipt": ("未登録", "None on record"),
    # The statement of a settled live
    "statement": ("寄付計算書", "Statement"),
    "campaign_statement": ("キャンペーンの寄付計算書", "The campaign's statement"),
    "settled_at": ("確定日時", "Settled"),
    "statement_number": ("第{number}号", "No. {number}"),
    "correction": ("訂正", "Correction"),
    "corrected": ("以前の寄付計算書を訂正したものです。", "This statement replaces an earlier one."),
    "replaced": ("訂正前のSHA-256：", "SHA-256 of the one before: "),
    "because": ("理由：", " Reason: "),
    "chain": ("連鎖（chain）での番号", "Place in the chain"),
    "not_in_chain": ("登録待ち", "Not yet in it"),
    "receipts": ("受け付けた記録", "Received"),
    "receipts_line": (
        "送信{batches}件。リアクションの記録は、受理{accepted}件、不受理{rejected}件",
        "Batches: {batches}. Records accepted: {accepted}, rejected: {rejected}",
    ),
    "check": ("集計と数え直しの照合", "Totals against the recount"),
    "check_line": (
        "集計 {totals}、別に保管した記録 {quarantined}、数え直し（重複を除く前） {recounted}。",
        "Totals {totals}, quarantined {quarantined}; recounted {recounted}, copies included.",
    ),
    "check_equal": ("一致しました。", " They agree."),
    "check_differs": (
        "{places}か所が一致していません。運営者の判断で、そのまま確定しました。",
        " They do not agree (cells that differ: {places}). The operator accepted that.",
    ),
    "how_to_check": ("確かめ方", "How to check"),
    "how_to_check_line": (
        "寄付計算書と集計台帳は公開しています。次のコマンドで、だれでも数と寄付額を計算し直せます。",
        "Statement and ledger are public. With this command anyone can recompute counts and donation.",
    ),
    "service_address": (
        "「https://…」には、このサービスのアドレスを入れてください。",
        " “https://…” stands for the address of this service.",
    ),
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
    "not_counted_later": (
        "重複や、受付の終了後に届いたものは、確定のときに調べ、確定後のレポートに示します。",
        "Duplicates and what came after closing are found at settlement, and shown from then on.",
    ),
    "records": ("記録の件数", "Records"),
    "records_line": (
        "次の表は、記録の件数です。続けて送られたいいねやギフトも、1つの記録なら1件と数えます。",
        "This table counts records: likes or gifts sent in a row are one, if they came as one.",
    ),
    "rejected": ("不受理", "Rejected"),
    "rejected_why": (
        "形式や内容が決まりに合わず、受け付けなかったものです。",
        "Not taken, for they broke the rules for records.",
    ),
    "duplicate": ("重複", "Duplicates"),
    "duplicate_why": (
        "同じリアクションの記録が、先に届いていたものです（うち内容が異なるもの {conflicting}件）。",
        "The same reaction had come before ({conflicting} of these said something else).",
    ),
    "late": ("受付終了後", "Too late"),
    "late_why": ("受付の終了後に届いたものです。", "Received after closing."),
    "excluded": ("除外", "Excluded"),
    "excluded_why": ("運営者が除外したものです。", "Left out by the operator."),
    "excluded_batches": ("除外した送信：{batches}件。", "Batches left out: {batches}."),
    "quarantined": ("別に保管した記録", "Quarantined"),
    "quarantined_why": (
        "配信中の集計で扱えず、別に保管した記録です（数え直しには含めています）。",
        "Set aside by the counting during the live; the recount has what is in them.",
    ),
    # A notice
    "notice_final": ("【Local Love】確定のお知らせ", "[Local Love] Final figures"),
    "notice_correction": ("【Local Love】確定値の訂正のお知らせ", "[Local Love] Final figures, corrected"),
    "notice_corrected": ("訂正：{live} {number}（理由：{reason}）", "Corrected: {live} {number} (reason: {reason})"),
    "notice_hash_begins": ("SHA-256の先頭16文字", "SHA-256 begins with"),
    "notice_address": ("寄付計算書のアドレス", "Look at the statement"),
    "notice_id": (
        "お知らせの番号：{id}（同じ番号のお知らせが、2回届くことがあります。）",
        "Notice {id}. The same notice may arrive twice, under the same id.",
    ),
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
    "method_crowd": (
        "確定値では、リアクションの記録が{crowd}件に満たない視聴国・地域も「その他・不明」に入れます。個人の居場所が分からないようにするためです。",
        "In final figures, markets with fewer than {crowd} records also count as “Other or unknown”, so that nobody is located.",
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
