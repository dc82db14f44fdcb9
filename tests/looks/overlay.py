"""The overlay as pictures: on air in both languages over a picture and over nothing, a celebration, and the host's stage.

Every figure is invented.
"""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser
from web.on_air import cheer
from web.posting import Platform

from chalicelib.domain import campaigns
from chalicelib.domain.campaigns import Campaign
from locallove.cloud.local import local_cloud

SAMPLE = Path("campaigns/local-love.toml")
OVER = "linear-gradient(#7fb0c9, #a9c4b4 38%, #5b8a5e 40%, #37563b)"
"""Something like a picture of a landscape behind the overlay."""

SHOWN = "celebration-half.ja.png"
"""What docs show."""

STEPS = (100_000, 200_000, 300_000)
MINUTES = (1310, 1720, 2210, 4380, 3120, 2950, 2480, 3630, 5240, 4110)
"""Reactions of the last minutes, the newest last."""


def sample_on_air() -> Campaign:
    """The sample's campaign, its second live on for 47 minutes now, the first just before it, the others to come."""
    data = tomllib.loads(SAMPLE.read_text("utf-8"))
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=47)
    for place, live in enumerate(data["lives"]):
        begins = start + timedelta(hours=3 * (place - 1))
        live |= {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}
    rule = data["lives"][1]["donation"]
    rule |= {"cap": 4_000_000, "steps": [{"at": at, "reached": "at-or-above", "amount": 1_000_000} for at in STEPS]}
    campaign, problems = campaigns.read(data)
    assert campaign is not None, problems
    return campaign


def crowd(platform: Platform, campaign: Campaign) -> None:
    """Reactions to the live that is over and to the one that is on, just short of its second step."""
    over, on = (live.id for live in campaign.lives[:2])
    cheer(platform, 61_384, minutes_ago=120, live=over)
    for ago, reactions in enumerate(reversed(MINUTES), start=1):
        cheer(platform, reactions, minutes_ago=ago, live=on)
    cheer(platform, 136_412, minutes_ago=14, live=on)


def drawn(running: Browser, url: str, picture: Path, *, over: str = OVER, size: float = 1) -> Path:
    """The picture of an overlay, over something or (empty) over nothing."""
    page = running.new_page(viewport={"width": 1920, "height": 1080}, device_scale_factor=size)
    page.goto(url)
    page.wait_for_selector("main[aria-busy=false]")
    page.evaluate("over => document.body.style.background = over", over)
    page.wait_for_timeout(900)  # what rolls and bursts is half-way then
    page.screenshot(path=picture, omit_background=not over)
    page.close()
    return picture


def draw_overlay(running: Browser, folder: Path) -> Iterator[Path]:
    """All pictures of the overlay."""
    with local_cloud(background=False) as cloud:
        campaign = sample_on_air()
        platform, url = Platform.of(cloud, campaign), f"{cloud.url}/overlay/{campaign.id}"
        crowd(platform, campaign)
        yield drawn(running, url, folder / "overlay.ja.png")
        yield drawn(running, f"{url}?lang=en&accent=3d7bff&scale=0.8", folder / "overlay.en.png")
        yield drawn(running, url, folder / "overlay-transparent.png", over="")
        for language in ("ja", "en"):
            yield drawn(running, f"{url}?show=stage&lang={language}", folder / f"stage.{language}.png", over=" ")
        yield drawn(running, f"{url}?acent=ff0000&scale=9&live=nobody", folder / "overlay-mistakes.png")
        cheer(platform, 33_000, live=campaign.lives[1].id)
        for language in ("ja", "en"):
            yield drawn(running, f"{url}?lang={language}", folder / f"celebration.{language}.png")
        yield drawn(running, url, folder / SHOWN, size=0.5)
