"""Tallies add up, whatever their order or grouping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import tally
from chalicelib.domain.tally import Counts, Tally, add_tallies

COUNTS = st.builds(Counts, *[st.integers(0, 2**53)] * 4)
TALLIES = st.dictionaries(
    st.integers(-(10**6), 3 * 10**7), st.dictionaries(st.sampled_from(["JP", "TW", "ZZ"]), COUNTS, max_size=3), max_size=4
)


@given(st.lists(TALLIES, max_size=6), st.randoms())
def test_order_and_grouping_do_not_matter(tallies: list[Tally], shuffle: object) -> None:
    shuffled = list(tallies)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    half = len(tallies) // 2
    assert add_tallies(tallies) == add_tallies(shuffled)
    assert add_tallies(tallies) == add_tallies([add_tallies(tallies[:half]), add_tallies(tallies[half:])])


@given(TALLIES)
def test_the_stored_form_gives_back_the_tally(counted: Tally) -> None:
    assert tally.decode(tally.encode(counted)) == counted


def test_a_stored_version_1_stays_readable() -> None:
    """Written by release 0.1.0; every later release reads it."""
    stored = bytes.fromhex("920181ce01ab3f0081a24a50940f010203")
    assert tally.decode(stored) == {28000000: {"JP": Counts(15, 1, 2, 3)}}
    assert tally.encode({28000000: {"JP": Counts(15, 1, 2, 3)}}) == stored


@pytest.mark.parametrize("broken", [b"", b"\x92\x02\x80", b"{}", b"\x92\x01\x81\xa1a\x80"])
def test_what_is_not_a_tally_is_an_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match="tally"):
        tally.decode(broken)
