"""Words of the donation: how it is worked out, promised, earned and paid, and the statement of a settled live.

Answers for: each of them in Japanese and English. Refuses: rules in words, which come with the report.
"""

MONEY: dict[str, tuple[str, str]] = {
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
}
