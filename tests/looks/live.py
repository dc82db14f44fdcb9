"""Pictures of the public page: a campaign on air and one that is settled, on a phone and on a desk, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser
from web.aired import aired, begin, over, settle_closed

from locallove.cloud.local import local_cloud

WIDTHS = {"phone": 390, "desk": 1280}
FIRST_STEP, NUMBERS = 50_000, (154_320, 97_655)

SHOWN = "live.ja.png"
"""What the docs show: the head of the page while a live is on."""


def draw_live(running: Browser, folder: Path) -> Iterator[Path]:
    """Both campaigns' pages; of the settled one also what is folded away."""
    with local_cloud(background=False) as cloud:
        on = aired(datetime.now(UTC), FIRST_STEP)
        for campaign in (on, over(on)):
            begin(cloud, campaign, *NUMBERS)
            settle_closed(cloud, campaign)
            for language in ("ja", "en"):
                for width, pixels in WIDTHS.items():
                    page = running.new_page(viewport={"width": pixels, "height": 900})
                    page.goto(f"{cloud.url}/live/{campaign.id}?lang={language}")
                    page.wait_for_selector("main[aria-busy=false] #minutes svg")
                    if (language, width, campaign) == ("ja", "desk", on):
                        page.screenshot(path=folder / SHOWN)
                    if campaign is not on:
                        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
                    picture = folder / f"live-{campaign.id}-{language}-{width}.png"
                    page.screenshot(path=picture, full_page=True)
                    page.close()
                    yield picture
