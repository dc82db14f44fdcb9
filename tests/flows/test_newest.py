"""The newest report: where it lies and what it has, and that half a report is none."""

import pytest
from publishing import publish
from samples import sample_campaign

from chalicelib import runtime
from chalicelib.domain import publication
from chalicelib.domain.publication import Latest
from chalicelib.flows.definitions import UnknownCampaign, UnknownFile
from chalicelib.flows.newest import NotWhole, key_of, newest
from locallove.cloud.local import LocalCloud

PREFIX = publication.of_campaign("test-campaign")


@pytest.fixture(autouse=True)
def in_force(cloud: LocalCloud) -> None:
    cloud.apply(sample_campaign())


def test_before_the_first_report_there_is_nothing() -> None:
    assert newest(runtime.service().reports, PREFIX) == ("", None)
    assert key_of("", None, "totals.csv") is None


def test_the_newest_report_is_that_of_the_pointer() -> None:
    first, second = (report(at_ms) for at_ms in (runtime.now_ms(), runtime.now_ms() + 60_000))
    assert first == second, "nothing has moved, so nothing was published"
    folder, manifest = newest(runtime.service().reports, PREFIX)
    assert folder.startswith(f"{PREFIX}/")
    assert manifest is not None
    assert key_of(folder, manifest, "totals.csv") == f"{folder}/totals.csv"
    assert key_of(folder, manifest, "manifest.json") is None, "only what the manifest lists is a file of the report"


def report(at_ms: int) -> str:
    publish(at_ms=at_ms)
    return newest(runtime.service().reports, PREFIX)[0]


def test_a_pointer_to_a_folder_without_a_manifest_is_an_error_and_not_an_empty_report() -> None:
    latest = publication.encode(Latest(1, "20240215T103000Z", None, 1, 0, "", ""))
    runtime.service().reports.move(f"{PREFIX}/latest.json", latest, "application/json", None)
    with pytest.raises(NotWhole, match="20240215T103000Z"):
        newest(runtime.service().reports, PREFIX)


@pytest.mark.parametrize("card", ["card.fr.png", "totals.csv", "../card.ja.png", ""])
def test_nothing_but_cards_is_public(card: str) -> None:
    publish()
    with pytest.raises(UnknownFile, match=r"public are card\.ja\.png and card\.en\.png"):
        runtime.service().cards.of_campaign("test-campaign", card, runtime.now_ms())


def test_a_card_that_the_report_lacks_is_not_there() -> None:
    publish()
    with pytest.raises(UnknownFile, match="no report with this card"):
        runtime.service().cards.of_campaign("test-campaign", "card.ja.png", runtime.now_ms())


def test_a_campaign_that_is_unknown_has_no_card() -> None:
    with pytest.raises(UnknownCampaign):
        runtime.service().cards.of_campaign("unknown", "card.ja.png", runtime.now_ms())
