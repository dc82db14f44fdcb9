"""A page that watches totals, in a browser whose network and clock are a test's own.

Faults are those of a network: what the service really answered comes late, cut, never or twice. Nothing of ours is imitated.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from playwright.sync_api import APIResponse, Page, Route
from web.posting import Platform

TOTALS = re.compile(r"/totals(\?|$)")
FIGURE = "[data-figure=total]"

# Every text that the big figure ever had.
_OBSERVE = """
globalThis.everShown = [];
new MutationObserver(() => {
  const text = document.querySelector("[data-figure=total]")?.textContent;
  if (text && globalThis.everShown.at(-1) !== text) globalThis.everShown.push(text);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


def shown(page: Page, url: str) -> Page:
    """The page with its first answers."""
    page.goto(url)
    page.wait_for_selector("main[aria-busy=false]")
    return page


def overlaid(page: Page, platform: Platform, asked: str = "") -> Page:
    """The overlay of a platform's campaign, with its first answers."""
    return shown(page, f"{platform.cloud.url}/overlay/{platform.campaign.id}{asked}")


def figures(page: Page, within: str = "main") -> dict[str, list[str]]:
    """What stands in the figures of a part of the page, by name."""
    pairs: list[tuple[str, str]] = page.evaluate(
        """(part) => [...document.querySelectorAll(`${part} [data-figure]`)].map(
          (each) => [each.dataset.figure, each.textContent])""",
        within,
    )
    names = dict.fromkeys(name for name, _ in pairs)
    return {name: [text for other, text in pairs if other == name] for name in names}


_PATIENCE = 250

Fault = Callable[[Route, APIResponse], None]


def gone(route: Route, _: APIResponse) -> None:
    """Nobody answers."""
    route.abort("connectionrefused")


def cut(route: Route, answer: APIResponse) -> None:
    """Half of the answer, as if that were all."""
    route.fulfill(status=200, headers=answer.headers, body=answer.body()[: len(answer.body()) // 2])


@dataclass
class Network:
    """What lies between a page and the totals: hands answers on until it is given a fault, and remembers what was said."""

    fault: Fault | None = None
    said: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    held: list[tuple[Route, APIResponse]] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        answer = route.fetch()
        self.asked.append(route.request.url)
        if self.fault:
            self.fault(route, answer)
        else:
            self.hand_on(route, answer)

    def hand_on(self, route: Route, answer: APIResponse) -> None:
        """The answer as the service gave it."""
        self.said.add(answer.json()["counts"]["total"])
        route.fulfill(response=answer)

    def hold(self, route: Route, answer: APIResponse) -> None:
        """A fault: the answer is on its way until it is released."""
        self.held.append((route, answer))

    @property
    def on_their_way(self) -> set[str]:
        """The addresses of what is held."""
        return {route.request.url for route, _ in self.held}

    def release(self) -> None:
        """What is on its way arrives."""
        held, self.held = self.held, []
        for route, answer in held:
            self.hand_on(route, answer)


@dataclass(frozen=True)
class Watcher:
    """Somebody who looks at a page whose time a test makes pass."""

    page: Page
    network: Network

    @classmethod
    def of(cls, page: Page, url: str, *, ahead_s: float = 0) -> "Watcher":
        """Opens the page; the viewer's clock is so much ahead of the service's."""
        watcher = cls(page, Network())
        page.clock.install(time=datetime.now(UTC).timestamp() + ahead_s)
        page.add_init_script(_OBSERVE)
        page.route(TOTALS, watcher.network)
        shown(page, url)
        return watcher

    def passes(self, seconds: int, until: Callable[[], object] | None = None) -> bool:
        """Lets time pass, a second in a few milliseconds, for so long or until something is so; gives whether it is.

        What was asked for by then is answered in real time, on a busy machine late: it is waited for.
        """
        for _ in range(seconds):
            if until and until():
                return True
            self.page.clock.run_for(1000)
            self.page.wait_for_timeout(15)
        for _ in range(_PATIENCE):
            if until is None or until():
                break
            self.page.wait_for_timeout(20)
        return bool(until and until())

    def sees(self, total: int) -> bool:
        """Whether the big figure is this number."""
        return bool(self.page.text_content(FIGURE) == f"{total:,}")

    @property
    def is_stale(self) -> bool:
        return bool(self.page.evaluate("document.body.dataset.stale") == "true")

    @property
    def clock_error_s(self) -> float:
        """How far the page's idea of the service's clock is ahead of the service's."""
        now_ms: float = self.page.evaluate("serviceNow()")
        return now_ms / 1000 - datetime.now(UTC).timestamp()

    def assert_never_made_up(self) -> None:
        """Every number that the figure ever showed is one that the API said."""
        shown = {int(text.replace(",", "")) for text in self.page.evaluate("globalThis.everShown")}
        assert shown
        assert shown <= self.network.said
