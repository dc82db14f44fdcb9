"""The packed form of a batch: what is kept for the recount, at about 21 bytes a reaction.

Answers for: pseudonyms (keyed BLAKE2b: 10 bytes of an id, 8 of a user), columns and their compression, reading every
version ever stored. Settlement and ledger read it; intake writes it once. The columns here are those of reactions; what else
comes in batches has columns of its own (`domain/votes.py`), packed the same way.
Refuses: text of comments, which is never packed.

Version 1 is MessagePack `[1, ids, users, columns]`: the hashes one after the other (they do not compress), and the other columns
deflated: of reactions kinds (a byte each), counts, milliseconds as differences, markets by index, and for gifts name and value.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeVar

import msgspec

from chalicelib.domain.reactions import Accepted, Kind

ID_BYTES = 10
USER_BYTES = 8
MAX_STORED_BYTES = 350 * 1024
"""Limit of a batch in stored form; DynamoDB ends an item at 400 KB."""

KINDS: tuple[Kind, ...] = ("like", "comment", "gift")
"""Kinds by their code in the packed form."""

T = TypeVar("T", bound=msgspec.Struct)

_CODES = {kind: code for code, kind in enumerate(KINDS)}


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


class Columns(NamedTuple):
    """A batch's reactions, column by column, in the order in which they were sent.

    `ids` and `users` are keyed hashes one after the other, `kinds` codes (see KINDS), `times` UTC milliseconds; `values` are the
    platform's units per single gift, 0 for whatever is no gift.
    """

    ids: bytes
    users: bytes
    kinds: bytes
    counts: Sequence[int]
    times: Sequence[int]
    markets: Sequence[str]
    gifts: Sequence[str | None]
    values: Sequence[int]


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
    markets = tuple(dict.fromkeys([each.market for each in accepted]))
    market_index = {market: index for index, market in enumerate(markets)}
    given = [each for each in accepted if each.kind == "gift"]
    gifts = tuple(dict.fromkeys([each.gift for each in given]))
    gift_index = {gift: index for index, gift in enumerate(gifts)}
    first_ms, later_ms = differences([each.at_ms for each in accepted])
    columns = _Columns(
        kinds=bytes([_CODES[each.kind] for each in accepted]),
        counts=shuffled([each.count for each in accepted]),
        first_ms=first_ms,
        later_ms=later_ms,
        markets=markets,
        market_of=bytes([market_index[each.market] for each in accepted]),
        gifts=gifts,
        gift_of=shuffled([gift_index[each.gift] for each in given]),
        values=shuffled([each.value for each in given]),
    )
    return pack_columns(
        columns, id_hashes([each.id for each in accepted], key), user_hashes([each.user for each in accepted], key)
    )


def pack_columns(columns: msgspec.Struct, ids: bytes = b"", users: bytes = b"") -> bytes:
    """Columns, deflated, beside the keyed hashes of ids and users."""
    return msgspec.msgpack.encode(_Packed(1, ids, users, zlib.compress(msgspec.msgpack.encode(columns), 1)))


def unpack_columns(stored: bytes, kind: type[T]) -> tuple[bytes, bytes, T]:
    """Hashes of ids, of users, and the columns. Raises: ValueError for what is not packed, or of a version not known here."""
    try:
        packed = msgspec.msgpack.decode(stored, type=_Packed)
        if packed.version != 1:
            raise ValueError(f"a packed batch of version {packed.version}, which this release cannot read")
        return packed.ids, packed.users, msgspec.msgpack.decode(zlib.decompress(packed.columns), type=kind)
    except (msgspec.DecodeError, zlib.error) as error:
        raise ValueError(f"not a packed batch: {error}") from error


def user_hashes(users: Iterable[str], key: bytes) -> bytes:
    """The keyed hashes of viewers, USER_BYTES each, one after the other."""
    return _digests(blake2b(key=key, digest_size=USER_BYTES, person=b"user"), users)


def id_hashes(ids: Iterable[str], key: bytes) -> bytes:
    """The keyed hashes of reactions' ids, ID_BYTES each, one after the other."""
    return _digests(blake2b(key=key, digest_size=ID_BYTES, person=b"id"), ids)


def columns(stored: bytes) -> Columns:
    """The reactions column by column, from any released version; the recount reads millions of them this way.

    Raises: ValueError when the bytes are not a packed batch, or of a version that this release does not know.
    """
    ids, users, found = unpack_columns(stored, _Columns)
    try:
        read = _read(ids, users, found)
    except (struct.error, LookupError) as error:
        raise ValueError(f"not a packed batch: {error}") from error
    if {len(read.ids) / ID_BYTES, len(read.users) / USER_BYTES, *map(len, read[2:])} != {len(read.kinds)}:
        raise ValueError("not a packed batch: its columns are not equally long")
    return read


def unpack(stored: bytes) -> list[PackedReaction]:
    """The reactions in the order in which they were sent, from any released version. Raises: ValueError, as above."""
    read = columns(stored)
    return [
        PackedReaction(
            read.ids[index * ID_BYTES : (index + 1) * ID_BYTES],
            read.users[index * USER_BYTES : (index + 1) * USER_BYTES],
            KINDS[code],
            *rest,
        )
        for index, (code, *rest) in enumerate(zip(*read[2:], strict=True))
    ]


def _read(ids: bytes, users: bytes, found: _Columns) -> Columns:
    gifts: list[str | None] = [None] * len(found.kinds)
    values = [0] * len(found.kinds)
    places = [place for place, code in enumerate(found.kinds) if KINDS[code] == "gift"]
    for place, gift, value in zip(places, unshuffled(found.gift_of), unshuffled(found.values), strict=True):
        gifts[place], values[place] = found.gifts[gift], value
    return Columns(
        ids,
        users,
        found.kinds,
        unshuffled(found.counts),
        summed(found.first_ms, found.later_ms) if found.kinds else (),
        [found.markets[market] for market in found.market_of],
        gifts,
        values,
    )


def _digests(keyed: Any, names: Iterable[str]) -> bytes:
    """The keyed hashes of the names, one after the other."""
    digests: list[bytes] = []
    for name in names:
        hashed = keyed.copy()
        hashed.update(name.encode())
        digests.append(hashed.digest())
    return b"".join(digests)


def differences(times: Sequence[int]) -> tuple[int, bytes]:
    """Moments (ms) as the first and the later ones' differences, which deflate well."""
    return times[0] if times else 0, shuffled([after - before for before, after in pairwise(times)])


def summed(first: int, later: bytes) -> tuple[int, ...]:
    """The moments of such differences; of none at all it gives one too many, the first."""
    return tuple(accumulate(unshuffled(later), initial=first))


def shuffled(numbers: Sequence[int]) -> bytes:
    """64-bit little-endian numbers, all first bytes first, then all second bytes, ...: the high ones deflate to nothing."""
    flat = struct.pack(f"<{len(numbers)}q", *numbers)
    return b"".join([flat[byte::8] for byte in range(8)])


def unshuffled(planes: bytes) -> tuple[int, ...]:
    """The numbers that were shuffled."""
    count = len(planes) // 8
    flat = bytearray(len(planes))
    for byte in range(8):
        flat[byte::8] = planes[byte * count : (byte + 1) * count]
    return struct.unpack(f"<{count}q", flat)
