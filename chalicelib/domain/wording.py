"""A donation rule said in plain Japanese and English, generated from the data: what is announced is what is computed."""

from chalicelib.domain.donations import Rule, Words
from chalicelib.domain.money import Money


def rule_in_words(rule: Rule, currency: str) -> Words:
    """The whole rule, one sentence a part. `currency` is the campaign's."""
    cap = Money(currency, rule.cap)
    return Words(ja=f"上限は{cap}です。", en=f"At most {cap} is given.")
