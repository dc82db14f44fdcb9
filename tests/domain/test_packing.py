"""The packed form keeps what the recount needs, and nothing that tells a person."""

import json
import random
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import packing
from chalicelib.domain.reactions import Accepted

KEY = bytes(range(32))

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=64)
LIKES = st.builds(
    Accepted, NAMES, st.sampled_from(["like", "comment"]), st.integers(1, 10**6), st.integers(-(2**45), 2**45),
    st.sampled_from(["JP", "TW", "ZZ"]), NAMES, st.none(), st.just(0),
)  # fmt: skip
GIFTS = st.builds(
    Accepted, NAMES, st.just("gift"), st.integers(1, 10**6), st.integers(-(2**45), 2**45),
    st.sampled_from(["JP", "TW", "ZZ"]), NAMES, st.none() | st.text(max_size=64), st.integers(0, 10**9),
)  # fmt: skip


@given(st.lists(LIKES | GIFTS, max_size=40))
def test_unpacking_gives_back_what_was_packed(accepted: list[Accepted]) -> None:
    unpacked = packing.unpack(packing.pack(accepted, KEY))
    assert [(each.kind, each.count, each.at_ms, each.market, each.gift, each.value) for each in unpacked] == [
        (each.kind, each.count, each.at_ms, each.market, each.gift, each.value) for each in accepted
    ]


def test_a_hash_depends_on_the_key_and_on_what_it_names() -> None:
    one = Accepted("same", "like", 1, 0, "JP", "same", None, 0)
    (packed,) = packing.unpack(packing.pack([one], KEY))
    (again,) = packing.unpack(packing.pack([one, one], KEY))[:1]
    (other,) = packing.unpack(packing.pack([one], KEY[::-1]))
    assert packed == again
    assert packed.id_hash != other.id_hash
    assert packed.user_hash != other.user_hash
    assert packed.id_hash[:8] != packed.user_hash


def test_a_hash_is_keyed_blake2b_of_10_bytes_for_an_id_and_8_for_a_user() -> None:
    """By the standard library's own word: whoever has the key can tell whether an act or a person is in the ledger."""
    (packed,) = packing.unpack(packing.pack([Accepted("r1", "like", 1, 0, "JP", "u1", None, 0)], KEY))
    assert packed.id_hash == blake2b(b"r1", key=KEY, digest_size=10, person=b"id").digest()
    assert packed.user_hash == blake2b(b"u1", key=KEY, digest_size=8, person=b"user").digest()


def test_a_stored_version_1_stays_readable() -> None:
    """Written by release 0.1.0; every later release reads it."""
    stored = bytes.fromhex(STORED_BY_0_1_0)
    like, gift = packing.unpack(stored)
    assert (like.kind, like.count, like.at_ms, like.market) == ("like", 15, 1676109603120, "JP")
    assert (gift.kind, gift.count, gift.at_ms, gift.market, gift.gift, gift.value) == (
        "gift", 3, 1676109604000, "TW", "rose", 1,
    )  # fmt: skip


STORED_BY_0_1_0 = (
    "9401c41466f8d37afd2fcf288c0ff6a9d38f24b1ca63c3fcc410917818e84b84c0037fa3bfd01b37cfe7c43c78019b79848981e988003f"
    "33030a38cfc0c0d866ffeaa1c1118e02a8d4a4455e018b42c281ea19272e29ca2f4e3dc201d372848311ca04007ec20f80"
)


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\x94\x02\xc4\x00\xc4\x00\xc4\x00", b"\x94\x01\xc4\x00\xc4\x00\xc4\x01x"])
def test_what_cannot_be_unpacked_is_an_error_never_an_empty_batch(broken: bytes) -> None:
    with pytest.raises(ValueError, match="packed batch"):
        packing.unpack(broken)


def test_a_believable_batch_takes_at_most_25_bytes_a_reaction() -> None:
    """Size is not a timing: it is the same on every machine."""
    draw = random.Random(1)
    accepted = [
        Accepted(str(draw.randrange(10**18, 10**19)), "like", draw.randint(1, 15), 1676109600000 + draw.randrange(9000),
                 draw.choice(["JP", "JP", "TW", "US"]), f"user{draw.randrange(10**9)}", None, 0)
        for _ in range(500)
    ]  # fmt: skip
    assert len(packing.pack(accepted, KEY)) / 500 < 25
    assert len(json.dumps([each.id for each in accepted])) / 500 > 20
