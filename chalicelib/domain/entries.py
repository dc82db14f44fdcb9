"""Entries of a film festival: what a batch of them may say, which of them are eligible, and their stored form.

Answers for: every problem of an entry that cannot be kept, every reason for which one that is kept is not eligible.
Refuses: what the operator decides about an entry (`domain/entrants.py`), and ages: the platform attests
them, and no birth date ever comes here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Literal, TypeAlias, get_args

import msgspec

from chalicelib.domain import packing
from chalicelib.domain.festival import Festival, ms
from chalicelib.domain.hashtags import hashtag_form, looks
from chalicelib.domain.moments import Moments
from chalicelib.domain.problems import Problem
from chalicelib.domain.texts import Form, Name, NothingValid, Reading, is_printable, is_text

MAX_CAPTION_BYTES = 16 * 1024
MAX_HASHTAGS = 100
MAX_HASHTAG_BYTES = 512

Reason: TypeAlias = Literal["not-attested", "no-hashtag", "look-alike", "too-early", "too-late", "too-short", "too-long"]
REASONS: tuple[Reason, ...] = get_args(Reason)

Duration: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
"""Seconds."""

Hashtags: TypeAlias = Annotated[
    tuple[Annotated[str, msgspec.Meta(max_length=MAX_HASHTAG_BYTES)], ...], msgspec.Meta(max_length=MAX_HASHTAGS)
]
"""Those of an entry that was kept."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A film as the platform says that it was posted. `id` is the post's, `duration` in seconds; hashtags with or without `#`.

    `attested` is the platform's word that the creator has the festival's least age.
    """

    id: Name
    creator: Name
    hashtags: tuple[str, ...]
    posted_at: str
    duration: Duration
    attested: bool
    caption: str = ""


class EntriesBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON document that is signed. `festival` repeats the campaign of the address, for the signature does not cover it."""

    festival: str
    entries: tuple[Entry, ...]
    rehearsal: bool = False


class Entered(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An entry as it is stored: what the platform said, with its moment in UTC milliseconds."""

    id: str
    creator: str
    hashtags: tuple[str, ...]
    posted_ms: int
    duration: float
    attested: bool
    caption: str


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    entries: tuple[Entered, ...]


_FORM = Form(EntriesBatch, Entry, "festival", "entries")


def read(text: bytes, campaign: str) -> Reading[Entered]:
    """The entries in this text: what can be kept is accepted, eligible or not; what cannot is listed with every reason.

    Raises: NotReadable, TooMuch, NothingValid.
    """
    document, moments = _FORM.read(text, campaign), Moments()
    problems, bad = document.problems, document.rejected
    accepted: list[Entered] = []
    seen: set[str] = set()
    for index, entry in document.items:
        posted_ms, wrong = _check(entry, moments, seen)
        if wrong:
            problems.extend(Problem(f"/entries/{index}/{name}", detail) for name, detail in wrong)
            bad.add(str(index))
            continue
        seen.add(entry.id)
        accepted.append(
            Entered(entry.id, entry.creator, entry.hashtags, posted_ms, entry.duration, entry.attested, entry.caption)
        )
    if not accepted:
        raise NothingValid(problems or [Problem("/entries", "has no entry")])
    return Reading(document.fields.rehearsal, tuple(accepted), len(bad), tuple(problems))


def reasons(entry: Entered, festival: Festival) -> tuple[Reason, ...]:
    """Every reason for which an entry is not eligible; none: it is. The moments are UTC, half-open: `opens_at` is in time."""
    return tuple(_reasons(entry, festival))


def pack(accepted: Sequence[Entered]) -> bytes:
    """The stored form, version 1 of `domain/packing.py`: names and captions are public posts, and are kept as they came."""
    return packing.pack_columns(_Columns(tuple(accepted)))


def unpack(stored: bytes) -> tuple[Entered, ...]:
    """The entries of a stored batch, of any released version. Raises: ValueError."""
    return packing.unpack_columns(stored, _Columns)[2].entries


def _reasons(entry: Entered, festival: Festival) -> Iterator[Reason]:
    entering = festival.entries
    if not entry.attested:
        yield "not-attested"
    given = [each if hashtag_form(each).startswith("#") else f"#{each}" for each in entry.hashtags]
    if not _in_common(hashtag_form, festival.hashtags, given):
        yield "look-alike" if _in_common(looks, festival.hashtags, given) else "no-hashtag"
    if entry.posted_ms < ms(entering.opens_at):
        yield "too-early"
    if entry.posted_ms >= ms(entering.closes_at):
        yield "too-late"
    if entry.duration < entering.least_seconds:
        yield "too-short"
    if entry.duration > entering.most_seconds:
        yield "too-long"


def _in_common(compared: Callable[[str], str], asked: Iterable[str], given: Iterable[str]) -> bool:
    return not set(map(compared, asked)).isdisjoint(map(compared, given))


def _check(entry: Entry, moments: Moments, seen: set[str]) -> tuple[int, list[tuple[str, str]]]:
    """The moment of an entry (UTC ms), and what is wrong with it: names of fields with a reason each."""
    posted_ms = 0
    wrong: list[tuple[str, str]] = []
    try:
        posted_ms = moments.at_ms(entry.posted_at)
    except ValueError as error:
        wrong.append(("posted_at", str(error)))
    wrong.extend((name, "must be printable ASCII") for name in ("id", "creator") if not is_printable(getattr(entry, name)))
    if entry.id in seen:
        wrong.append(("id", "is the id of an earlier entry in this batch"))
    wrong.extend(_text_problems("caption", entry.caption, MAX_CAPTION_BYTES))
    if len(entry.hashtags) > MAX_HASHTAGS:
        wrong.append(("hashtags", f"are {len(entry.hashtags)}; an entry may have {MAX_HASHTAGS}"))
    for index, hashtag in enumerate(entry.hashtags[:MAX_HASHTAGS]):
        wrong.extend(_text_problems(f"hashtags/{index}", hashtag, MAX_HASHTAG_BYTES))
    return posted_ms, wrong


def _text_problems(name: str, text: str, limit: int) -> Iterator[tuple[str, str]]:
    if not is_text(text):
        yield name, "has half of a surrogate pair"
    elif len(text.encode()) > limit:
        yield name, f"is longer than {limit:,} bytes in UTF-8"
