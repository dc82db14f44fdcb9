"""Every word that a report says by itself, in Japanese and English, in the glossary's terms.

Answers for: one table, so that a page asks in one place. A translator reads this file, which has the words of a report's frame,
and the five `words_…` files beside it. Placeholders are filled by `str.format`.
Refuses: names and rules, which come with the report in both languages, and one key in two tables.
"""

from chalicelib.domain.languages import Language
from chalicelib.render.words_beside import BESIDE
from chalicelib.render.words_of_counts import COUNTS
from chalicelib.render.words_of_festival import FESTIVAL
from chalicelib.render.words_of_money import MONEY
from chalicelib.render.words_of_workbook import WORKBOOK

__all__ = ["WORDS", "Language", "words_in"]

WORDS: dict[str, tuple[str, str]] = {
    **COUNTS,
    **MONEY,
    **BESIDE,
    **FESTIVAL,
    **WORKBOOK,
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
    # A notice
    "notice_final": ("【Local Love】確定のお知らせ", "[Local Love] Final figures"),
    "notice_correction": ("【Local Love】確定値の訂正のお知らせ", "[Local Love] Final figures, corrected"),
    "notice_corrected": ("訂正：{live} {number}（理由：{reason}）", "Corrected: {live} {number} (reason: {reason})"),
    "notice_hash_begins": ("SHA-256の先頭16文字", "SHA-256 begins with"),
    "notice_address": ("公開ページ（寄付計算書と確かめ方）", "Public page, with the statement and how to check it"),
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
    # Summary and card
    "more": ("ほか{count}件", "and {count} more"),
    "statement_follows": ("寄付計算書は、確定後に公開します。", "The statement follows after settlement."),
    "minutes_elsewhere": (
        "1分ごとの推移は、各ライブ配信のレポートにあります。",
        "Each live's own report shows its minutes.",
    ),
    "chart_of": ("グラフ「{heading}」。{values}", "Chart “{heading}”. {values}"),
    "value_of": ("{name} {value}", "{name} {value}"),
    "by_live": ("ライブ配信別リアクション", "Reactions by live"),
    "by_kind": ("種類別リアクション", "Reactions by kind"),
    "by_market": ("視聴国・地域別リアクション", "Reactions by market"),
    "stories_count": ("{count}件", "{count}"),
    "interval_of": (
        "95%信頼区間 {low}〜{high}（標本{sample}件、{source}）",
        "95% interval {low} to {high} (sample of {sample}, {source})",
    ),
    "samples_elsewhere": (
        "標本が{number}件あります。レポートのページに、それぞれ示します。",
        "{number} samples: the report's page shows each by itself.",
    ),
    "card_elsewhere": ("参考換算 {money}", "about {money} at the stated rate"),
    "card_final": ("リアクションが、寄付になりました。", "reactions became a donation."),
    "card_provisional": ("リアクションが届いています。", "reactions have come in so far."),
    "card_markets": ("視聴国・地域 {count}", "Markets: {count}"),
    "card_regions": ("支援地域 {count}", "Regions: {count}"),
}


def words_in(language: Language) -> dict[str, str]:
    """The table in one language."""
    column = ("ja", "en").index(language)
    return {key: both[column] for key, both in WORDS.items()}
