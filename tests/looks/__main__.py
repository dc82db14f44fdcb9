"""`make looks`: reports and overlay of the sample as pictures, so that a person can look at all of it, and those that docs show.

Every figure is invented. What is drawn are the published files themselves: pages by Chromium, PDFs by poppler, cards as they are.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from looks import overlay
from looks.browser import browser
from looks.live import SHOWN as SHOWN_LIVE
from looks.live import draw_live
from playwright.sync_api import Browser
from render import festival, sample, settled

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.render.formats import FORMATS

WIDTHS = {"wide": 1020, "phone": 390}

SHOWN = ("card.ja.png", "card.en.png", "report.ja.png")
"""What README and docs show of the campaign's report."""

HEAD = 1180
"""Pixels of a page that show its head: the standing, the key figures, and the first table."""

PICTURES = Path("docs/pictures")


def reports() -> Iterator[tuple[str, Report]]:
    """A report of each scope, one that is provisional, and one with a festival whose awards are partly revealed."""
    standing, statements = settled.settled()
    sources = Sources(standing, statements, sample.registers())
    yield "campaign", campaign_report(sources, sample.NOW_MS)
    yield "region", region_report(sources, "okinawa", sample.NOW_MS)
    yield "live", live_report(sources, "okinawa-2023", sample.NOW_MS)
    yield "festival", festival.report(("audience", "favourite"), registers=sample.registers())
    yield "provisional", campaign_report(Sources(sample.shortened(), registers=sample.registers()), sample.NOW_MS)


def draw(running: Browser, name: str, file: Path, folder: Path) -> Iterator[Path]:
    """The pictures of one file of a report."""
    stem = f"{name}-{file.stem}"
    if file.suffix == ".html":
        for width, pixels in WIDTHS.items():
            page = running.new_page(viewport={"width": pixels, "height": 900})
            page.goto(file.as_uri())
            page.screenshot(path=folder / f"{stem}-{width}.png", full_page=True)
            if width == "wide":
                page.set_viewport_size({"width": pixels, "height": HEAD})
                page.screenshot(path=folder / f"{stem}.png")
            page.close()
            yield folder / f"{stem}-{width}.png"
    elif file.suffix == ".pdf":
        subprocess.run(["pdftoppm", "-png", "-r", "96", file, folder / stem], check=True)
        yield from sorted(folder.glob(f"{stem}-*.png"))
    elif file.suffix == ".png":
        (folder / f"{stem}.png").write_bytes(file.read_bytes())
        yield folder / f"{stem}.png"


def main(folder: Path) -> None:
    """Draw everything into the folder, and what the README shows into `docs/pictures`."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made, browser() as running:
        for name, report in reports():
            for each in FORMATS:
                file = Path(made) / each.name
                file.write_bytes(each.render(report))
                for picture in draw(running, name, file, folder):
                    print(picture)
        for picture in overlay.draw_overlay(running, folder):
            print(picture)
        for picture in draw_live(running, folder):
            print(picture)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / SHOWN_LIVE).write_bytes((folder / SHOWN_LIVE).read_bytes())
    for shown in SHOWN:
        (PICTURES / shown).write_bytes((folder / f"campaign-{shown}").read_bytes())
    (PICTURES / "overlay.ja.png").write_bytes((folder / overlay.SHOWN).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
