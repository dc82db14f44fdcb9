"""Words of what was counted: regions, markets, lives, comparisons, and what was not counted and why.

Answers for: each of them in Japanese and English. Refuses: names, which come with the report.
"""

COUNTS: dict[str, tuple[str, str]] = {
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
    "peak_segment": ("、「{segment}」のとき", " during “{segment}”"),
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
}
