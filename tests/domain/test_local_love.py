"""The sample campaign: its golden figures, and that it says of each whether it is public or illustrative."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from chalicelib.domain.campaigns import Campaign, read
from chalicelib.domain.donations import Earned, donate, share_cap
from chalicelib.domain.money import Money
from chalicelib.domain.tally import Counts
from locallove.crowd import simulate

SAMPLE = Path(__file__).parents[2] / "campaigns" / "local-love.toml"
SHARES = simulate.SHARES[simulate.SAMPLE]


def campaign() -> Campaign:
    """The sample file, read."""
    found, problems = read(tomllib.loads(SAMPLE.read_text("utf-8")))
    assert found is not None, problems
    return found


def given_at(reactions: int) -> list[int]:
    """What the sample's lives give when so many reactions are shared over them: 90 % likes, 7 % comments, 3 % gifts."""
    subject = campaign()
    earned = []
    for live, share in zip(subject.lives, SHARES, strict=True):
        total = reactions * share // 100
        comments, gifts = total * 7 // 100, total * 3 // 100
        minor = donate(live.donation, Counts(total - comments - gifts, comments, gifts)).minor
        earned.append(Earned(live.start_minute, live.id, minor))
    return share_cap(subject.cap, earned)


def test_the_sample_is_what_the_issue_names() -> None:
    subject = campaign()
    assert [region.id for region in subject.regions] == ["tohoku", "kumamoto", "okinawa", "hiroshima", "kurume"]
    assert subject.market_codes == ("JP", "TW", "KR", "TH", "VN", "ID", "PH", "MY", "US", "ZZ")
    assert [(live.region, live.id) for live in subject.lives] == [
        ("tohoku", "sendai-2022"),
        ("kumamoto", "kumamoto-2023"),
        ("okinawa", "okinawa-2023"),
        ("hiroshima", "hiroshima-2023"),
        ("kurume", "kurume-2024"),
    ]


@pytest.mark.parametrize(
    ("live", "day"), [("sendai-2022", "2022-07-10"), ("kumamoto-2023", "2023-02-11"), ("kurume-2024", "2024-02-15")]
)
def test_the_public_lives_are_on_their_public_days(live: str, day: str) -> None:
    assert campaign().live(live).starts_at.date().isoformat() == day


def test_five_million_reactions_come_to_the_public_150_000_dollars() -> None:
    exchange = campaign().exchange
    assert exchange is not None
    assert given_at(5_000_000) == [1_000_000, 2_000_000, 2_000_000, 2_500_000, 15_000_000]
    assert exchange.convert_half_up(Money("JPY", sum(given_at(5_000_000)))) == Money("USD", 150_000_00)


def test_half_a_million_reactions_pass_two_steps_and_miss_one() -> None:
    passed = [
        [step.is_passed_by(500_000 * share // 100) for step in live.donation.steps]
        for live, share in zip(campaign().lives, SHARES, strict=True)
    ]
    assert passed == [[True], [True], [], [False], []]
    assert given_at(500_000) == [1_000_000, 2_000_000, 1_243_000, 1_000_000, 15_000_000]


def test_every_figure_of_the_sample_says_whether_it_is_public() -> None:
    """Each line with a number outside the programme is marked, by itself or by the line above it."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    for above, line in pairwise(lines):
        key = line.split("=")[0].strip()
        if key in ("base", "cap", "starts_at", "ends_at", "units", "minor", "on") or line.lstrip().startswith(("{ at", "{ kind")):
            assert "public" in line + above or "illustrative" in line + above, line
