"""Looking at a page: what axe finds in both themes, what sticks out of a phone, what is too small to hit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from tests.journeys.routes import route_of

TARGET_SIZE = "target-size"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {TARGET_SIZE: {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
TARGETS = {"runOnly": {"type": "rule", "values": [TARGET_SIZE]}, "resultTypes": ["violations"]}
"""What can be clicked is 24 pixels wide and high, or has as much room around it; links in a sentence are exempt."""
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
LINKS = "a[href^='/app']"


@dataclass
class Seen:
    """What a walk through all pages found."""

    by_axe: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    too_small: list[str] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    """Routes that answered, as pages or as parts of one."""
    linked: dict[str, str] = field(default_factory=dict)
    """Route → an address of it that a page leads to."""
    told: set[str] = field(default_factory=set)

    def note(self, answer: Response) -> None:
        """To be called with every answer."""
        if answer.request.method == "GET" and answer.ok:
            self.opened.add(route_of(urlsplit(answer.url).path))

    def follow(self, page: Page) -> None:
        """Remembers where the links of a page lead."""
        for address in page.eval_on_selector_all(LINKS, "links => links.map(link => link.getAttribute('href'))"):
            self.linked.setdefault(route_of(urlsplit(address).path), address)

    def unopened(self, but: Collection[str]) -> list[str]:
        """An address of each route that was linked and never opened, but for some; each is told once."""
        routes = self.linked.keys() - self.opened - self.told - set(but)
        self.told |= routes
        return [self.linked[route] for route in sorted(routes)]


def look(page: Page, name: str, found: Seen) -> None:
    """Axe in the light theme and, for colours, in the dark one; then the width on a phone, and targets on both."""
    in_light = Axe().run(page, options=RULES).response
    found.by_axe += findings(f"{name}, light", in_light, but={TARGET_SIZE})
    found.too_small += findings(name, in_light, only={TARGET_SIZE})
    page.emulate_media(color_scheme="dark")
    found.by_axe += findings(f"{name}, dark", page.evaluate("options => axe.run(options)", COLOURS))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    found.too_small += findings(f"{name}, narrow", page.evaluate("options => axe.run(options)", TARGETS))
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.too_wide.append(f"{name}: {width}")
    page.set_viewport_size(WIDE)
    found.follow(page)


def findings(
    name: str, results: dict[str, Any], *, only: Collection[str] | None = None, but: Collection[str] = ()
) -> list[str]:
    """A line for every element that breaks a rule: all rules, only some or all but some. Any: what axe answers."""
    return [
        f"{name}: {violation['id']} at {node['target']}, {node.get('failureSummary', '')}"
        for violation in results["violations"]
        if (only is None or violation["id"] in only) and violation["id"] not in but
        for node in violation["nodes"]
    ]
