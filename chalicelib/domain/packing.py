"""The packed form of a batch's reactions: what is kept for the recount, at about 21 bytes a reaction.

Answers for: pseudonyms (keyed BLAKE2b: 10 bytes of an id, 8 of a user), columns and their compression, reading every
version ever stored. Settlement and ledger read it; intake writes it once.
Refuses: text of comments, which is never packed.

Version 1 is MessagePack `[1, ids, users, columns]`: the hashes one after the other (they do not compress), and the other columns
deflated: kinds (a byte each), counts, milliseconds as differences, markets by index, and for gifts name and value.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import Any

import msgspec

from chalicelib.domain.reactions import Accepted, Kind

ID_BYTES = 10
USER_BYTES = 8
MAX_STORED_BYTES = 350 * 1024
"""Limit of a batch in stored form; DynamoDB ends an item at 400 KB."""

_KINDS: tuple[Kind, ...] = ("like", "comment", "gift")
_CODES = {kind: code for code, kind in enumerate(_KINDS)}


class PackedReaction(msgspec.Struct, frozen=True):
    """A reaction as it was stored: who and which only as keyed hashes; `at_ms` in UTC milliseconds."""

    id_hash: bytes
    user_hash: bytes
    kind: Kind
    count: int
    at_ms: int
    market: str
    gift: str | None
    value: int


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    kinds: bytes
    counts: bytes
    first_ms: int
    later_ms: bytes
    markets: tuple[str, ...]
    market_of: bytes
    gifts: tuple[str | None, ...]
    gift_of: bytes
    values: bytes


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    version: int
    ids: bytes
    users: bytes
    columns: bytes


def pack(accepted: Sequence[Accepted], key: bytes) -> bytes:
    """The reactions in their order, under the campaign's pseudonymisation key (32 bytes)."""
    id_hash = blake2b(key=key, digest_size=ID_BYTES, person=b"id")
    user_hash = blake2b(key=key, digest_size=USER_BYTES, person=b"user")
    markets = tuple(dict.fromkeys([each.market for each in accepted]))
    market_index = {market: index for index, market in enumerate(markets)}
    given = [each for each in accepted if each.kind == "gift"]
    gifts = tuple(dict.fromkeys([each.gift for each in given]))
    gift_index = {gift: index for index, gift in enumerate(gifts)}
    times = [each.at_ms for each in accepted]
    columns = _Columns(
        kinds=bytes([_CODES[each.kind] for each in accepted]),
        counts=_shuffled([each.count for each in accepted]),
        first_ms=times[0] if times else 0,
        later_ms=_shuffled([after - before for before, after in pairwise(times)]),
        markets=markets,
        market_of=bytes([market_index[each.market] for each in accepted]),
        gifts=gifts,
        gift_of=_shuffled([gift_index[each.gift] for each in given]),
        values=_shuffled([each.value for each in given]),
    )
    return msgspec.msgpack.encode(
        _Packed(
            1,
            _digests(id_hash, [each.id for each in accepted]),
            _digests(user_hash, [each.user for each in accepted]),
            zlib.compress(msgspec.msgpack.encode(columns), 1),
        )
    )


def unpack(stored: bytes) -> list[PackedReaction]:
    """The reactions in the order in which they were sent, from any released version.

    Raises: ValueError when the bytes are not a packed batch, or of a version that this release does not know.
    """
    try:
        packed = msgspec.msgpack.decode(stored, type=_Packed)
        if packed.version != 1:
            raise ValueError(f"a packed batch of version {packed.version}, which this release cannot read")
        columns = msgspec.msgpack.decode(zlib.decompress(packed.columns), type=_Columns)
    except (msgspec.DecodeError, zlib.error) as error:
        raise ValueError(f"not a packed batch: {error}") from error
    given = zip(_unshuffled(columns.gift_of), _unshuffled(columns.values), strict=True)
    reactions: list[PackedReaction] = []
    times = accumulate(_unshuffled(columns.later_ms), initial=columns.first_ms)
    rows = zip(columns.kinds, _unshuffled(columns.counts), times, columns.market_of, strict=True) if columns.kinds else ()
    for index, (code, count, at_ms, market) in enumerate(rows):
        gift, value = next(given) if _KINDS[code] == "gift" else (None, 0)
        reactions.append(
            PackedReaction(
                packed.ids[index * ID_BYTES : (index + 1) * ID_BYTES],
                packed.users[index * USER_BYTES : (index + 1) * USER_BYTES],
                _KINDS[code],
                count,
                at_ms,
                columns.markets[market],
                None if gift is None else columns.gifts[gift],
                value,
            )
        )
    return reactions


def _digests(keyed: Any, names: Iterable[str]) -> bytes:
    """The keyed hashes of the names, one after the other."""
    digests: list[bytes] = []
    for name in names:
        hashed = keyed.copy()
        hashed.update(name.encode())
        digests.append(hashed.digest())
    return b"".join(digests)


def _shuffled(numbers: Sequence[int]) -> bytes:
    """64-bit little-endian numbers, all first bytes first, then all second bytes, ...: the high ones deflate to nothing."""
    flat = struct.pack(f"<{len(numbers)}q", *numbers)
    return b"".join([flat[byte::8] for byte in range(8)])


def _unshuffled(planes: bytes) -> tuple[int, ...]:
    count = len(planes) // 8
    flat = bytearray(len(planes))
    for byte in range(8):
        flat[byte::8] = planes[byte * count : (byte + 1) * count]
    return struct.unpack(f"<{count}q", flat)
