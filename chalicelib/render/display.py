"""How numbers, money and moments are written in Japanese and in English.

Answers for: digits, signs and dates of one language; all moments in JST, with the zone named.
Refuses: locales of the machine, floats, and arithmetic beyond placing a decimal point.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import floor

from chalicelib.domain.donation_lines import RuleText
from chalicelib.domain.donations import Words
from chalicelib.domain.moments import JST
from chalicelib.domain.money import Money
from chalicelib.render.words import Language

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def jst(moment: str) -> datetime:
    """An RFC 3339 moment in Japan's time."""
    return datetime.fromisoformat(moment).astimezone(JST)


@dataclass(frozen=True, slots=True)
class Display:
    """The writing of one language."""

    language: Language

    @property
    def japanese(self) -> bool:
        """Whether this writes Japanese."""
        return self.language == "ja"

    def said(self, words: Words | RuleText) -> str:
        """What both languages say, in this one."""
        return words.ja if self.japanese else words.en

    def number(self, value: int) -> str:
        """All digits, grouped by thousands: `1,456,843`."""
        return f"{value:,}"

    def in_chart(self, value: int) -> str:
        """A label of a chart: in Japanese 万 from 10,000 on, cut to one decimal (`145.6万`)."""
        if not self.japanese or value < 10_000:
            return self.number(value)
        whole, tenth = divmod(value // 1_000, 10)
        return f"{whole:,}.{tenth}万" if tenth else f"{whole:,}万"

    def money(self, minor: int, currency: str) -> str:
        """An amount in full: `1,000,000円`, `¥1,000,000`."""
        amount = Money(currency, minor)
        return amount.in_japanese if self.japanese else str(amount)

    def adjustment(self, minor: int, currency: str) -> str:
        """An amount that is added or taken off, with its sign: `+1,200円`, `±¥0`."""
        sign = "±" if minor == 0 else "+" if minor > 0 else ""
        return sign + self.money(minor, currency)

    def change(self, difference: int) -> str:
        """A number that has been added or taken away, with its sign: `+1,200`, `±0`."""
        return f"{difference:+,}" if difference else "±0"

    def share(self, permille: int) -> str:
        """A share with one decimal: `29.1%`."""
        return f"{permille // 10}.{permille % 10}%"

    def score(self, exact: str) -> str:
        """A film's score: a whole number as it is, a fraction such as `169/20` with two decimals, half up."""
        score = Fraction(exact)
        if score.denominator == 1:
            return self.number(int(score))
        hundredths = floor(score * 100 + Fraction(1, 2))
        return f"{hundredths // 100:,}.{hundredths % 100:02}"

    def thousandths(self, permille: int) -> str:
        """A number between -1 and 1 with two decimals, half up: `0.91`."""
        hundredths = (permille + 5) // 10
        sign, hundredths = ("-" if hundredths < 0 else ""), abs(hundredths)
        return f"{sign}{hundredths // 100}.{hundredths % 100:02}"

    def day(self, moment: str) -> str:
        """The day in Japan: `2023年2月11日`, `11 February 2023`."""
        return self._day(jst(moment))

    def calendar_day(self, on: str) -> str:
        """A day as it was put on record (`2023-02-10`); one that is in no calendar stays as it was written."""
        try:
            return self._day(date.fromisoformat(on))
        except ValueError:
            return on

    def day_in_chart(self, on: str) -> str:
        """A day as the label of a chart: `4/12`, `12 Apr`."""
        at = date.fromisoformat(on)
        return f"{at.month}/{at.day}" if self.japanese else f"{at.day} {MONTHS[at.month - 1][:3]}"

    def clock(self, moment: str) -> str:
        """Hours and minutes in Japan: `19:00`."""
        return f"{jst(moment):%H:%M}"

    def minute(self, moment: str) -> str:
        """Day, hours and minutes in Japan, to be said where the zone is named beside it."""
        return f"{self.day(moment)}{' ' if self.japanese else ', '}{self.clock(moment)}"

    def moment(self, moment: str) -> str:
        """Day, hours and minutes with the zone."""
        return self._zoned(self.minute(moment))

    def second(self, moment: str) -> str:
        """Day and time to the second with the zone."""
        return self._zoned(f"{self.minute(moment)}:{jst(moment):%S}")

    def span(self, start: str, end: str) -> str:
        """From one moment to another, the day once where it is the same."""
        until = self.clock(end) if self.day(start) == self.day(end) else self.minute(end)
        return self._zoned(f"{self.minute(start)}{'〜' if self.japanese else ' – '}{until}")

    def _day(self, at: date) -> str:
        if self.japanese:
            return f"{at.year}年{at.month}月{at.day}日"
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}"

    def _zoned(self, text: str) -> str:
        return f"{text}（日本時間）" if self.japanese else f"{text} JST (UTC+9)"
