"""A film festival: what may be entered and when, how each award is decided, and every problem of that in a campaign's file.

Answers for: the types of the `[festival]` part, its moments, and ties that are decided before anybody votes.
Refuses: films and votes themselves, clocks, and whether a change is allowed now (`domain/applied.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from chalicelib.domain.donations import Words
from chalicelib.domain.hashtags import hashtag_form
from chalicelib.domain.ids import Id
from chalicelib.domain.moments import Moment
from chalicelib.domain.problems import Problem, known

MAX_LATE_MINUTES = 100 * 24 * 60
MAX_AWARDS = 40
"""As many as there may be markets: votes are to be counted by award as reactions are by market."""

Weight: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1_000)]
TieBreak: TypeAlias = Literal["views", "likes", "posted"]
"""More views, more likes, posted earlier."""


class Entering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be entered: posted from `opens_at` up to, but not including, `closes_at`, of a length in whole seconds.

    `least_age` is attested by the platform; a birth date is never asked for.
    """

    opens_at: Moment
    closes_at: Moment
    least_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 15
    most_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 600
    least_age: Annotated[int, msgspec.Meta(ge=1, le=99)] = 13


class Voting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When votes count: from `opens_at` up to, but not including, `closes_at`; one of each voter for each award."""

    opens_at: Moment
    closes_at: Moment

    @property
    def hours(self) -> range:
        """The moments (ms since the Unix epoch) of which votes count."""
        return range(ms(self.opens_at), ms(self.closes_at))


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each juror scores, and how much of the whole it is."""

    id: Id
    name: Words
    weight: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Jury(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A jury decides: the weighted mean of its scores, 0 to `highest`. Ties: the better mean of these criteria, one by one."""

    criteria: tuple[Criterion, ...]
    highest: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 10
    tie_breaks: tuple[Id, ...] = ()


class Metrics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The audience decides by what it watches and likes, as of the festival's `metrics_as_of`: views and likes with weights."""

    views: Weight = 1
    likes: Weight = 1
    tie_breaks: tuple[TieBreak, ...] = ()


class Votes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The audience decides by votes."""

    tie_breaks: tuple[TieBreak, ...] = ()


class Award(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An award, decided in exactly one of three ways. A tie that is left after all tie-breaks is the jury's to decide."""

    id: Id
    name: Words
    jury: Jury | None = None
    metrics: Metrics | None = None
    votes: Votes | None = None

    @property
    def tie_breaks(self) -> Sequence[str]:
        """What decides a tie, in this order."""
        decided = self.jury or self.metrics or self.votes
        return decided.tie_breaks if decided else ()


class Festival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[festival]` part of a campaign. `late_minutes` is how long after its end each part takes what came in time.

    `metrics_as_of` is the moment whose views and likes count. All of it is frozen when entries open, but for `closes_at`: where
    the operator has ended the taking of everything earlier than that (`festival close --now`).
    """

    hashtags: tuple[str, ...]
    entries: Entering
    awards: tuple[Award, ...]
    voting: Voting | None = None
    metrics_as_of: Moment | None = None
    late_minutes: Annotated[int, msgspec.Meta(ge=1, le=MAX_LATE_MINUTES)] = 24 * 60
    closes_at: Moment | None = None

    def is_frozen(self, now_ms: int) -> bool:
        """Whether entries have opened (ms since the Unix epoch): from then on nothing of it may change."""
        return now_ms >= ms(self.entries.opens_at)


def ms(moment: datetime) -> int:
    """A moment of a festival as milliseconds since the Unix epoch, cut."""
    return int(moment.timestamp() * 1000)


def festival_problems(festival: Festival, place: str) -> Iterator[Problem]:
    """Everything that is wrong with a festival beyond the types of its fields."""
    yield from _hashtag_problems(festival, f"{place}/hashtags")
    entries, voting = festival.entries, festival.voting
    yield from _order(entries.opens_at, entries.closes_at, f"{place}/entries")
    if known(entries.least_seconds, entries.most_seconds) and entries.most_seconds < entries.least_seconds:
        yield Problem(f"{place}/entries/most_seconds", "must not be less than least_seconds")
    if voting is not None and known(voting):
        yield from _order(voting.opens_at, voting.closes_at, f"{place}/voting")
        if known(voting.opens_at, entries.opens_at) and voting.opens_at < entries.opens_at:
            yield Problem(f"{place}/voting/opens_at", "must not be before entries open")
    as_of = festival.metrics_as_of
    if as_of is not None and known(as_of, entries.opens_at) and as_of < entries.opens_at:
        yield Problem(f"{place}/metrics_as_of", "must not be before entries open")
    if festival.closes_at is not None and known(festival.closes_at):
        ends = (entries.closes_at, voting.closes_at if voting is not None and known(voting) else None, as_of)
        if any(end is not None and known(end) and festival.closes_at < end for end in ends):
            yield Problem(f"{place}/closes_at", "must not be before entries, voting and metrics_as_of are over")
    yield from _award_problems(festival, f"{place}/awards")


def _order(opens_at: datetime, closes_at: datetime, place: str) -> Iterator[Problem]:
    for name, moment in (("opens_at", opens_at), ("closes_at", closes_at)):
        if known(moment) and (moment.second or moment.microsecond):
            yield Problem(f"{place}/{name}", "must be on a whole minute")
        if known(moment) and not 1970 < moment.year < 9999:
            yield Problem(f"{place}/{name}", "must be a year from 1971 to 9998")
    if known(opens_at, closes_at) and closes_at <= opens_at:
        yield Problem(f"{place}/closes_at", "must be after opens_at")


def _hashtag_problems(festival: Festival, place: str) -> Iterator[Problem]:
    if not festival.hashtags:
        yield Problem(place, "needs at least one hashtag")
    seen: list[str] = []
    for index, hashtag in enumerate(each for each in festival.hashtags if known(each)):
        form = hashtag_form(hashtag)
        if not form.startswith("#") or len(form) < 2 or any(each.isspace() for each in form):
            yield Problem(f"{place}/{index}", "must be # and a word without spaces")
        if form in seen:
            yield Problem(f"{place}/{index}", "is the same as another, but for its case or width")
        seen.append(form)


def _award_problems(festival: Festival, place: str) -> Iterator[Problem]:
    if not 1 <= len(festival.awards) <= MAX_AWARDS:
        yield Problem(place, f"needs 1 to {MAX_AWARDS} awards, not {len(festival.awards)}")
    ids = [award.id for award in festival.awards]
    for index, award in enumerate(festival.awards):
        if known(award.id) and award.id in ids[:index]:
            yield Problem(f"{place}/{index}/id", f"{award.id!r} is already there")
        yield from _ways(festival, award, f"{place}/{index}")
        if award.jury is not None and known(award.jury):
            yield from _jury_problems(award.jury, f"{place}/{index}/jury")
    if festival.voting is not None and not any(award.votes is not None for award in festival.awards):
        yield Problem(f"{place.removesuffix('/awards')}/voting", "is for awards with votes, and there is none")


def _ways(festival: Festival, award: Award, place: str) -> Iterator[Problem]:
    """How an award is decided, and whether the festival has what that takes."""
    named = [name for name in ("jury", "metrics", "votes") if getattr(award, name) is not None]
    if len(named) != 1:
        yield Problem(place, f"must have exactly one of jury, metrics and votes, not {' and '.join(named) or 'none'}")
    if award.votes is not None and festival.voting is None:
        yield Problem(f"{place}/votes", "needs festival.voting: from when to when votes count")
    if award.metrics is not None and known(award.metrics) and not (award.metrics.views or award.metrics.likes):
        yield Problem(f"{place}/metrics", "must give views or likes a weight")
    for name in ("metrics", "votes"):
        way: Metrics | Votes | None = getattr(award, name)
        breaks = way.tie_breaks if way is not None and known(way) and known(way.tie_breaks) else ()
        if festival.metrics_as_of is None and (name in named[:1] == ["metrics"] or {"views", "likes"} & {*breaks}):
            yield Problem(f"{place}/{name}", "needs festival.metrics_as_of: the moment whose views and likes count")
        if len({*breaks}) < len(breaks):
            yield Problem(f"{place}/{name}/tie_breaks", "names something twice")


def _jury_problems(jury: Jury, place: str) -> Iterator[Problem]:
    ids = [criterion.id for criterion in jury.criteria]
    if not ids:
        yield Problem(f"{place}/criteria", "needs at least one criterion")
    for index, criterion in enumerate(ids):
        if known(criterion) and criterion in ids[:index]:
            yield Problem(f"{place}/criteria/{index}/id", f"{criterion!r} is already there")
    for index, name in enumerate(jury.tie_breaks if known(jury.tie_breaks) else ()):
        if known(*ids) and name not in ids:
            yield Problem(f"{place}/tie_breaks/{index}", "is none of the criteria")
        elif name in jury.tie_breaks[:index]:
            yield Problem(f"{place}/tie_breaks/{index}", "is already there")
