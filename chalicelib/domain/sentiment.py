"""Sentiment of comments, as two people coded a random sample of them: the only way in which it is ever said.

Answers for: what a report says of a coded sample: the share of positive or neutral, its interval, how far the coders agree.
Refuses: guessing from words. Without a coded sample the answer is "not measured".
"""

import msgspec


class Sentiment(msgspec.Struct, frozen=True):
    """A coded sample. Shares are in permille; the interval is Wilson's, at 95 %.

    `live` is the live whose comments were drawn, None for a named source about the whole campaign. `sample` of `population`
    texts were coded (None: the source does not say how many there are); `positive`, `neutral` and `negative` sum to `sample`.
    `agreement_permille` is the share of texts that both coders judged alike, before they settled the others.
    """

    live: str | None
    source: str
    on: str
    sample: int
    population: int | None
    positive: int
    neutral: int
    negative: int
    favourable_permille: int
    low_permille: int
    high_permille: int
    agreement_permille: int
    languages: tuple[str, ...]
