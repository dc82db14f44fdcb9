"""What a festival promises, said in plain Japanese and English and generated from the data: what is announced is what decides.

Answers for: who may enter and when, each award's way, its ties. Refuses: free text, but for names that the author gave.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.donations import Words
from chalicelib.domain.festival import Award, Criterion, Entering, Festival, Jury, Metrics
from chalicelib.domain.moments import JST

_TIE_BREAKS: Mapping[str, Words] = {
    "views": Words(ja="視聴回数の多さ", en="more views"),
    "likes": Words(ja="いいねの数の多さ", en="more likes"),
    "posted": Words(ja="投稿の早さ", en="the earlier post"),
}

_HIGHEST: Mapping[str, Words] = {
    "jury": Words(ja="点数が最も高い作品です。", en="It has the highest score."),
    "metrics": Words(ja="ポイントが最も多い作品です。", en="It has the most points."),
    "votes": Words(ja="票数が最も多い作品です。", en="It has the most votes."),
}


def entering_in_words(festival: Festival) -> Words:
    """What may be entered, when, and by whom."""
    said = list(_entering(festival.entries, festival.hashtags))
    return Words(ja="".join(each.ja for each in said), en=" ".join(each.en for each in said))


def award_in_words(festival: Festival, award: Award) -> Words:
    """How an award is decided, and how ties are."""
    said = [*_way(festival, award), _ties(award)]
    return Words(ja="".join(each.ja for each in said), en=" ".join(each.en for each in said))


def decision_in_words(award: Award, by: str, decided_by: str) -> Words:
    """What decided an award that is revealed; `by` and `decided_by` are its result's."""
    if decided_by == "nobody":
        return Words(ja="該当する作品はありません。", en="No film was given it.")
    if decided_by == "score":
        return _HIGHEST[by]
    if decided_by == "jury":
        return Words(ja="同点のため、審査員が決めました。", en="A tie, decided by the jury.")
    name = _tie_break_names(award)[decided_by]
    return Words(ja=f"同点のため、{name.ja}で決めました。", en=f"A tie, decided by {name.en}.")


def _entering(entries: Entering, hashtags: tuple[str, ...]) -> Iterator[Words]:
    ja, en = "、".join(hashtags), " or ".join(hashtags)
    yield Words(ja=f"{ja}のいずれかを付けて投稿された作品が対象です。", en=f"Films are entered by posting them with {en}.")
    first, last = entries.opens_at, entries.closes_at - timedelta(minutes=1)
    yield Words(
        ja=f"応募期間は、{_ja(first)}から{_ja(last)}までです（日本時間）。",
        en=f"Entries are open from {_en(first)} to {_en(last)}, Japan time.",
    )
    yield Words(
        ja=f"長さは{entries.least_seconds:,}秒以上{entries.most_seconds:,}秒以下、応募者は{entries.least_age}歳以上です。",
        en=f"A film has {entries.least_seconds:,} to {entries.most_seconds:,} seconds; its maker is {entries.least_age} or over.",
    )


def _way(festival: Festival, award: Award) -> Iterator[Words]:
    yield Words(ja=f"{award.name.ja}：", en=f"{award.name.en}:")
    if award.jury is not None:
        yield _jury(award.jury)
    elif award.metrics is not None and festival.metrics_as_of is not None:
        yield _metrics(award.metrics, festival.metrics_as_of)
    elif award.votes is not None and festival.voting is not None:
        first, last = festival.voting.opens_at, festival.voting.closes_at - timedelta(minutes=1)
        yield Words(
            ja=f"{_ja(first)}から{_ja(last)}までの投票（日本時間）が最も多い作品に贈ります。投票は1人1票で、最初の1票を数えます。",
            en=f"most votes from {_en(first)} to {_en(last)}, Japan time; one vote a person, and the first counts.",
        )


def _jury(jury: Jury) -> Words:
    whole = sum(each.weight for each in jury.criteria)
    ja = "、".join(f"{each.name.ja}（{each.weight}/{whole}）" for each in jury.criteria)
    en = ", ".join(f"{each.name.en.lower()} ({each.weight}/{whole})" for each in jury.criteria)
    return Words(
        ja=f"審査員が0から{jury.highest:,}までの点数を付け、{ja}の重みで平均した点数が最も高い作品に贈ります。",
        en=f"the jury scores from 0 to {jury.highest:,}; the highest mean of {en} wins.",
    )


def _metrics(metrics: Metrics, as_of: datetime) -> Words:
    parts = [("視聴回数", "views", metrics.views), ("いいねの数", "likes", metrics.likes)]
    ja = "と".join(name if weight == 1 else f"{name}の{weight}倍" for name, _, weight in parts if weight)
    en = " and ".join(name if weight == 1 else f"{weight} times the {name}" for _, name, weight in parts if weight)
    both = metrics.views > 0 and metrics.likes > 0
    return Words(
        ja=f"{_ja(as_of)}時点（日本時間）の{ja}{'の合計' if both else ''}が最も多い作品に贈ります。",
        en=f"most {en}{' together' if both else ''} as of {_en(as_of)}, Japan time.",
    )


def _ties(award: Award) -> Words:
    if not award.tie_breaks:
        return Words(ja="同点の場合は、審査員が決めます。", en="The jury decides a tie.")
    names = _tie_break_names(award)
    said = [names[each] for each in award.tie_breaks]
    ja, en = "、".join(each.ja for each in said), ", then by ".join(each.en for each in said)
    return Words(
        ja=f"同点の場合は、{ja}の順に決め、それでも決まらなければ審査員が決めます。",
        en=f"A tie is decided by {en}, then by the jury.",
    )


def _tie_break_names(award: Award) -> Mapping[str, Words]:
    return _TIE_BREAKS if award.jury is None else {each.id: _better(each) for each in award.jury.criteria}


def _better(criterion: Criterion) -> Words:
    return Words(ja=f"{criterion.name.ja}の点数の高さ", en=f"the better mean of {criterion.name.en.lower()}")


def _ja(moment: datetime) -> str:
    local = moment.astimezone(JST)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}時{local.minute:02d}分"


def _en(moment: datetime) -> str:
    return f"{moment.astimezone(JST):%Y-%m-%d %H:%M}"
