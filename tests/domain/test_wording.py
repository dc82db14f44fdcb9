"""The rule in words: everything that is computed is said, and said the same way every time."""

import re
from itertools import product

import pytest

from chalicelib.domain.donations import Rate, Rule, Step, Words
from chalicelib.domain.wording import cap_in_words, rule_in_words

FUND = Words(ja="熊本の支援基金", en="a relief fund for Kumamoto")

FIRST = Step(1, "at-or-above", 1)
STEPS = (
    (),
    (FIRST,),
    (Step(1, "above", 1),),
    (Step(2, "at-or-above", 1),),
    (Step(1, "at-or-above", 2),),
    (FIRST, Step(2, "above", 1)),
)
LIKES = Rate("like", 1, 1)
RATES = ((), (LIKES,), (Rate("like", 2, 1),), (Rate("like", 1, 2),), (Rate("gift", 1, 1),), (LIKES, Rate("comment", 1, 1)))


def test_kumamoto_in_words() -> None:
    rule = Rule(FUND, cap=2_000_000, base=1_000_000, steps=(Step(100_000, "at-or-above", 1_000_000),))
    assert rule_in_words(rule, "JPY") == Words(
        ja="寄付先は、熊本の支援基金です。リアクションの数にかかわらず、1,000,000円を寄付します。"
        "リアクション（いいね、コメント、ギフトの合計）が目標の100,000以上になった場合、1,000,000円を加えます。"
        "寄付額の上限は2,000,000円です。",
        en="The donation goes to: a relief fund for Kumamoto. ¥1,000,000 is given whatever the number of reactions. "
        "If likes, comments and gifts together come to 100,000 or more, ¥1,000,000 is added. At most ¥2,000,000 is given.",
    )


def test_every_part_of_a_rule_is_said() -> None:
    rule = Rule(
        FUND,
        cap=90_000_00,
        steps=(Step(1_000, "above", 10_50), Step(2_000, "at-or-above", 20_00)),
        rates=(Rate("like", 100, 3), Rate("comment", 1_500, 4), Rate("gift", 1, 5)),
        minimum=70_00,
    )
    assert rule_in_words(rule, "USD") == Words(
        ja="寄付先は、熊本の支援基金です。"
        "リアクション（いいね、コメント、ギフトの合計）が目標の1,000を超えた場合、10.50米ドルを寄付します。"
        "リアクション（いいね、コメント、ギフトの合計）が目標の2,000以上になった場合、20.00米ドルを加えます。"
        "いいね100回ごとに0.03米ドルを加えます（100回に満たない分は数えません）。"
        "コメント1,500件ごとに0.04米ドルを加えます（1,500件に満たない分は数えません）。"
        "ギフト1個ごとに0.05米ドルを加えます。"
        "寄付額は、合わせて70.00米ドルを下回りません。寄付額の上限は90,000.00米ドルです。",
        en="The donation goes to: a relief fund for Kumamoto. "
        "If likes, comments and gifts together come to more than 1,000, $10.50 is given. "
        "If likes, comments and gifts together come to 2,000 or more, $20.00 is added. "
        "For every full 100 likes, $0.03 is added. For every full 1,500 comments, $0.04 is added. "
        "For every gift, $0.05 is added. At least $70.00 is given in all. At most $90,000.00 is given.",
    )


def test_a_rule_that_gives_nothing_says_so() -> None:
    """A ceiling alone would read like a promise."""
    said = rule_in_words(Rule(FUND, cap=100), "JPY")
    assert "寄付は行いません。" in said.ja
    assert "Nothing is given" in said.en


def test_a_live_that_gives_nothing_names_no_fund_and_no_ceiling() -> None:
    """Such as an awards ceremony: whatever the rule says, nothing can be more than nothing."""
    nothing = Words(ja="このライブ配信では、寄付は行いません。", en="Nothing is given for this live.")
    assert rule_in_words(Rule(FUND, cap=0), "JPY") == nothing
    assert rule_in_words(Rule(FUND, cap=0, base=100), "JPY") == nothing


def test_the_campaigns_cap_in_words() -> None:
    said = cap_in_words(22_500_000, "JPY")
    assert "22,500,000円" in said.ja
    assert "¥22,500,000" in said.en


def test_rules_that_differ_are_said_differently() -> None:
    """Whoever reads the words can tell the rule: no part is left out and no two readings sound alike."""
    rules = [Rule(FUND, *parts) for parts in product((1, 2), (0, 1), STEPS, RATES, (0, 1))]
    assert len({rule_in_words(rule, "JPY").ja for rule in rules}) == len(rules)
    assert len({rule_in_words(rule, "JPY").en for rule in rules}) == len(rules)


@pytest.mark.parametrize(("reached", "kind"), [*product(["at-or-above", "above"], ["like", "comment", "gift"])])
def test_japanese_has_full_width_punctuation_and_ends_politely(reached: str, kind: str) -> None:
    rule = Rule(FUND, 9, 8, (Step(7000, reached, 1),), (Rate(kind, 5000, 1),), 4)  # type: ignore[arg-type]
    said = rule_in_words(rule, "JPY").ja
    assert not re.search(r"[!?():;\s]|(?<!\d)[,.]|[,.](?!\d)", said)
    endings = re.sub("（[^）]*）。", "。", said).rstrip("。").split("。")
    assert all(sentence.endswith(("ます", "です", "ません")) for sentence in endings)
