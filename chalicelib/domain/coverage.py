"""Media coverage, and figures that others state: what an operator puts on record of a campaign beside its counts.

Answers for: the form of both, and what of them a report shows: entries, how many, how many different ones, reach.
Refuses: adding reach whose source nobody names, adding up figures of others, and looking at any address.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from chalicelib.domain.donations import Words

Kind: TypeAlias = Literal["story", "announcement", "creator_post"]
OutletType: TypeAlias = Literal["television", "radio", "newspaper", "news_agency", "magazine", "web", "social"]
Scope: TypeAlias = Literal["international", "national", "regional", "local"]
Tone: TypeAlias = Literal["positive", "neutral", "negative"]


class Entry(msgspec.Struct, frozen=True):
    """One placement, in the trade's fields. `region` is the campaign's region that it is about, None for the whole campaign.

    `reach` is there only with its `reach_source`; `syndicated_from` names the outlet whose story this repeats.
    `country` is ISO 3166-1 alpha-2, `language` ISO 639-1, `on` a calendar day where it appeared.
    """

    kind: Kind
    outlet: str
    outlet_type: OutletType
    scope: Scope
    genre: str
    country: str
    language: str
    title: str
    on: str
    url: str | None
    region: str | None
    reach: int | None
    reach_source: str | None
    tone: Tone | None
    syndicated_from: str | None

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it this entry and no other, and its place in a list: the day first."""
        return self.on, self.outlet, self.title, self.url or ""


class Stated(msgspec.Struct, frozen=True):
    """A figure that somebody else states (viewers, reach, followers). It is shown by itself and never added to another."""

    label: Words
    value: int
    unit: Words
    on: str
    source: str
    region: str | None

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it this figure and no other, and its place in a list: the day first."""
        return self.on, self.label.ja, self.label.en, self.source, self.region or ""


class Reach(msgspec.Struct, frozen=True):
    """The reach that one source gives, summed over its entries; sources count in different ways and are never added up."""

    source: str
    entries: int
    reach: int


class Coverage(msgspec.Struct, frozen=True):
    """Coverage as a report shows it, in the order of its days.

    `stories` counts entries of that kind, `unique_stories` those that repeat no other outlet's; announcements and creators' posts
    are counted apart.
    """

    stories: int
    unique_stories: int
    announcements: int
    creator_posts: int
    reach: tuple[Reach, ...]
    entries: tuple[Entry, ...]


def coverage(entries: Sequence[Entry]) -> Coverage:
    """These entries, counted."""
    kinds = [each.kind for each in entries]
    return Coverage(
        stories=kinds.count("story"),
        unique_stories=sum(each.kind == "story" and each.syndicated_from is None for each in entries),
        announcements=kinds.count("announcement"),
        creator_posts=kinds.count("creator_post"),
        reach=_reach(entries),
        entries=tuple(sorted(entries, key=lambda each: each.identity)),
    )


def _reach(entries: Sequence[Entry]) -> tuple[Reach, ...]:
    found: dict[str, list[int]] = {}
    for each in entries:
        if each.reach is not None and each.reach_source is not None:
            found.setdefault(each.reach_source, []).append(each.reach)
    return tuple(Reach(source, len(parts), sum(parts)) for source, parts in sorted(found.items()))
