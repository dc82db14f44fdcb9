"""What anyone may read of a festival."""

import tomllib
from pathlib import Path

from client import request
from samples import sample_campaign

from chalicelib.domain import campaigns
from locallove.cloud.local import LocalCloud

FESTIVAL = Path(__file__).parents[2] / "campaigns" / "film-festival.toml"


def test_a_festivals_definition_says_how_it_is_decided(cloud: LocalCloud) -> None:
    """Moments are UTC; a campaign without a festival says so."""
    found, problems = campaigns.read(tomllib.loads(FESTIVAL.read_text("utf-8")))
    assert found is not None, problems
    cloud.apply(found)
    festival = request(f"{cloud.url}/v1/campaigns/film-festival").json["festival"]
    assert (festival["entries_open_at"], festival["metrics_as_of"]) == ("2021-04-11T15:00:00Z", "2021-06-14T03:00:00Z")
    assert festival["hashtags"] == ["#TT映画祭2021", "#TTFilmFestival2021"]
    assert [award["id"] for award in festival["awards"]] == ["grand-prix", "audience", "favourite"]
    assert festival["awards"][0]["rule"]["ja"].startswith("グランプリ：")
    cloud.apply(sample_campaign())
    assert request(f"{cloud.url}/v1/campaigns/test-campaign").json["festival"] is None
