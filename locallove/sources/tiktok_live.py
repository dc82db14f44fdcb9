"""Recorded TikTok LIVE messages (flattened, one JSON object a line) as reactions, room by room.

Answers for: likes by their count (a message is one user's run of taps), one comment per chat message, gifts by the rule below.
Refuses: every other type of message, which it counts as ignored; running totals, which go down as they please.

The rule for gifts, and the one place for it: a streak (`gift_type` 1) is many messages with a rising `repeat_count` that skips,
comes out of order, and ends with or without a last message; it counts its **highest `repeat_count`**, once per room, user, group
and gift. Any other gift counts its `repeat_count`, once per message id. A message that comes again is the same message.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Annotated, TypeAlias

import msgspec

from chalicelib.domain.reactions import Reaction
from locallove.sources.recording import BadRecording, Recording, fitting_name, fitting_text, in_order, rfc3339

STREAK = 1

_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class _Message(msgspec.Struct, frozen=True):
    """The fields that matter. In the platform's messages a field at its default is missing."""

    type: str
    room_id: str
    msg_id: str
    create_time_ms: int
    user: str | None = None
    like_count: _Count | None = None
    comment: str | None = None
    gift_id: int | None = None
    gift_name: str | None = None
    gift_type: int | None = None
    group_id: str | None = None
    repeat_count: _Count | None = None
    diamond_count: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None


class _Type(msgspec.Struct, frozen=True):
    type: str


_decode_type = msgspec.json.Decoder(_Type).decode
_decode = msgspec.json.Decoder(_Message, strict=False).decode


def read(lines: Iterable[bytes], name: str) -> Recording:
    """The reactions of every room that has any, by room id. `name` is what errors call the recording. Raises: BadRecording."""
    rooms: dict[str, dict[str, Reaction]] = {}
    ignored: Counter[str] = Counter()
    repeated = cut_texts = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            kind = _decode_type(line).type
            if kind not in ("like", "chat", "gift"):
                ignored[kind] += 1
                continue
            message = _decode(line)
            reaction = _reaction(message)
        except (ValueError, RecursionError) as error:
            raise BadRecording(f"{name}:{number}: {error}") from error
        if reaction is None:
            ignored[f"{kind} without a count"] += 1
            continue
        room = rooms.setdefault(message.room_id, {})
        earlier = room.get(reaction.id)
        if earlier is None:
            room[reaction.id] = reaction
            cut_texts += reaction.text != message.comment
        elif message.gift_type == STREAK:
            room[reaction.id] = _further(earlier, reaction)
        else:
            repeated += 1
    return Recording({room: in_order(found.values()) for room, found in rooms.items()}, dict(ignored), repeated, cut_texts)


def _reaction(message: _Message) -> Reaction | None:
    """The message as a reaction, or None for a like that counts nothing. Raises: ValueError for an impossible moment."""
    at, user = rfc3339(message.create_time_ms), fitting_name(message.user or "unknown")
    if message.type == "like":
        count = message.like_count or 0
        return Reaction(fitting_name(message.msg_id), "like", at, user, count=count) if count else None
    if message.type == "chat":
        text = None if message.comment is None else fitting_text(message.comment)
        return Reaction(fitting_name(message.msg_id), "comment", at, user, text=text)
    return Reaction(
        id=_streak_id(message) if message.gift_type == STREAK else fitting_name(message.msg_id),
        kind="gift",
        at=at,
        user=user,
        count=message.repeat_count or 1,
        gift=None if message.gift_name is None else message.gift_name[:64],
        value=message.diamond_count,
    )


def _streak_id(message: _Message) -> str:
    """One id for all messages of a streak, whichever comes first; hashed, for the four parts are longer than an id may be."""
    parts = msgspec.json.encode((message.room_id, message.user, message.group_id, message.gift_id))
    return f"streak-{blake2b(parts, digest_size=16).hexdigest()}"


def _further(one: Reaction, other: Reaction) -> Reaction:
    """The message with the higher count, and of equal ones the earlier: a streak happens when its count is reached."""
    return min(one, other, key=lambda streak: (-(streak.count or 0), streak.at))
