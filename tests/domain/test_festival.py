"""A festival in a campaign's file: every problem of it, hashtags as they are compared, what is frozen, and what is announced."""

import copy
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.domain import campaigns
from chalicelib.domain.applied import Applied, Refused, successor
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.festival import Festival
from chalicelib.domain.festival_wording import award_in_words, entering_in_words
from chalicelib.domain.hashtags import hashtag_form

SAMPLE = Path(__file__).parents[2] / "campaigns" / "film-festival.toml"
OPENS = datetime(2021, 4, 11, 15, tzinfo=UTC)


def sample() -> dict[str, Any]:
    """The sample file, decoded."""
    return tomllib.loads(SAMPLE.read_text("utf-8"))


def festival_of(data: dict[str, Any]) -> Festival:
    found, problems = campaigns.read(data)
    assert found is not None, problems
    assert found.festival is not None
    return found.festival


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sample with one value of its festival replaced, or taken out where it is None."""
    data = sample()
    place: Any = data["festival"]
    *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return data


def listed(data: dict[str, Any]) -> list[tuple[str, str]]:
    _, problems = campaigns.read(data)
    return [(problem.key_path, problem.detail) for problem in problems]


VOTES = {"id": "more", "name": {"ja": "賞", "en": "Award"}, "votes": {}}
MISTAKES: list[tuple[str, Any, str, str]] = [
    ("hashtags", [], "festival.hashtags", "needs at least one hashtag"),
    ("hashtags/0", "TT映画祭2021", "festival.hashtags[0]", "must be # and a word without spaces"),
    ("hashtags/0", "#TT 2021", "festival.hashtags[0]", "must be # and a word without spaces"),
    ("hashtags/0", "#", "festival.hashtags[0]", "must be # and a word without spaces"),
    ("hashtags/1", "#ＴＴ映画祭２０２１", "festival.hashtags[1]", "is the same as another, but for its case or width"),
    ("entries/closes_at", OPENS, "festival.entries.closes_at", "must be after opens_at"),
    ("entries/opens_at", OPENS + timedelta(seconds=1), "festival.entries.opens_at", "must be on a whole minute"),
    ("entries/most_seconds", 14, "festival.entries.most_seconds", "must not be less than least_seconds"),
    ("voting/closes_at", OPENS + timedelta(days=50), "festival.voting.closes_at", "must be after opens_at"),
    ("voting/opens_at", OPENS - timedelta(days=1), "festival.voting.opens_at", "must not be before entries open"),
    ("voting", None, "festival.awards[2].votes", "needs festival.voting: from when to when votes count"),
    ("metrics_as_of", OPENS - timedelta(days=1), "festival.metrics_as_of", "must not be before entries open"),
    ("awards", [], "festival.awards", "needs 1 to 40 awards, not 0"),
    ("awards/1/id", "grand-prix", "festival.awards[1].id", "'grand-prix' is already there"),
    ("awards/0/jury", None, "festival.awards[0]", "must have exactly one of jury, metrics and votes, not none"),
    ("awards/0/votes", {}, "festival.awards[0]", "must have exactly one of jury, metrics and votes, not jury and votes"),
    ("awards/1/metrics", {"views": 0, "likes": 0}, "festival.awards[1].metrics", "must give views or likes a weight"),
    ("awards/2/votes/tie_breaks", ["posted", "posted"], "festival.awards[2].votes.tie_breaks", "names something twice"),
    ("awards/2/votes/tie_breaks", ["beauty"], "festival.awards[2].votes.tie_breaks", "must be one of views, likes, posted"),
    ("awards/0/jury/criteria", [], "festival.awards[0].jury.criteria", "needs at least one criterion"),
    ("awards/0/jury/tie_breaks/0", "taste", "festival.awards[0].jury.tie_breaks[0]", "is none of the criteria"),
    ("awards/0/jury/tie_breaks/1", "story", "festival.awards[0].jury.tie_breaks[1]", "is already there"),
    ("awards/0/jury/criteria/1/id", "story", "festival.awards[0].jury.criteria[1].id", "'story' is already there"),
    ("prize", 1, "festival.prize", "is not a known field"),
]


@pytest.mark.parametrize(("path", "value", "place", "detail"), MISTAKES)
def test_every_mistake_is_named_with_its_place(path: str, value: Any, place: str, detail: str) -> None:
    found = listed(changed(path, value))
    assert (place, detail) in found


def test_a_moment_that_awards_need_is_asked_for_by_each_of_them() -> None:
    found = listed(changed("metrics_as_of", None))
    needs = "needs festival.metrics_as_of: the moment whose views and likes count"
    assert found == [("festival.awards[1].metrics", needs), ("festival.awards[2].votes", needs)]


def test_one_mistake_hides_no_other() -> None:
    data = changed("entries/most_seconds", 14)
    data["festival"]["hashtags"] = []
    data["festival"]["awards"][0]["name"] = "Grand Prix"
    places = [place for place, _ in listed(data)]
    assert places == ["festival.awards[0].name", "festival.hashtags", "festival.entries.most_seconds"]


@pytest.mark.parametrize("written", ["#TT映画祭2021", "#tt映画祭2021", "#ＴＴ映画祭２０２１", "＃TT映画祭2021"])
def test_a_hashtag_is_the_same_in_any_case_and_width(written: str) -> None:
    assert hashtag_form(written) in map(hashtag_form, festival_of(sample()).hashtags)


@pytest.mark.parametrize("written", ["#ТT映画祭2021", "#TT映画祭2022", "TT映画祭2021", "#TT映画祭2021 "])
def test_a_hashtag_that_only_looks_like_it_is_another(written: str) -> None:
    """The first begins with a Cyrillic letter."""
    assert hashtag_form(written) not in map(hashtag_form, festival_of(sample()).hashtags)


def in_force() -> Applied:
    found, _ = campaigns.read(sample())
    assert found is not None
    applied, _ = successor(None, found, 0, None)
    return applied


def with_festival(**fields: Any) -> Campaign:
    campaign = in_force().campaign
    assert campaign.festival is not None
    return msgspec.structs.replace(campaign, festival=msgspec.structs.replace(campaign.festival, **fields))


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_a_festival_may_change_until_entries_open() -> None:
    applied, _ = successor(in_force(), with_festival(hashtags=("#new",)), ms(OPENS) - 1, None)
    assert applied.campaign.festival is not None
    assert applied.campaign.festival.hashtags == ("#new",)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"hashtags": ("#new", "#TTFilmFestival2021")}, "/festival/hashtags/0"),
        ({"awards": in_force().campaign.festival.awards[:2]}, "/festival/awards/favourite"),  # type: ignore[union-attr]
        ({"metrics_as_of": OPENS + timedelta(days=90)}, "/festival/metrics_as_of"),
        ({"late_minutes": 1}, "/festival/late_minutes"),
    ],
)
def test_all_of_it_is_frozen_when_entries_open(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        successor(in_force(), with_festival(**fields), ms(OPENS), "a reason does not help")
    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert refused.value.problems[0].detail.startswith("is frozen, for entries have opened: ")


def test_a_festival_that_has_opened_cannot_be_taken_out() -> None:
    without = msgspec.structs.replace(in_force().campaign, festival=None)
    with pytest.raises(Refused, match=r"festival: is frozen, for entries have opened"):
        successor(in_force(), without, ms(OPENS), None)
    applied, _ = successor(in_force(), without, ms(OPENS) - 1, None)
    assert applied.campaign.festival is None


def test_the_ceremony_is_a_live_like_any_other() -> None:
    """Its window may be corrected with a reason, also while the festival is frozen."""
    applied = in_force()
    (ceremony,) = applied.campaign.lives
    longer = msgspec.structs.replace(ceremony, ends_at=ceremony.ends_at + timedelta(minutes=10))
    later, _ = successor(applied, msgspec.structs.replace(applied.campaign, lives=(longer,)), ms(ceremony.starts_at), "late")
    assert later.epochs == {ceremony.id: 2}


def test_what_is_announced_names_every_figure() -> None:
    festival = festival_of(sample())
    entering = entering_in_words(festival)
    assert "2021年4月12日0時00分から2021年5月31日23時59分まで（日本時間）" in entering.ja.replace(
        "です（日本時間）", "（日本時間）"
    )
    for figure in ("#TT映画祭2021", "#TTFilmFestival2021", "15", "600", "13"):
        assert figure in entering.ja
        assert figure in entering.en
    jury, metrics, votes = (award_in_words(festival, award) for award in festival.awards)
    assert jury.en.startswith(
        "Grand Prix: the jury scores from 0 to 10; the highest mean of story (2/5), craft (2/5), originality (1/5)"
    )
    assert "2021年6月14日12時00分時点（日本時間）の視聴回数といいねの数の合計が最も多い作品" in metrics.ja
    assert "most views and likes together as of 2021-06-14 12:00, Japan time" in metrics.en
    assert "投票は1人1票で、最初の1票を数えます。" in votes.ja
    assert votes.en.endswith("A tie is decided by more views, then by the earlier post, then by the jury.")


def test_weights_are_announced_too() -> None:
    data = copy.deepcopy(sample())
    data["festival"]["awards"][1]["metrics"] = {"views": 1, "likes": 3}
    festival = festival_of(data)
    said = award_in_words(festival, festival.awards[1])
    assert "視聴回数といいねの数の3倍の合計" in said.ja
    assert "most views and 3 times the likes together" in said.en
    assert said.en.endswith("The jury decides a tie.")
