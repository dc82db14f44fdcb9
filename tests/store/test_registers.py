"""The registers in the table: what was read is what is replaced, or nothing."""

from collections.abc import Iterator
from hashlib import sha256

import msgspec
import pytest
from aws_faults import refused
from render import sample

from chalicelib import runtime
from chalicelib.domain.registers import NOTHING_ON_RECORD, Registers
from chalicelib.store.clients import StorageRefused
from chalicelib.store.registers import MAX_BYTES, ChangedMeanwhile, Registered, TooLarge
from locallove.cloud.local import local_cloud

SAMPLE = sample.registers()


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """One imitated AWS for these tests; each has a campaign of its own."""
    with local_cloud(background=False):
        yield


@pytest.fixture
def registered() -> Registered:
    return runtime.service().registered


@pytest.fixture
def campaign(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


def test_of_a_campaign_without_any_there_is_nothing_on_record(registered: Registered, campaign: str) -> None:
    assert registered.get(campaign) == NOTHING_ON_RECORD


def test_what_is_put_is_got_as_the_next_revision(registered: Registered, campaign: str) -> None:
    put = registered.put(campaign, NOTHING_ON_RECORD, SAMPLE)
    assert put == msgspec.structs.replace(SAMPLE, revision=1) == registered.get(campaign)
    emptied = registered.put(campaign, put, Registers())
    assert emptied == Registers(revision=2) == registered.get(campaign)


def test_campaigns_have_registers_of_their_own(registered: Registered, campaign: str) -> None:
    registered.put(campaign, NOTHING_ON_RECORD, SAMPLE)
    assert registered.get(f"{campaign}-2") == NOTHING_ON_RECORD


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_what_somebody_else_has_replaced_meanwhile_stays(registered: Registered, campaign: str, revision: int) -> None:
    """Whoever has read another revision than the second is refused."""
    second = registered.put(campaign, registered.put(campaign, NOTHING_ON_RECORD, Registers()), SAMPLE)
    with pytest.raises(ChangedMeanwhile):
        registered.put(campaign, Registers(revision), Registers())
    assert registered.get(campaign) == second


def test_a_register_that_was_read_before_the_first_import_does_not_replace_it(registered: Registered, campaign: str) -> None:
    first = registered.put(campaign, registered.get(campaign), SAMPLE)
    with pytest.raises(ChangedMeanwhile):
        registered.put(campaign, NOTHING_ON_RECORD, Registers())
    assert registered.get(campaign) == first


def entries(number: int, *, packs: bool) -> Registers:
    """So many entries, whose titles can be packed well, or not at all."""
    titles = (f"{each} " + ("" if packs else sha256(str(each).encode()).hexdigest() * 2) for each in range(number))
    return Registers(entries=tuple(msgspec.structs.replace(SAMPLE.entries[0], title=title) for title in titles))


def test_too_much_is_refused_with_its_size_and_nothing_is_put(registered: Registered, campaign: str) -> None:
    with pytest.raises(TooLarge, match=rf"^\d{{3}},\d{{3}} bytes, packed; {MAX_BYTES:,} at most$"):
        registered.put(campaign, NOTHING_ON_RECORD, entries(12_000, packs=False))
    assert registered.get(campaign) == NOTHING_ON_RECORD


def test_three_thousand_entries_fit(registered: Registered, campaign: str) -> None:
    much = registered.put(campaign, NOTHING_ON_RECORD, entries(3_000, packs=False))
    assert registered.get(campaign) == much


@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
def test_what_aws_refuses_for_now_is_told_apart(registered: Registered, campaign: str, operation: str) -> None:
    with refused(registered._client, operation, "ThrottlingException"), pytest.raises(StorageRefused):
        registered.put(campaign, registered.get(campaign), SAMPLE)
    assert registered.get(campaign) == NOTHING_ON_RECORD
