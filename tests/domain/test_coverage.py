"""Coverage in reports: what is counted, what is never added up, and what a region's report may show."""

from itertools import combinations

import msgspec
import pytest
from render import sample

from chalicelib.domain.coverage import Entry, Reach, coverage
from chalicelib.domain.registers import Registers
from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report

ENTRIES = sample.registers().entries
STORY = ENTRIES[1]


def entry(**fields: object) -> Entry:
    return msgspec.structs.replace(STORY, **fields)


def campaign(registers: Registers) -> Report:
    return campaign_report(Sources(sample.standing(), registers=registers), sample.NOW_MS)


def test_stories_announcements_and_creators_posts_are_counted_apart() -> None:
    found = coverage(ENTRIES)
    assert (found.stories, found.announcements, found.creator_posts) == (3, 1, 1)


def test_a_syndicated_story_is_a_story_but_no_unique_one() -> None:
    found = coverage([entry(), entry(outlet="b", syndicated_from=STORY.outlet), entry(kind="announcement")])
    assert (found.stories, found.unique_stories) == (2, 1)


def test_there_is_no_reach_without_its_source() -> None:
    assert coverage([entry(reach=5)]).reach == ()


def test_reach_is_added_up_within_a_source_and_never_over_two() -> None:
    found = coverage(
        [entry(reach=5, reach_source="a"), entry(), entry(reach=7, reach_source="b"), entry(reach=10, reach_source="a")]
    )
    assert found.reach == (Reach("a", 2, 15), Reach("b", 1, 7))


def test_entries_come_in_the_order_of_their_days() -> None:
    assert [each.on for each in coverage(ENTRIES).entries] == sorted(each.on for each in ENTRIES)


@pytest.mark.parametrize("region", ["tohoku", "kumamoto", "okinawa", "hiroshima"])
def test_a_region_and_its_live_show_their_own_entries_and_figures_only(region: str) -> None:
    """And those only; what is about the whole campaign is in the campaign's report."""
    registers = sample.registers()
    sources = Sources(sample.standing(), registers=registers)
    for report in (region_report(sources, region, sample.NOW_MS), live_report(sources, f"{region}-2023", sample.NOW_MS)):
        assert set(report.coverage.entries) == {each for each in registers.entries if each.region == region}
        assert set(report.stated) == {each for each in registers.stated if each.region == region}
        assert report.coverage == coverage(report.coverage.entries)
    assert campaign(registers).coverage == coverage(registers.entries)
    assert campaign(registers).stated == registers.stated


def numbers(value: object) -> set[int]:
    """Every number anywhere within."""
    if isinstance(value, dict | list):
        return set().union(*map(numbers, value.values() if isinstance(value, dict) else value))
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def test_figures_of_others_are_in_no_sum() -> None:
    """Every other figure is the same without them, and no sum of them is anywhere."""
    registers = sample.registers()
    report, without = campaign(registers), campaign(msgspec.structs.replace(registers, stated=()))
    assert msgspec.structs.replace(report, stated=()) == without
    values = [each.value for each in registers.stated]
    sums = {sum(some) for size in range(2, len(values) + 1) for some in combinations(values, size)}
    assert sums
    assert not sums & numbers(msgspec.to_builtins(report))


def test_what_is_on_record_changes_no_count_and_no_donation() -> None:
    registers = sample.registers()
    report, without = campaign(registers), campaign(Registers(registers.revision))
    empty = {"coverage": coverage(()), "stated": (), "sentiment": ()}
    assert msgspec.structs.replace(report, **empty) == without
