"""The entries of the side bar as data, and the context of the frame: entries, organizations, environment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.plugins import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side bar. key names the section, shortcut is typed after g."""

    key: str
    label: _StrPromise
    url_name: str
    icon: str
    shortcut: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading; the first group has none."""

    label: _StrPromise | str
    entries: tuple[Entry, ...]


NAVIGATION: tuple[Group, ...] = (
    Group(
        label="",
        entries=(
            Entry("overview", _("Overview"), "monitoring:overview", icon="layout-dashboard", shortcut="o"),
            Entry("issues", _("Issues"), "monitoring:issues", icon="alert-octagon", shortcut="u"),
            Entry("alerts", _("Alerts"), "monitoring:alerts", icon="bell", shortcut="l"),
            Entry("statistics", _("Statistics"), "inbound:statistics", icon="chart-bar", shortcut="y"),
        ),
    ),
    Group(
        label=_("Flow"),
        entries=(
            Entry("events", _("Inbound events"), "inbound:events", icon="arrow-down-left", shortcut="i"),
            Entry("deliveries", _("Deliveries"), "outbound:deliveries", icon="arrow-up-right", shortcut="d"),
            Entry("queue", _("Poll queue"), "outbound:queue", icon="inbox", shortcut="q"),
            Entry("held-prunes", _("Held prunes"), "inbound:held-prunes", icon="hand-stop", shortcut="h"),
            Entry("traces", _("Traces"), "monitoring:find-trace", icon="route", shortcut="r"),
            Entry("jobs", _("Jobs"), "web:jobs", icon="list-check", shortcut="j"),
        ),
    ),
    Group(
        label=_("Build"),
        entries=(
            Entry("integrations", _("Integrations"), "integrations:list", icon="plug-connected", shortcut="n"),
            Entry("entities", _("Entities"), "web:entities", icon="database", shortcut="e"),
            Entry("core-events", _("Core events"), "web:core-events", icon="broadcast", shortcut="c"),
            Entry("webhooks", _("Webhooks"), "outbound:webhooks", icon="webhook", shortcut="w"),
            Entry("automations", _("Automations"), "outbound:automations", icon="bolt", shortcut="a"),
            Entry("apps", _("Apps"), "outbound:apps", icon="apps", shortcut="p"),
            Entry("environments", _("Environments"), "integrations:environments", icon="variable", shortcut="v"),
            Entry("simulation", _("Simulation"), "inbound:playground", icon="flask", shortcut="s"),
        ),
    ),
    Group(
        label=_("Manage"),
        entries=(
            Entry("tokens", _("Tokens"), "web:tokens", icon="lock-square", shortcut="t"),
            Entry("storage", _("Storage"), "monitoring:storage", icon="stack-2", shortcut="b"),
            Entry("access-logs", _("Access log"), "inbound:access-logs", icon="list-details", shortcut="k"),
            Entry("settings", _("Settings"), "web:settings", icon="settings", shortcut="g"),
        ),
    ),
)
"""A new page is one line here."""

TAB_BAR = ("overview", "events", "integrations", "entities")
"""Sections with a tab of their own on a narrow screen; the fifth tab opens all of them."""

TAB_LABELS = {"events": _("Inbound")}
"""Shorter names, where little room is."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry whose page is mounted, with its address."""

    entry: Entry
    url: str
    count: Callable[[], int] = int

    @property
    def waiting(self) -> int:
        """How many things wait for a person behind it; asked for when it is drawn, and then only once per page."""
        return self.count()

    @property
    def tab_label(self) -> _StrPromise:
        """The name on the tab bar, where little room is."""
        return TAB_LABELS.get(self.entry.key, self.entry.label)


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """The links under one heading."""

    label: _StrPromise | str
    links: tuple[Link, ...]


def frame(request: HttpRequest) -> dict[str, Any]:  # Any: Django's own signature of a context processor
    """What base.html shows around every page; a view overrides section when its address does not tell it."""
    groups = [LinkGroup(group.label, tuple(_counted(request, mounted(group.entries)))) for group in NAVIGATION]
    links = {link.entry.key: link for group in groups for link in group.links}
    return {
        "navigation": [group for group in groups if group.links],
        "tab_bar": [links[key] for key in TAB_BAR if key in links],
        "section": section_of(request.path, links.values()),
        "environment_name": environment_name(),
        "csp_nonce": getattr(request, "csp_nonce", None),
        "organizations": SimpleLazyObject(lambda: organizations_of(request)),
    }


def mounted(entries: Iterable[Entry]) -> Iterable[Link]:
    """The entries whose page exists; an app that is not installed has no line in the side bar."""
    for entry in entries:
        try:
            yield Link(entry, reverse(entry.url_name))
        except NoReverseMatch:
            continue


def _counted(request: HttpRequest, links: Iterable[Link]) -> Iterable[Link]:
    """The same links; those that NAVIGATION_COUNTS names know what waits behind them."""
    organization: Organization | None = getattr(request, "organization", None)
    for link in links:
        path = settings.NAVIGATION_COUNTS.get(link.entry.key)
        if path is None or organization is None:
            yield link
        else:
            yield replace(link, count=cache(partial(load(path), organization=organization)))


def section_of(path: str, links: Iterable[Link]) -> str:
    """The key of the link with the longest address that path lies under; "" when none fits."""
    fitting = [link for link in links if lies_under(path, link.url)]
    return max(fitting, key=lambda link: len(link.url)).entry.key if fitting else ""


def lies_under(path: str, url: str) -> bool:
    """Whether path is url or a page below it; the root has no pages below it, else it would be everywhere."""
    return path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))


def environment_name() -> str:
    """The name of this installation, as the chip of the top bar shows it."""
    return str(getattr(settings, "HUB_ENVIRONMENT", "production"))


def organizations_of(request: HttpRequest) -> list[Organization]:
    """Where the signed-in person is a member, by name; empty when nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(Organization.objects.filter(memberships__user_id=user.pk).order_by("name", "id"))
