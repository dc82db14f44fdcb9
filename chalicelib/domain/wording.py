"""A donation rule said in plain Japanese and English, generated from the data: what is announced is what is computed.

Answers for: one sentence for each part that a rule has, the campaign's cap, nothing left out.
Refuses: free text. Only the fund's name comes from the author.
"""

from collections.abc import Iterator

from chalicelib.domain.donations import Rate, Rule, Step, Words
from chalicelib.domain.money import Money

_GIVEN = Words(ja="寄付します", en="is given")
_NOTHING = Words(ja="このライブ配信では、寄付は行いません。", en="Nothing is given for this live.")
_ADDED = Words(ja="加えます", en="is added")

_KINDS = {"like": ("いいね", "回"), "comment": ("コメント", "件"), "gift": ("ギフト", "個")}
"""The kinds in Japanese, and what they are counted in."""


def rule_in_words(rule: Rule, currency: str) -> Words:
    """The whole rule, one sentence a part, in the order in which it is computed. `currency` is the campaign's."""
    said = list(_sentences(rule, currency))
    return Words(ja="".join(each.ja for each in said), en=" ".join(each.en for each in said))


def cap_in_words(cap: int, currency: str) -> Words:
    """The campaign's cap (minor units of `currency`) and how it is shared."""
    money = Money(currency, cap)
    return Words(
        ja=f"キャンペーン全体の寄付額の上限は{money.in_japanese}です。超える場合は、各ライブ配信の寄付額に比例して減らします。",
        en=f"All lives of the campaign together give at most {money}; beyond it, each live's donation is reduced in proportion.",
    )


def _sentences(rule: Rule, currency: str) -> Iterator[Words]:
    if not rule.cap:
        yield _NOTHING
        return
    yield Words(ja=f"寄付先は、{rule.fund.ja}です。", en=f"The donation goes to: {rule.fund.en}.")
    if rule.base:
        base = Money(currency, rule.base)
        yield Words(
            ja=f"リアクションの数にかかわらず、{base.in_japanese}を寄付します。",
            en=f"{base} is given whatever the number of reactions.",
        )
    parts: list[Step | Rate] = [*rule.steps, *rule.rates]
    for index, part in enumerate(parts):
        yield _part(part, Money(currency, part.amount), _ADDED if rule.base or index else _GIVEN)
    if rule.minimum:
        least = Money(currency, rule.minimum)
        yield Words(
            ja=f"寄付額は、合わせて{least.in_japanese}を下回りません。",
            en=f"At least {least} is given in all.",
        )
    if not (rule.base or parts or rule.minimum):
        yield _NOTHING
    cap = Money(currency, rule.cap)
    yield Words(ja=f"寄付額の上限は{cap.in_japanese}です。", en=f"At most {cap} is given.")


def _part(part: Step | Rate, amount: Money, does: Words) -> Words:
    return _step(part, amount, does) if isinstance(part, Step) else _rate(part, amount, does)


def _step(step: Step, amount: Money, does: Words) -> Words:
    ja, en = ("以上になった場合", "{at:,} or more") if step.reached == "at-or-above" else ("を超えた場合", "more than {at:,}")
    return Words(
        ja=f"リアクション（いいね、コメント、ギフトの合計）が目標の{step.at:,}{ja}、{amount.in_japanese}を{does.ja}。",
        en=f"If likes, comments and gifts together come to {en.format(at=step.at)}, {amount} {does.en}.",
    )


def _rate(rate: Rate, amount: Money, does: Words) -> Words:
    name, counter = _KINDS[rate.kind]
    per = f"{rate.per:,}{counter}"
    if rate.per == 1:
        return Words(ja=f"{name}{per}ごとに{amount.in_japanese}を{does.ja}。", en=f"For every {rate.kind}, {amount} {does.en}.")
    return Words(
        ja=f"{name}{per}ごとに{amount.in_japanese}を{does.ja}（{per}に満たない分は数えません）。",
        en=f"For every full {rate.per:,} {rate.kind}s, {amount} {does.en}.",
    )
