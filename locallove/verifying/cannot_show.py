"""What no check can show, in words: the last lines of every answer.

Answers for: saying in both languages where the checks end. Refuses: what was checked (`answer.py`).
"""

from chalicelib.domain.donations import Words

OF_ANYTHING = (
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

OF_A_FESTIVAL = (
    Words(
        ja="票・視聴回数・「いいね」が実際のものか、どの票が疑わしいか。プラットフォームの申告によります。",
        en="That votes, views and likes are what people did, and that a vote is suspect: that is the platform's word.",
    ),
    Words(
        ja="審査員が実際に付けた点数か、応募の可否に関する主催者の判断が正しいか。",
        en="That the jury gave these scores, and that the organiser judged entries rightly.",
    ),
)
